/*
 * secrets.h: random keys that the store makes for itself, one a tenant.
 */
#ifndef STORE_SECRETS_H
#define STORE_SECRETS_H

#include "base/digest.h"
#include "store/kv.h"

/*
 * The secret of TENANT; STORE_NOTFOUND when there is none yet and MAKE is
 * false, as it must be in a transaction that only reads.
 */
enum store_status	secret_get(struct kv_txn *txn, uint32_t tenant,
			    bool make, unsigned char secret[DIGEST_LEN]);

/* Write it anew, sealed if it was not; STORE_NOTFOUND when there is none. */
enum store_status	secret_seal(struct kv_txn *txn, uint32_t tenant);

/* STORE_NOTFOUND when it has none. */
enum store_status	secret_delete(struct kv_txn *txn, uint32_t tenant);

#endif
