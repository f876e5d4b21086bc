/*
 * signer.h: the key that signs the events of a tenant.
 */
#ifndef FEED_SIGNER_H
#define FEED_SIGNER_H

#include <stdint.h>

#include "base/digest_sign.h"
#include "store/store.h"

/*
 * The key of TENANT, which follows from the secret that the store keeps for
 * it (store/secrets.h); made when there is none.
 *
 * Owner:  sign_key_free it.
 * Errors: those of store_txn.
 */
int	signer_open(struct store *store, uint32_t tenant, struct sign_key **out,
	    struct error *err);

/*
 * The same for who may not know whether there is a tenant: TENANT_STORE
 * stands for none that is called NAME.  Then it is a key that signs nothing,
 * always the same for that name.
 */
int	signer_open_public(struct store *store, uint32_t tenant,
	    struct slice name, struct sign_key **out, struct error *err);

#endif
