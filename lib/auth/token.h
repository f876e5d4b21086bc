/*
 * token.h: opaque bearer tokens (RFC 6750): made once, shown once, kept as
 * a hash.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include "auth/credential.h"
#include "auth/secret.h"

#define TOKEN_PREFIX "mst_"

/*
 * Make a token for the tenant CREDENTIAL->tenant_name, with its label,
 * profile, user, scope, expiry and addresses; fill in the rest and SECRET.
 *
 * Errors: ERR_NOT_FOUND when there is no such tenant.
 */
int	token_create(struct store *store, struct arena *a, int64_t now,
	    struct credential *credential, char secret[SECRET_SIZE], struct error *err);

/*
 * Who is SECRET?
 *
 * Errors: ERR_UNAUTHORIZED when nobody is, with a detail for the log.
 */
int	token_find(struct store *store, struct arena *a, struct slice secret,
	    struct credential *credential, struct error *err);

/* Call FN for every credential of the store. */
typedef int token_fn(
	    const struct credential *credential, void *arg, struct error *err);
int	token_each(struct store *store, struct arena *a, token_fn *fn, void *arg,
	    struct error *err);

/* Take back the credential ID; ERR_NOT_FOUND when there is none. */
int	token_revoke(struct store *store, struct slice id, struct error *err);

#endif
