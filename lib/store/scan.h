/*
 * scan.h: walk a whole table by its keys, whoever they belong to, a bounded
 * number in each transaction: for tools that look at all there is.
 */
#ifndef STORE_SCAN_H
#define STORE_SCAN_H

#include "store/kv.h"

/*
 * The next keys of TABLE from FROM on ("": the first), at most MAX.
 *
 * Owner:   *KEYS has room for MAX; what they point to lives in the arena of
 *          TXN.  No lock is kept on them: read again what matters.
 * Returns: STORE_OK with *N of them, fewer than MAX at the end; STORE_FAIL.
 */
enum store_status	scan_keys(struct kv_txn *txn, enum kv_table table,
			    struct slice from, size_t max,
			    struct slice *keys, size_t *n);

/* The first key that can stand behind KEY, in A. */
struct slice	scan_behind(struct arena *a, struct slice key);

#endif
