/*
 * base64.h: bytes as text in the alphabet for URLs, without padding (RFC 4648
 * section 5).
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/arena.h"
#include "base/slice.h"

/* The text of LEN bytes, in A. */
struct slice	base64url_encode(struct arena *a, const void *bytes,
		    size_t len);

/*
 * The bytes of TEXT, in A.  Only what base64url_encode makes is taken: bits
 * that are left over at the end are zero, and fewer than a character's.
 *
 * Returns: 0, or -1 when TEXT is something else.
 */
int	base64url_decode(struct arena *a, struct slice text,
	    struct slice *out);

#endif
