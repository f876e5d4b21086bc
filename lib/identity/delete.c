/*
 * delete.c: a resource goes, and with it its memberships and the references
 * to it (RFC 7644 section 3.6, DEL-06).
 */
#include "identity/breaker.h"
#include "identity/delete.h"
#include "identity/holder.h"
#include "identity/member.h"
#include "identity/record.h"
#include "identity/reference.h"
#include "json/json.h"
#include "scim/validate.h"
#include "store/members.h"

struct removal {
	const struct identity *identity;
	const struct caller *caller;
	const struct resource_type *type;
	struct uuid id;
	size_t room;  /* for what this transaction may take away */
	bool is_left; /* there was more */
};

/* May one more be taken? */
static bool
has_room(struct removal *r, size_t cost)
{
	if (r->room < cost)
		r->is_left = true;
	else
		r->room -= cost;
	return !r->is_left;
}

/* Take ids off a range, so that keys can be deleted afterwards. */
static int
collect(struct kv_txn *txn, struct removal *r, struct kv_range *range,
    enum store_status (*next)(struct kv_range *, struct uuid *), size_t cost,
    struct id_list *list)
{
	enum store_status status;
	struct uuid id;

	while ((status = next(range, &id)) == STORE_OK && has_room(r, cost))
		id_list_add(list, store_arena(txn), &id);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static enum store_status
next_member(struct kv_range *range, struct uuid *id)
{
	struct slice type;

	return members_next(range, id, &type);
}

/* A changed resource other than the one that goes: version and log. */
static int
write_touched(struct kv_txn *txn, const struct removal *r,
    struct change *change, struct record *after)
{
	record_touch(after, change->before, r->caller->now);
	change->after = after;
	if (resource_put(txn, r->caller->tenant, change->type->name,
		&change->id, after) != STORE_OK)
		return -1;
	return change_write(txn, r->caller, change);
}

/* The resource leaves one group. */
static int
leave_group(struct kv_txn *txn, const struct removal *r,
    const struct resource_type *group_type, const struct uuid *group)
{
	struct record before, after;
	struct change change = { .operation = "patch",
		.type = group_type,
		.id = *group,
		.before = &before };
	enum store_status status;

	status = resource_get(
	    txn, r->caller->tenant, group_type->name, group, true, &before);
	if (status == STORE_FAIL ||
	    member_delete(txn, r->caller->tenant, group, &r->id) == STORE_FAIL)
		return -1;
	if (status == STORE_NOTFOUND)
		return 0;
	id_list_add(&change.removed, store_arena(txn), &r->id);
	after = before;
	return write_touched(txn, r, &change, &after);
}

static const struct resource_type *
group_type_of(const struct identity *identity)
{
	const struct resource_type *type;

	for (size_t i = 0; (type = catalog_type(identity->catalog, i)) != NULL;
	     i++)
		if (member_attr(type) != NULL)
			return type;
	return NULL;
}

static int
leave_groups(struct kv_txn *txn, struct removal *r)
{
	const struct resource_type *type = group_type_of(r->identity);
	struct id_list groups = { .n = 0 };
	struct kv_range *range;

	if (type == NULL)
		return 0;
	if (groups_open(txn, r->caller->tenant, &r->id, &range) != STORE_OK ||
	    collect(txn, r, range, groups_next, DELETE_CHANGE_COST, &groups) ==
		-1)
		return -1;
	for (size_t i = 0; i < groups.n; i++)
		if (uuid_compare(&groups.ids[i], &r->id) != 0 &&
		    leave_group(txn, r, type, &groups.ids[i]) == -1)
			return -1;
	return 0;
}

/* A group lets its members go. */
static int
drop_members(struct kv_txn *txn, struct removal *r, struct change *change)
{
	struct kv_range *range;

	if (member_attr(r->type) == NULL)
		return 0;
	if (members_open(txn, r->caller->tenant, &r->id, NULL, false, &range) !=
		STORE_OK ||
	    collect(txn, r, range, next_member, DELETE_MEMBER_COST,
		&change->removed) == -1)
		return -1;
	for (size_t i = 0; i < change->removed.n; i++)
		if (member_delete(txn, r->caller->tenant, &r->id,
			&change->removed.ids[i]) == STORE_FAIL)
			return -1;
	return 0;
}

/* One resource forgets its reference REF to the one that goes. */
static int
forget(struct kv_txn *txn, const struct removal *r,
    const struct resource_type *type, const struct attr_ref *ref,
    const struct uuid *id, struct error *err)
{
	struct arena *a = store_arena(txn);
	struct record before, after;
	struct json_object *tree, *container;
	struct change change = {
		.operation = "patch", .type = type, .id = *id, .before = &before
	};

	if (resource_get(txn, r->caller->tenant, type->name, id, true,
		&before) != STORE_OK ||
	    record_to_tree(a, &before, &tree, err) == -1)
		return -1;
	container =
	    ref->extension == NULL ? tree : json_attr(tree, ref->extension->id);
	json_delete(container, ref->attr->name);
	if (validate_tree(a, type, tree, err) == -1)
		return -1;
	record_from_tree(a, type, tree, &after);
	if (index_update(txn, r->identity, r->caller, type, id, before.body,
		after.body, err) == -1)
		return -1;
	return write_touched(txn, r, &change, &after);
}

struct forgetting {
	struct kv_txn *txn;
	struct removal *removal;
};

static int
forget_reference(void *arg, const struct resource_type *type,
    const struct attr_ref *ref, struct error *err)
{
	const struct forgetting *f = arg;
	struct removal *r = f->removal;
	struct id_list holders;
	/* Itself, and one to see that there are more. */
	size_t max = r->room / DELETE_CHANGE_COST + 2;
	char id[UUID_TEXT_SIZE];

	uuid_format(&r->id, id);
	if (holder_list(f->txn, r->caller->tenant, type, ref, slice_of(id), max,
		&holders) == -1)
		return -1;
	for (size_t i = 0; i < holders.n && has_room(r, DELETE_CHANGE_COST);
	     i++)
		if (uuid_compare(&holders.ids[i], &r->id) != 0 &&
		    forget(f->txn, r, type, ref, &holders.ids[i], err) == -1)
			return -1;
	return 0;
}

/* Every attribute of every type that may point to the resource. */
static int
forget_references(struct kv_txn *txn, struct removal *r, struct error *err)
{
	struct forgetting f = { txn, r };
	const struct resource_type *type;

	for (size_t i = 0;
	     (type = catalog_type(r->identity->catalog, i)) != NULL; i++)
		if (reference_each(type, forget_reference, &f, err) == -1)
			return -1;
	return 0;
}

int
delete_resource(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct write_request *request,
    const struct uuid *id, size_t room, bool *is_large,
    const struct breaker_case **held, struct error *err)
{
	struct removal r = { .identity = identity,
		.caller = caller,
		.type = request->type,
		.id = *id,
		.room = room };
	struct record record, seen;
	struct change change = { .operation = "delete",
		.type = r.type,
		.id = r.id,
		.before = &record };
	int rc;

	if (record_get(txn, caller, r.type, id, true, &record, err) == -1)
		return -1;
	seen = record;
	if (breaker_see(txn, store_arena(txn), identity, caller, id, &seen) ==
		-1 ||
	    etag_check_write(&request->conditions, seen.version, err) == -1)
		return -1;
	rc = breaker_take(txn, identity, caller, &change, held, err);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (resource_delete(txn, caller->tenant, r.type->name, id) !=
		STORE_OK ||
	    index_update(txn, identity, caller, r.type, id, record.body,
		SLICE(""), err) == -1 ||
	    drop_members(txn, &r, &change) == -1 ||
	    leave_groups(txn, &r) == -1 ||
	    forget_references(txn, &r, err) == -1)
		return -1;
	*is_large = r.is_left;
	if (r.is_left)
		return error_set(err, ERR_TOO_LARGE,
		    "it has more than %zu groups and references, or members; "
		    "delete it by a request of its own",
		    room / DELETE_CHANGE_COST);
	if (record_add_count(txn, caller, r.type, id, -1) == -1)
		return -1;
	return change_write(txn, caller, &change);
}

struct shrinking {
	const struct identity *identity;
	const struct caller *caller;
	const struct write_request *request;
	const struct uuid *id;
	bool is_checked; /* the conditions were met at the start */
	bool is_left;
};

/* One transaction's share of members, groups and references. */
static int
shrink_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct shrinking *s = arg;
	struct removal r = { .identity = s->identity,
		.caller = s->caller,
		.type = s->request->type,
		.id = *s->id,
		.room = DELETE_ROOM };
	struct record record, after;
	struct change change = { .operation = "patch",
		.type = r.type,
		.id = r.id,
		.before = &record };

	if (change_begin(txn, r.caller, err) == -1 ||
	    record_get(txn, r.caller, r.type, &r.id, true, &record, err) ==
		-1 ||
	    (!s->is_checked &&
		etag_check_write(
		    &s->request->conditions, record.version, err) == -1) ||
	    drop_members(txn, &r, &change) == -1 ||
	    leave_groups(txn, &r) == -1 ||
	    forget_references(txn, &r, err) == -1)
		return -1;
	s->is_left = r.is_left;
	after = record;
	return change.removed.n == 0 ? 0
				     : write_touched(txn, &r, &change, &after);
}

int
delete_shrink(const struct identity *identity, const struct caller *caller,
    const struct write_request *request, const struct uuid *id,
    struct error *err)
{
	struct shrinking s = { .identity = identity,
		.caller = caller,
		.request = request,
		.id = id };

	do {
		if (store_txn(identity->store, shrink_body, &s, err) == -1)
			return -1;
		s.is_checked = true;
	} while (s.is_left);
	return 0;
}
