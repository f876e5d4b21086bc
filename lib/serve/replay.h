/*
 * replay.h: a request out of the request log, once more, and undone: what
 * would it change now?
 */
#ifndef SERVE_REPLAY_H
#define SERVE_REPLAY_H

#include "identity/identity.h"
#include "serve/settings.h"

struct replay {
	int		status;		/* it would be answered with */
	struct slice	answer;		/* its body */
	struct slice	changes;	/* a line of JSON each (LAYOUT) */
	struct slice	tolerances;	/* that forgave: a JSON array, or "" */
	bool		is_redacted;	/* its body is not all that came */
};

/*
 * Have RECORD, a line of the request log, go the way of any request, by its
 * credential as that is today, and undo what it writes.  OUT lives in A.
 *
 * The operations of a bulk request that is not atomic are undone one by one:
 * none sees what those before it made.
 *
 * Errors: ERR_INVALID_VALUE for one that only reads, or whose body was not
 *         kept; ERR_NOT_FOUND when its credential is gone.
 */
int	replay_rehearse(const struct identity *identity,
	    const struct settings *settings, struct arena *a,
	    struct slice record, struct replay *out, struct error *err);

#endif
