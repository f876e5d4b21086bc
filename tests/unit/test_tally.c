/*
 * test_tally.c: what a tenant counts: totals, blocks, the number of the last
 * change; and that a transaction writes them once, at its end, or not at all.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/changes.h"
#include "store/ranks.h"
#include "store/resources.h"
#include "store/store.h"
#include "store/tally.h"
#include "tap.h"

enum { TENANT = 7, MANY = 2 * RANK_BLOCK + RANK_BLOCK / 2, STEP = 10 };

static char dir[] = "/tmp/muster-tally.XXXXXX";
static const struct slice type = { "User", 4 };

/* The id with that number: they stand in the order of the numbers. */
static struct uuid
id_of(unsigned n)
{
	struct uuid id = { { 1 } };

	id.bytes[13] = (unsigned char)(n >> 16);
	id.bytes[14] = (unsigned char)(n >> 8);
	id.bytes[15] = (unsigned char)n;
	return id;
}

/* What one transaction does, and what it sees in the end. */
struct deed {
	unsigned first, n, step; /* ids that come or go */
	int64_t delta;
	size_t changes;
	bool undo;
	int64_t total, sequence;
};

static int
deed_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct deed *d = arg;

	for (unsigned i = 0; i < d->n; i++) {
		struct uuid id = id_of(d->first + i * d->step);

		if (rank_add(txn, TENANT, type, &id, d->delta) != STORE_OK)
			return -1;
	}
	for (size_t i = 0; i < d->changes; i++)
		if (change_append(txn, TENANT, SLICE("{}")) != STORE_OK)
			return -1;
	if (tally_total(txn, TENANT, type, &d->total) != STORE_OK ||
	    tally_sequence(txn, TENANT, &d->sequence) != STORE_OK)
		return -1;
	return d->undo ? error_set(err, ERR_INVALID_VALUE, "undone") : 0;
}

static bool
counts(struct store *store, struct deed d, int64_t total, int64_t sequence)
{
	struct error err;
	int rc = store_txn(store, deed_body, &d, &err);

	return rc == (d.undo ? -1 : 0) && d.total == total &&
	    d.sequence == sequence;
}

struct sight {
	int64_t total, sequence, sum, skip;
	struct uuid from;
	enum store_status found;
	size_t changes;
};

/* What all blocks count. */
static int
sum_blocks(struct kv_txn *txn, int64_t *sum)
{
	const struct uuid zero = { { 0 } };
	struct uuid behind, first;
	int64_t count;

	*sum = 0;
	first = zero;
	do {
		behind = first;
		if (rank_block(txn, TENANT, type,
			uuid_compare(&behind, &zero) == 0 ? NULL : &behind,
			&first, &count) != STORE_OK)
			return -1;
		*sum += count;
	} while (uuid_compare(&first, &zero) != 0);
	return 0;
}

static int
look_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct sight *s = arg;
	struct kv_range *range;
	struct slice text;
	uint64_t n;

	(void)err;
	s->changes = 0;
	if (tally_total(txn, TENANT, type, &s->total) != STORE_OK ||
	    tally_sequence(txn, TENANT, &s->sequence) != STORE_OK ||
	    sum_blocks(txn, &s->sum) == -1 ||
	    changes_open(txn, TENANT, 0, &range) != STORE_OK)
		return -1;
	while (changes_next(range, &n, &text) == STORE_OK)
		s->changes++;
	s->found = rank_find(txn, TENANT, type, s->total, &s->skip, &s->from);
	return 0;
}

static struct sight
look(struct store *store, int64_t skip)
{
	struct sight s = { .skip = skip };
	struct error err;

	tap_ok(store_view(store, look_body, &s, &err) == 0, "a look");
	return s;
}

static bool
is_found(struct store *store, int64_t skip, unsigned from, int64_t left)
{
	struct sight s = look(store, skip);
	struct uuid id = id_of(from);

	return s.found == STORE_OK && s.skip == left &&
	    uuid_compare(&s.from, &id) == 0;
}

static void
test_transactions(struct store *store)
{
	struct sight s;

	tap_ok(counts(store,
		   (struct deed){ .first = STEP,
		       .step = STEP,
		       .n = 3,
		       .delta = 1,
		       .changes = 2 },
		   3, 2),
	    "a transaction sees what it has counted");
	tap_ok(counts(store,
		   (struct deed){ .first = 90,
		       .step = STEP,
		       .n = 2,
		       .delta = 1,
		       .changes = 1,
		       .undo = true },
		   5, 3),
	    "one that is undone, too");
	s = look(store, 0);
	tap_ok(s.total == 3 && s.sum == 3 && s.sequence == 2 && s.changes == 2,
	    "and nothing of it is left");
}

