/*
 * bulk.c: POST /Bulk (RFC 7644 section 3.7).
 *
 * Every resource that is to be created gets its id beforehand, so references
 * can be written down at once; only those that close a circle are added when
 * both ends are there.  Operations go to the store in batches of one
 * transaction; a batch in which one fails is undone and its operations are
 * done singly, so that each stands for itself.
 */
#include <string.h>

#include "base/clock.h"
#include "http/status.h"
#include "json/json.h"
#include "scim/bulk.h"
#include "serve/problem.h"
#include "serve/serve.h"
#include "serve/settings.h"

enum { BATCH_MAX = 50 };

struct result {
	bool done;
	struct error problem;
	uint64_t version;
};

/* A reference that closes a circle: OP gets TARGET when both are there. */
struct closing {
	size_t op;
	size_t target;
	struct attr_ref ref;
};

struct job {
	struct call *call;
	struct bulk bulk;
	struct uuid *ids; /* of what the POSTs create */
	struct result *results;
	struct closing *closings;
	size_t nclosings;
	size_t closings_size;
	int64_t failures;

	/* Of the batch. */
	struct arena *a;
	struct caller caller;
	size_t current; /* the operation whose references are set */
	bool is_batch;	/* those of the batch count as done */
	size_t batch_from;
	size_t batch_to;
	struct error problem;
};

static bool
is_in_batch(const struct job *j, size_t op)
{
	for (size_t i = j->batch_from; i < j->batch_to; i++)
		if (j->bulk.order[i] == op)
			return true;
	return false;
}

/* Is there what the operation TARGET creates, as far as can be told now? */
static bool
is_there(const struct job *j, size_t target)
{
	if (j->results[target].done)
		return j->results[target].problem.code == ERR_NONE;
	return j->is_batch && is_in_batch(j, target);
}

static bool
is_deferred(const struct job *j, size_t target)
{
	const struct bulk_op *op = &j->bulk.ops[j->current];

	for (size_t e = 0; e < op->nedges; e++)
		if (op->edges[e].target == target && op->edges[e].deferred)
			return true;
	return false;
}

static void
add_closing(struct job *j, size_t target, const struct attr_ref *ref)
{
	if (j->nclosings == j->closings_size) {
		size_t size = j->nclosings == 0 ? 16 : j->nclosings * 2;

		j->closings = arena_grow(j->call->arena, j->closings,
		    j->nclosings * sizeof(*j->closings),
		    size * sizeof(*j->closings));
		j->closings_size = size;
	}
	j->closings[j->nclosings++] =
	    (struct closing){ j->current, target, *ref };
}

static struct slice
id_text(struct arena *a, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return slice_of(arena_strdup(a, text));
}

static enum bulk_verdict
set_reference(void *arg, struct slice bulk_id, const struct attr_ref *ref,
    struct slice *text)
{
	struct job *j = arg;
	long target = bulk_find(&j->bulk, bulk_id);

	if (target == -1)
		return BULK_KEEP;
	if (ref != NULL && is_deferred(j, (size_t)target)) {
		add_closing(j, (size_t)target, ref);
		return BULK_DROP;
	}
	if (!is_there(j, (size_t)target)) {
		error_set(&j->problem, ERR_DEPENDENCY,
		    "the operation with the bulkId '%.*s' failed",
		    SLICE_ARG(bulk_id));
		return BULK_STOP;
	}
	*text = id_text(j->a, &j->ids[target]);
	return BULK_SET;
}

/* The id in the path of the current operation, once it is known. */
static int
set_id(struct job *j, struct slice *id)
{
	struct slice bulk_id = bulk_id_of(*id);

	if (bulk_id.data == NULL)
		return 0;
	return set_reference(j, bulk_id, NULL, id) == BULK_SET ? 0 : -1;
}

