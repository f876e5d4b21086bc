/*
 * credential_place.h: where the record of a credential is, by its id and by
 * its tenant, and of those that were made in place of it.
 */
#ifndef AUTH_CREDENTIAL_PLACE_H
#define AUTH_CREDENTIAL_PLACE_H

#include "auth/credential.h"
#include "store/credentials.h"

/* Write TEXT, the record of C, which is new, and its places. */
enum store_status	credential_keep(struct kv_txn *txn,
			    const struct credential *c, struct slice text);

/* The places of a record of TENANT, which is gone. */
enum store_status	credential_forget(struct kv_txn *txn,
			    uint32_t tenant, struct slice id,
			    struct slice breaker);

/*
 * Every credential gets its places: those of an older store have none.  Who is
 * interrupted begins again.
 *
 * Errors: those of store_txn.
 */
int	credentials_place_all(struct store *store, struct error *err);

#endif
