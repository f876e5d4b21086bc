/*
 * requests.h: requests that are answered later, and their outcomes.
 *
 * One that was accepted stands in the queue until its outcome is there; the
 * record stays, with the outcome, until it is taken away.
 */
#ifndef STORE_REQUESTS_H
#define STORE_REQUESTS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

/* The last in the queue. */
enum store_status	request_insert(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, struct slice text);

/* The record, JSON, in the arena of TXN. */
enum store_status	request_get(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, bool for_update,
			    struct slice *text);

/* TEXT instead of the record; with LEAVE it leaves the queue. */
enum store_status	request_put(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, struct slice text,
			    bool leave);

/* The first in the queue: STORE_NOTFOUND when it is empty. */
enum store_status	request_first(struct kv_txn *txn, uint32_t *tenant,
			    struct uuid *id);

/* How many are in the queue. */
enum store_status	requests_count_waiting(struct kv_txn *txn,
			    uint64_t *n);

/* The record, and its place in the queue if it has one. */
enum store_status	request_withdraw(struct kv_txn *txn,
			    uint32_t tenant, const struct uuid *id);

enum store_status	request_delete(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id);

/* Walk the records of all tenants; close with kv_range_close. */
enum store_status	requests_open(struct kv_txn *txn,
			    struct kv_range **out);
enum store_status	requests_next(struct kv_range *range,
			    uint32_t *tenant, struct uuid *id,
			    struct slice *text);

#endif
