/*
 * digest_verify.h: signatures of others, by OpenSSL's libcrypto: RS256 and
 * ES256 (RFC 7518 sections 3.3 and 3.4).
 */
#ifndef BASE_DIGEST_VERIFY_H
#define BASE_DIGEST_VERIFY_H

#include <stdbool.h>

#include "base/slice.h"

/* Bits of an RSA key: fewer are no protection, more take too long. */
enum { VERIFY_RSA_BITS_MIN = 2048, VERIFY_RSA_BITS_MAX = 8192 };

struct verify_key;

/*
 * A public key: the modulus N and the exponent E, big-endian; or X and Y, 32
 * bytes each, of a point on P-256.  verify_key_free it.
 *
 * Returns: NULL when there is no such key, or it is too short.
 */
struct verify_key	*verify_key_rsa(struct slice n, struct slice e);
struct verify_key	*verify_key_p256(struct slice x, struct slice y);
void	verify_key_free(struct verify_key *key);

/* Is SIGNATURE that of TEXT by KEY?  For P-256 it is R and S, 32 bytes each. */
bool	verify_text(const struct verify_key *key, struct slice text,
	    struct slice signature);

#endif
