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
 * Where the credential with ID is, and of which tenant.  One that is older than
 * these keys has none, and one may be left of a credential that is elsewhere by
 * now or gone: who reads it looks whether it is so.
 */
enum store_status	credential_get_place(struct kv_txn *txn,
			    struct slice id, unsigned char hash[DIGEST_LEN],
			    uint32_t *tenant);
enum store_status	credential_put_place(struct kv_txn *txn,
			    struct slice id,
			    const unsigned char hash[DIGEST_LEN],
			    uint32_t tenant);
enum store_status	credential_delete_place(struct kv_txn *txn,
			    struct slice id);

/*
 * ID has the breaker BREAKER, which is another's: so is kept what was changed
 * for what.  Walk them by credential_next_key; as of places, some may be left
 * of what is gone.
 */
enum store_status	credential_put_rotation(struct kv_txn *txn,
			    struct slice breaker, struct slice id,
			    const unsigned char hash[DIGEST_LEN]);
enum store_status	credential_delete_rotation(struct kv_txn *txn,
			    struct slice breaker, struct slice id);
enum store_status	credential_open_rotations(struct kv_txn *txn,
			    struct slice breaker, struct kv_range **out);

/*
 * TENANT has the credential ID.  Walk those that it has, by their ids, with
 * credential_next_key; as of places, some may be left of what is gone.
 */
enum store_status	credential_put_owner(struct kv_txn *txn,
			    uint32_t tenant, struct slice id,
			    const unsigned char hash[DIGEST_LEN]);
enum store_status	credential_delete_owner(struct kv_txn *txn,
			    uint32_t tenant, struct slice id);
enum store_status	credential_open_owned(struct kv_txn *txn,
			    uint32_t tenant, struct kv_range **out);

/*
 * Has every credential its place, its rotation and its owner?  1, 0, or -1
 * when that could not be told.
 */
int			credentials_are_placed(struct kv_txn *txn);
enum store_status	credentials_set_placed(struct kv_txn *txn);

/*
 * The certificate whose name has the hash NAME is noted to be a credential of
 * TENANT, with the record KEY.  Notes of what is gone by now may be left, as
 * places are.
 */
enum store_status	credential_put_certificate(struct kv_txn *txn,
			    const unsigned char name[DIGEST_LEN],
			    uint32_t tenant,
			    const unsigned char key[DIGEST_LEN]);

/* Walk those of all tenants; close with kv_range_close. */
enum store_status	certificates_open(struct kv_txn *txn,
			    const unsigned char name[DIGEST_LEN],
			    struct kv_range **out);
enum store_status	credential_next_key(struct kv_range *range,
			    unsigned char key[DIGEST_LEN]);

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
