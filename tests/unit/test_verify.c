/*
 * test_verify.c: every change of the log is compared with the records, with
 * room in memory for a few of them.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "fixture.h"
#include "identity/verify.h"
#include "json/json.h"
#include "store/resources.h"
#include "store/tenants.h"
#include "tap.h"

enum { USERS = 300, ROOM = 16, HOLE = 7 };

static char dir[] = "/tmp/muster-verify.XXXXXX";

struct place {
	struct identity identity;
	struct caller caller;
	struct uuid ids[USERS];
	uint64_t version; /* to be written */
	int told;
	struct error err;
};

static int
tenant_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct place *p = arg;
	struct tenant_row row = { .name = SLICE("default") };

	(void)err;
	if (tenant_insert(txn, &row) != STORE_OK)
		return -1;
	p->caller.tenant = row.number;
	return 0;
}

static int
write_user(struct place *p, enum write_kind kind, int i, const char *title)
{
	char id[UUID_TEXT_SIZE];
	struct write_request request = { .kind = kind,
		.type = catalog_find_type(p->identity.catalog, SLICE("User")),
		.new_id = kind == WRITE_CREATE ? &p->ids[i] : NULL };

	if (kind == WRITE_CREATE)
		p->ids[i] = uuid_new(p->caller.now);
	uuid_format(&p->ids[i], id);
	request.id = slice_of(id);
	if (kind != WRITE_DELETE &&
	    json_parse(p->caller.arena,
		slice_of(arena_printf(p->caller.arena,
		    "{\"schemas\":[\"" URN_USER "\"],\"userName\":\"u%d\","
		    "\"title\":\"%s\"}",
		    i, title)),
		&request.body, &p->err) == -1)
		return -1;
	return identity_write(&p->identity, &p->caller, &request, &p->err);
}

/* The record of user HOLE under another version, past the log. */
static int
injure_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct place *p = arg;
	struct record record;

	(void)err;
	if (resource_get(txn, p->caller.tenant, SLICE("User"), &p->ids[HOLE],
		true, &record) != STORE_OK)
		return -1;
	record.version = p->version;
	return resource_put(txn, p->caller.tenant, SLICE("User"), &p->ids[HOLE],
		   &record) == STORE_OK
	    ? 0
	    : -1;
}

static void
count_problem(void *arg, const char *text)
{
	struct place *p = arg;

	printf("# %s\n", text);
	p->told++;
}

static void
no_progress(void *arg, const char *what, uint64_t done)
{
	(void)arg;
	(void)what;
	(void)done;
}

/* How many problems are found with the record at VERSION. */
static int
problems(struct place *p, uint64_t version)
{
	struct verify verify = { .arg = p,
		.identity = &p->identity,
		.caller = &p->caller,
		.problem = count_problem,
		.progress = no_progress,
		.changes_max = ROOM };
	struct verify_result result;

	p->version = version;
	p->told = 0;
	if (store_txn(p->identity.store, injure_body, p, &p->err) == -1 ||
	    identity_verify(&verify, &result, &p->err) == -1)
		return -1;
	return p->told;
}

static void
test_versions(struct place *p)
{
	int good = 0, found;

	for (int i = 0; i < USERS; i++)
		good += write_user(p, WRITE_CREATE, i, "new") == 0;
	for (int i = 0; i < USERS; i += 2)
		good += write_user(p, WRITE_REPLACE, i, "old") == 0;
	for (int i = 1; i < USERS; i += 10)
		good += write_user(p, WRITE_DELETE, i, "") == 0;
	tap_ok(good == USERS + USERS / 2 + USERS / 10, "%d changes: %s", good,
	    good == 0 ? p->err.detail : "");
	found = problems(p, 1);
	tap_ok(found == 0, "all agree with the records: %d problems", found);
	found = problems(p, 5);
	tap_ok(found == 1, "one does not, and is told once: %d", found);
	found = problems(p, 1);
	tap_ok(found == 0, "put right: %d problems", found);
}

int
main(void)
{
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};
	static struct place p;
	struct arena *a = arena_new();
	char command[64];

	log_open("test_verify", LOG_LEVEL_WARNING);
	if (mkdtemp(dir) == NULL ||
	    store_open(&options, &p.identity.store, &p.err) == -1)
		return 1;
	p.identity.catalog = fixture_catalog(a);
	p.caller = (struct caller){ .arena = a,
		.profile = profile_default(p.identity.catalog),
		.actor = SLICE("test"),
		.request_id = SLICE(""),
		.base_url = SLICE(""),
		.now = 1760000000000 };
	store_txn(p.identity.store, tenant_body, &p, &p.err);
	test_versions(&p);
	store_close(p.identity.store);
	arena_free(a);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) != 0 || tap_done();
}
