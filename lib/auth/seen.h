/*
 * seen.h: assertions that a client has used: none is good twice (RFC 7523
 * section 3, "jti").
 */
#ifndef AUTH_SEEN_H
#define AUTH_SEEN_H

#include "auth/credential.h"

/* Of one client that have not expired yet. */
enum { SEEN_MAX = 1000 };

/*
 * Note that CLIENT has used JTI, which nobody takes after EXPIRES_AT.
 *
 * Errors: ERR_UNAUTHORIZED when it was used before, or there are too many.
 */
int	seen_note(struct store *store, int64_t now, const struct credential *client,
	    struct slice jti, int64_t expires_at, struct error *err);

/* The client with that id is gone: what it has used goes in TXN. */
int	seen_forget(struct kv_txn *txn, struct slice client);

#endif