/* Operation I as a write; -1 with j->problem set when it cannot be one. */
static int
make_request(struct job *j, size_t i, struct write_request *request)
{
	static const enum write_kind kinds[] = {
		[BULK_POST] = WRITE_CREATE,
		[BULK_PUT] = WRITE_REPLACE,
		[BULK_PATCH] = WRITE_PATCH,
		[BULK_DELETE] = WRITE_DELETE,
	};
	const struct bulk_op *op = &j->bulk.ops[i];

	j->current = i;
	j->problem = op->problem;
	if (op->problem.code != ERR_NONE)
		return -1;
	*request = (struct write_request){ .kind = kinds[op->method],
		.type = op->type,
		.id = op->id,
		.new_id = op->method == BULK_POST ? &j->ids[i] : NULL,
		.conditions = { .if_match = op->version } };
	if (op->method != BULK_DELETE)
		request->body = json_copy(j->a, op->data);
	if (set_id(j, &request->id) == -1)
		return -1;
	return op->method == BULK_DELETE
	    ? 0
	    : bulk_each_reference(j->a, op->type, op->method == BULK_PATCH,
		  request->body, set_reference, j);
}

static void
note(struct job *j, size_t i, const struct error *problem, uint64_t version)
{
	struct result *result = &j->results[i];

	if (problem->code != ERR_NONE && result->problem.code == ERR_NONE)
		j->failures++;
	*result = (struct result){ true, *problem, version };
}

static bool
is_stopped(const struct job *j)
{
	return j->bulk.fail_on_errors > 0 &&
	    j->failures >= j->bulk.fail_on_errors;
}

static void
do_one(struct job *j, size_t i)
{
	struct write_request request = { .kind = WRITE_CREATE };
	struct error err = { .code = ERR_NONE };
	size_t closings = j->nclosings;

	if (make_request(j, i, &request) == -1)
		err = j->problem;
	else
		identity_write(j->call->identity, &j->caller, &request, &err);
	if (err.code != ERR_NONE)
		j->nclosings = closings;
	note(j, i, &err, request.outcome.version);
}

/* All of the batch in one transaction; false when nothing was done. */
static bool
do_batch(struct job *j)
{
	struct write_request requests[BATCH_MAX];
	size_t n = j->batch_to - j->batch_from, closings = j->nclosings, failed;
	struct error err = { .code = ERR_NONE };

	j->is_batch = true;
	for (size_t i = 0; i < n && err.code == ERR_NONE; i++)
		if (make_request(j, j->bulk.order[j->batch_from + i],
			&requests[i]) == -1)
			err = j->problem;
	j->is_batch = false;
	if (err.code != ERR_NONE ||
	    identity_write_all(j->call->identity, &j->caller, requests, n,
		&failed, &err) == -1) {
		j->nclosings = closings;
		return false;
	}
	for (size_t i = 0; i < n; i++)
		note(j, j->bulk.order[j->batch_from + i], &err,
		    requests[i].outcome.version);
	return true;
}

/* The memory of a batch ends with it. */
static void
begin_batch(struct job *j)
{
	arena_reset(j->a);
	j->caller = j->call->caller;
	j->caller.arena = j->a;
}

static void
do_all(struct job *j)
{
	for (j->batch_from = 0; j->batch_from < j->bulk.n && !is_stopped(j);
	     j->batch_from = j->batch_to) {
		j->batch_to = j->batch_from + BATCH_MAX;
		if (j->batch_to > j->bulk.n)
			j->batch_to = j->bulk.n;
		begin_batch(j);
		if (do_batch(j))
			continue;
		for (size_t i = j->batch_from;
		     i < j->batch_to && !is_stopped(j); i++) {
			begin_batch(j);
			do_one(j, j->bulk.order[i]);
		}
	}
}

static struct json_object *
text_value(struct job *j, struct slice text)
{
	return json_new_string(j->a, text);
}

/* {"op":"add","path":...,"value":{"value":ID}} */
static struct json_object *
closing_op(struct job *j, const struct closing *c)
{
	struct json_object *op = json_new_object(j->a);
	struct json_object *value = json_new_object(j->a);
	const char *path = c->ref.extension == NULL
	    ? arena_printf(j->a, "%.*s", SLICE_ARG(c->ref.attr->name))
	    : arena_printf(j->a, "%.*s:%.*s", SLICE_ARG(c->ref.extension->id),
		  SLICE_ARG(c->ref.attr->name));

	json_set(value, SLICE("value"),
	    text_value(j, id_text(j->a, &j->ids[c->target])));
	json_set(op, SLICE("op"), text_value(j, SLICE("add")));
	json_set(op, SLICE("path"), text_value(j, slice_of(path)));
	json_set(op, SLICE("value"), value);
	return op;
}

