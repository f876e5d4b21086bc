/*
 * token.h: opaque bearer tokens (RFC 6750): made once, shown once, kept as
 * a hash.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/digest.h"
#include "base/slice.h"
#include "store/store.h"

/* "mst_" and 40 letters and digits: 238 bits that nobody can guess. */
enum { TOKEN_LEN = 44, TOKEN_SIZE = 45 };

/* What a token stands for; all slices live in the caller's arena. */
struct credential {
	struct slice	id;		/* names it without its secret */
	struct slice	label;
	struct slice	profile;	/* of tolerances */
	struct slice	tenant_name;
	struct slice	user;		/* id of whom it belongs to, or "" */
	struct slice	scope;		/* "read", or "" for everything */
	struct slice	created;	/* dateTime */
	uint32_t	tenant;
};

/*
 * Make a token for the tenant CREDENTIAL->tenant_name, with its label,
 * profile, user and scope; fill in the rest and SECRET.
 *
 * Errors: ERR_NOT_FOUND when there is no such tenant.
 */
int	token_create(struct store *store, struct arena *a, int64_t now,
	    struct credential *credential, char secret[TOKEN_SIZE],
	    struct error *err);

/*
 * Whose secret has HASH, its SHA-256?
 *
 * Errors: ERR_UNAUTHORIZED when nobody's has.
 */
int	token_find(struct store *store, struct arena *a,
	    const unsigned char hash[DIGEST_LEN],
	    struct credential *credential, struct error *err);

/* Call FN for every credential of the store. */
typedef int token_fn(const struct credential *credential, void *arg,
    struct error *err);
int	token_each(struct store *store, struct arena *a, token_fn *fn,
	    void *arg, struct error *err);

/* Take back the credential ID; ERR_NOT_FOUND when there is none. */
int	token_revoke(struct store *store, struct slice id,
	    struct error *err);

#endif
