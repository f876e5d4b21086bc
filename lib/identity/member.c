/*
 * member.c: memberships.
 *
 * Wishes are brought into the order of ids first, so that transactions touch
 * the keys of one group in one order; the last wish about an id counts.
 */
#include <stdlib.h>

#include "identity/bound.h"
#include "identity/breaker.h"
#include "identity/member.h"
#include "identity/reference.h"
#include "identity/render.h"
#include "json/json.h"
#include "scim/match.h"
#include "store/members.h"

/* Members that the filters of one PATCH may look at one by one. */
enum { LOOKED_AT_MAX = 20000 };

const struct attr *
member_attr(const struct resource_type *type)
{
	for (size_t i = 0; i < type->schema->nattrs; i++)
		if (type->schema->attrs[i].keep == KEEP_EDGES)
			return &type->schema->attrs[i];
	return NULL;
}

static void
wish(struct member_plan *plan, struct arena *a, const struct uuid *id, bool in)
{
	size_t size = plan->size == 0 ? 16 : plan->size * 2;

	if (plan->n == plan->size) {
		plan->wishes =
		    arena_grow(a, plan->wishes, plan->n * sizeof(*plan->wishes),
			size * sizeof(*plan->wishes));
		plan->size = size;
	}
	plan->wishes[plan->n] = (struct member_wish){
		.id = *id, .in = in, .order = plan->n, .op = plan->op
	};
	plan->n++;
}

/* What follows the last '/' of a URI: ".../Users/ID". */
static struct slice
last_segment(struct slice uri)
{
	for (size_t i = uri.len; i > 0; i--)
		if (uri.data[i - 1] == '/')
			return slice_from(uri, i);
	return uri;
}

/* "Users" of ".../Users/ID". */
static struct slice
endpoint_of(struct slice uri)
{
	size_t id_len = last_segment(uri).len;

	if (id_len == uri.len)
		return SLICE("");
	return last_segment((struct slice){ uri.data, uri.len - id_len - 1 });
}

/* "id", {"value": "id"} or {"$ref": ".../id"} (POST-12, PD-21). */
static struct slice
id_text(const struct json_object *element)
{
	const struct json_object *value;

	if (json_kind(element) == JSON_STRING)
		return json_string(element);
	value = json_attr(element, SLICE("value"));
	if (json_kind(value) == JSON_STRING)
		return json_string(value);
	value = json_attr(element, SLICE("$ref"));
	if (json_kind(value) == JSON_STRING)
		return last_segment(json_string(value));
	return (struct slice){ NULL, 0 };
}

static int
unknown_member(const struct caller *caller, const char *id, size_t *ignored,
    struct error *err)
{
	if (profile_forgives(caller->profile, TOL_UNKNOWN_MEMBER)) {
		++*ignored;
		return 0;
	}
	return error_set(
	    err, ERR_INVALID_VALUE, "members: there is no resource '%s'", id);
}

static int
wish_element(const struct caller *caller, struct member_plan *plan,
    const struct json_object *element, bool in, struct error *err)
{
	struct slice text = id_text(element);
	struct uuid id;

	if (text.data == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "an element of 'members' needs a 'value'");
	if (uuid_parse(text, &id) == 0) {
		wish(plan, caller->arena, &id, in);
		plan->wishes[plan->n - 1].type =
		    json_string(json_attr(element, SLICE("type")));
		plan->wishes[plan->n - 1].endpoint =
		    endpoint_of(json_string(json_attr(element, SLICE("$ref"))));
		return 0;
	}
	/* What cannot exist is no member: nothing to take out. */
	if (!in)
		return 0;
	return unknown_member(caller,
	    arena_printf(caller->arena, "%.*s", SLICE_ARG(text)),
	    &plan->ignored, err);
}

/* An array of elements, or one element. */
static int
wish_value(const struct caller *caller, struct member_plan *plan,
    const struct json_object *v, bool in, struct error *err)
{
	if (json_kind(v) != JSON_ARRAY)
		return json_kind(v) == JSON_NULL
		    ? 0
		    : wish_element(caller, plan, v, in, err);
	for (size_t i = 0; i < json_len(v); i++)
		if (wish_element(caller, plan, json_at(v, i), in, err) == -1)
			return -1;
	return 0;
}

