/*
 * verify_keys.c: keys that point to resources: indexes, memberships,
 * credentials.
 */
#include "identity/index.h"
#include "identity/member.h"
#include "identity/verify_private.h"
#include "json/json.h"
#include "store/key.h"
#include "store/members.h"
#include "store/resources.h"
#include "store/sweep.h"
#include "store/tenants.h"

/* The parts of an index key. */
struct index_parts {
	uint32_t tenant;
	struct slice type_name;
	struct slice attribute;
	const struct resource_type *type;
};

/*
 * The declaration that the key belongs to, if a note stands for it; without
 * one it means nothing (LAYOUT).  1, 0 or -1.
 */
static int
is_noted(struct kv_txn *txn, const struct index_parts *parts, bool unique)
{
	struct index_decls decls;
	struct index_notes notes;

	if (meta_get_indexes(txn, parts->tenant, parts->type_name, false,
		&notes) != STORE_OK)
		return -1;
	index_declared_all(store_arena(txn), parts->type, &decls);
	for (size_t i = 0; i < decls.n; i++)
		if (slice_equal(decls.list[i].attribute, parts->attribute) &&
		    index_form_is_unique(decls.list[i].form) == unique)
			return meta_find_index(&notes, parts->attribute,
				   decls.list[i].form) != NULL;
	return 0;
}

/* Does the resource have the key?  1, 0 or -1. */
static int
is_held(struct kv_txn *txn, const struct index_parts *parts, bool unique,
    const struct sweep_place *place)
{
	struct index_entries entries;
	struct record record;

	switch (resource_get(
	    txn, parts->tenant, parts->type_name, &place->id, false, &record)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		/* A damaged record is told where records are walked. */
		return kv_txn_failure(txn) == KV_FAIL_NONE ? 1 : -1;
	}
	index_entries_of(store_arena(txn), parts->tenant, parts->type,
	    record.body, &entries);
	for (size_t i = 0; i < entries.n; i++)
		if (index_form_is_unique(entries.list[i].decl.form) == unique &&
		    sweep_is(place, unique, &entries.list[i].key, &place->id))
			return 1;
	return 0;
}

static int
check_place(struct verify_run *v, struct kv_txn *txn, bool unique,
    const struct index_parts *parts, const struct sweep_place *place)
{
	const char *tenant = verify_tenant_name(v, parts->tenant);
	char id[UUID_TEXT_SIZE];
	int rc;

	uuid_format(&place->id, id);
	rc = parts->type == NULL ? 0 : is_noted(txn, parts, unique);
	if (rc == 1 && (rc = is_held(txn, parts, unique, place)) == 0)
		verify_problem(v,
		    "%s %.*s %s: a key in %s.db says it has a %.*s that it "
		    "has not; " DO_REINDEX,
		    tenant != NULL ? tenant : "?", SLICE_ARG(parts->type_name),
		    id, unique ? "uniques" : "indexes",
		    SLICE_ARG(parts->attribute));
	return rc == -1 ? -1 : 0;
}

static int
check_index(
    struct verify_run *v, struct kv_txn *txn, bool unique, struct slice key)
{
	struct sweep_place place = { .key = key };
	struct index_parts parts;
	struct slice rest = key, value;
	enum store_status status =
	    kv_get(txn, unique ? KV_UNIQUES : KV_INDEXES, key, false, &value);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	place.id = key_last_uuid(unique ? value : key);
	if (!key_take_tenant(&rest, &parts.tenant) ||
	    !key_take_text(&rest, &parts.type_name) ||
	    !key_take_text(&rest, &parts.attribute) ||
	    value.len != (unique ? UUID_LEN : 0) ||
	    rest.len < (unique ? 1 : UUID_LEN + 1)) {
		verify_problem(v, "a key of %s.db has no meaning; " DO_REINDEX,
		    unique ? "uniques" : "indexes");
		return 0;
	}
	parts.type =
	    catalog_find_type(v->order->identity->catalog, parts.type_name);
	return check_place(v, txn, unique, &parts, &place);
}

int
verify_unique(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	return check_index(v, txn, true, key);
}

int
verify_index(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	return check_index(v, txn, false, key);
}

/* An edge, from either end. */
struct edge {
	uint32_t tenant;
	struct uuid group;
	struct uuid member;
	const char *name; /* for messages */
};

