/*
 * token.h: opaque bearer tokens (RFC 6750): made once, shown once, kept as
 * a hash.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include "auth/credential_change.h"
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

/*
 * Call FN for every credential of TENANT, the oldest first: nothing is read of
 * others.  TENANT_STORE: for all of the store, also what is kept beside them
 * (credential_lets_in), in no order.
 *
 * Errors: those of FN, of store_view and of store_txn.
 */
typedef int token_fn(
	    const struct credential *credential, void *arg, struct error *err);
int	token_each(struct store *store, struct arena *a, uint32_t tenant,
	    token_fn *fn, void *arg, struct error *err);

/*
 * The credential ID of TENANT (TENANT_STORE: of any), of any kind; its texts are
 * in A.  One of another tenant costs what one costs that there is not.
 *
 * Errors: ERR_NOT_FOUND, those of store_view and of store_txn.
 */
int	token_find_id(struct store *store, struct arena *a, uint32_t tenant,
	    struct slice id, struct credential *credential,
	    struct error *err);

/*
 * *BREAKER is what the breaker of the credential ID counts for (credential.h),
 * which may be gone by now; ID itself, if there is none such.
 *
 * Errors: those of store_txn.
 */
int	token_find_breaker(struct store *store, struct arena *a,
	    struct slice id, struct slice *breaker, struct error *err);

/*
 * NEXT for OLD, a token of that key and version, in one transaction: NEXT is
 * made as by token_create, and has the breaker of OLD, as it stands; OLD ends at OLD_EXPIRES_AT, ms UTC, 0: never, or as
 * it would have (TOKEN_AS_IT_IS).
 *
 * Errors: ERR_PRECONDITION when OLD has another version by then,
 *         ERR_NOT_FOUND, those of token_create.
 */
enum { TOKEN_AS_IT_IS = -1 };
int	token_rotate(struct store *store, struct arena *a, int64_t now,
	    const struct credential *old, int64_t old_expires_at,
	    struct credential *next, char secret[SECRET_SIZE],
	    struct error *err);

/*
 * Take back the credential ID, if it has VERSION (CREDENTIAL_ANY: whatever it
 * has).
 *
 * Errors: ERR_NOT_FOUND when there is none, ERR_PRECONDITION.
 */
int	token_revoke(struct store *store, struct slice id, int64_t version,
	    struct error *err);

#endif
