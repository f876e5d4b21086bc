/*
 * uniques.h: values that only one resource of a type may have (userName).
 */
#ifndef STORE_UNIQUES_H
#define STORE_UNIQUES_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

/* One value of one attribute, in the form in which it is compared. */
struct index_key {
	uint32_t	tenant;
	struct slice	type;		/* "User" */
	struct slice	attribute;	/* "userName", "emails.value" */
	struct slice	value;		/* folded where case does not count */
};

/* Who has the value: STORE_OK with *ID, STORE_NOTFOUND or STORE_FAIL. */
enum store_status	unique_get(struct kv_txn *txn,
			    const struct index_key *key, struct uuid *id);

/* Take the value for ID: STORE_OK, STORE_EXISTS or STORE_FAIL. */
enum store_status	unique_insert(struct kv_txn *txn,
			    const struct index_key *key,
			    const struct uuid *id);

/* Take the value for ID, whoever had it. */
enum store_status	unique_put(struct kv_txn *txn,
			    const struct index_key *key,
			    const struct uuid *id);

/* Give the value back; STORE_NOTFOUND when ID did not have it. */
enum store_status	unique_delete(struct kv_txn *txn,
			    const struct index_key *key,
			    const struct uuid *id);

#endif
