/*
 * resources.h: the table of resources: one record each, in the order of
 * their ids, which is the order of creation.
 */
#ifndef STORE_RESOURCES_H
#define STORE_RESOURCES_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

struct record {
	uint64_t	version;	/* counts the changes, from 1 */
	int64_t		created_at;	/* ms UTC */
	int64_t		modified_at;	/* ms UTC */
	struct slice	body;		/* what a client may see, JSON */
	struct slice	secret;		/* what nobody may see, JSON or "" */
};

/*
 * Read the record of ID; FOR_UPDATE as in kv_get.
 *
 * Owner:   the slices live in the arena of TXN.
 * Returns: STORE_OK, STORE_NOTFOUND or STORE_FAIL.
 */
enum store_status	resource_get(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *id,
			    bool for_update, struct record *record);

/* Write RECORD over what was there. */
enum store_status	resource_put(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *id,
			    const struct record *record);

enum store_status	resource_delete(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *id);

/*
 * Walk the resources of TYPE from the first one, or, when one of them is not
 * NULL, from the one after AFTER or from FROM on; close with kv_range_close.
 * The record is good until the next call.  A page's lock is given up when the
 * walk leaves it.
 */
enum store_status	resources_open(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, const struct uuid *after,
			    const struct uuid *from, struct kv_range **out);
enum store_status	resources_next(struct kv_range *range,
			    struct uuid *id, struct record *record);

#endif
