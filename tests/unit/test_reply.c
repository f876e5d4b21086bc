/*
 * test_reply.c: who writes the answer to a change of a group keeps nobody
 * from its members, and who lists users nobody from their groups.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "fixture.h"
#include "json/json.h"
#include "scim/project.h"
#include "store/key.h"
#include "store/kv_private.h"
#include "store/tenants.h"
#include "tap.h"

enum {
	USERS = 300,
	FAR = 100 /* users that stand on other pages than the group */
};

static char dir[] = "/tmp/muster-reply.XXXXXX";

/* What the wrapped commit looks at. */
static struct place {
	struct identity identity;
	struct caller caller;
	struct uuid ids[USERS];
	struct uuid group;
	int free; /* rows of members that others could write to */
	bool is_group_free;
} place;

int __real_kv_commit(struct kv_txn *txn, struct error *err);
int __wrap_kv_commit(struct kv_txn *txn, struct error *err);

/* Could another transaction write to the row of KEY at once? */
static bool
is_free(struct kv_txn *txn, enum kv_table table, const struct key *key)
{
	DB_ENV *env = txn->kv->env;
	DB *db = txn->kv->tables[table];
	DBT k = kv_dbt(key_slice(key)), v = { .flags = 0 };
	DB_TXN *other;
	int rc;

	if (env->txn_begin(env, NULL, &other, DB_TXN_NOWAIT) != 0)
		return false;
	rc = db->get(db, other, &k, &v, DB_RMW);
	other->abort(other);
	return rc == 0;
}

static bool
is_record_free(struct kv_txn *txn, struct slice type, const struct uuid *id)
{
	struct key key;

	key_init(&key, place.caller.tenant);
	key_add_text(&key, type);
	key_add_uuid(&key, id);
	return is_free(txn, KV_RESOURCES, &key);
}

