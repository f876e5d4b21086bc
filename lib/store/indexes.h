/*
 * indexes.h: which resources have a value (externalId, displayName,
 * emails.value, manager.value).
 */
#ifndef STORE_INDEXES_H
#define STORE_INDEXES_H

#include "store/uniques.h"

/* Note that ID has the value; noting it twice is one note. */
enum store_status	index_put(struct kv_txn *txn,
			    const struct index_key *key,
			    const struct uuid *id);

enum store_status	index_delete(struct kv_txn *txn,
			    const struct index_key *key,
			    const struct uuid *id);

/* Is it noted?  STORE_OK, STORE_NOTFOUND or STORE_FAIL. */
enum store_status	index_get(struct kv_txn *txn,
			    const struct index_key *key,
			    const struct uuid *id);

/*
 * Walk the ids that have exactly the value; close with kv_range_close.  No
 * other transaction can add one until TXN ends.
 */
enum store_status	index_open(struct kv_txn *txn,
			    const struct index_key *key,
			    struct kv_range **out);
enum store_status	index_next(struct kv_range *range, struct uuid *id);

#endif