static void
test_blocks(struct store *store)
{
	struct sight s;

	counts(store,
	    (struct deed){
		.first = 4 * STEP, .step = STEP, .n = MANY - 3, .delta = 1 },
	    MANY, 2);
	s = look(store, 0);
	tap_ok(s.total == MANY && s.sum == MANY, "many resources");
	tap_ok(is_found(store, RANK_BLOCK + 300, (RANK_BLOCK + 1) * STEP, 300),
	    "one in a closed block is found");
	tap_ok(is_found(store, MANY - 1, (2 * RANK_BLOCK + 1) * STEP,
		   RANK_BLOCK / 2 - 1),
	    "and one in the open block");

	/* One comes into the first block, two go: of the second, the last. */
	counts(store, (struct deed){ .first = STEP + 1, .n = 1, .delta = 1 },
	    MANY + 1, 2);
	counts(store,
	    (struct deed){
		.first = (RANK_BLOCK + 5) * STEP, .n = 1, .delta = -1 },
	    MANY, 2);
	counts(store,
	    (struct deed){ .first = MANY * STEP, .n = 1, .delta = -1 },
	    MANY - 1, 2);
	s = look(store, 0);
	tap_ok(s.total == MANY - 1 && s.sum == MANY - 1,
	    "blocks and total go together");
	tap_ok(is_found(store, RANK_BLOCK + 1, (RANK_BLOCK + 1) * STEP, 0),
	    "the first block has one more");
	tap_ok(is_found(store, 2 * RANK_BLOCK, (2 * RANK_BLOCK + 1) * STEP, 0),
	    "the second one less");
}

/* Ids in the order in which they arrive. */
struct arrival {
	struct slice type;
	struct uuid *ids;
	size_t n;
	bool is_right;
};

static int
arrive_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct arrival *a = arg;
	struct record record = { .version = 1, .body = SLICE("{}") };

	(void)err;
	for (size_t i = 0; i < a->n; i++)
		if (resource_put(txn, TENANT, a->type, &a->ids[i], &record) !=
			STORE_OK ||
		    rank_add(txn, TENANT, a->type, &a->ids[i], 1) != STORE_OK)
			return -1;
	return 0;
}

/* Does every place lead to the resource that stands there, by a short way? */
static int
places_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct arrival *a = arg;

	(void)err;
	a->is_right = true;
	for (size_t i = 0; i < a->n && a->is_right; i++) {
		int64_t skip = (int64_t)i;
		struct uuid from;
		size_t at = 0;

		if (rank_find(txn, TENANT, a->type, (int64_t)a->n, &skip,
			&from) != STORE_OK)
			return -1;
		while (at < a->n && uuid_compare(&a->ids[at], &from) < 0)
			at++;
		a->is_right = at + (size_t)skip == i && skip <= 2 * RANK_BLOCK;
	}
	return 0;
}

static int
compare_ids(const void *v, const void *w)
{
	return uuid_compare(v, w);
}

/* IDS arrive as they stand. */
static void
check_arrival(struct store *store, const char *name, struct uuid *ids)
{
	struct arrival a = { .type = slice_of(name), .ids = ids, .n = MANY };
	struct error err;

	tap_ok(store_txn(store, arrive_body, &a, &err) == 0, "%s", name);
	qsort(ids, MANY, sizeof(ids[0]), compare_ids);
	tap_ok(store_view(store, places_body, &a, &err) == 0 && a.is_right,
	    "each is found where it stands");
}

/* Two that are made together arrive in any order (PAGE-03). */
static void
test_crowd(struct store *store)
{
	struct uuid ids[MANY];

	for (size_t i = 0; i < MANY; i++)
		ids[i] = uuid_new(clock_now_ms());
	for (size_t i = 0; i + 1 < MANY; i += 2) {
		struct uuid id = ids[i];

		ids[i] = ids[i + 1];
		ids[i + 1] = id;
	}
	/* The one that a block is closed for stands before its neighbour. */
	tap_ok(uuid_compare(&ids[RANK_BLOCK - 1], &ids[RANK_BLOCK]) < 0 &&
		uuid_compare(&ids[RANK_BLOCK], &ids[RANK_BLOCK + 1]) > 0,
	    "a crowd");
	check_arrival(store, "Crowd", ids);
}

/* An import brings ids of any time in any order. */
static void
test_unsorted(struct store *store)
{
	struct uuid ids[MANY];

	for (unsigned i = 0; i < MANY; i++)
		ids[i] = id_of(MANY - i);
	check_arrival(store, "Backwards", ids);
	for (unsigned i = 0; i < MANY; i++)
		ids[i] = id_of(i * 1009 % MANY);
	check_arrival(store, "Mixed", ids);
	/* From a system whose clock is ahead: behind all that come after. */
	for (unsigned i = 0; i < MANY; i++)
		ids[i] = i % 3 == 0 ? id_of(i) : uuid_new(clock_now_ms());
	check_arrival(store, "Ahead", ids);
}

int
main(void)
{
	struct store_options options = { .dir = dir,
		.cache_len = 4 << 20,
		.kind = STORE_TOOL,
		.create = true };
	char command[300];
	struct store *store;
	struct error err;

	if (mkdtemp(dir) == NULL || store_open(&options, &store, &err) == -1)
		return 1;
	test_transactions(store);
	test_blocks(store);
	test_crowd(store);
	test_unsorted(store);
	store_close(store);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		tap_ok(false, "cleaned up");
	return tap_done();
}
