/*
 * write.c: create, replace, patch and delete a resource (RFC 7644 sections
 * 3.3, 3.5 and 3.6).
 *
 * What is slow or pure happens before the transaction; in it stand record,
 * index keys, member edges, counter and change log, in that order, so that
 * transactions meet the hot rows last.
 */
#include "base/log.h"
#include "identity/index.h"
#include "identity/member.h"
#include "identity/record.h"
#include "identity/reference.h"
#include "identity/render.h"
#include "json/json.h"
#include "json/walk.h"
#include "scim/validate.h"

/* One write; the transaction body reads it and fills OUTCOME and OUT. */
struct write {
	const struct identity *identity;
	const struct caller *caller;
	const struct resource_type *type;
	struct uuid id;
	struct json_object *tree;   /* POST, PUT */
	const struct patch *patch;  /* PATCH */
	struct member_plan members; /* POST, PUT */
	const struct projection *projection;
	struct buf *out; /* or NULL */
	size_t out_start;
	struct outcome *outcome;
};

/* Every body begins from the same place, also when it runs again. */
static void
start_over(struct write *w)
{
	*w->outcome = (struct outcome){ .id = w->id };
	if (w->out != NULL)
		buf_truncate(w->out, w->out_start);
}

/* One Group with a displayName, where the profile has it so (ENTRA-29). */
static int
check_unique_name(struct kv_txn *txn, const struct write *w,
    const struct record *before, const struct record *after, struct error *err)
{
	struct slice old, new;

	if (member_attr(w->type) == NULL ||
	    !profile_has(w->caller->profile, TOL_GROUP_NAME_UNIQUE))
		return 0;
	/* Two that a strict client made live on until one is renamed. */
	if (walk_find(before->body, SLICE("displayName"), &old) &&
	    walk_find(after->body, SLICE("displayName"), &new) &&
	    slice_equal(old, new))
		return 0;
	return index_check_display_name(
	    txn, w->caller, w->type, &w->id, after->body, err);
}

static int
check_references(struct kv_txn *txn, const struct write *w,
    const struct record *before, const struct record *after, struct error *err)
{
	if (profile_has(w->caller->profile, TOL_UNKNOWN_REFERENCE))
		return 0;
	return reference_check(txn, w->identity, w->caller, w->type,
	    before->body, after->body, err);
}

/* The one way a record gets onto the disk. */
static int
store_record(struct kv_txn *txn, const struct write *w, struct change *change,
    struct error *err)
{
	static const struct record nothing;
	const struct record *before =
	    change->before != NULL ? change->before : &nothing;

	if (check_unique_name(txn, w, before, change->after, err) == -1 ||
	    check_references(txn, w, before, change->after, err) == -1 ||
	    index_update(txn, w->identity, w->caller, w->type, &w->id,
		before->body, change->after->body, err) == -1)
		return -1;
	return resource_put(txn, w->caller->tenant, w->type->name, &w->id,
		   change->after) == STORE_OK
	    ? 0
	    : -1;
}

static int
answer(struct kv_txn *txn, const struct write *w, const struct record *record)
{
	w->outcome->version = record->version;
	if (w->out == NULL)
		return 0;
	return render_resource(txn, w->identity, w->caller, w->type,
	    w->projection, &w->id, record, w->out);
}

static int
create_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct write *w = arg;
	struct record record = { .version = 1,
		.created_at = w->caller->now,
		.modified_at = w->caller->now };
	struct change change = { .operation = "create",
		.type = w->type,
		.id = w->id,
		.after = &record };
	int64_t n;

	start_over(w);
	record_from_tree(store_arena(txn), w->type, w->tree, &record);
	w->outcome->changed = true;
	if (store_record(txn, w, &change, err) == -1 ||
	    member_apply_plan(txn, w->identity, w->caller, &w->members, &change,
		&w->outcome->members_ignored, err) == -1 ||
	    answer(txn, w, &record) == -1 ||
	    record_count(txn, w->caller, w->type, 1, &n) == -1)
		return -1;
	return change_write(txn, w->caller, &change);
}

/* Is TREE what BEFORE holds, in whatever order its members stand? */
static int
is_unchanged(struct arena *a, const struct record *before,
    const struct record *after, bool *unchanged, struct error *err)
{
	struct json_object *x, *y;

	*unchanged = slice_equal(before->body, after->body) &&
	    slice_equal(before->secret, after->secret);
	if (*unchanged)
		return 0;
	if (record_to_tree(a, before, &x, err) == -1 ||
	    record_to_tree(a, after, &y, err) == -1)
		return -1;
	*unchanged = json_equal(x, y);
	return 0;
}

/*
 * The second half of PUT and PATCH: write what changed, or nothing, so that
 * version and lastModified stay (PATCH-28).  The members are done.
 */
static int
finish_update(struct kv_txn *txn, struct write *w, struct change *change,
    struct record *after, struct error *err)
{
	bool unchanged;

	if (is_unchanged(
		store_arena(txn), change->before, after, &unchanged, err) == -1)
		return -1;
	if (unchanged && change->added.n == 0 && change->removed.n == 0)
		return answer(txn, w, change->before);
	w->outcome->changed = true;
	if (unchanged) {
		after->body = change->before->body;
		after->secret = change->before->secret;
	}
	record_touch(after, change->before, w->caller->now);
	change->after = after;
	if (store_record(txn, w, change, err) == -1 ||
	    answer(txn, w, after) == -1)
		return -1;
	return change_write(txn, w->caller, change);
}

