/*
 * test_tenancy.c: a deletion that is killed anywhere goes on where it was,
 * and leaves nothing but the log; nothing is written behind it; and a
 * request reads as many keys whether there is one tenant or a thousand.
 *
 * TENANTS and TENANT_USERS in the environment make it 1000 of 100.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/token.h"
#include "base/log.h"
#include "base/nelem.h"
#include "base/number.h"
#include "fixture.h"
#include "identity/verify.h"
#include "json/json.h"
#include "store/changes.h"
#include "store/scan.h"
#include "tap.h"
#include "tenancy/in_force.h"
#include "tenancy/removal.h"

enum { USERS = 500, NOW = 1760000000, DELETES_MAX = 700 };

/* The linker puts these between the library and the store (--wrap). */
static uint64_t keys_read;
static uint64_t deletes_left; /* 0: as many as there are */

enum store_status __real_kv_get(
    struct kv_txn *, enum kv_table, struct slice, bool, struct slice *);
enum store_status __wrap_kv_get(
    struct kv_txn *, enum kv_table, struct slice, bool, struct slice *);
enum store_status __real_kv_range_next(
    struct kv_range *, struct slice *, struct slice *);
enum store_status __wrap_kv_range_next(
    struct kv_range *, struct slice *, struct slice *);
enum store_status __real_kv_delete(
    struct kv_txn *, enum kv_table, struct slice);
enum store_status __wrap_kv_delete(
    struct kv_txn *, enum kv_table, struct slice);

enum store_status
__wrap_kv_get(struct kv_txn *txn, enum kv_table table, struct slice key,
    bool for_update, struct slice *value)
{
	keys_read++;
	return __real_kv_get(txn, table, key, for_update, value);
}

enum store_status
__wrap_kv_range_next(
    struct kv_range *range, struct slice *key, struct slice *value)
{
	keys_read++;
	return __real_kv_range_next(range, key, value);
}

enum store_status
__wrap_kv_delete(struct kv_txn *txn, enum kv_table table, struct slice key)
{
	if (deletes_left > 0 && --deletes_left == 0)
		kill(getpid(), SIGKILL);
	return __real_kv_delete(txn, table, key);
}

static char dir[] = "/tmp/muster-tenancy.XXXXXX";

struct place {
	struct identity identity;
	struct caller caller;
	struct tenancy tenancy;
	struct arena *a;
	struct error err;
};

static bool
open_place(struct place *p)
{
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};

	*p = (struct place){ .a = arena_new() };
	if (store_open(&options, &p->identity.store, &p->err) == -1) {
		printf("not ok - %s\n", p->err.detail);
		return false;
	}
	p->identity.catalog = fixture_catalog(p->a);
	p->caller = (struct caller){ .arena = p->a,
		.profile = profile_default(p->identity.catalog),
		.actor = SLICE("test"),
		.request_id = SLICE(""),
		.base_url = SLICE("http://x"),
		.now = NOW * 1000LL };
	p->tenancy = (struct tenancy){ .store = p->identity.store,
		.catalog = p->identity.catalog,
		.arena = p->a,
		.actor = p->caller.actor,
		.now = p->caller.now };
	return true;
}

static void
close_place(struct place *p)
{
	store_close(p->identity.store);
	arena_free(p->a);
}

static struct write_request
creation(struct place *p, const char *type, const char *text)
{
	struct write_request request = { .kind = WRITE_CREATE,
		.type = catalog_find_type(p->identity.catalog, slice_of(type)),
		.conditions.if_match = { NULL, 0 } };

	json_parse(p->a, slice_of(text), &request.body, &p->err);
	return request;
}