/* The PATCH that gives operation I the references that were left out. */
static void
closing_request(struct job *j, size_t i, struct write_request *request)
{
	struct json_object *body = json_new_object(j->a);
	struct json_object *schemas = json_new_array(j->a);
	struct json_object *ops = json_new_array(j->a);

	json_append(schemas, text_value(j, SLICE(URN_PATCH)));
	json_set(body, SLICE("schemas"), schemas);
	json_set(body, SLICE("Operations"), ops);
	for (size_t c = 0; c < j->nclosings; c++)
		if (j->closings[c].op == i)
			json_append(ops, closing_op(j, &j->closings[c]));
	*request = (struct write_request){ .kind = WRITE_PATCH,
		.type = j->bulk.ops[i].type,
		.id = id_text(j->a, &j->ids[i]),
		.body = body };
}

/* Is the other end of every reference of I there?  Else I is to go. */
static bool
can_close(struct job *j, size_t i, struct error *err)
{
	for (size_t c = 0; c < j->nclosings; c++) {
		size_t target = j->closings[c].target;

		if (j->closings[c].op == i && !is_there(j, target)) {
			error_set(err, ERR_DEPENDENCY,
			    "the operation with the bulkId '%.*s' failed",
			    SLICE_ARG(j->bulk.ops[target].bulk_id));
			return false;
		}
	}
	return true;
}

static void
close_one(struct job *j, size_t i)
{
	struct write_request request;
	struct error err = { .code = ERR_NONE }, ignored;

	begin_batch(j);
	closing_request(j, i, &request);
	if (can_close(j, i, &err))
		identity_write(j->call->identity, &j->caller, &request, &err);
	if (err.code != ERR_NONE) {
		request.kind = WRITE_DELETE;
		identity_write(
		    j->call->identity, &j->caller, &request, &ignored);
	}
	note(j, i, &err, request.outcome.version);
}

/* BULK-14: each resource once, with all that it lacks. */
static void
close_circles(struct job *j)
{
	for (size_t c = 0; c < j->nclosings; c++)
		if (c == 0 || j->closings[c].op != j->closings[c - 1].op)
			close_one(j, j->closings[c].op);
}

/* The extension: all operations in one transaction, or none. */
static void
do_atomic(struct job *j)
{
	size_t n = j->bulk.n, nclosed = n, failed = n;
	struct write_request *requests =
	    arena_calloc(j->call->arena, n * 2 + 1, sizeof(*requests));
	struct error err = { .code = ERR_NONE }, undone;

	begin_batch(j);
	j->is_batch = true;
	j->batch_to = n;
	for (failed = 0; failed < n; failed++)
		if (make_request(j, j->bulk.order[failed], &requests[failed]) ==
		    -1) {
			err = j->problem;
			break;
		}
	for (size_t c = 0; c < j->nclosings && failed == n; c++)
		if (c == 0 || j->closings[c].op != j->closings[c - 1].op)
			closing_request(
			    j, j->closings[c].op, &requests[nclosed++]);
	if (err.code == ERR_NONE &&
	    identity_write_all(j->call->identity, &j->caller, requests, nclosed,
		&failed, &err) == 0)
		failed = nclosed;
	error_set(&undone, ERR_DEPENDENCY,
	    "not done: another operation failed, and the request is atomic");
	for (size_t i = 0; i < n; i++)
		note(j, j->bulk.order[i],
		    err.code == ERR_NONE || i == failed ? &err : &undone,
		    requests[i].outcome.version);
}

