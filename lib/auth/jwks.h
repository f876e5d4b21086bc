/*
 * jwks.h: the keys of an issuer (RFC 7517 section 5).
 */
#ifndef AUTH_JWKS_H
#define AUTH_JWKS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* What may have made a signature: these, whatever a token says. */
enum jwt_alg { JWT_RS256, JWT_ES256, JWT_ALG_MAX };

/* By its name in RFC 7518, exactly; JWT_ALG_MAX for any other. */
enum jwt_alg	jwt_alg_find(struct slice name);

/* Of bytes that an administrator may bring. */
enum { JWKS_LEN_MAX = 262144 };

/*
 * Is TEXT a set with a key that can be used, and with none that is secret?
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	jwks_check(struct arena *a, struct slice text, struct error *err);

/* Does the set TEXT, "" for none, have a key with the name KID? */
bool	jwks_has(struct arena *a, struct slice text, struct slice kid);

/*
 * Is SIGNATURE that of TEXT, made by ALG with the key KID of the set KEYS?
 * A key of another kind, for another algorithm or another use is none.
 *
 * Errors: ERR_UNAUTHORIZED, with a detail for the log.
 */
int	jwks_verify(struct arena *a, struct slice keys, struct slice kid,
	    enum jwt_alg alg, struct slice text, struct slice signature,
	    struct error *err);

#endif
