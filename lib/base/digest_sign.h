/*
 * digest_sign.h: signatures that others can check: ECDSA on the curve P-256
 * with SHA-256, ES256 of RFC 7518 section 3.4, by OpenSSL's libcrypto.
 */
#ifndef BASE_DIGEST_SIGN_H
#define BASE_DIGEST_SIGN_H

#include "base/digest.h"

enum { SIGN_POINT_LEN = 64, SIGN_LEN = 64 };

struct sign_key;

/*
 * The key that follows from SECRET: always the same, and SECRET does not
 * follow from it or from what it signs.  sign_key_free it.
 */
struct sign_key	*sign_key_new(const unsigned char secret[DIGEST_LEN]);
void	sign_key_free(struct sign_key *key);

/* The public half: 32 bytes of X, 32 bytes of Y. */
const unsigned char	*sign_key_point(const struct sign_key *key);

/* The signature of TEXT: 32 bytes of R, 32 bytes of S. */
void	sign_text(const struct sign_key *key, struct slice text,
	    unsigned char signature[SIGN_LEN]);

#endif
