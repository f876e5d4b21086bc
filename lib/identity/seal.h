/*
 * seal.h: cursors of lists in the store: signed by a secret of the tenant,
 * bound to what was asked, good for CURSOR_TIMEOUT seconds (RFC 9865).
 */
#ifndef IDENTITY_SEAL_H
#define IDENTITY_SEAL_H

#include "identity/identity.h"
#include "scim/cursor.h"

struct seal {
	unsigned char	secret[DIGEST_LEN];
	struct slice	binding;	/* who asks for what */
	int64_t		count;		/* of a page, the same on all */
};

/*
 * Read the secret of the tenant, which the first cursor makes.
 *
 * Errors: those of store_view and store_txn.
 */
int	seal_init(struct seal *seal, const struct identity *identity,
	    const struct caller *caller, struct error *err);

/*
 * Read the cursor TEXT; *OUT is NULL when it asks for the first page, or in A.
 *
 * Errors: ERR_INVALID_CURSOR, ERR_EXPIRED_CURSOR, ERR_INVALID_COUNT.
 */
int	seal_open(const struct seal *seal, struct arena *a,
	    const struct caller *caller, struct slice text,
	    const struct cursor **out, struct error *err);

/* Append ',"nextCursor":"..."', which goes on behind CURSOR. */
void	seal_print(const struct seal *seal, struct arena *a,
	    const struct cursor *cursor, struct buf *out);

#endif
