/*
 * changes.h: the change log: what every write did, in the order of commits.
 */
#ifndef STORE_CHANGES_H
#define STORE_CHANGES_H

#include <stdint.h>

#include "store/kv.h"

/*
 * Append TEXT as the next change of TENANT; its number is one higher than
 * the last, without gaps.  The last thing that a transaction does: it locks
 * the tally of the tenant.
 */
enum store_status	change_append(struct kv_txn *txn, uint32_t tenant,
			    struct slice text);

/* The change of that number, in the arena of TXN. */
enum store_status	change_get(struct kv_txn *txn, uint32_t tenant,
			    uint64_t sequence, struct slice *text);

/* Walk the changes with a number above AFTER; close with kv_range_close. */
enum store_status	changes_open(struct kv_txn *txn, uint32_t tenant,
			    uint64_t after, struct kv_range **out);
enum store_status	changes_next(struct kv_range *range,
			    uint64_t *sequence, struct slice *text);

#endif
