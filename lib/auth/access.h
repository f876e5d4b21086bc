/*
 * access.h: access tokens of clients (RFC 6749 section 1.4).
 *
 * A token says itself which client it was given to, for which of its secrets,
 * until when and for what, under a seal with a key of that client.  So none
 * is stored, and each ends with its client or its secret.
 */
#ifndef AUTH_ACCESS_H
#define AUTH_ACCESS_H

#include "auth/client.h"

#define ACCESS_PREFIX "mat_"

/* Bytes of a scope that a token can have: it goes into a header. */
enum { ACCESS_SCOPE_MAX = 1024 };

struct access {
	struct slice	secret_id;	/* that it was given for; "": none */
	struct slice	scope;		/* no more than this; "": no less */
	int64_t		expires_at;	/* ms UTC */
};

/* The token for CLIENT, in A. */
struct slice	access_seal(struct arena *a, const struct client *client,
		    const struct access *access);

/*
 * Who is TOKEN at NOW?  CREDENTIAL is its client's, narrowed to the
 * token's scope.
 *
 * Errors: ERR_UNAUTHORIZED when nobody is, with a detail for the log.
 */
int	access_find(struct store *store, struct arena *a, int64_t now,
	    struct slice token, struct credential *credential,
	    struct error *err);

#endif
