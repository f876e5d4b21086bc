/*
 * verify_counts.c: are there as many resources as the counters say?
 *
 * While others write, the two are never to be had at one moment.  So each
 * batch of the walk notes the number of the last change that it saw, and
 * what was created and deleted after that is taken from the change log.
 */
#include "base/log.h"
#include "identity/record.h"
#include "identity/verify_private.h"
#include "json/walk.h"
#include "store/changes.h"
#include "store/key.h"
#include "store/tally.h"
#include "store/tenants.h"

enum { BATCH_MAX = 1000 };

/* Resources up to LAST were counted when the last change was SEQUENCE. */
struct batch {
	struct uuid last;
	int64_t sequence;
};

struct count {
	struct verify_run *run;
	struct arena *a;
	const struct verify_tenant *tenant;
	const struct resource_type *type;
	struct batch *batches;
	size_t nbatches;
	int64_t counted;
	int64_t kept;	  /* what the counter says */
	int64_t sequence; /* when it said so */

	/* One batch. */
	struct batch batch;
	size_t n;
};

static int
read_sequence(struct kv_txn *txn, const struct count *c, int64_t *sequence)
{
	return tally_sequence(txn, c->tenant->number, sequence) == STORE_OK
	    ? 0
	    : -1;
}

/* What is walked stays locked until the number of the change is read. */
static int
batch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct count *c = arg;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice key, value;
	struct key prefix, from;

	(void)err;
	key_init(&prefix, c->tenant->number);
	key_add_text(&prefix, c->type->name);
	from = prefix;
	if (c->nbatches > 0) {
		key_add_uuid(&from, &c->batches[c->nbatches - 1].last);
		key_add_text(&from, SLICE(""));
	}
	if (kv_range_open(txn, KV_RESOURCES, key_slice(&prefix),
		key_slice(&from), false, &range) != STORE_OK)
		return -1;
	for (c->n = 0; c->n < BATCH_MAX; c->n++) {
		status = kv_range_next(range, &key, &value);
		if (status != STORE_OK)
			break;
		c->batch.last = key_last_uuid(key);
	}
	kv_range_close(range);
	if (status == STORE_FAIL)
		return -1;
	return read_sequence(txn, c, &c->batch.sequence);
}

static int
count_batches(struct count *c, struct error *err)
{
	size_t size;

	do {
		if (verify_view(c->run, batch_body, c, err) == -1)
			return -1;
		size = c->nbatches * sizeof(c->batch);
		c->batches =
		    arena_grow(c->a, c->batches, size, size + sizeof(c->batch));
		c->batches[c->nbatches++] = c->batch;
		c->counted += (int64_t)c->n;
	} while (c->n == BATCH_MAX);
	return 0;
}

static int
kept_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct count *c = arg;

	(void)err;
	if (tally_total(txn, c->tenant->number, c->type->name, &c->kept) !=
	    STORE_OK)
		return -1;
	return read_sequence(txn, c, &c->sequence);
}

/* The change that the batch which ID belongs to had seen. */
static int64_t
seen_sequence(const struct count *c, const struct uuid *id)
{
	size_t i = 0;

	while (i + 1 < c->nbatches && uuid_compare(id, &c->batches[i].last) > 0)
		i++;
	return c->batches[i].sequence;
}

/* +1 or -1 for a change that the walk was too early for. */
static int
later_change(
    const struct count *c, struct arena *a, int64_t sequence, struct slice text)
{
	struct slice type, operation, value;
	struct uuid id;

	if (!walk_find(text, SLICE("type"), &type) ||
	    !slice_equal(walk_string(a, type), c->type->name) ||
	    !walk_find(text, SLICE("id"), &value) ||
	    uuid_parse(walk_string(a, value), &id) == -1 ||
	    !walk_find(text, SLICE("operation"), &operation) ||
	    sequence <= seen_sequence(c, &id))
		return 0;
	operation = walk_string(a, operation);
	if (slice_equal(operation, SLICE("create")))
		return 1;
	return slice_equal(operation, SLICE("delete")) ? -1 : 0;
}

static int
later_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct count *c = arg;
	enum store_status status;
	struct kv_range *range;
	struct slice text;
	uint64_t n;
	int64_t sum = c->counted;
	int gone;

	(void)err;
	if (changes_open(txn, c->tenant->number,
		(uint64_t)c->batches[0].sequence, &range) != STORE_OK)
		return -1;
	while ((status = changes_next(range, &n, &text)) == STORE_OK &&
	    (int64_t)n <= c->sequence)
		sum += later_change(c, store_arena(txn), (int64_t)n, text);
	kv_range_close(range);
	if (status == STORE_FAIL)
		return -1;
	/* What is counted goes: the numbers need not agree. */
	gone = tenant_is_gone(txn, c->tenant->number);
	if (gone != 0)
		return gone == 1 ? 0 : -1;
	if (sum != c->kept)
		verify_problem(c->run,
		    "%s: counters.db has %lld of type %.*s, there are %lld; " DO_RECOUNT,
		    c->tenant->name.data, (long long)c->kept,
		    SLICE_ARG(c->type->name), (long long)sum);
	return 0;
}

static int
count_type(struct verify_run *v, const struct verify_tenant *tenant,
    const struct resource_type *type, struct error *err)
{
	struct count c = {
		.run = v, .a = arena_new(), .tenant = tenant, .type = type
	};
	int rc = count_batches(&c, err);

	if (rc == 0)
		rc = verify_view(v, kept_body, &c, err);
	if (rc == 0)
		rc = verify_view(v, later_body, &c, err);
	v->order->progress(v->order->arg, "counted", (uint64_t)c.counted);
	arena_free(c.a);
	return rc;
}

int
verify_counts(struct verify_run *v, struct error *err)
{
	const struct catalog *catalog = v->order->identity->catalog;
	const struct resource_type *type;

	for (size_t i = 0; i < v->ntenants; i++)
		for (size_t j = 0; !v->tenants[i].has_log_only &&
		     (type = catalog_type(catalog, j)) != NULL;
		     j++)
			if (count_type(v, &v->tenants[i], type, err) == -1 ||
			    verify_ranks(v, &v->tenants[i], type, err) == -1)
				return -1;
	return 0;
}
