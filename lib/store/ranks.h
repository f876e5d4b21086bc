/*
 * ranks.h: how many resources of a type stand before another, so that a page
 * far behind does not walk over all before it.
 *
 * Ids are cut into blocks of about RANK_BLOCK resources; one row each counts
 * them.  A new block begins at the right end, where time-ordered ids arrive.
 */
#ifndef STORE_RANKS_H
#define STORE_RANKS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

enum { RANK_BLOCK = 1000 };

/*
 * The resource ID of TYPE has come (DELTA 1) or gone (-1).  To be called
 * behind counter_add for the type, whose lock keeps others away.
 */
enum store_status	rank_add(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *id,
			    int64_t delta);

/*
 * Blocks made anew: none; then one after the other, upwards, each of COUNT
 * resources from FIRST on.  Nobody may write resources meanwhile.
 */
enum store_status	rank_clear(struct kv_txn *txn, uint32_t tenant,
			    struct slice type);
enum store_status	rank_put(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *first,
			    int64_t count);

/* How many resources of TYPE the blocks count: as many as its counter. */
enum store_status	rank_sum(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, int64_t *sum);

/*
 * Where to begin for the resource that *SKIP others stand before: *FROM, and
 * what is left to *SKIP from there on.
 *
 * Returns: STORE_OK; STORE_NOTFOUND when the rows do not add up to TOTAL, as
 *          in a store that is older than they are; or STORE_FAIL.
 */
enum store_status	rank_find(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, int64_t total, int64_t *skip,
			    struct uuid *from);

#endif
