/*
 * cursor.h: the place where a page ended, as text that a client brings back
 * (RFC 9865 section 2).
 *
 * The server keeps nothing: a cursor holds what the next page needs and an
 * HMAC over that and over what it is bound to (tenant, credential, query),
 * so one that was forged, or belongs to somebody else or to another query,
 * is not told apart from one that never was (CURSOR-15, 16).
 */
#ifndef SCIM_CURSOR_H
#define SCIM_CURSOR_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/slice.h"
#include "base/uuid.h"

struct cursor {
	int64_t		issued_at;	/* ms UTC */
	int64_t		total;		/* matches when the walk began */
	int64_t		count;		/* of the first page */
	struct uuid	last;		/* the resource that was shown last */
	struct slice	key;		/* and its sort key (sort.h) */
};

/* CURSOR as base64url text in A (CURSOR-02). */
struct slice	cursor_seal(struct arena *a,
		    const unsigned char secret[DIGEST_LEN],
		    struct slice binding, const struct cursor *cursor);

/*
 * Read TEXT back; OUT->key lives in A.
 *
 * Errors: ERR_INVALID_CURSOR, always with the same words.
 */
int	cursor_open(struct arena *a, const unsigned char secret[DIGEST_LEN],
	    struct slice binding, struct slice text, struct cursor *out,
	    struct error *err);

#endif
