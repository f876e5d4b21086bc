/*
 * test_delete.c: what has more members, groups or references than one
 * transaction takes away goes all the same, and leaves nothing behind.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "fixture.h"
#include "identity/delete.h"
#include "identity/member.h"
#include "identity/verify.h"
#include "json/json.h"
#include "store/members.h"
#include "store/tenants.h"
#include "tap.h"

enum {
	USERS = 2 * DELETE_ROOM / DELETE_MEMBER_COST + 50,
	CHANGES_MAX = 101, /* others wait for some 10 ms */
	GROUPS = 10 * CHANGES_MAX + 30
};

static char dir[] = "/tmp/muster-delete.XXXXXX";

struct place {
	struct identity identity;
	struct caller caller;
	struct arena *a;
	struct error err;
};

/* Changes of the transaction that runs, and the most of one. */
static int changes, changes_most;

enum store_status __real_kv_put(struct kv_txn *txn, enum kv_table table,
    struct slice key, struct slice value);
enum store_status __wrap_kv_put(struct kv_txn *txn, enum kv_table table,
    struct slice key, struct slice value);
int __real_kv_begin(struct kv *kv, enum kv_mode mode, struct arena *a,
    struct kv_txn **out, struct error *err);
int __wrap_kv_begin(struct kv *kv, enum kv_mode mode, struct arena *a,
    struct kv_txn **out, struct error *err);

enum store_status
__wrap_kv_put(struct kv_txn *txn, enum kv_table table, struct slice key,
    struct slice value)
{
	changes += table == KV_CHANGES;
	if (changes > changes_most)
		changes_most = changes;
	return __real_kv_put(txn, table, key, value);
}

int
__wrap_kv_begin(struct kv *kv, enum kv_mode mode, struct arena *a,
    struct kv_txn **out, struct error *err)
{
	changes = 0;
	return __real_kv_begin(kv, mode, a, out, err);
}

/* Write TEXT, or delete: 0, or an error code. */
static int
write_one(struct place *p, enum write_kind kind, const char *type,
    const char *text, struct uuid *id, const char *if_match)
{
	char id_text[UUID_TEXT_SIZE];
	struct write_request request = { .kind = kind,
		.type = catalog_find_type(p->identity.catalog, slice_of(type)),
		.conditions.if_match = if_match == NULL
		    ? (struct slice){ NULL, 0 }
		    : slice_of(if_match) };

	if (kind == WRITE_CREATE) {
		*id = uuid_new(p->caller.now);
		request.new_id = id;
	}
	if (text != NULL)
		json_parse(p->a, slice_of(text), &request.body, &p->err);
	uuid_format(id, id_text);
	request.id = slice_of(id_text);
	p->err.code = ERR_NONE;
	identity_write(&p->identity, &p->caller, &request, &p->err);
	return (int)p->err.code;
}

static const char *
id_of(struct place *p, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return arena_strdup(p->a, text);
}

/* USERS users; the first is manager of the others, who are all in GROUP. */
static void
fill(struct place *p, struct uuid *ids, struct uuid *group)
{
	struct buf text;

	buf_init(&text, 1 << 24);
	for (int i = 0; i < USERS; i++)
		write_one(p, WRITE_CREATE, "User",
		    arena_printf(p->a,
			"{\"schemas\":[\"" URN_USER "\"],"
			"\"userName\":\"u%d\"%s}",
			i,
			i == 0 ? ""
			       : arena_printf(p->a,
				     ",\"" URN_ENTERPRISE
				     "\":{\"manager\":{\"value\":\"%s\"}}",
				     id_of(p, &ids[0]))),
		    &ids[i], NULL);
	buf_puts(&text,
	    "{\"schemas\":[\"" URN_GROUP "\"],\"displayName\":\"all\","
	    "\"members\":[");
	for (int i = 1; i < USERS; i++)
		buf_printf(&text, "%s{\"value\":\"%s\"}", i > 1 ? "," : "",
		    id_of(p, &ids[i]));
	buf_puts(&text, "]}");
	tap_ok(write_one(p, WRITE_CREATE, "Group", text.data, group, NULL) ==
		ERR_NONE,
	    "a group of %d", USERS - 1);
	for (int i = 0; i < GROUPS; i++) {
		struct uuid id;

		write_one(p, WRITE_CREATE, "Group",
		    arena_printf(p->a,
			"{\"schemas\":[\"" URN_GROUP "\"],"
			"\"displayName\":\"g%d\","
			"\"members\":[{\"value\":\"%s\"}]}",
			i, id_of(p, &ids[1])),
		    &id, NULL);
	}
	buf_fini(&text);
}