int
__wrap_kv_commit(struct kv_txn *txn, struct error *err)
{
	place.free = 0;
	place.is_group_free = is_record_free(txn, SLICE("Group"), &place.group);
	for (int i = FAR; i < USERS && txn->mode == KV_WRITE; i++) {
		struct key edge;

		key_init(&edge, place.caller.tenant);
		key_add_uuid(&edge, &place.group);
		key_add_uuid(&edge, &place.ids[i]);
		place.free +=
		    is_record_free(txn, SLICE("User"), &place.ids[i]) &&
		    is_free(txn, KV_MEMBERS, &edge);
	}
	return __real_kv_commit(txn, err);
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

/* Write TEXT; the answer is in OUT. */
static int
write_one(struct place *p, enum write_kind kind, const char *type,
    const char *text, struct uuid *id, struct buf *out)
{
	struct arena *a = p->caller.arena;
	char id_text[UUID_TEXT_SIZE];
	const struct slice none = { NULL, 0 };
	struct write_request request = { .kind = kind,
		.type = catalog_find_type(p->identity.catalog, slice_of(type)),
		.new_id = id,
		.out = out };
	struct error err;

	if (kind == WRITE_CREATE)
		*id = uuid_new(p->caller.now);
	uuid_format(id, id_text);
	request.id = slice_of(id_text);
	if (project_parse(a, request.type, p->caller.profile, none, none,
		&request.projection, &err) == -1 ||
	    json_parse(a, slice_of(text), &request.body, &err) == -1 ||
	    identity_write(&p->identity, &p->caller, &request, &err) == -1) {
		printf("# %s\n", err.detail);
		return -1;
	}
	return 0;
}

static void
fill(struct place *p, struct buf *out)
{
	struct arena *a = p->caller.arena;
	struct buf text;

	buf_init(&text, 1 << 20);
	buf_puts(&text,
	    "{\"schemas\":[\"" URN_GROUP "\"],\"displayName\":\"all\","
	    "\"members\":[");
	for (int i = 0; i < USERS; i++) {
		char id[UUID_TEXT_SIZE];

		write_one(p, WRITE_CREATE, "User",
		    arena_printf(a,
			"{\"schemas\":[\"" URN_USER "\"],"
			"\"userName\":\"u%d\",\"displayName\":\"User %d\"}",
			i, i),
		    &p->ids[i], NULL);
		uuid_format(&p->ids[i], id);
		buf_printf(&text, "%s{\"value\":\"%s\"}", i > 0 ? "," : "", id);
	}
	buf_puts(&text, "]}");
	write_one(p, WRITE_CREATE, "Group", text.data, &p->group, out);
	buf_fini(&text);
}

static void
test_reply(struct place *p, struct buf *out)
{
	struct json_object *tree = NULL;
	struct error err;

	buf_truncate(out, 0);
	tap_ok(write_one(p, WRITE_PATCH, "Group",
		   "{\"schemas\":["
		   "\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
		   "\"Operations\":[{\"op\":\"replace\","
		   "\"path\":\"displayName\",\"value\":\"some\"}]}",
		   &p->group, out) == 0 &&
		json_parse(p->caller.arena, buf_text(out), &tree, &err) == 0 &&
		json_len(json_get(tree, "members")) == USERS,
	    "a PATCH of a group answers with its %d members", USERS);
	tap_ok(p->free == USERS - FAR,
	    "others may write to them and to their places meanwhile: %d of %d",
	    p->free, USERS - FAR);
}

/* What was written is not let go of when it is read for the answer. */
static void
test_written(struct place *p, struct buf *out)
{
	char id[UUID_TEXT_SIZE];
	int rc;

	uuid_format(&p->ids[USERS - 1], id);
	buf_truncate(out, 0);
	rc = write_one(p, WRITE_PATCH, "Group",
	    arena_printf(p->caller.arena,
		"{\"schemas\":["
		"\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
		"\"Operations\":[{\"op\":\"remove\","
		"\"path\":\"members[value eq \\\"%s\\\"]\"}]}",
		id),
	    &p->group, out);
	tap_ok(rc == 0 && p->free > 0 && p->free < USERS - FAR &&
		!p->is_group_free,
	    "what was changed stays locked: %d of %d are free", p->free,
	    USERS - FAR);
}

/* All users are looked at, for one who is shown with the group. */
static void
test_list(struct place *p, struct buf *out)
{
	const struct resource_type *type =
	    catalog_find_type(p->identity.catalog, SLICE("User"));
	struct query q = { .types = &type,
		.ntypes = 1,
		.filter = SLICE("displayName ew \" 7\""),
		.count = 10,
		.start_index = 1 };
	struct json_object *tree = NULL, *found;
	struct error err = { .detail = "" };

	buf_truncate(out, 0);
	if (identity_list(&p->identity, &p->caller, &q, out, &err) == 0)
		json_parse(p->caller.arena, buf_text(out), &tree, &err);
	found = json_get(tree, "Resources");
	tap_ok(json_len(found) == 1 &&
		json_len(json_get(json_at(found, 0), "groups")) == 1,
	    "a walk over all users shows one, with the group: %s", err.detail);
	tap_ok(place.is_group_free, "others may write to the group meanwhile");
}

int
main(void)
{
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};
	struct place *p = &place;
	struct arena *a = arena_new();
	char command[64];
	struct error err;
	struct buf out;

	log_open("test_reply", LOG_LEVEL_WARNING);
	if (mkdtemp(dir) == NULL ||
	    store_open(&options, &p->identity.store, &err) == -1)
		return 1;
	p->identity.catalog = fixture_catalog(a);
	p->caller = (struct caller){ .arena = a,
		.profile = profile_default(p->identity.catalog),
		.actor = SLICE("test"),
		.request_id = SLICE(""),
		.base_url = SLICE(""),
		.now = 1760000000000 };
	store_txn(p->identity.store, tenant_body, p, &err);
	buf_init(&out, 1 << 20);
	fill(p, &out);
	test_reply(p, &out);
	test_list(p, &out);
	test_written(p, &out);
	buf_fini(&out);
	store_close(p->identity.store);
	arena_free(a);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) != 0 || tap_done();
}
