/*
 * write.c: create, replace, patch and delete a resource (RFC 7644 sections
 * 3.3, 3.5 and 3.6).
 *
 * What is slow or pure happens before the transaction; in it stand record,
 * index keys, member edges, counter and change log, in that order, so that
 * transactions meet the hot rows last.
 */
#include "base/log.h"
#include "identity/bound.h"
#include "identity/breaker.h"
#include "identity/delete.h"
#include "identity/index.h"
#include "identity/member.h"
#include "identity/nesting.h"
#include "identity/record.h"
#include "identity/reference.h"
#include "identity/render.h"
#include "identity/self.h"
#include "identity/timezone.h"
#include "json/json.h"
#include "json/walk.h"
#include "scim/replace.h"
#include "scim/validate.h"

/* One write: what was asked for, and what could be prepared of it. */
struct write {
	const struct identity *identity;
	const struct caller *caller;
	struct write_request *request;
	const struct resource_type *type; /* of the request */
	struct uuid id;
	struct json_object *tree;   /* POST, PUT */
	struct patch patch;	    /* PATCH */
	struct member_plan members; /* POST, PUT */
	size_t out_start;
	size_t room;			 /* DELETE: for what goes with it */
	bool is_large;			 /* there was not enough */
	const struct breaker_case *held; /* what the breaker refused */
};

/* Every body begins from the same place, also when it runs again. */
static void
start_over(struct write *w)
{
	w->request->outcome = (struct outcome){ .id = w->id };
	w->held = NULL;
	if (w->request->out != NULL)
		buf_truncate(w->request->out, w->out_start);
}

/*
 * The record as it is, and as the caller sees it (breaker.h), if the request's
 * conditions are met by it.
 */
static int
get_before(struct kv_txn *txn, const struct write *w, bool for_update,
    struct record *before, struct record *seen, struct error *err)
{
	if (record_get(
		txn, w->caller, w->type, &w->id, for_update, before, err) == -1)
		return -1;
	*seen = *before;
	if (breaker_see(txn, store_arena(txn), w->identity, w->caller, &w->id,
		seen) == -1)
		return -1;
	return etag_check_write(&w->request->conditions, seen->version, err);
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

static int
check_timezones(struct kv_txn *txn, const struct write *w,
    const struct record *before, const struct record *after, struct error *err)
{
	if (profile_has(w->caller->profile, TOL_AS_SENT))
		return 0;
	return timezone_check(
	    store_arena(txn), w->type, before->body, after->body, err);
}

/*
 * One that could not be made anyway, by a caller who is bounded, is refused
 * for that: else it would be tried out which values are taken outside.
 */
static int
refuse_record(struct kv_txn *txn, const struct write *w,
    const struct record *after, struct error *err)
{
	if (err->code == ERR_UNIQUENESS)
		bound_check_written(
		    txn, w->caller, w->type, &w->id, after, err);
	return -1;
}

/* May the record of CHANGE be as it is?  Then its keys are written. */
static int
store_keys(struct kv_txn *txn, const struct write *w, struct change *change,
    struct error *err)
{
	static const struct record nothing;
	const struct record *before =
	    change->before != NULL ? change->before : &nothing;

