/*
 * credentials.h: what lets a client in, under the SHA-256 of its secret.
 */
#ifndef STORE_CREDENTIALS_H
#define STORE_CREDENTIALS_H

#include "base/digest.h"
#include "store/kv.h"

/*
 * The credential, JSON, by the hash of its secret, in the arena of TXN;
 * FOR_UPDATE when the same transaction puts it back.
 */
enum store_status	credential_get(struct kv_txn *txn,
			    const unsigned char hash[DIGEST_LEN],
			    bool for_update, struct slice *text);

/* Write it over what was there. */
enum store_status	credential_put(struct kv_txn *txn,
			    const unsigned char hash[DIGEST_LEN],
			    struct slice text);

/* STORE_EXISTS when there is one with that hash. */
enum store_status	credential_insert(struct kv_txn *txn,
			    const unsigned char hash[DIGEST_LEN],
			    struct slice text);

enum store_status	credential_delete(struct kv_txn *txn,
			    const unsigned char hash[DIGEST_LEN]);

/*
 * Walk all credentials, or those behind AFTER; close with kv_range_close.
 */
enum store_status	credentials_open(struct kv_txn *txn,
			    struct kv_range **out);
enum store_status	credentials_open_after(struct kv_txn *txn,
			    const unsigned char *after,
			    struct kv_range **out);
enum store_status	credentials_next(struct kv_range *range,
			    unsigned char hash[DIGEST_LEN],
			    struct slice *text);

#endif
