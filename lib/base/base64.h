/*
 * base64.h: bytes as text: base64 (RFC 4648 section 4), and base64url without
 * padding (section 5), which stands in URLs and tokens.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/arena.h"

/* LEN BYTES as text in A. */
struct slice	base64_encode(struct arena *a, const void *bytes, size_t len);
struct slice	base64url_encode(struct arena *a, const void *bytes, size_t len);

/*
 * The bytes of TEXT in A, NULL when it is not what base64url_encode makes of
 * them: bits that are left over at the end are zero, and fewer than a
 * character's.
 */
unsigned char	*base64url_decode(
	    struct arena *a, struct slice text, size_t *len);

#endif
