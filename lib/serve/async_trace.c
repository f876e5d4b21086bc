/*
 * async_trace.c: what a request that is answered later had done when it was
 * interrupted.
 *
 * Every change stands in the log under the id of the request, those of a bulk
 * request under that and the number of the operation: "ID:0".
 */
#include "base/number.h"
#include "json/walk.h"
#include "serve/async_outcome.h"
#include "store/changes.h"

struct trace {
	struct async_run *run;
	struct slice *done; /* the last change of each operation, or "" */
	size_t n;
};

static struct slice
text_of(const struct async_run *r, struct slice change, const char *name)
{
	struct slice value;

	return walk_find(change, slice_of(name), &value)
	    ? walk_string(r->a, value)
	    : SLICE("");
}

/* The operation that CHANGE is part of; -1 for another request's. */
static int64_t
operation_of(const struct async_run *r, struct slice change)
{
	struct slice rest = text_of(r, change, "request"), id;
	int64_t i = 0;

	if (!slice_next(&rest, ':', &id) || !slice_equal(id, r->id_text) ||
	    slice_equal(text_of(r, change, "operation"), SLICE("async")))
		return -1;
	if (rest.data != NULL && parse_int(rest, 0, INT64_MAX, &i, NULL) == -1)
		return -1;
	return i;
}

static int
trace_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct trace *t = arg;
	struct async_run *r = t->run;
	struct kv_range *range;
	enum store_status status;
	struct slice change;
	uint64_t sequence;
	int64_t i;

	(void)err;
	if (changes_open(txn, r->tenant, (uint64_t)r->from, &range) != STORE_OK)
		return -1;
	while ((status = changes_next(range, &sequence, &change)) == STORE_OK) {
		i = operation_of(r, change);
		if (i >= 0 && (size_t)i < t->n)
			t->done[i] = arena_slice(r->a, change);
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/*
 * Did CHANGE end an operation?  A delete first leaves groups, in transactions
 * of their own if there are many.
 */
static bool
is_end(const struct async_run *r, struct slice method, struct slice change)
{
	return change.len > 0 &&
	    (!slice_equal(method, SLICE("DELETE")) ||
		slice_equal(text_of(r, change, "operation"), SLICE("delete")));
}

/* What a write that left CHANGE would have answered. */
static void
add_done(struct async_run *r, struct slice method, struct slice change)
{
	const struct resource_type *type =
	    catalog_find_type(r->identity->catalog, text_of(r, change, "type"));
	struct slice location, number, version = SLICE("");
	bool is_delete = slice_equal(method, SLICE("DELETE"));

	location = slice_of(arena_printf(r->a, "%.*s%.*s/%.*s",
	    SLICE_ARG(async_text(r, "baseUrl")),
	    SLICE_ARG(type != NULL ? type->endpoint : SLICE("")),
	    SLICE_ARG(text_of(r, change, "id"))));
	if (!is_delete && walk_find(change, SLICE("version"), &number))
		version = slice_of(
		    arena_printf(r->a, "W/\"%.*s\"", SLICE_ARG(number)));
	if (is_delete)
		async_add(r, method, location, version, 204);
	else
		async_add(r, method, location, version,
		    slice_equal(method, SLICE("POST")) ? 201 : 200);
}

/* Every operation of a bulk request, done or not. */
static void
add_operations(struct trace *t, const struct json_object *ops, bool *is_done)
{
	struct async_run *r = t->run;
	struct slice fault = async_fault(
	    r, "not done, or nothing changed: the server was interrupted");

	for (size_t i = 0; i < t->n; i++) {
		struct json_object *op = json_at(ops, i), *bulk_id, *v;
		struct slice method =
		    json_string(json_attr(op, SLICE("method")));

		if (is_end(r, method, t->done[i])) {
			add_done(r, method, t->done[i]);
			*is_done = true;
		} else {
			async_add_failure(r, method,
			    json_string(json_attr(op, SLICE("path"))), 500,
			    fault);
		}
		v = json_at(r->outcomes, i);
		bulk_id = json_attr(op, SLICE("bulkId"));
		if (bulk_id != NULL)
			json_set(v, SLICE("bulkId"), json_copy(r->a, bulk_id));
	}
}

int
async_trace(struct async_run *r, bool *is_done, struct error *err)
{
	const struct json_object *ops = async_operations(r);
	struct trace t = { .run = r, .n = ops == NULL ? 1 : json_len(ops) };
	struct slice method = async_text(r, "method");

	t.done = arena_calloc(r->a, t.n + 1, sizeof(*t.done));
	if (store_view(r->identity->store, trace_body, &t, err) == -1)
		return -1;
	if (ops != NULL) {
		r->is_split = true;
		add_operations(&t, ops, is_done);
	} else if (is_end(r, method, t.done[0])) {
		add_done(r, method, t.done[0]);
		*is_done = true;
	}
	/* It is run once more, from nothing. */
	if (!*is_done) {
		r->is_split = false;
		r->outcomes = json_new_array(r->a);
	}
	return 0;
}
