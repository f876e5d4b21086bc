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

/* Each operation once, whatever refers to what. */
static void
check_order(const struct bulk *bulk)
{
	size_t sum = 0;

	for (size_t i = 0; i < bulk->n; i++)
		sum += bulk->order[i];
	if (bulk->n > 0 && sum != bulk->n * (bulk->n - 1) / 2)
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
