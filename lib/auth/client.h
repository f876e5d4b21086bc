/*
 * client.h: clients that get access tokens for their secrets (OAuth 2.0, RFC
 * 6749 section 2).  A client has several secrets, so that one can be changed
 * for another without an outage.
 */
#ifndef AUTH_CLIENT_H
#define AUTH_CLIENT_H

#include "auth/credential.h"
#include "auth/jwt.h"
#include "auth/secret.h"
#include "base/uuid.h"

#define CLIENT_SECRET_PREFIX "mcs_"

enum {
	CLIENT_SECRETS_MAX = 16,
	CLIENT_LIFETIME_MIN = 3600,	/* seconds, ENTRA-A02 */
	CLIENT_LIFETIME_MAX = 21600
};

struct client_secret {
	struct slice	id;
	struct slice	created;	/* dateTime */
	struct slice	hash;		/* SHA-256, DIGEST_LEN bytes */
	int64_t		expires_at;	/* ms UTC */
	int64_t		used_at;	/* the same, seldom written; 0: never */
};

/* All slices live in the caller's arena. */
struct client {
	struct credential	 credential;	/* its id is the client's */
	int64_t			 lifetime;	/* of its tokens, seconds */
	struct slice		 seal_key;	/* signs them (access.h) */
	struct client_secret	*secrets;
	size_t			 nsecrets;
	struct trust		 trust;		/* in place of secrets */
};

/*
 * Write the record KEY, of any kind of credential, anew: what a client's has
 * of secrets is sealed, if it was not (store/vault.h).
 */
int	client_seal(struct store *store, const unsigned char key[DIGEST_LEN],
	    struct error *err);

/*
 * Make a client of the tenant CLIENT->credential.tenant_name, without a
 * secret yet; fill in the rest of the credential.  One of the kind "issuer"
 * is for JWTs that come as bearer tokens (ENTRA-A04), one for each issuer and
 * tenant.
 *
 * Errors: ERR_NOT_FOUND when there is no such tenant; ERR_UNIQUENESS;
 *         ERR_INVALID_VALUE for the lifetime.
 */
int	client_create(struct store *store, struct arena *a, int64_t now,
	    struct client *client, struct error *err);

/* ERR_INVALID_VALUE when no token may live for so long, or so short. */
int	client_check_lifetime(int64_t seconds, struct error *err);

/*
 * Set what CLIENT says in RECORD, a tree in A, but for its secrets: of a
 * credential of any kind.
 */
void	client_set(struct arena *a, const struct client *client,
	    struct json_object *record);

/*
 * Write what CLIENT, of any kind, says now over its record, if nobody changed
 * that since it was read.
 *
 * Errors: ERR_NOT_FOUND, ERR_PRECONDITION.
 */
int	client_update(struct store *store, const struct client *client,
	    struct error *err);

/*
 * Give the client ID, if it has VERSION or that is CREDENTIAL_ANY, another
 * secret, good until EXPIRES_AT.
 *
 * Errors: ERR_NOT_FOUND, ERR_PRECONDITION; ERR_TOO_MANY when it has CLIENT_SECRETS_MAX.
 */
int	client_add_secret(struct store *store, int64_t now,
	    struct slice id, int64_t version, int64_t expires_at, char secret[SECRET_SIZE],
	    struct error *err);

/* Give the client with the record KEY other keys to trust (jwks.h). */
int	client_set_keys(struct store *store,
	    const unsigned char key[DIGEST_LEN], struct slice keys,
	    struct error *err);

/* The same: take the secret SECRET_ID back, and what was given for it. */
int	client_drop_secret(struct store *store, struct slice id,
	    int64_t version, struct slice secret_id, struct error *err);

/* The key of the record of the client ID; working memory is in A. */
void	client_key(struct arena *a, struct slice id,
	    unsigned char key[DIGEST_LEN]);

/* The client ID; ERR_UNAUTHORIZED, with a detail for the log. */
int	client_find(struct store *store, struct arena *a, struct slice id,
	    struct client *client, struct error *err);

/*
 * The client of the kind "issuer" that TENANT_NAME has for JWTs of ISSUER;
 * errors as above.
 */
int	client_find_issuer(struct store *store, struct arena *a,
	    struct slice tenant_name, struct slice issuer,
	    struct client *client, struct error *err);

/* The client with the record KEY; errors as above. */
int	client_get(struct store *store, struct arena *a,
	    const unsigned char key[DIGEST_LEN], struct client *client,
	    struct error *err);

/*
 * Is SECRET one of CLIENT's at NOW?  *WHICH tells.
 *
 * Errors: ERR_UNAUTHORIZED, with a detail for the log.
 */
int	client_check_secret(const struct client *client, int64_t now,
	    struct slice secret, const struct client_secret **which,
	    struct error *err);

/*
 * SECRET of CLIENT was used at NOW: note it as credential_touch does.
 *
 * Errors: those of store_txn.
 */
int	client_touch_secret(struct store *store, const struct client *client,
	    const struct client_secret *secret, int64_t now,
	    struct error *err);

/* Its secret with the id ID, if it still has it, or NULL. */
const struct client_secret	*client_secret_find(
				    const struct client *client,
				    struct slice id);

#endif
