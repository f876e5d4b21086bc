/*
 * bulk.c: POST /Bulk (RFC 7644 section 3.7).
 *
 * Every resource that is to be created gets its id beforehand, so references
 * can be written down at once; only those that close a circle are added when
 * both ends are there, in the same transaction.  Operations go to the store
 * in batches of one transaction; a batch in which one fails is undone and its
 * operations are done singly, so that each stands for itself.  A circle never
 * comes apart: all of it is done, or nothing.
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

struct job {
	struct call *call;
	struct bulk bulk;
	struct uuid *ids; /* of what the POSTs create */
	struct result *results;
	int64_t failures;

	/* Of the transaction: order[from] to order[to - 1]. */
	struct arena *a;
	struct caller caller;
	size_t from;
	size_t to;
	size_t current; /* the operation whose references are set */
	bool is_trial;	/* what fails is done singly then */
	struct error problem;
};

/* The writes of a transaction; WRITES[i] is part of operation OWNERS[i]. */
struct plan {
	struct write_request *writes;
	size_t *owners; /* places in the order */
	size_t n;
};

static struct slice
id_text(struct arena *a, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return slice_of(arena_strdup(a, text));
}

/*
 * What comes before the current operation is there, or will be in its
 * transaction; what comes after it is in its circle.
 */
static enum bulk_verdict
set_reference(void *arg, struct slice bulk_id, struct slice *text)
{
	struct job *j = arg;
	long target = bulk_find(&j->bulk, bulk_id);
	size_t rank;

	if (target == -1)
		return BULK_KEEP;
	rank = j->bulk.ops[target].rank;
	if (rank < j->from && j->results[target].problem.code != ERR_NONE) {
		error_set(&j->problem, ERR_DEPENDENCY,
		    "the operation with the bulkId '%.*s' failed",
		    SLICE_ARG(bulk_id));
		return BULK_STOP;
	}
	*text = id_text(j->a, &j->ids[target]);
	return rank < j->bulk.ops[j->current].rank ? BULK_SET : BULK_LATER;
}

/* The id in the path of the current operation, once it is known. */
static int
set_id(struct job *j, struct slice *id)
{
	struct slice bulk_id = bulk_id_of(*id);

	if (bulk_id.data == NULL)
		return 0;
	return set_reference(j, bulk_id, id) == BULK_SET ? 0 : -1;
}

/* BULK-23: as if the operation had come alone (AUTH-10). */
static int
check_operation(struct job *j, const struct bulk_op *op)
{
	j->problem = op->problem;
	if (j->call->user.len > 0)
		return error_set(&j->problem, ERR_FORBIDDEN,
		    "this credential belongs to one user, whose place is /Me");
	if (op->type != NULL && !call_may(j->call, op->type, SCOPE_TO_WRITE))
		return error_set(&j->problem, ERR_FORBIDDEN,
		    "this credential may not write %.*s",
		    SLICE_ARG(op->type->endpoint));
	return op->problem.code == ERR_NONE ? 0 : -1;
}

static const enum write_kind kinds[] = {
	[BULK_POST] = WRITE_CREATE,
	[BULK_PUT] = WRITE_REPLACE,
	[BULK_PATCH] = WRITE_PATCH,
	[BULK_DELETE] = WRITE_DELETE,
};

/*
 * Who is answered later is told of each operation by itself (EVT-09), so the
 * change log names each: events have it as their transaction (EVT-04).
 */
static struct slice
request_id_of(struct job *j, size_t i)
{
	if (!j->call->is_kept)
		return SLICE("");
	return slice_of(arena_printf(
	    j->a, "%.*s:%zu", SLICE_ARG(j->call->caller.request_id), i));
}

/*
 * Operation I as a write, and the PatchOp that closes circles afterwards; -1
 * with j->problem set when it cannot be one.
 */
static int
make_request(struct job *j, size_t i, struct write_request *request,
    struct json_object **later)
{
	const struct bulk_op *op = &j->bulk.ops[i];

