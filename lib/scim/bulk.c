/*
 * bulk.c: the BulkRequest message.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nelem.h"
#include "json/json.h"
#include "scim/bulk.h"

static const struct {
	struct slice word;
	enum bulk_method method;
} methods[] = {
	{ { "POST", 4 }, BULK_POST },
	{ { "PUT", 3 }, BULK_PUT },
	{ { "PATCH", 5 }, BULK_PATCH },
	{ { "DELETE", 6 }, BULK_DELETE },
};

/* A member that must be a string when it is there. */
static int
read_string(struct json_object *v, const char *name, struct slice *out,
    struct error *err)
{
	struct json_object *member = json_attr(v, slice_of(name));

	*out = (struct slice){ NULL, 0 };
	if (json_kind(member) == JSON_NULL)
		return 0;
	if (json_kind(member) != JSON_STRING)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "'%s' of an operation must be a string", name);
	*out = json_string(member);
	return 0;
}

static int
read_method(struct bulk_op *op, struct error *err)
{
	for (size_t i = 0; i < NELEM(methods); i++)
		if (slice_equal_nocase(op->method_name, methods[i].word)) {
			op->method = methods[i].method;
			return 0;
		}
	return error_set(err, ERR_INVALID_SYNTAX,
	    "'method' of an operation must be POST, PUT, PATCH or DELETE, "
	    "not '%.*s'",
	    SLICE_ARG(op->method_name));
}

/* A query or a fragment. */
static bool
has_more_than_path(struct slice path)
{
	return memchr(path.data, '?', path.len) != NULL ||
	    memchr(path.data, '#', path.len) != NULL;
}

/* "/Users", or "/Users/ID", below the base URL (BULK-08). */
static int
read_path(struct bulk_op *op, const struct catalog *catalog, struct error *err)
{
	struct slice rest = op->path, empty, endpoint, id = SLICE(""), more;

	if (slice_next(&rest, '/', &empty) && empty.len == 0 &&
	    slice_next(&rest, '/', &endpoint)) {
		op->type = catalog_find_endpoint(catalog, endpoint);
		if (slice_next(&rest, '/', &id) &&
		    (id.len == 0 || slice_next(&rest, '/', &more)))
			op->type = NULL;
	}
	if (op->type == NULL || has_more_than_path(op->path) ||
	    (op->method == BULK_POST) != (id.len == 0))
		return error_set(err, ERR_INVALID_VALUE,
		    "'path' of a %.*s must be like '%s', not '%.*s'",
		    SLICE_ARG(op->method_name),
		    op->method == BULK_POST ? "/Users" : "/Users/ID",
		    SLICE_ARG(op->path));
	op->id = id;
	return 0;
}

/* All of them, also when one is wrong: the answer names the others. */
static int
read_strings(struct bulk_op *op, struct json_object *v, struct error *err)
{
	int rc = read_string(v, "bulkId", &op->bulk_id, err);

	rc |= read_string(v, "method", &op->method_name, err);
	rc |= read_string(v, "path", &op->path, err);
	rc |= read_string(v, "version", &op->version, err);
	return rc;
}

static int
read_op(struct bulk_op *op, struct json_object *v,
    const struct catalog *catalog, struct error *err)
{
	int rc = read_strings(op, v, err);

	op->method = BULK_DELETE; /* what is not known makes nothing */
	op->data = json_attr(v, SLICE("data"));
	if (read_method(op, err) == -1 || rc != 0 ||
	    read_path(op, catalog, err) == -1)
		return -1;
	if (op->method == BULK_POST && op->bulk_id.len == 0)
		return error_set(
		    err, ERR_INVALID_SYNTAX, "a POST must have a 'bulkId'");
	if (op->method != BULK_DELETE && json_kind(op->data) != JSON_OBJECT)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "'data' of a %.*s must be an object",
		    SLICE_ARG(op->method_name));
	return 0;
}

static int
compare_ids(const void *x, const void *y, void *arg)
{
	const struct bulk *bulk = arg;

	return slice_compare(bulk->ops[*(const size_t *)x].bulk_id,
	    bulk->ops[*(const size_t *)y].bulk_id);
}

/* The bulkIds of POSTs in order; none may be there twice (BULK-10). */
static int
sort_ids(struct arena *a, struct bulk *bulk, struct error *err)
{
	bulk->by_id = arena_calloc(a, bulk->n + 1, sizeof(*bulk->by_id));
	for (size_t i = 0; i < bulk->n; i++)
		if (bulk->ops[i].bulk_id.len > 0 &&
		    bulk->ops[i].method == BULK_POST)
			bulk->by_id[bulk->nids++] = i;
	qsort_r(
	    bulk->by_id, bulk->nids, sizeof(*bulk->by_id), compare_ids, bulk);
	for (size_t i = 1; i < bulk->nids; i++)
		if (compare_ids(&bulk->by_id[i - 1], &bulk->by_id[i], bulk) ==
		    0)
			return error_set(err, ERR_INVALID_VALUE,
			    "the bulkId '%.*s' is there twice",
			    SLICE_ARG(bulk->ops[bulk->by_id[i]].bulk_id));
	return 0;
}

