/*
 * test_groups.c: what it costs to tell which groups a user is in (issue 4): a
 * record of a group is read for its display name alone, and nothing is read
 * for a client that does not want to know.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "store/store.h"
#include "tap.h"

enum { GROUPS = 40 }; /* and one that those are in */

static size_t records; /* read */
static size_t walks;   /* of groups.db */

enum store_status __real_kv_get(struct kv_txn *txn, enum kv_table table,
    struct slice key, bool for_update, struct slice *value);
enum store_status __wrap_kv_get(struct kv_txn *txn, enum kv_table table,
    struct slice key, bool for_update, struct slice *value);
enum store_status __real_kv_range_open(struct kv_txn *txn, enum kv_table table,
    struct slice prefix, struct slice from, bool degree2,
    struct kv_range **out);
enum store_status __wrap_kv_range_open(struct kv_txn *txn, enum kv_table table,
    struct slice prefix, struct slice from, bool degree2,
    struct kv_range **out);

enum store_status
__wrap_kv_get(struct kv_txn *txn, enum kv_table table, struct slice key,
    bool for_update, struct slice *value)
{
	records += table == KV_RESOURCES;
	return __real_kv_get(txn, table, key, for_update, value);
}

enum store_status
__wrap_kv_range_open(struct kv_txn *txn, enum kv_table table,
    struct slice prefix, struct slice from, bool degree2, struct kv_range **out)
{
	walks += table == KV_GROUPS;
	return __real_kv_range_open(txn, table, prefix, from, degree2, out);
}

/* What a client names; the records and walks that it costs; how many groups
 * it is told, and how many names of groups. */
static const struct {
	const char *attributes, *excluded;
	size_t records, walks, groups, names;
} rows[] = {
	{ NULL, NULL, GROUPS + 2, 1, GROUPS + 1, GROUPS + 1 },
	{ "groups", NULL, GROUPS + 2, 1, GROUPS + 1, GROUPS + 1 },
	{ "groups.display", NULL, GROUPS + 2, 1, GROUPS + 1, GROUPS + 1 },
	{ "groups.value", NULL, 1, 1, GROUPS + 1, 0 },
	{ "groups.value,groups.type", NULL, 1, 1, GROUPS + 1, 0 },
	{ NULL, "groups.display", 1, 1, GROUPS + 1, 0 },
	{ NULL, "groups", 1, 0, 0, 0 },
	{ "userName", NULL, 1, 0, 0, 0 },
};

struct place {
	struct identity identity;
	struct caller caller;
	struct arena *a;
};

static struct uuid
make(struct place *p, const char *type, const char *name, const char *value,
    const struct uuid *member)
{
	char text[400], id[UUID_TEXT_SIZE] = "";
	struct write_request request = { .kind = WRITE_CREATE };
	struct error err = { .detail = "" };

	request.type = catalog_find_type(p->identity.catalog, slice_of(type));
	if (member != NULL)
		uuid_format(member, id);
	snprintf(text, sizeof(text),
	    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:%s\"],"
	    "\"%s\":\"%s\"%s%s%s}",
	    type, name, value,
	    member == NULL ? "" : ",\"members\":[{\"value\":\"", id,
	    member == NULL ? "" : "\"}]");
	if (json_parse(p->a, slice_of(text), &request.body, &err) == -1 ||
	    identity_write(&p->identity, &p->caller, &request, &err) == -1)
		printf("# %s: %s\n", value, err.detail);
	return request.outcome.id;
}

/* How often WORD stands in TEXT. */
static size_t
count(struct slice text, const char *word)
{
	size_t n = 0;

	for (const char *at = text.data; (at = strstr(at, word)) != NULL; at++)
		n++;
	return n;
}

static struct slice
optional(const char *text)
{
	return text == NULL ? (struct slice){ NULL, 0 } : slice_of(text);
}

static void
run(struct place *p, const struct uuid *user, size_t i)
{
	const struct resource_type *type =
	    catalog_find_type(p->identity.catalog, SLICE("User"));
	const struct conditions none = { .if_none_match = { NULL, 0 } };
	struct projection *projection;
	struct outcome outcome;
	char id[UUID_TEXT_SIZE];
	struct error err = { .detail = "" };
	struct slice body, groups;
	struct buf out;
	int rc;

	buf_init(&out, 1 << 20);
	uuid_format(user, id);
	rc = project_parse(p->a, type, p->caller.profile,
	    optional(rows[i].attributes), optional(rows[i].excluded),
	    &projection, &err);
	records = walks = 0;
	if (rc == 0)
		rc = identity_read(&p->identity, &p->caller, type, slice_of(id),
		    &none, projection, &out, &outcome, &err);
	body = arena_slice(p->a, buf_text(&out));
	groups = (struct slice){ "", 0 };
	if (strstr(body.data, "\"groups\":[") != NULL)
		groups = slice_of(strstr(body.data, "\"groups\":["));
	tap_ok(rc == 0 && records == rows[i].records && walks == rows[i].walks,
	    "attributes '%s', without '%s': %zu records, %zu walks %s",
	    rows[i].attributes == NULL ? "" : rows[i].attributes,
	    rows[i].excluded == NULL ? "" : rows[i].excluded, records, walks,
	    err.detail);
	tap_ok(
	    count(groups, "{") - count(groups, "\"meta\"") == rows[i].groups &&
		count(groups, "\"display\"") == rows[i].names,
	    "and says what is asked for");
	buf_fini(&out);
}

static char dir[] = "/tmp/muster-groups.XXXXXX";

int
main(void)
{
	struct arena *a = arena_new();
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};
	struct place p = { .a = a };
	struct uuid user, group;
	char command[64], name[20];
	struct error err;

	if (mkdtemp(dir) == NULL ||
	    store_open(&options, &p.identity.store, &err) == -1)
		return 1;
	p.identity.catalog = fixture_catalog(a);
	p.caller = (struct caller){ .arena = a,
		.profile = profile_default(p.identity.catalog),
		.actor = SLICE("test"),
		.request_id = SLICE(""),
		.base_url = SLICE(""),
		.now = 1760000000000,
		.tenant = 1 };
	user = make(&p, "User", "userName", "anna", NULL);
	for (int i = 0; i < GROUPS; i++) {
		snprintf(name, sizeof(name), "g%d", i);
		group = make(&p, "Group", "displayName", name, &user);
	}
	make(&p, "Group", "displayName", "outer", &group);
	for (size_t i = 0; i < NELEM(rows); i++)
		run(&p, &user, i);
	store_close(p.identity.store);
	arena_free(a);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) != 0 || tap_done();
}
