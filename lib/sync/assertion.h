/*
 * assertion.h: who we are, proved by a signature in place of a secret (RFC
 * 7523 section 2.2).
 */
#ifndef SYNC_ASSERTION_H
#define SYNC_ASSERTION_H

#include "base/arena.h"
#include "base/digest_key.h"

/*
 * A JWT, good for five minutes and for one use, that CLIENT shows at
 * AUDIENCE, the URL of the token endpoint; KEY_ID may be "".
 *
 * Owner: the result lives in A.
 */
struct slice	assertion_make(struct arena *a, const struct private_key *key,
		    struct slice key_id, struct slice client,
		    struct slice audience);

#endif