	if (check_unique_name(txn, w, before, change->after, err) == -1 ||
	    check_references(txn, w, before, change->after, err) == -1 ||
	    check_timezones(txn, w, before, change->after, err) == -1 ||
	    index_update(txn, w->identity, w->caller, w->type, &w->id,
		before->body, change->after->body, err) == -1)
		return refuse_record(txn, w, change->after, err);
	return 0;
}

/* The one way a record gets onto the disk. */
static int
store_record(struct kv_txn *txn, const struct write *w, struct change *change)
{
	return resource_put(txn, w->caller->tenant, w->type->name, &w->id,
		   change->after) == STORE_OK
	    ? 0
	    : -1;
}

/*
 * Who is in a group does not change while its record is locked, as it is here:
 * the keys of its members, and their names, are left to others at once.
 */
static int
answer(struct kv_txn *txn, const struct write *w, const struct record *record)
{
	struct record seen = *record;
	int rc;

	if (w->request->kind != WRITE_CREATE &&
	    breaker_see(txn, store_arena(txn), w->identity, w->caller, &w->id,
		&seen) == -1)
		return -1;
	w->request->outcome.version = seen.version;
	if (w->request->out == NULL)
		return 0;
	kv_read_briefly(txn, member_attr(w->type) != NULL);
	rc = (w->request->kind == WRITE_CREATE ? render_created
					       : render_resource)(txn,
	    w->identity, w->caller, w->type, w->request->projection, &w->id,
	    &seen, w->request->out);
	kv_read_briefly(txn, false);
	return rc;
}

/* Its record goes last: all that are new go to the same page. */
static int
create(struct kv_txn *txn, struct write *w, struct error *err)
{
	struct record record = { .version = 1,
		.created_at = w->caller->now,
		.modified_at = w->caller->now };
	struct change change = { .operation = "create",
		.type = w->type,
		.id = w->id,
		.after = &record };

	record_from_tree(store_arena(txn), w->type, w->tree, &record);
	w->request->outcome.changed = true;
	if (store_keys(txn, w, &change, err) == -1 ||
	    member_apply_plan(txn, w->identity, w->caller, &w->members, &change,
		&w->request->outcome.members_ignored, err) == -1 ||
	    bound_check_written(
		txn, w->caller, w->type, &w->id, &record, err) == -1 ||
	    answer(txn, w, &record) == -1 ||
	    store_record(txn, w, &change) == -1 ||
	    record_add_count(txn, w->caller, w->type, &w->id, 1) == -1)
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

/* The same of what CHANGE makes AFTER; one that is the same stays so. */
static int
compare(struct kv_txn *txn, const struct change *change, struct record *after,
    bool *unchanged, struct error *err)
{
	if (is_unchanged(
		store_arena(txn), change->before, after, unchanged, err) == -1)
		return -1;
	if (*unchanged) {
		after->body = change->before->body;
		after->secret = change->before->secret;
	}
	*unchanged &= change->added.n == 0 && change->removed.n == 0;
	return 0;
}

static int
write_update(struct kv_txn *txn, const struct write *w, struct change *change,
    struct record *after, struct error *err)
{
	record_touch(after, change->before, w->caller->now);
	change->after = after;
	if (store_keys(txn, w, change, err) == -1 ||
	    bound_check_written(txn, w->caller, w->type, &w->id, after, err) ==
		-1 ||
	    answer(txn, w, after) == -1 || store_record(txn, w, change) == -1)
		return -1;
	return change_write(txn, w->caller, change);
}

/*
 * What the breaker keeps aside is not done, and all else of the write is.
 * It is answered while the members are out, as it is seen from now on.
 */
static int
write_rest(struct kv_txn *txn, const struct write *w, struct change *change,
    struct record *after, struct error *err)
{
	struct id_list out = change->removed;
	bool unchanged;

	change->removed = (struct id_list){ .n = 0 };
	if (w->held->act == BREAKER_DISABLE &&
	    breaker_restore(store_arena(txn), change->before, after, err) == -1)
		return -1;
	if (compare(txn, change, after, &unchanged, err) == -1 ||
	    (unchanged ? answer(txn, w, change->before)
		       : write_update(txn, w, change, after, err)) == -1)
		return -1;
	return out.n == 0
	    ? 0
	    : member_put_back(txn, w->identity, w->caller, change, &out);
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

	if (breaker_stay(txn, w->identity, w->caller, change, after, err) ==
		-1 ||
	    compare(txn, change, after, &unchanged, err) == -1)
		return -1;
	if (w->caller->is_self &&
	    self_check(change->before->body, after->body, err) == -1)
		return -1;
	if (unchanged)
		return answer(txn, w, change->before);
	w->request->outcome.changed = true;
	change->after = after;
	switch (
	    breaker_take(txn, w->identity, w->caller, change, &w->held, err)) {
	case 0:
		return write_update(txn, w, change, after, err);
	case 1:
		return write_rest(txn, w, change, after, err);
	default:
		return -1;
	}
}

static int
replace(struct kv_txn *txn, struct write *w, struct error *err)
{
	struct arena *a = store_arena(txn);
	struct record before, seen, after;
	struct json_object *tree, *old;
	struct change change = { .operation = "replace",
		.type = w->type,
		.id = w->id,
		.before = &before };

	if (get_before(txn, w, true, &before, &seen, err) == -1)
		return -1;
	tree = json_copy(a, w->tree);
	if (record_to_tree(a, &seen, &old, err) == -1 ||
	    replace_keep(a, w->type, w->request->body, old, tree, err) == -1)
		return -1;
	record_from_tree(a, w->type, tree, &after);
	if (member_apply_plan(txn, w->identity, w->caller, &w->members, &change,
		&w->request->outcome.members_ignored, err) == -1 ||
	    nesting_check(txn, w->caller, &change, false, err) == -1)
		return -1;
	return finish_update(txn, w, &change, &after, err);
}

/* Does PATCH say anything about attributes in the body? */
static bool
body_in_patch(const struct patch *patch)
{
	for (size_t i = 0; i < patch->nops; i++)
		if (patch->ops[i].path.ref.attr == NULL ||
		    patch->ops[i].path.ref.attr->keep != KEEP_EDGES)
			return true;
	return false;
}

static int
patch_record(struct kv_txn *txn, const struct write *w,
    const struct record *before, struct record *after, struct error *err)
{
	struct arena *a = store_arena(txn);
	struct render_subject subject = { .txn = txn,
		.a = a,
		.identity = w->identity,
		.caller = w->caller,
		.type = w->type,
		.id = &w->id,
		.record = before };
	struct match_source source = render_source(&subject);
	struct json_object *tree;

	*after = *before;
	if (!body_in_patch(&w->patch))
		return 0;
	if (record_to_tree(a, before, &tree, err) == -1 ||
	    patch_apply(a, w->type, w->caller->profile, &source, &w->patch,
		tree, err) == -1)
		return -1;
	record_from_tree(a, w->type, tree, after);
	return 0;
}

static int
patch(struct kv_txn *txn, struct write *w, struct error *err)
{
	struct record before, seen, after;
	struct change change = { .operation = "patch",
		.type = w->type,
		.id = w->id,
		.before = &before };

	if (get_before(txn, w, true, &before, &seen, err) == -1 ||
	    patch_record(txn, w, &seen, &after, err) == -1)
		return -1;
	if (member_in_patch(&w->patch) &&
	    member_apply_patch(txn, w->identity, w->caller, w->type, &w->patch,
		&change, &w->request->outcome.members_ignored, err) == -1)
		return -1;
	if (nesting_check(txn, w->caller, &change, w->request->closes_circle,
		err) == -1 ||
	    finish_update(txn, w, &change, &after, err) == -1)
		return patch_blame(&w->patch, err);
	return 0;
}

static int
apply(struct kv_txn *txn, struct write *w, struct error *err)
{
	start_over(w);
	err->code = ERR_NONE;
	switch (w->request->kind) {
	case WRITE_CREATE:
		return create(txn, w, err);
	case WRITE_REPLACE:
		return replace(txn, w, err);
	case WRITE_PATCH:
		return patch(txn, w, err);
	default:
		w->request->outcome.changed = true;
		return delete_resource(txn, w->identity, w->caller, w->request,
		    &w->id, w->room, &w->is_large, &w->held, err);
	}
}

/* What was passed over, or kept aside, is told, once the write is done. */
static void
log_done(const struct write *w)
{
	size_t nmembers = w->request->outcome.members_ignored;
	char id[UUID_TEXT_SIZE];

	uuid_format(&w->id, id);
	if (nmembers > 0)
		log_warning("%.*s %s: %zu unknown members left out",
		    SLICE_ARG(w->type->name), id, nmembers);
	if (w->held != NULL)
		log_warning("breaker: %s of %.*s %s is kept aside",
		    breaker_act_name(w->held->act), SLICE_ARG(w->type->name),
		    id);
	if (w->patch.nignored > 0)
		log_warning("%.*s %s: %zu operations on unknown attributes "
			    "left out",
		    SLICE_ARG(w->type->name), id, w->patch.nignored);
}

static bool
is_on_request(const struct attr *attr)
{
	for (size_t i = 0; i < attr->nsub; i++)
		if (attr->sub[i].returned == RET_REQUEST)
			return true;
	return attr->returned == RET_REQUEST;
}

/* What the body sets may be returned on request only (PROJ-12). */
static void
touch(struct write *w, const struct schema *schema,
    const struct schema *extension, const struct json_object *container)
{
	struct attr_ref ref = { .extension = extension };

	for (size_t i = 0; i < schema->nattrs; i++) {
		ref.attr = &schema->attrs[i];
		if (is_on_request(ref.attr) &&
		    json_get(container, ref.attr->name.data) != NULL)
			project_touch(w->request->projection, &ref);
	}
}

static void
touch_tree(struct write *w)
{
	touch(w, w->type->schema, NULL, w->tree);
	for (size_t i = 0; i < w->type->nextensions; i++) {
		const struct schema *schema = w->type->extensions[i].schema;

		touch(w, schema, schema, json_get(w->tree, schema->id.data));
	}
}

/* POST and PUT: everything that can be done before the transaction. */
static int
prepare_tree(struct write *w, struct error *err)
{
	struct arena *a = w->caller->arena;
	struct json_object *body = w->request->body;

	if (validate_body(
		a, w->type, w->caller->profile, body, &w->tree, err) == -1)
		return -1;
	if (member_plan_body(w->caller, w->type, body,
		w->request->kind == WRITE_REPLACE, &w->members, err) == -1)
		return -1;
	if (w->request->projection != NULL)
		touch_tree(w);
	return record_hash_secrets(a, w->type, w->tree, err);
}

static int
prepare_patch(struct write *w, struct error *err)
{
	struct arena *a = w->caller->arena;

	if (patch_parse(a, w->type, w->caller->profile, w->request->id,
		w->request->body, &w->patch, err) == -1)
		return -1;
	for (size_t i = 0; w->request->projection != NULL && i < w->patch.nops;
	     i++)
		project_touch(
		    w->request->projection, &w->patch.ops[i].path.ref);
	return record_hash_patch(a, w->caller->profile, &w->patch, err);
}

static int
prepare(struct write *w, struct error *err)
{
	struct write_request *request = w->request;

	w->type = request->type;
	w->out_start = request->out == NULL ? 0 : request->out->len;
	if (resource_type_is_read_only(w->type))
		return error_set(err, ERR_METHOD, "a %.*s can only be read",
		    SLICE_ARG(w->type->name));
	if (request->kind == WRITE_CREATE)
		w->id = request->new_id != NULL ? *request->new_id
						: uuid_new(w->caller->now);
	else if (record_parse_id(w->type, request->id, &w->id, err) == -1)
		return -1;
	switch (request->kind) {
	case WRITE_DELETE:
		return 0;
	case WRITE_PATCH:
		return prepare_patch(w, err);
	default:
		return prepare_tree(w, err);
	}
}

/*
 * What is wrong with a body matters only if there is a resource, in the
 * state that the client asks for (ERR-04).
 */
static int
exists_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct record record, seen;

	return get_before(txn, arg, false, &record, &seen, err);
}

static int
prefer_missing(struct write *w, struct error *err)
{
	struct error missing = { .code = ERR_NONE };

	if (w->request->kind == WRITE_CREATE ||
	    err->code == ERR_INVALID_SYNTAX || err->code == ERR_NOT_FOUND ||
	    err->code == ERR_METHOD)
		return -1;
	if (store_view(w->identity->store, exists_body, w, &missing) == -1)
		*err = missing;
	return -1;
}

struct batch {
	struct write *writes;
	size_t n;
	size_t failed;
};

static int
batch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct batch *b = arg;