int
member_plan_body(const struct caller *caller, const struct resource_type *type,
    const struct json_object *body, bool replace, struct member_plan *plan,
    struct error *err)
{
	*plan =
	    (struct member_plan){ .attr = member_attr(type), .clear = replace };
	if (plan->attr == NULL)
		return 0;
	if (replace && truncate_check(body, err) == -1)
		return -1;
	return wish_value(
	    caller, plan, json_attr(body, plan->attr->name), true, err);
}

static int
by_id(const void *x, const void *y)
{
	const struct member_wish *a = x, *b = y;
	int order = uuid_compare(&a->id, &b->id);

	if (order != 0)
		return order;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* The wishes by id, the last one about each; *N of them. */
static struct member_wish *
settle(struct arena *a, const struct member_plan *plan, size_t *n)
{
	struct member_wish *sorted =
	    arena_calloc(a, plan->n + 1, sizeof(*sorted));

	for (size_t i = 0; i < plan->n; i++)
		sorted[i] = plan->wishes[i];
	qsort(sorted, plan->n, sizeof(*sorted), by_id);
	*n = 0;
	for (size_t i = 0; i < plan->n; i++) {
		if (i + 1 < plan->n &&
		    uuid_compare(&sorted[i].id, &sorted[i + 1].id) == 0)
			continue;
		sorted[(*n)++] = sorted[i];
	}
	return sorted;
}

struct edit {
	struct kv_txn *txn;
	const struct identity *identity;
	const struct caller *caller;
	const struct attr *attr;
	struct change *change;
	size_t *ignored;
	struct error *err;
	size_t looked_at; /* members, for filters */
	bool named;	  /* the error names the operation */
};

/* Every error of a PATCH says which operation failed. */
static int
name_op(struct edit *e, const struct patch_op *op)
{
	if (op == NULL || e->named || e->err->code == ERR_NONE)
		return -1;
	e->named = true;
	return error_prefix(e->err, "operation %zu: ", op->index);
}

int
member_is_hidden(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct attr *attr,
    const struct uuid *group, const struct uuid *id)
{
	const struct resource_type *type;
	struct record record;
	int has_left;

	if (caller->bound == NULL)
		return 0;
	has_left = breaker_has_left(
	    txn, caller->tenant, bound_quarantine(caller->bound), group, id);
	if (has_left != 0)
		return has_left;
	switch (reference_find(txn, identity, caller,
	    attr_find_sub(attr, SLICE("$ref")), id, &type, &record)) {
	case STORE_OK:
		return 0;
	case STORE_FAIL:
		return -1;
	default:
		return 1;
	}
}

static int
too_many(const struct edit *e)
{
	return error_set(e->err, ERR_TOO_LARGE,
	    "more than %d members would come or go at once: add or remove "
	    "them in several requests",
	    MEMBER_CHANGES_MAX);
}

/* One edge more has changed. */
static int
note(const struct edit *e, struct id_list *list, const struct uuid *id)
{
	if (e->change->added.n + e->change->removed.n >= MEMBER_CHANGES_MAX)
		return too_many(e);
	id_list_add(list, store_arena(e->txn), id);
	return 0;
}

/* A member that the caller cannot see is none. */
static int
take_out(struct edit *e, const struct uuid *id)
{
	enum store_status status;
	int hidden = member_is_hidden(
	    e->txn, e->identity, e->caller, e->attr, &e->change->id, id);

	if (hidden != 0)
		return hidden == 1 ? 0 : -1;
	status = member_delete(e->txn, e->caller->tenant, &e->change->id, id);
	if (status == STORE_OK)
		return note(e, &e->change->removed, id);
	return status == STORE_FAIL ? -1 : 0;
}

/* Is the target of the type that the client says (POST-12)? */
static int
check_type(const struct edit *e, const struct member_wish *wish,
    const struct resource_type *type)
{
	const struct resource_type *named =
	    catalog_find_endpoint(e->identity->catalog, wish->endpoint);

	bool fits =
	    wish->type.len == 0 || slice_equal_nocase(wish->type, type->name);

	if ((fits && (named == NULL || named == type)) ||
	    profile_forgives(e->caller->profile, TOL_UNKNOWN_MEMBER))
		return 0;
	if (named != NULL && named != type)
		return error_set(e->err, ERR_INVALID_VALUE,
		    "members: the '$ref' names a %.*s, but the resource is a "
		    "%.*s",
		    SLICE_ARG(named->name), SLICE_ARG(type->name));
	return error_set(e->err, ERR_INVALID_VALUE,
	    "members: the 'type' is '%.*s', but the resource is a %.*s",
	    SLICE_ARG(wish->type), SLICE_ARG(type->name));
}

/* One get tells a member that is in already; a new one must exist. */
static int
put_in(struct edit *e, const struct member_wish *wish)
{
	const struct uuid *id = &wish->id;
	const struct resource_type *type;
	char text[UUID_TEXT_SIZE];
	struct record record;
	enum store_status status = STORE_NOTFOUND;
	int hidden;

	if (breaker_come_back(e->txn, e->identity, e->caller, &e->change->id,
		id, e->err) == -1)
		return -1;
	hidden = member_is_hidden(
	    e->txn, e->identity, e->caller, e->attr, &e->change->id, id);
	if (hidden == -1)
		return -1;
	if (hidden == 0 && wish->is_in)
		return 0;
	if (hidden == 0)
		status =
		    member_get(e->txn, e->caller->tenant, &e->change->id, id);
	if (status != STORE_NOTFOUND)
		return status == STORE_FAIL ? -1 : 0;
	status = reference_find(e->txn, e->identity, e->caller,
	    attr_find_sub(e->attr, SLICE("$ref")), id, &type, &record);
	if (status == STORE_NOTFOUND) {
		uuid_format(id, text);
		return unknown_member(e->caller, text, e->ignored, e->err);
	}
	if (status == STORE_FAIL || check_type(e, wish, type) == -1 ||
	    member_insert(e->txn, e->caller->tenant, &e->change->id, id,
		type->name) == STORE_FAIL)
		return -1;
	if (member_attr(type) != NULL)
		id_list_add(&e->change->nested, store_arena(e->txn), id);
	return note(e, &e->change->added, id);
}

/* Their types were found when they came, and are found again. */
int
member_put_back(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct change *change,
    const struct id_list *members)
{
	const struct attr *ref =
	    attr_find_sub(member_attr(change->type), SLICE("$ref"));
	const struct resource_type *type;
	struct caller unbounded = *caller;
	struct record record;

	unbounded.bound = NULL;
	for (size_t i = 0; i < members->n; i++) {
		enum store_status status = reference_find(txn, identity,
		    &unbounded, ref, &members->ids[i], &type, &record);

		if (status == STORE_OK)
			status = member_insert(txn, caller->tenant, &change->id,
			    &members->ids[i], type->name);
		if (status == STORE_FAIL)
			return -1;
	}
	return 0;
}

/*
 * The members of the group that no wish keeps; both stand in the order of
 * ids, so that the wishes that are fulfilled are seen on the way.
 */
static int
list_others(struct edit *e, struct member_wish *wishes, size_t n,
    struct id_list *others)
{
	struct kv_range *range;
	struct slice type;
	struct uuid id;
	enum store_status status;
	size_t i = 0;

	if (members_open(e->txn, e->caller->tenant, &e->change->id, NULL, false,
		&range) != STORE_OK)
		return -1;
	while ((status = members_next(range, &id, &type)) == STORE_OK) {
		while (i < n && uuid_compare(&wishes[i].id, &id) < 0)
			i++;
		if (i < n && uuid_compare(&wishes[i].id, &id) == 0)
			wishes[i].is_in = true;
		else if (others->n < MEMBER_CHANGES_MAX)
			id_list_add(others, store_arena(e->txn), &id);
		else
			break;
	}
	kv_range_close(range);
	if (status == STORE_OK)
		return too_many(e);
	return status == STORE_NOTFOUND ? 0 : -1;
}

static int
clear_others(struct edit *e, struct member_wish *wishes, size_t n)
{
	struct id_list others = { .n = 0 };

	if (list_others(e, wishes, n, &others) == -1)
		return -1;
	for (size_t i = 0; i < others.n; i++)
		if (take_out(e, &others.ids[i]) == -1)
			return -1;
	return 0;
}

static int
run(struct edit *e, const struct member_plan *plan)
{
	struct member_wish *wishes;
	size_t n;

	if (plan->attr == NULL)
		return 0;
	wishes = settle(store_arena(e->txn), plan, &n);
	if (plan->clear && clear_others(e, wishes, n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if ((wishes[i].in ? put_in(e, &wishes[i])
				  : take_out(e, &wishes[i].id)) == -1)
			return name_op(e, wishes[i].op);
	*e->ignored += plan->ignored;
	return 0;
}

int
member_apply_plan(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct member_plan *plan,
    struct change *change, size_t *ignored, struct error *err)
{
	struct edit e = { txn, identity, caller, plan->attr, change, ignored,
		err, 0, false };

	return run(&e, plan);
}

static bool
is_member_op(const struct patch_op *op)
{
	return op->path.ref.attr != NULL &&
	    op->path.ref.attr->keep == KEEP_EDGES;
}

bool
member_in_patch(const struct patch *patch)
{
	for (size_t i = 0; i < patch->nops; i++)
		if (is_member_op(&patch->ops[i]))
			return true;
	return false;
}

/* members[value eq "id"], or several of them joined by "or". */
static bool
ids_of_filter(const struct filter *f, struct member_plan *plan, struct arena *a)
{
	struct uuid id;

	if (f->op == FILTER_OR)
		return ids_of_filter(f->left, plan, a) &&
		    ids_of_filter(f->right, plan, a);
	if (f->op != FILTER_EQ || f->unknown || f->ref.sub == NULL ||
	    !slice_equal(f->ref.sub->name, SLICE("value")))
		return false;
	if (uuid_parse(f->value.text, &id) == 0)
		wish(plan, a, &id, false);
	return true;
}

/* Any other filter: look at every member as a client would see it. */
static int
scan_filter(struct edit *e, const struct filter *f, struct member_plan *plan)
{
	struct kv_range *range;
	struct slice type, text;
	struct uuid id;
	enum store_status status;

	if (members_open(e->txn, e->caller->tenant, &e->change->id, NULL, false,
		&range) != STORE_OK)
		return -1;
	while ((status = members_next(range, &id, &type)) == STORE_OK) {
		if (++e->looked_at > LOOKED_AT_MAX) {
			error_set(e->err, ERR_TOO_LARGE,
			    "the filters look at more than %d members",
			    LOOKED_AT_MAX);
			break;
		}
		if (render_member(e->txn, e->identity, e->caller, e->attr, &id,
			&text) == -1)
			break;
		if (filter_match_element(store_arena(e->txn), f, text) == 1)
			wish(plan, store_arena(e->txn), &id, false);
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

/*
 * What is inside an element never changes: only whole elements come and go.
 * So a filter selects what a remove takes out.
 */
static int
patch_filter(
    struct edit *e, const struct patch_op *op, struct member_plan *plan)
{
	if (op->path.ref.sub != NULL || op->verb != PATCH_REMOVE)
		return error_set(e->err, ERR_MUTABILITY,
		    "the values of 'members' are immutable: "
		    "add or remove whole members");
	if (ids_of_filter(op->path.filter, plan, store_arena(e->txn)))
		return 0;
	/* The filter sees what the operations before have made. */
	if (run(e, plan) == -1)
		return -1;
	*plan = (struct member_plan){ .attr = plan->attr, .op = op };
	return scan_filter(e, op->path.filter, plan);
}

static int
patch_op(struct edit *e, const struct patch_op *op, struct member_plan *plan)
{
	bool all = op->verb == PATCH_REPLACE ||
	    (op->verb == PATCH_REMOVE && json_kind(op->value) == JSON_NULL);

	plan->op = op;
	if (op->path.filter != NULL || op->path.ref.sub != NULL)
		return patch_filter(e, op, plan);
	if (all) {
		plan->n = 0;
		plan->clear = true;
	}
	/* "" in place of a list is an empty one (PD-24). */
	if (json_kind(op->value) == JSON_STRING &&
	    json_string(op->value).len == 0)
		return 0;
	return wish_value(
	    e->caller, plan, op->value, op->verb != PATCH_REMOVE, e->err);
}

int
member_apply_patch(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct resource_type *type,
    const struct patch *patch, struct change *change, size_t *ignored,
    struct error *err)
{
	struct member_plan plan = { .attr = member_attr(type) };
	struct edit e = { txn, identity, caller, plan.attr, change, ignored,
		err, 0, false };

	for (size_t i = 0; i < patch->nops; i++)
		if (is_member_op(&patch->ops[i]) &&
		    patch_op(&e, &patch->ops[i], &plan) == -1)
			return name_op(&e, &patch->ops[i]);
	return run(&e, &plan);
}