static bool
read_edge(struct verify_run *v, struct kv_txn *txn, struct slice key,
    bool from_member, struct edge *e)
{
	char group[UUID_TEXT_SIZE], member[UUID_TEXT_SIZE];
	struct uuid *first = from_member ? &e->member : &e->group;
	struct uuid *second = from_member ? &e->group : &e->member;
	const char *tenant;

	if (!key_take_tenant(&key, &e->tenant) || !key_take_uuid(&key, first) ||
	    !key_take_uuid(&key, second) || key.len > 0) {
		verify_problem(v, "a key of %s.db has no meaning; " DO_REBUILD,
		    from_member ? "groups" : "members");
		return false;
	}
	uuid_format(&e->group, group);
	uuid_format(&e->member, member);
	tenant = verify_tenant_name(v, e->tenant);
	e->name = arena_printf(store_arena(txn), "%s group %s, member %s",
	    tenant != NULL ? tenant : "?", group, member);
	return true;
}

/* Is there a resource of a type that has members, or of the type NAME? */
static int
exists(struct verify_run *v, struct kv_txn *txn, uint32_t tenant,
    const struct uuid *id, struct slice name)
{
	const struct catalog *catalog = v->order->identity->catalog;
	const struct resource_type *type;
	enum store_status status = STORE_NOTFOUND;
	struct record record;

	for (size_t i = 0; status == STORE_NOTFOUND &&
	     (type = catalog_type(catalog, i)) != NULL;
	     i++)
		if (name.len > 0 ? slice_equal(type->name, name)
				 : member_attr(type) != NULL)
			status = resource_get(
			    txn, tenant, type->name, id, false, &record);
	if (status == STORE_FAIL)
		return kv_txn_failure(txn) == KV_FAIL_NONE ? 1 : -1;
	return status == STORE_OK;
}

static int
check_ends(struct verify_run *v, struct kv_txn *txn, const struct edge *e,
    struct slice type)
{
	int rc = exists(v, txn, e->tenant, &e->group, SLICE(""));

	if (rc == 0)
		verify_problem(
		    v, "%s: there is no such group; " DO_REBUILD, e->name);
	if (rc == -1)
		return -1;
	rc = exists(v, txn, e->tenant, &e->member, type);
	if (rc == 0)
		verify_problem(v,
		    "%s: there is no such %.*s; take the member out", e->name,
		    SLICE_ARG(type));
	return rc == -1 ? -1 : 0;
}

int
verify_member(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	enum store_status status;
	struct slice type, other;
	struct edge e;
	struct key k;

	status = kv_get(txn, KV_MEMBERS, key, false, &type);
	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (!read_edge(v, txn, key, false, &e))
		return 0;
	key_init(&k, e.tenant);
	key_add_uuid(&k, &e.member);
	key_add_uuid(&k, &e.group);
	status = kv_get(txn, KV_GROUPS, key_slice(&k), false, &other);
	if (status == STORE_NOTFOUND)
		verify_problem(v,
		    "%s: groups.db lacks the other end; take the member out "
		    "and put it in again",
		    e.name);
	return status == STORE_FAIL ? -1 : check_ends(v, txn, &e, type);
}

int
verify_group(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	enum store_status status;
	struct slice value;
	struct edge e;

	status = kv_get(txn, KV_GROUPS, key, false, &value);
	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (!read_edge(v, txn, key, true, &e))
		return 0;
	status = member_get(txn, e.tenant, &e.group, &e.member);
	if (status == STORE_NOTFOUND)
		verify_problem(v,
		    "%s: members.db lacks the other end; put the member in, "
		    "and take it out if it is none",
		    e.name);
	return status == STORE_FAIL ? -1 : 0;
}

int
verify_credential(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	struct json_object *tree;
	struct slice text, kind;
	struct error err;
	int64_t tenant;
	enum store_status status =
	    kv_get(txn, KV_CREDENTIALS, key, false, &text);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (json_parse(store_arena(txn), text, &tree, &err) == -1) {
		verify_problem(v, "a token is not JSON; make a new one");
		return 0;
	}
	/* What is a client's own belongs to nobody when that goes. */
	kind = json_string(json_get(tree, "kind"));
	if (slice_equal(kind, SLICE("seen")) ||
	    slice_equal(kind, SLICE("keys")))
		return 0;
	tenant = json_integer(json_get(tree, "tenant"));
	/* An administrator of all tenants has none. */
	if (tenant == TENANT_STORE && json_get(tree, "role") != NULL)
		return 0;
	if (tenant <= 0 || verify_tenant_name(v, (uint32_t)tenant) == NULL)
		verify_problem(v,
		    "token %.*s: its tenant is not there; revoke it",
		    SLICE_ARG(json_string(json_get(tree, "id"))));
	return 0;
}
