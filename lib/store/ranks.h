/*
 * ranks.h: how many resources of a type stand before another, so that a page
 * far behind does not walk over all before it.
 *
 * Ids are cut into blocks of about RANK_BLOCK resources; one row each counts
 * them.  The last block is open: time-ordered ids arrive there, and it is
 * counted in the tally (tally.h) until it is full.
 */
#ifndef STORE_RANKS_H
#define STORE_RANKS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

enum { RANK_BLOCK = 1000 };

/*
 * The resource ID of TYPE has come (DELTA 1), and its record is written, or
 * it has gone (-1): the total of TYPE and its blocks.  Locks the tally: as
 * late as possible.  A block that is full is mostly known to end behind all
 * that came; else up to RANK_BLOCK resources are walked.
 */
enum store_status	rank_add(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *id,
			    int64_t delta);

/*
 * Blocks made anew: none; then one after the other, upwards, each of COUNT
 * resources from FIRST on; then TOTAL resources are in all of them, and the
 * last one is open.  Nobody may write resources meanwhile.
 */
enum store_status	rank_clear(struct kv_txn *txn, uint32_t tenant,
			    struct slice type);
enum store_status	rank_put(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *first,
			    int64_t count);
enum store_status	rank_set(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, int64_t total);

/*
 * The block of TYPE that ends where BEHIND is, or NULL: the open one, which is
 * the last.  It begins at *FIRST, the first one at zero, and counts *COUNT.
 */
enum store_status	rank_block(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *behind,
			    struct uuid *first, int64_t *count);

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
