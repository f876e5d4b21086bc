/*
 * counters.h: numbers that count, one row each.
 */
#ifndef STORE_COUNTERS_H
#define STORE_COUNTERS_H

#include <stdint.h>

#include "store/kv.h"

/*
 * Add DELTA to the counter NAME of TENANT, which begins at 0; *VALUE is the
 * new value.  The row stays locked until TXN ends: add as late as possible.
 */
enum store_status	counter_add(struct kv_txn *txn, uint32_t tenant,
			    struct slice name, int64_t delta,
			    int64_t *value);

/* The value now, 0 when it was never added to. */
enum store_status	counter_get(struct kv_txn *txn, uint32_t tenant,
			    struct slice name, int64_t *value);

#endif
