/*
 * digest_seal.h: bytes that only a key opens, and that show any change:
 * AES-256-GCM (NIST SP 800-38D) with a random nonce.
 */
#ifndef BASE_DIGEST_SEAL_H
#define BASE_DIGEST_SEAL_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/slice.h"

/* What sealed bytes are longer by: a nonce before them, a tag behind. */
enum { SEAL_EXTRA_LEN = 12 + 16 };

/* PLAIN, bound to CONTEXT, into OUT of plain.len + SEAL_EXTRA_LEN bytes. */
void	seal_bytes(const unsigned char key[DIGEST_LEN], struct slice context,
	    struct slice plain, unsigned char *out);

/*
 * The LEN bytes at SEALED, at least SEAL_EXTRA_LEN, into OUT of that many
 * less; false when they were changed, or sealed by another key or for another
 * context.
 */
bool	seal_open_bytes(const unsigned char key[DIGEST_LEN],
	    struct slice context, const unsigned char *sealed, size_t len,
	    unsigned char *out);

#endif