/* How many of TYPE meet FILTER. */
static int64_t
count(struct place *p, const char *type_name, const char *filter)
{
	const struct resource_type *type =
	    catalog_find_type(p->identity.catalog, slice_of(type_name));
	struct query q = { .types = &type,
		.ntypes = 1,
		.filter = slice_of(filter),
		.count = 0 };
	struct json_object *list;
	struct buf out;
	int64_t n = -1;

	buf_init(&out, 1 << 24);
	if (identity_list(&p->identity, &p->caller, &q, &out, &p->err) == 0 &&
	    json_parse(p->a, buf_text(&out), &list, &p->err) == 0)
		n = json_integer(json_get(list, "totalResults"));
	buf_fini(&out);
	return n;
}

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

static void
print_problem(void *arg, const char *text)
{
	int *shown = arg;

	if ((*shown)++ < 5)
		printf("# %s\n", text);
}

static void
no_progress(void *arg, const char *what, uint64_t done)
{
	(void)arg;
	(void)what;
	(void)done;
}

static void
test_sound(struct place *p, const char *when)
{
	int shown = 0;
	struct verify verify = { .arg = &shown,
		.identity = &p->identity,
		.caller = &p->caller,
		.problem = print_problem,
		.progress = no_progress };
	struct verify_result result;

	tap_ok(identity_verify(&verify, &result, &p->err) == 0 &&
		result.problems == 0,
	    "nothing is left over %s", when);
}

static void
test_deletes(struct place *p, struct uuid *ids, struct uuid *group)
{
	const char *in_groups =
	    arena_printf(p->a, "members.value eq \"%s\"", id_of(p, &ids[1]));
	const char *reports = arena_printf(
	    p->a, URN_ENTERPRISE ":manager.value eq \"%s\"", id_of(p, &ids[0]));

	tap_ok(count(p, "Group", in_groups) == GROUPS + 1 &&
		count(p, "User", reports) == USERS - 1,
	    "all is there");
	tap_ok(write_one(p, WRITE_DELETE, "Group", NULL, group, "W/\"9\"") ==
		    ERR_PRECONDITION &&
		count(p, "Group", in_groups) == GROUPS + 1,
	    "ETAG-06 a condition that is not met: nothing changes");
	tap_ok(write_one(p, WRITE_DELETE, "Group", NULL, group, "W/\"1\"") ==
		ERR_NONE,
	    "DEL-01 a group of %d goes", USERS - 1);
	tap_ok(count(p, "Group", in_groups) == GROUPS &&
		write_one(p, WRITE_DELETE, "Group", NULL, group, NULL) ==
		    ERR_NOT_FOUND,
	    "DEL-02 it is gone");
	test_sound(p, "of the group");
	tap_ok(write_one(p, WRITE_DELETE, "User", NULL, &ids[0], NULL) ==
		    ERR_NONE &&
		count(p, "User", reports) == 0,
	    "DEL-06 a manager of %d goes", USERS - 1);
	test_sound(p, "of the manager");
	tap_ok(write_one(p, WRITE_DELETE, "User", NULL, &ids[1], NULL) ==
		    ERR_NONE &&
		count(p, "Group", in_groups) == 0 &&
		count(p, "Group", "displayName sw \"g\"") == GROUPS,
	    "DEL-06 a user in %d groups goes", GROUPS);
	tap_ok(changes_most <= CHANGES_MAX,
	    "others wait for %d changes at most: %d", CHANGES_MAX,
	    changes_most);
	test_sound(p, "of the user");
}