/* The path of operation I below the base URL, with ids for bulkIds. */
static struct slice
real_path(struct job *j, size_t i)
{
	const struct bulk_op *op = &j->bulk.ops[i];
	struct slice bulk_id = bulk_id_of(op->id);
	long target = bulk_id.data != NULL ? bulk_find(&j->bulk, bulk_id) : -1;

	if (op->method == BULK_POST)
		target = (long)i;
	if (op->type == NULL || target == -1)
		return op->path;
	return slice_of(arena_printf(j->call->arena, "%.*s/%.*s",
	    SLICE_ARG(op->type->endpoint),
	    SLICE_ARG(id_text(j->call->arena, &j->ids[target]))));
}

/* Where the resource is; not of a POST that failed (BULK-18). */
static void
put_location(struct job *j, struct buf *out, size_t i)
{
	bool failed = j->results[i].problem.code != ERR_NONE;
	struct slice path = real_path(j, i);

	if (j->bulk.ops[i].method == BULK_POST && failed)
		return;
	buf_puts(out, ",\"location\":");
	buf_json_string(out,
	    slice_of(arena_printf(j->call->arena, "%.*s%s%.*s",
		SLICE_ARG(j->call->base_url),
		path.len > 0 && path.data[0] == '/' ? "" : "/",
		SLICE_ARG(path))));
}

static int
status_of(const struct job *j, size_t i)
{
	static const int good[] = {
		[BULK_POST] = 201,
		[BULK_PUT] = 200,
		[BULK_PATCH] = 200,
		[BULK_DELETE] = 204,
	};
	const struct error *problem = &j->results[i].problem;

	return problem->code == ERR_NONE ? good[j->bulk.ops[i].method]
					 : http_status(problem->code);
}

static void
put_result(struct job *j, struct buf *out, size_t i)
{
	const struct bulk_op *op = &j->bulk.ops[i];
	const struct result *result = &j->results[i];

	buf_puts(out, "{\"method\":");
	buf_json_string(out, op->method_name);
	if (op->bulk_id.len > 0) {
		buf_puts(out, ",\"bulkId\":");
		buf_json_string(out, op->bulk_id);
	}
	put_location(j, out, i);
	if (result->problem.code == ERR_NONE && op->method != BULK_DELETE)
		buf_printf(out, ",\"version\":\"W/\\\"%llu\\\"\"",
		    (unsigned long long)result->version);
	buf_printf(out, ",\"status\":\"%d\"", status_of(j, i));
	if (result->problem.code != ERR_NONE) {
		buf_puts(out, ",\"response\":");
		problem_print(out, &result->problem);
	}
	buf_putc(out, '}');
}

static void
answer(struct job *j)
{
	struct buf *out = &j->call->reply->body;
	bool first = true;

	buf_puts(
	    out, "{\"schemas\":[\"" URN_BULK_RESPONSE "\"],\"Operations\":[");
	for (size_t i = 0; i < j->bulk.n; i++) {
		if (!j->results[i].done)
			continue;
		if (!first)
			buf_putc(out, ',');
		first = false;
		put_result(j, out, i);
	}
	buf_puts(out, "]}");
	j->call->reply->content_type = SCIM_MEDIA_TYPE;
}

int
serve_bulk(struct call *call, struct error *err)
{
	struct job j = { .call = call };

	if (bulk_parse(call->arena, call->identity->catalog, call->body,
		(size_t)call->settings->bulk_operations, &j.bulk, err) == -1)
		return -1;
	if (j.bulk.atomic && !call->settings->bulk_atomic)
		return error_set(err, ERR_INVALID_VALUE,
		    "'atomic' is not switched on (MUSTER_BULK_ATOMIC)");
	j.ids = arena_calloc(call->arena, j.bulk.n + 1, sizeof(*j.ids));
	j.results = arena_calloc(call->arena, j.bulk.n + 1, sizeof(*j.results));
	for (size_t i = 0; i < j.bulk.n; i++)
		j.ids[i] = uuid_new(call->caller.now);
	j.a = arena_new();
	if (j.bulk.atomic) {
		do_atomic(&j);
	} else {
		do_all(&j);
		close_circles(&j);
	}
	arena_free(j.a);
	answer(&j);
	return 0;
}
