/*
 * streams.h: who is told of changes: the streams of events of all tenants.
 */
#ifndef STORE_STREAMS_H
#define STORE_STREAMS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

/* The stream ID of TENANT, JSON, in the arena of TXN. */
enum store_status	stream_get(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, bool for_update,
			    struct slice *text);

enum store_status	stream_put(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, struct slice text);

enum store_status	stream_delete(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id);

/* Walk the streams of all tenants; close with kv_range_close. */
enum store_status	streams_open(struct kv_txn *txn,
			    struct kv_range **out);
enum store_status	streams_next(struct kv_range *range,
			    uint32_t *tenant, struct uuid *id,
			    struct slice *text);

#endif