long
bulk_find(const struct bulk *bulk, struct slice bulk_id)
{
	size_t low = 0, high = bulk->nids;

	while (low < high) {
		size_t middle = (low + high) / 2;
		size_t i = bulk->by_id[middle];
		int order = slice_compare(bulk_id, bulk->ops[i].bulk_id);

		if (order == 0)
			return (long)i;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

struct linker {
	struct arena *a;
	struct bulk *bulk;
	struct bulk_op *op;
	size_t size;
};

static void
add_target(struct linker *l, size_t target)
{
	struct bulk_op *op = l->op;
	size_t size = l->size == 0 ? 4 : l->size * 2;

	if (op->ntargets > 0 && op->targets[op->ntargets - 1] == target)
		return;
	if (op->ntargets == l->size) {
		op->targets = arena_grow(l->a, op->targets,
		    l->size * sizeof(target), size * sizeof(target));
		l->size = size;
	}
	op->targets[op->ntargets++] = target;
}

static enum bulk_verdict
link_reference(void *arg, struct slice bulk_id, struct slice *text)
{
	struct linker *l = arg;
	long target = bulk_find(l->bulk, bulk_id);

	(void)text;
	if (target == -1) {
		error_set(&l->op->problem, ERR_INVALID_VALUE,
		    "no POST of this request has the bulkId '%.*s'",
		    SLICE_ARG(bulk_id));
		return BULK_STOP;
	}
	add_target(l, (size_t)target);
	return BULK_KEEP;
}

/* Whatever OP refers to, in its path and in its data. */
static void
link_op(struct arena *a, struct bulk *bulk, struct bulk_op *op)
{
	struct linker l = { .a = a, .bulk = bulk, .op = op };
	struct slice id = bulk_id_of(op->id), text;
	struct json_object *later;

	if (op->problem.code != ERR_NONE ||
	    (id.data != NULL && link_reference(&l, id, &text) == BULK_STOP))
		return;
	if (op->method != BULK_DELETE)
		bulk_each_reference(a, op->type, op->method == BULK_PATCH,
		    op->data, link_reference, &l, &later);
}

static bool
has_schema(struct json_object *body)
{
	struct json_object *schemas = json_attr(body, SLICE("schemas"));

	for (size_t i = 0; i < json_len(schemas); i++)
		if (slice_equal_nocase(json_string(json_at(schemas, i)),
			SLICE(URN_BULK_REQUEST)))
			return true;
	return false;
}

static int
read_envelope(struct json_object *body, size_t max, struct bulk *out,
    struct json_object **ops, struct error *err)
{
	struct json_object *limit = json_attr(body, SLICE("failOnErrors"));
	struct json_object *atomic = json_attr(body, SLICE("atomic"));

	*ops = json_attr(body, SLICE("Operations"));
	out->atomic = json_boolean(atomic);
	if (!has_schema(body))
		return error_set(err, ERR_INVALID_SYNTAX,
		    "'schemas' of a bulk request must hold " URN_BULK_REQUEST);
	if (json_kind(*ops) != JSON_ARRAY)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "'Operations' of a bulk request must be an array");
	if (json_kind(limit) != JSON_NULL &&
	    (json_kind(limit) != JSON_INTEGER || json_integer(limit) < 1))
		return error_set(err, ERR_INVALID_VALUE,
		    "'failOnErrors' must be an integer of at least 1");
	if (json_kind(atomic) != JSON_NULL && json_kind(atomic) != JSON_BOOLEAN)
		return error_set(
		    err, ERR_INVALID_VALUE, "'atomic' must be true or false");
	out->fail_on_errors = json_integer(limit);
	out->n = json_len(*ops);
	if (out->n > max)
		return error_set(err, ERR_TOO_LARGE,
		    "%zu operations are more than maxOperations, which is %zu",
		    out->n, max);
	return 0;
}

int
bulk_parse(struct arena *a, const struct catalog *catalog,
    struct json_object *body, size_t max, struct bulk *out, struct error *err)
{
	struct json_object *ops;

	*out = (struct bulk){ .n = 0 };
	if (read_envelope(body, max, out, &ops, err) == -1)
		return -1;
	out->ops = arena_calloc(a, out->n + 1, sizeof(*out->ops));
	for (size_t i = 0; i < out->n; i++) {
		struct bulk_op *op = &out->ops[i];

		if (json_kind(json_at(ops, i)) != JSON_OBJECT)
			return error_set(err, ERR_INVALID_SYNTAX,
			    "operation %zu is not an object", i);
		read_op(op, json_at(ops, i), catalog, &op->problem);
	}
	if (sort_ids(a, out, err) == -1)
		return -1;
	for (size_t i = 0; i < out->n; i++)
		link_op(a, out, &out->ops[i]);
	bulk_sort(a, out);
	return 0;
}