	j->current = i;
	*later = NULL;
	if (check_operation(j, op) == -1)
		return -1;
	*request = (struct write_request){ .kind = kinds[op->method],
		.type = op->type,
		.id = op->id,
		.new_id = op->method == BULK_POST ? &j->ids[i] : NULL,
		.request_id = request_id_of(j, i),
		.conditions = { .if_match = op->version } };
	if (set_id(j, &request->id) == -1)
		return -1;
	if (op->method == BULK_DELETE)
		return 0;
	request->body = json_copy(j->a, op->data);
	return bulk_each_reference(j->a, op->type, op->method == BULK_PATCH,
	    request->body, set_reference, j, later);
}

static void
add_closing(
    struct job *j, struct plan *plan, size_t owner, struct json_object *later)
{
	size_t i = j->bulk.order[owner];

	if (later == NULL)
		return;
	plan->writes[plan->n] = (struct write_request){ .kind = WRITE_PATCH,
		.type = j->bulk.ops[i].type,
		.id = id_text(j->a, &j->ids[i]),
		.body = later,
		.request_id = request_id_of(j, i),
		.closes_circle = true };
	plan->owners[plan->n++] = owner;
}

/* Everything of the transaction; -1 with *FAILED the one that is wrong. */
static int
make_plan(struct job *j, struct plan *plan, size_t *failed)
{
	size_t n = j->to - j->from;
	struct json_object *later;

	*plan = (struct plan){
		.writes = arena_calloc(j->a, n * 2, sizeof(*plan->writes)),
		.owners = arena_calloc(j->a, n * 2, sizeof(*plan->owners)),
		.n = n,
	};
	for (size_t i = 0; i < n; i++) {
		*failed = plan->owners[i] = j->from + i;
		if (make_request(j, j->bulk.order[*failed], &plan->writes[i],
			&later) == -1)
			return -1;
		add_closing(j, plan, *failed, later);
	}
	return 0;
}

/* Is nobody's operation to blame? */
static bool
is_fault_of_server(const struct error *err)
{
	return err->code == ERR_BUSY || err->code == ERR_FULL ||
	    err->code == ERR_INTERNAL;
}

/*
 * Do order[FROM] to order[TO - 1] in one transaction, with memory that ends
 * at the next one.
 *
 * Returns: 0 with the results noted, or -1: nothing is done, order[*FAILED]
 *          is to blame, or none of them when it is TO.
 */
static int
run(struct job *j, size_t from, size_t to, size_t *failed, struct error *err)
{
	struct plan plan;
	size_t write;

	arena_reset(j->a);
	j->caller = j->call->caller;
	j->caller.arena = j->a;
	j->caller.is_trial = j->is_trial;
	j->from = from;
	j->to = to;
	if (make_plan(j, &plan, failed) == -1) {
		*err = j->problem;
		return -1;
	}
	if (identity_write_all(j->call->identity, &j->caller, plan.writes,
		plan.n, &write, err) == -1) {
		*failed = write == plan.n || is_fault_of_server(err)
		    ? to
		    : plan.owners[write];
		return -1;
	}
	/* What closes a circle comes last, and its version counts. */
	for (size_t i = 0; i < plan.n; i++)
		j->results[j->bulk.order[plan.owners[i]]] =
		    (struct result){ .done = true,
			    .version = plan.writes[i].outcome.version };
	return 0;
}

static bool
is_stopped(const struct job *j)
{
	return j->bulk.fail_on_errors > 0 &&
	    j->failures >= j->bulk.fail_on_errors;
}

static void
note_problem(struct job *j, size_t place, const struct error *problem)
{
	j->results[j->bulk.order[place]] =
	    (struct result){ .done = true, .problem = *problem };
	j->failures++;
}

/*
 * Nothing of order[FROM] to order[TO - 1] is done: FAILED because of ERR, the
 * others, as long as failures are counted, because of FAILED (BULK-05).
 */