static int
replace_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct write *w = arg;
	struct arena *a = store_arena(txn);
	struct record before, after;
	struct json_object *tree;
	struct change change = { .operation = "replace",
		.type = w->type,
		.id = w->id,
		.before = &before };

	start_over(w);
	if (record_get(txn, w->caller, w->type, &w->id, true, &before, err) ==
	    -1)
		return -1;
	tree = json_copy(a, w->tree);
	if (record_keep_secrets(a, &before, tree, err) == -1)
		return -1;
	record_from_tree(a, w->type, tree, &after);
	if (member_apply_plan(txn, w->identity, w->caller, &w->members, &change,
		&w->outcome->members_ignored, err) == -1)
		return -1;
	return finish_update(txn, w, &change, &after, err);
}

/* Does PATCH say anything about attributes in the body? */
static bool
body_in_patch(const struct patch *patch)
{
	for (size_t i = 0; i < patch->nops; i++)
		if (patch->ops[i].path.ref.attr == NULL ||
		    patch->ops[i].path.ref.attr->keep == KEEP_BODY)
			return true;
	return false;
}

static int
patch_record(struct kv_txn *txn, const struct write *w,
    const struct record *before, struct record *after, struct error *err)
{
	struct arena *a = store_arena(txn);
	struct json_object *tree;

	*after = *before;
	if (!body_in_patch(w->patch))
		return 0;
	if (record_to_tree(a, before, &tree, err) == -1 ||
	    patch_apply(a, w->caller->profile, w->patch, tree, err) == -1 ||
	    validate_tree(a, w->type, tree, err) == -1)
		return -1;
	record_from_tree(a, w->type, tree, after);
	return 0;
}

static int
patch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct write *w = arg;
	struct record before, after;
	struct change change = { .operation = "patch",
		.type = w->type,
		.id = w->id,
		.before = &before };

	start_over(w);
	err->code = ERR_NONE;
	if (record_get(txn, w->caller, w->type, &w->id, true, &before, err) ==
		-1 ||
	    patch_record(txn, w, &before, &after, err) == -1)
		return -1;
	if (member_in_patch(w->patch) &&
	    member_apply_patch(txn, w->identity, w->caller, w->type, w->patch,
		&change, &w->outcome->members_ignored, err) == -1)
		return -1;
	return finish_update(txn, w, &change, &after, err);
}

/* What was passed over is told, once the write is done. */
static void
log_ignored(const struct write *w)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(&w->id, id);
	if (w->outcome->members_ignored > 0)
		log_warning("%.*s %s: %zu unknown members left out",
		    SLICE_ARG(w->type->name), id, w->outcome->members_ignored);
	if (w->patch != NULL && w->patch->nignored > 0)
		log_warning("%.*s %s: %zu operations on unknown attributes "
			    "left out",
		    SLICE_ARG(w->type->name), id, w->patch->nignored);
}

static int
run(struct write *w, store_body *body, struct error *err)
{
	if (w->out != NULL)
		w->out_start = w->out->len;
	if (store_txn(w->identity->store, body, w, err) == -1)
		return -1;
	log_ignored(w);
	return 0;
}

/* POST and PUT: everything that can be done before the transaction. */
static int
prepare_tree(
    struct write *w, struct json_object *body, bool replace, struct error *err)
{
	struct arena *a = w->caller->arena;

	if (validate_body(
		a, w->type, w->caller->profile, body, &w->tree, err) == -1)
		return -1;
	if (member_plan_body(
		w->caller, w->type, body, replace, &w->members, err) == -1)
		return -1;
	return record_hash_secrets(a, w->type, w->tree, err);
}

int
identity_create(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, struct json_object *body,
    const struct projection *projection, struct buf *out,
    struct outcome *outcome, struct error *err)
{
	struct write w = { .identity = identity,
		.caller = caller,
		.type = type,
		.id = uuid_new(caller->now),
		.projection = projection,
		.out = out,
		.outcome = outcome };

	if (prepare_tree(&w, body, false, err) == -1)
		return -1;
	return run(&w, create_body, err);
}

int
identity_replace(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, struct slice id, struct json_object *body,
    const struct projection *projection, struct buf *out,
    struct outcome *outcome, struct error *err)
{
	struct write w = { .identity = identity,
		.caller = caller,
		.type = type,
		.projection = projection,
		.out = out,
		.outcome = outcome };

	if (record_parse_id(type, id, &w.id, err) == -1 ||
	    prepare_tree(&w, body, true, err) == -1)
		return -1;
	return run(&w, replace_body, err);
}

int
identity_patch(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, struct slice id, struct json_object *body,
    const struct projection *projection, struct buf *out,
    struct outcome *outcome, struct error *err)
{
	struct patch patch;
	struct write w = { .identity = identity,
		.caller = caller,
		.type = type,
		.patch = &patch,
		.projection = projection,
		.out = out,
		.outcome = outcome };

	if (record_parse_id(type, id, &w.id, err) == -1 ||
	    patch_parse(caller->arena, type, caller->profile, id, body, &patch,
		err) == -1 ||
	    record_hash_patch(caller->arena, caller->profile, &patch, err) ==
		-1)
		return -1;
	return run(&w, patch_body, err);
}
