/*
 * digest.h: SHA-256, HMAC and random bytes, by OpenSSL's libcrypto.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum { DIGEST_LEN = 32 };

/* The SHA-256 of DATA. */
void	digest_sha256(struct slice data, unsigned char out[DIGEST_LEN]);

/* HMAC-SHA-256 of DATA under KEY (RFC 2104). */
void	digest_hmac(const unsigned char key[DIGEST_LEN], struct slice data,
	    unsigned char out[DIGEST_LEN]);

/* LEN bytes that nobody can guess. */
void	digest_random(void *out, size_t len);

/* Are the LEN bytes equal?  In a time that does not depend on them. */
bool	digest_equal(const void *a, const void *b, size_t len);

#endif
