/*
 * fuzz_bulk.c: any JSON as a bulk request: its operations, their order, and
 * every reference set.
 */
#include <stdint.h>
#include <stdlib.h>

#include "json/json.h"
#include "scim/bulk.h"
#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum bulk_verdict
set(void *arg, struct slice bulk_id, struct slice *text)
{
	size_t *n = arg;

	*text = bulk_id;
	switch ((*n)++ % 8) {
	case 6:
		return BULK_LATER;
	case 7:
		return BULK_STOP;
	default:
		return BULK_SET;
	}
}

/*
 * Each operation once; what it refers to before it, or in its circle; a
 * circle in one piece.
 */
static void
check_order(const struct bulk *bulk)
{
	size_t nunits = 0;

	for (size_t i = 0; i < bulk->n; i++) {
		const struct bulk_op *op = &bulk->ops[i];

		if (bulk->order[op->rank] != i)
			abort();
		if (op->rank == 0 ||
		    bulk->ops[bulk->order[op->rank - 1]].unit != op->unit)
			nunits++;
		for (size_t t = 0; t < op->ntargets; t++) {
			const struct bulk_op *other =
			    &bulk->ops[op->targets[t]];

			if (other->rank >= op->rank && other->unit != op->unit)
				abort();
		}
	}
	for (size_t i = 0; i < bulk->n; i++)
		if (bulk->ops[i].unit >= nunits)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();
	struct json_object *body, *later;
	struct bulk bulk;
	struct error err;
	size_t n = 0;

	if (json_parse(a, text, &body, &err) == 0 &&
	    bulk_parse(a, user_catalog(), body, 100, &bulk, &err) == 0) {
		check_order(&bulk);
		for (size_t i = 0; i < bulk.n; i++)
			if (bulk.ops[i].problem.code == ERR_NONE &&
			    bulk.ops[i].method != BULK_DELETE)
				bulk_each_reference(a, bulk.ops[i].type,
				    bulk.ops[i].method == BULK_PATCH,
				    bulk.ops[i].data, set, &n, &later);
	}
	arena_free(a);
	return 0;
}