	if (b->n > 0 && change_begin(txn, b->writes[0].caller, err) == -1) {
		b->failed = b->n;
		return -1;
	}
	for (size_t i = 0; i < b->n; i++)
		if (apply(txn, &b->writes[i], err) == -1) {
			b->failed = i;
			return -1;
		}
	b->failed = b->n;
	return 0;
}

/* What is too large for one transaction gets small, and then goes. */
static int
delete_large(struct write *w, struct error *err)
{
	struct batch b = { w, 1, 1 };

	if (delete_shrink(w->identity, w->caller, w->request, &w->id, err) ==
	    -1)
		return -1;
	/* They were met; it has other versions now. */
	w->request->conditions.if_match = (struct slice){ NULL, 0 };
	return store_txn(w->identity->store, batch_body, &b, err);
}

/* Who writes, as the change log names the request of this write. */
static const struct caller *
caller_of(const struct caller *caller, const struct write_request *request)
{
	struct caller *own;

	if (request->request_id.len == 0)
		return caller;
	own = arena_alloc(caller->arena, sizeof(*own));
	*own = *caller;
	own->request_id = request->request_id;
	return own;
}

/* What the breaker refused is noted, now that the transaction is undone. */
static void
hold(const struct batch *b)
{
	const struct write *w = &b->writes[b->failed];
	struct error unnoted;

	if (w->held != NULL && !w->caller->is_trial &&
	    breaker_hold(w->identity, w->caller, w->held, &unnoted) == -1)
		log_error(
		    "breaker: what was held is not noted: %s", unnoted.detail);
}

int
identity_write_all(const struct identity *identity, const struct caller *caller,
    struct write_request *requests, size_t n, size_t *failed, struct error *err)
{
	struct batch b = { arena_calloc(caller->arena, n, sizeof(*b.writes)), n,
		n };

	for (*failed = 0; *failed < n; (*failed)++) {
		struct write *w = &b.writes[*failed];

		*w = (struct write){ .identity = identity,
			.caller = caller_of(caller, &requests[*failed]),
			.request = &requests[*failed],
			.room = n == 1 ? DELETE_ROOM : DELETE_ROOM_BATCH };
		if (prepare(w, err) == -1)
			return prefer_missing(w, err);
	}
	if (store_txn(identity->store, batch_body, &b, err) == -1) {
		if (n == 1 && b.writes[0].is_large &&
		    delete_large(&b.writes[0], err) == 0)
			return 0;
		*failed = b.failed;
		if (err->code == ERR_HELD)
			hold(&b);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		log_done(&b.writes[i]);
	return 0;
}

int
identity_write(const struct identity *identity, const struct caller *caller,
    struct write_request *request, struct error *err)
{
	size_t failed;

	return identity_write_all(identity, caller, request, 1, &failed, err);
}