/* Edges of GROUP to users from FIRST on, who need not be there. */
struct edges {
	uint32_t tenant;
	struct uuid group;
	int first;
};

enum { EDGES_MAX = 10000 }; /* of one transaction */

static int
edges_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct edges *e = arg;
	struct uuid id = { { 1, 0x90 } };

	(void)err;
	for (int i = e->first; i < e->first + EDGES_MAX; i++) {
		id.bytes[13] = (unsigned char)(i >> 16);
		id.bytes[14] = (unsigned char)(i >> 8);
		id.bytes[15] = (unsigned char)i;
		if (member_insert(txn, e->tenant, &e->group, &id,
			SLICE("User")) != STORE_OK)
			return -1;
	}
	return 0;
}

static bool
add_edges(struct place *p, const struct uuid *group, int first, int n)
{
	struct edges e = { p->caller.tenant, *group, first };

	for (; e.first < first + n; e.first += EDGES_MAX)
		if (store_txn(p->identity.store, edges_body, &e, &p->err) == -1)
			return false;
	return true;
}

/* What would take too long at once is refused, and changes nothing. */
static void
test_clear(struct place *p)
{
	const char *name =
	    "{\"schemas\":[\"" URN_GROUP "\"],\"displayName\":\"large\"}";
	const char *clear =
	    "{\"schemas\":["
	    "\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
	    "\"Operations\":[{\"op\":\"remove\","
	    "\"path\":\"members\"}]}";
	struct uuid group;
	int64_t others = count(p, "Group", "members pr");

	write_one(p, WRITE_CREATE, "Group", name, &group, NULL);
	tap_ok(add_edges(p, &group, 0, MEMBER_CHANGES_MAX), "a group of %d",
	    MEMBER_CHANGES_MAX);
	tap_ok(write_one(p, WRITE_PATCH, "Group", clear, &group, NULL) ==
		    ERR_NONE &&
		count(p, "Group", "members pr") == others,
	    "so many go at once");
	tap_ok(add_edges(p, &group, 0, MEMBER_CHANGES_MAX + EDGES_MAX),
	    "a group of %d", MEMBER_CHANGES_MAX + EDGES_MAX);
	tap_ok(write_one(p, WRITE_PATCH, "Group", clear, &group, NULL) ==
		    ERR_TOO_LARGE &&
		write_one(p, WRITE_REPLACE, "Group", name, &group, NULL) ==
		    ERR_TOO_LARGE &&
		count(p, "Group", "members pr") == others + 1,
	    "more do not: %s", p->err.detail);
	tap_ok(write_one(p, WRITE_DELETE, "Group", NULL, &group, NULL) ==
		    ERR_NONE &&
		count(p, "Group", "members pr") == others,
	    "the whole group goes");
}

int
main(void)
{
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};
	static struct uuid ids[USERS];
	struct place p = { .a = arena_new() };
	struct uuid group;
	char command[64];

	log_open("test_delete", LOG_LEVEL_WARNING);
	if (mkdtemp(dir) == NULL ||
	    store_open(&options, &p.identity.store, &p.err) == -1)
		return 1;
	p.identity.catalog = fixture_catalog(p.a);
	p.caller = (struct caller){ .arena = p.a,
		.profile = profile_default(p.identity.catalog),
		.actor = SLICE("test"),
		.request_id = SLICE(""),
		.base_url = SLICE(""),
		.now = 1760000000000 };
	store_txn(p.identity.store, tenant_body, &p, &p.err);
	fill(&p, ids, &group);
	test_clear(&p);
	test_deletes(&p, ids, &group);
	store_close(p.identity.store);
	arena_free(p.a);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) != 0 || tap_done();
}