/* N users in one transaction. */
static int
add_users(struct place *p, int from, int n)
{
	struct write_request *requests =
	    arena_calloc(p->a, (size_t)n, sizeof(*requests));
	size_t failed;

	for (int i = 0; i < n; i++)
		requests[i] = creation(p, "User",
		    arena_printf(p->a,
			"{\"schemas\":[\"" URN_USER "\"],"
			"\"userName\":\"u%d\",\"displayName\":\"U %d\","
			"\"emails\":[{\"value\":\"u%d@x\"}]}",
			from + i, from + i, from + i));
	return identity_write_all(
	    &p->identity, &p->caller, requests, (size_t)n, &failed, &p->err);
}

/* A tenant with N users; CALLER is then one of it. */
static int
add_tenant(struct place *p, const char *name, int n)
{
	struct tenant tenant = { .name = slice_of(name) };

	if (tenancy_create(&p->tenancy, &tenant, &p->err) == -1)
		return -1;
	p->caller.tenant = tenant.number;
	for (int i = 0; i < n; i += 100)
		if (add_users(p, i, n - i < 100 ? n - i : 100) == -1)
			return -1;
	return 0;
}

static const char *
add_token(struct place *p, const char *tenant)
{
	struct credential credential = { .tenant_name = slice_of(tenant) };
	char secret[SECRET_SIZE];

	if (token_create(p->identity.store, p->a, p->caller.now, &credential,
		secret, &p->err) == -1)
		return "";
	return arena_strdup(p->a, secret);
}

/* How many keys of TABLE begin with the number of TENANT. */
struct census {
	enum kv_table table;
	uint32_t tenant;
	size_t n;
};

static int
census_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct census *c = arg;
	unsigned char bytes[4] = { 0, 0, 0, (unsigned char)c->tenant };
	struct slice prefix = { (const char *)bytes, 4 }, key, value;
	struct kv_range *range;

	(void)err;
	c->n = 0;
	if (kv_range_open(txn, c->table, prefix, SLICE(""), true, &range) !=
	    STORE_OK)
		return -1;
	while (kv_range_next(range, &key, &value) == STORE_OK)
		c->n++;
	kv_range_close(range);
	return 0;
}

static size_t
count_keys(struct place *p, enum kv_table table, uint32_t tenant)
{
	struct census c = { table, tenant, 0 };

	if (store_view(p->identity.store, census_body, &c, &p->err) == -1)
		return SIZE_MAX;
	return c.n;
}

/* All but its changes. */
static size_t
count_all(struct place *p, uint32_t tenant)
{
	static const enum kv_table tables[] = { KV_META, KV_COUNTERS,
		KV_RESOURCES, KV_UNIQUES, KV_INDEXES, KV_MEMBERS, KV_GROUPS };
	size_t n = 0;

	for (size_t i = 0; i < NELEM(tables); i++)
		n += count_keys(p, tables[i], tenant);
	return n;
}

static void
print_problem(void *arg, const char *text)
{
	(void)arg;
	printf("# %s\n", text);
}

static void
no_progress(void *arg, const char *what, uint64_t done)
{
	(void)arg;
	(void)what;
	(void)done;
}

static bool
is_sound(struct place *p)
{
	struct verify verify = { .identity = &p->identity,
		.caller = &p->caller,
		.problem = print_problem,
		.progress = no_progress };
	struct verify_result result;

	return identity_verify(&verify, &result, &p->err) == 0 &&
	    result.problems == 0;
}