static void
note_failure(struct job *j, size_t from, size_t to, size_t failed,
    const struct error *err)
{
	struct error undone = { .code = ERR_NONE };

	if (failed < to) {
		error_set(&undone, ERR_DEPENDENCY,
		    "not done, since operation %zu (bulkId '%.*s') failed",
		    j->bulk.order[failed],
		    SLICE_ARG(j->bulk.ops[j->bulk.order[failed]].bulk_id));
		note_problem(j, failed, err);
	}
	for (size_t i = from; i < to && !is_stopped(j); i++)
		if (i != failed)
			note_problem(j, i, failed < to ? &undone : err);
}

/* Where the unit of order[FROM] ends: one operation, or a circle. */
static size_t
end_of_unit(const struct job *j, size_t from)
{
	const struct bulk *bulk = &j->bulk;
	size_t to = from + 1;

	while (to < bulk->n &&
	    bulk->ops[bulk->order[to]].unit ==
		bulk->ops[bulk->order[from]].unit)
		to++;
	return to;
}

/* Each unit in a transaction of its own. */
static void
do_units(struct job *j, size_t from, size_t to)
{
	struct error err;
	size_t end, failed;

	for (; from < to && !is_stopped(j); from = end) {
		end = end_of_unit(j, from);
		if (run(j, from, end, &failed, &err) == -1)
			note_failure(j, from, end, failed, &err);
	}
}

static void
do_batches(struct job *j)
{
	struct error err;
	size_t from, to, failed;
	int rc;

	for (from = 0; from < j->bulk.n && !is_stopped(j); from = to) {
		to = from;
		while (to < j->bulk.n && to - from < BATCH_MAX)
			to = end_of_unit(j, to);
		j->is_trial = true;
		rc = run(j, from, to, &failed, &err);
		j->is_trial = false;
		if (rc == -1)
			do_units(j, from, to);
	}
}

/* The extension: all operations in one transaction, or none. */
static int
do_atomic(struct job *j, struct error *err)
{
	size_t failed;

	if (j->bulk.n == 0 || run(j, 0, j->bulk.n, &failed, err) == 0)
		return 0;
	if (failed == j->bulk.n)
		return -1;
	note_failure(j, 0, j->bulk.n, failed, err);
	return 0;
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

/* What the single request would have said. */
static int
status_of(const struct job *j, size_t i)
{
	const struct error *problem = &j->results[i].problem;
	const struct bulk_op *op = &j->bulk.ops[i];

	return problem->code != ERR_NONE
	    ? http_status(problem->code)
	    : serve_write_status(j->call, op->type, kinds[op->method]);
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
		if (!j->results[i].done && !j->call->is_kept)
			continue;
		if (!j->results[i].done)
			error_set(&j->results[i].problem, ERR_DEPENDENCY,
			    "not done, since others failed (failOnErrors)");
		if (!first)
			buf_putc(out, ',');
		first = false;
		put_result(j, out, i);
	}
	buf_puts(out, "]}");
	j->call->reply->content_type = SCIM_MEDIA_TYPE;
}

static int
check_atomic(
    const struct call *call, const struct bulk *bulk, struct error *err)
{
	if (!bulk->atomic || call->settings->bulk_atomic)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "'atomic' is not switched on (MUSTER_BULK_ATOMIC)");
}

int
serve_bulk(struct call *call, struct error *err)
{
	struct job j = { .call = call };
	int rc = 0;

	if (bulk_parse(call->arena, call->identity->catalog, call->body,
		(size_t)call->settings->bulk_operations, &j.bulk, err) == -1 ||
	    check_atomic(call, &j.bulk, err) == -1)
		return -1;
	j.ids = arena_calloc(call->arena, j.bulk.n + 1, sizeof(*j.ids));
	j.results = arena_calloc(call->arena, j.bulk.n + 1, sizeof(*j.results));
	for (size_t i = 0; i < j.bulk.n; i++)
		j.ids[i] = uuid_new(call->caller.now);
	j.a = arena_new();
	if (j.bulk.atomic)
		rc = do_atomic(&j, err);
	else
		do_batches(&j);
	arena_free(j.a);
	if (rc == 0)
		answer(&j);
	return rc;
}
