/*
 * digest_key.h: private keys that somebody else made, and their signatures:
 * RS256 and ES256 (RFC 7518 sections 3.3 and 3.4), by OpenSSL's libcrypto.
 */
#ifndef BASE_DIGEST_KEY_H
#define BASE_DIGEST_KEY_H

#include "base/error.h"

/* Bytes of a signature: one of RSA with 8192 bits. */
enum { PRIVATE_SIGN_MAX = 1024 };

struct private_key;

/*
 * The key in PEM, not encrypted: RSA of 2048 to 8192 bits, or on the curve
 * P-256.  private_key_free it.
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	private_key_read(struct slice pem, struct private_key **out,
	    struct error *err);
void	private_key_free(struct private_key *key);

/* "RS256" or "ES256". */
const char	*private_key_algorithm(const struct private_key *key);

/* The signature of TEXT at OUT, as JOSE writes it; its length. */
size_t	private_key_sign(const struct private_key *key, struct slice text,
	    unsigned char out[PRIVATE_SIGN_MAX]);

#endif