/* Delete NAME in a process that is killed at its LEFTth key, if it is. */
static bool
is_killed(const char *name, uint64_t left)
{
	struct removal_result result;
	struct place p;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (!open_place(&p))
			_exit(1);
		deletes_left = left;
		_exit(removal_run(&p.tenancy, slice_of(name), NULL, NULL,
			  &result, &p.err) == -1);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return false;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static int
token_body(const struct credential *c, void *arg, struct error *err)
{
	uint32_t *tenants = arg;

	(void)err;
	tenants[c->tenant < 3 ? c->tenant : 0]++;
	return 0;
}

/* What can be said of a tenant between two runs of its deletion. */
static void
test_between(struct place *p, uint32_t number, size_t left)
{
	struct tenant tenant;

	tap_ok(
	    tenancy_find(&p->tenancy, SLICE("going"), &tenant, &p->err) == 0 &&
		tenant.state == TENANT_DELETING,
	    "%zu keys left: the tenant is being deleted", left);
	tap_ok(is_sound(p), "verify knows that");
	p->caller.tenant = number;
	tap_ok(add_users(p, 9999, 1) == -1 && p->err.code == ERR_UNAUTHORIZED &&
		count_all(p, number) == left,
	    "nothing is written behind it");
	tap_ok(in_force_find(p->identity.store, p->a, number, SLICE(""),
		   &tenant, &p->err) == -1 &&
		p->err.code == ERR_UNAUTHORIZED,
	    "nobody is served");
	tenant = (struct tenant){ .name = SLICE("going") };
	tap_ok(tenancy_create(&p->tenancy, &tenant, &p->err) == -1 &&
		p->err.code == ERR_UNIQUENESS,
	    "its name is taken");
	tap_ok(*add_token(p, "going") == '\0', "there is no new credential");
}

static void
test_gone(struct place *p, uint32_t number, size_t changes)
{
	uint32_t tokens[3] = { 0 };
	struct tenant *list, tenant = { .name = SLICE("going") };
	size_t n;

	tap_ok(count_all(p, number) == 1, "only its sequence is left");
	tap_ok(count_keys(p, KV_CHANGES, number) == changes,
	    "and its %zu changes", changes);
	tap_ok(tenancy_list(&p->tenancy, &list, &n, &p->err) == 0 && n == 2 &&
		slice_equal(list[0].name, SLICE("staying")) &&
		list[1].state == TENANT_DELETED && list[1].number == number,
	    "its row says whose they were");
	tap_ok(token_each(p->identity.store, p->a, TENANT_STORE, token_body,
		   tokens, &p->err) == 0 &&
		tokens[number] == 0 && tokens[0] + tokens[1] + tokens[2] == 1,
	    "its credentials are gone, others are not");
	tap_ok(is_sound(p), "verify agrees");
	tap_ok(tenancy_create(&p->tenancy, &tenant, &p->err) == 0 &&
		tenant.number != number,
	    "its name can be taken again, its number cannot");
}

/* Killed at each of some places until it is done, last by muster work. */
static void
test_killed(void)
{
	size_t changes, left, others, before = SIZE_MAX, kills = 0, n;
	uint32_t number;
	struct place p;

	if (!open_place(&p))
		exit(1);
	tap_ok(add_tenant(&p, "staying", 20) == 0 &&
		add_tenant(&p, "going", USERS) == 0,
	    "two tenants: %s", p.err.detail);
	number = p.caller.tenant;
	tap_ok(*add_token(&p, "staying") != '\0' &&
		*add_token(&p, "going") != '\0',
	    "a credential each");
	changes = count_keys(&p, KV_CHANGES, number);
	left = count_all(&p, number);
	others = count_all(&p, 1);
	close_place(&p);
	tap_ok(is_killed("going", 1), "killed at its first key");
	while (left > DELETES_MAX && left < before &&
	    is_killed("going", DELETES_MAX)) {
		kills++;
		before = left;
		if (!open_place(&p))
			exit(1);
		left = count_all(&p, number);
		test_between(&p, number, left);
		close_place(&p);
	}
	tap_ok(kills > 2 && left <= DELETES_MAX,
	    "killed %zu times, it went on where it was", kills);
	if (!open_place(&p))
		exit(1);
	tap_ok(removal_resume(&p.tenancy, &n, &p.err) == 0 && n == 1,
	    "whoever resumes it ends it");
	tap_ok(removal_resume(&p.tenancy, &n, &p.err) == 0 && n == 0,
	    "and then there is nothing to do");
	test_gone(&p, number, changes);
	tap_ok(count_all(&p, 1) == others, "the other tenant has what it had");
	close_place(&p);
}

/* Requests as a tenant makes them; each starts with who it is. */
enum ask { ASK_READ, ASK_LIST, ASK_FIND, ASK_CREATE, ASK_MAX };

static const char *const ask_names[] = { "a read", "a page of 100",
	"userName eq", "a create" };

static int
do_ask(struct place *p, enum ask ask, struct slice id, int n)
{
	const struct resource_type *user =
	    catalog_find_type(p->identity.catalog, SLICE("User"));
	struct conditions none = { .if_match = { NULL, 0 } };
	struct query query = { .types = &user,
		.ntypes = 1,
		.count = 100,
		.filter = { NULL, 0 },
		.cursor = { NULL, 0 } };
	struct projection *projection;
	struct outcome outcome;
	struct buf out;
	int rc;

	if (ask == ASK_CREATE)
		return add_users(p, 100000 + n, 1);
	if (ask == ASK_FIND)
		query.filter = SLICE("userName eq \"u5\"");
	buf_init(&out, 1 << 24);
	if (ask != ASK_READ)
		rc = identity_list(
		    &p->identity, &p->caller, &query, &out, &p->err);
	else if ((rc = project_parse(p->a, user, p->caller.profile,
		      (struct slice){ NULL, 0 }, (struct slice){ NULL, 0 },
		      &projection, &p->err)) == 0)
		rc = identity_read(&p->identity, &p->caller, user, id, &none,
		    projection, &out, &outcome, &p->err);
	buf_fini(&out);
	return rc;
}

/* The keys that each request of SECRET reads. */
static bool
measure(struct place *p, const char *secret, struct slice id, int n,
    uint64_t keys[ASK_MAX])
{
	struct credential credential;
	struct tenant tenant;

	for (int ask = 0; ask < ASK_MAX; ask++) {
		keys_read = 0;
		if (token_find(p->identity.store, p->a, slice_of(secret),
			&credential, &p->err) == -1 ||
		    in_force_find(p->identity.store, p->a, credential.tenant,
			SLICE("first"), &tenant, &p->err) == -1)
			return false;
		p->caller.tenant = tenant.number;
		p->caller.tenant_version = tenant.version;
		if (do_ask(p, (enum ask)ask, id, n) == -1)
			return false;
		keys[ask] = keys_read;
	}
	p->caller.tenant_version = 0;
	return true;
}

static int
setting(const char *name, int preset)
{
	int64_t value = preset;

	parse_int(slice_of(getenv(name)), 1, 100000, &value, NULL);
	return (int)value;
}

static void
test_cost(void)
{
	int tenants = setting("TENANTS", 30);
	int users = setting("TENANT_USERS", 20);
	uint64_t first[ASK_MAX], alone[ASK_MAX], among[ASK_MAX];
	struct write_request request;
	char id[UUID_TEXT_SIZE];
	const char *secret;
	struct place p;
	int made = 1;

	if (!open_place(&p))
		exit(1);
	tap_ok(add_tenant(&p, "first", users) == 0, "one of %d users", users);
	secret = add_token(&p, "first");
	request = creation(
	    &p, "User", "{\"schemas\":[\"" URN_USER "\"],\"userName\":\"me\"}");
	tap_ok(identity_write(&p.identity, &p.caller, &request, &p.err) == 0,
	    "and one more");
	uuid_format(&request.outcome.id, id);
	/* The first list of all makes the key for cursors. */
	tap_ok(measure(&p, secret, slice_of(id), 0, first) &&
		measure(&p, secret, slice_of(id), 1, first) &&
		measure(&p, secret, slice_of(id), 2, alone),
	    "its requests: %s", p.err.detail);
	while (made < tenants &&
	    add_tenant(&p, arena_printf(p.a, "t%d", made), users) == 0)
		made++;
	tap_ok(made == tenants, "%d tenants", made);
	/* Each time there is one user more, who may be on the page. */
	alone[ASK_LIST] += 2 * (alone[ASK_LIST] - first[ASK_LIST]);
	/* What was kept of the tenant is not, after the new ones. */
	tap_ok(measure(&p, secret, slice_of(id), 3, first) &&
		measure(&p, secret, slice_of(id), 4, among),
	    "the same again");
	for (int ask = 0; ask < ASK_MAX; ask++)
		tap_ok(among[ask] == alone[ask],
		    "%s: %llu keys with 1 tenant, %llu with %d", ask_names[ask],
		    (unsigned long long)alone[ask],
		    (unsigned long long)among[ask], made);
	close_place(&p);
}

/* What was begun when other settings were in force is not written. */
static void
test_changed(void)
{
	struct tenant_changes changes = { .choice.without =
					      SLICE(URN_ENTERPRISE) };
	struct tenant tenant;
	struct place p;

	if (!open_place(&p))
		exit(1);
	for (int i = 0; i < LIMIT_MAX; i++)
		changes.limits[i] = -1;
	tap_ok(add_tenant(&p, "changing", 0) == 0 &&
		tenancy_find(&p.tenancy, SLICE("changing"), &tenant, &p.err) ==
		    0,
	    "a tenant");
	p.caller.tenant_version = tenant.version;
	tap_ok(
	    tenancy_set(&p.tenancy, SLICE("changing"), &changes, &p.err) == 0,
	    "an extension is taken away");
	tap_ok(add_users(&p, 0, 1) == -1 && p.err.code == ERR_BUSY,
	    "a write that does not know it is refused");
	tap_ok(
	    tenancy_set(&p.tenancy, SLICE("changing"), &changes, &p.err) == 0 &&
		tenancy_find(&p.tenancy, SLICE("changing"), &tenant, &p.err) ==
		    0 &&
		tenant.version == 2,
	    "what is so already is no change");
	p.caller.tenant_version = tenant.version;
	tap_ok(add_users(&p, 0, 1) == 0, "one that does is done");
	close_place(&p);
}

static bool
put_off(void *arg, uint64_t keys)
{
	(void)keys;
	return *(bool *)arg;
}

/* A request has no time for all of it; one with time ends it. */
static void
test_put_off(void)
{
	struct removal_result result;
	struct tenant tenant;
	struct place p;
	bool has_time = false;

	if (!open_place(&p))
		exit(1);
	tap_ok(add_tenant(&p, "large", 200) == 0, "a tenant: %s", p.err.detail);
	p.tenancy.conditions.if_match = SLICE("W/\"7\"");
	tap_ok(removal_run(&p.tenancy, SLICE("large"), put_off, &has_time,
		   &result, &p.err) == -1 &&
		p.err.code == ERR_PRECONDITION,
	    "another version of it goes");
	p.tenancy.conditions.if_match = SLICE("W/\"1\"");
	tap_ok(removal_run(&p.tenancy, SLICE("large"), put_off, &has_time,
		   &result, &p.err) == 0 &&
		!result.is_done && result.keys == REMOVAL_BATCH &&
		tenancy_find(&p.tenancy, SLICE("large"), &tenant, &p.err) ==
		    0 &&
		tenant.state == TENANT_DELETING,
	    "a part of it is gone");
	has_time = true;
	tap_ok(removal_run(&p.tenancy, SLICE("large"), put_off, &has_time,
		   &result, &p.err) == 0 &&
		result.is_done &&
		tenancy_find(&p.tenancy, SLICE("large"), &tenant, &p.err) == -1,
	    "the same call ends it");
	close_place(&p);
}

static bool
remove_store(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) == 0;
}

int
main(void)
{
	log_open("test_tenancy", LOG_LEVEL_ERROR);
	if (mkdtemp(dir) == NULL)
		return 1;
	test_killed();
	if (!remove_store())
		return 1;
	test_cost();
	test_changed();
	test_put_off();
	return !remove_store() || tap_done();
}
