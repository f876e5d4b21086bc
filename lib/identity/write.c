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
	bool is_large; /* DELETE: too large for one transaction */
};

/* Every body begins from the same place, also when it runs again. */
static void
start_over(struct write *w)
{
	w->request->outcome = (struct outcome){ .id = w->id };
	if (w->request->out != NULL)
		buf_truncate(w->request->out, w->out_start);
}

/* The record as it is, if the request's conditions are met by it. */
static int
get_before(struct kv_txn *txn, const struct write *w, struct record *before,
    struct error *err)
{
	if (record_get(txn, w->caller, w->type, &w->id, true, before, err) ==
	    -1)
		return -1;
	return etag_check_write(&w->request->conditions, before->version, err);
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
	    check_timezones(txn, w, before, change->after, err) == -1 ||
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
	w->request->outcome.version = record->version;
	if (w->request->out == NULL)
		return 0;
	return render_resource(txn, w->identity, w->caller, w->type,
	    w->request->projection, &w->id, record, w->request->out);
}

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
	if (store_record(txn, w, &change, err) == -1 ||
	    member_apply_plan(txn, w->identity, w->caller, &w->members, &change,
		&w->request->outcome.members_ignored, err) == -1 ||
	    bound_check_written(
		txn, w->caller, w->type, &w->id, &record, err) == -1 ||
	    answer(txn, w, &record) == -1 ||
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
	if (w->caller->is_self &&
	    self_check(change->before->body, after->body, err) == -1)
		return -1;
	if (unchanged && change->added.n == 0 && change->removed.n == 0)
		return answer(txn, w, change->before);
	w->request->outcome.changed = true;
	if (unchanged) {
		after->body = change->before->body;
		after->secret = change->before->secret;
	}
	record_touch(after, change->before, w->caller->now);
	change->after = after;
	if (store_record(txn, w, change, err) == -1 ||
	    bound_check_written(txn, w->caller, w->type, &w->id, after, err) ==
		-1 ||
	    answer(txn, w, after) == -1)
		return -1;
	return change_write(txn, w->caller, change);
}

static int
replace(struct kv_txn *txn, struct write *w, struct error *err)
{
	struct arena *a = store_arena(txn);
	struct record before, after;
	struct json_object *tree, *old;
	struct change change = { .operation = "replace",
		.type = w->type,
		.id = w->id,
		.before = &before };

	if (get_before(txn, w, &before, err) == -1)
		return -1;
	tree = json_copy(a, w->tree);
	if (record_to_tree(a, &before, &old, err) == -1 ||
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
	struct record before, after;
	struct change change = { .operation = "patch",
		.type = w->type,
		.id = w->id,
		.before = &before };

	if (get_before(txn, w, &before, err) == -1 ||
	    patch_record(txn, w, &before, &after, err) == -1)
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
		    &w->id, &w->is_large, err);
	}
}

/* What was passed over is told, once the write is done. */
static void
log_ignored(const struct write *w)
{
	size_t nmembers = w->request->outcome.members_ignored;
	char id[UUID_TEXT_SIZE];

	uuid_format(&w->id, id);
	if (nmembers > 0)
		log_warning("%.*s %s: %zu unknown members left out",
		    SLICE_ARG(w->type->name), id, nmembers);
	if (w->patch.nignored > 0)
		log_warning("%.*s %s: %zu operations on unknown attributes "
			    "left out",
		    SLICE_ARG(w->type->name), id, w->patch.nignored);
}

/* What the body sets may be returned on request only (PROJ-12). */
static void
touch_tree(struct write *w)
{
	struct json_member m;

	for (m = json_first(w->tree); m.entry != NULL; json_next(&m)) {
		struct attr_ref ref;

		if (attr_resolve(w->type, m.name, &ref) != ATTR_FOUND)
			continue;
		if (ref.attr != NULL) {
			project_touch(w->request->projection, &ref);
			continue;
		}
		for (size_t i = 0; i < ref.extension->nattrs; i++) {
			ref.attr = &ref.extension->attrs[i];
			if (json_get(m.value, ref.attr->name.data) != NULL)
				project_touch(w->request->projection, &ref);
		}
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
	struct write *w = arg;
	struct record record;

	if (record_get(txn, w->caller, w->type, &w->id, false, &record, err) ==
	    -1)
		return -1;
	return etag_check_write(&w->request->conditions, record.version, err);
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
			.request = &requests[*failed] };
		if (prepare(w, err) == -1)
			return prefer_missing(w, err);
	}
	if (store_txn(identity->store, batch_body, &b, err) == -1) {
		if (n == 1 && b.writes[0].is_large)
			return delete_large(&b.writes[0], err);
		*failed = b.failed;
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		log_ignored(&b.writes[i]);
	return 0;
}

int
identity_write(const struct identity *identity, const struct caller *caller,
    struct write_request *request, struct error *err)
{
	size_t failed;

	return identity_write_all(identity, caller, request, 1, &failed, err);
}
