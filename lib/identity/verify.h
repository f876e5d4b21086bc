/*
 * verify.h: does everything in the store agree with everything else?
 *
 * Records decode and are valid; index keys are those of the records; edges
 * stand at both ends; numbers count; the change log has no gap and ends
 * where the records are.  Others may read and write meanwhile: each
 * transaction is short, and what it judges it has locked.
 */
#ifndef IDENTITY_VERIFY_H
#define IDENTITY_VERIFY_H

#include "identity/identity.h"

struct json_object;

struct verify {
	const struct identity	*identity;
	const struct caller	*caller;	/* profile, arena */

	/* TEXT: what is wrong, with "; " and what to do; one line. */
	void	(*problem)(void *arg, const char *text);

	/* Now and then, between transactions: keys of WHAT looked at. */
	void	(*progress)(void *arg, const char *what, uint64_t done);
	void	*arg;

	/* Can this be a provisioning job?  Or NULL: not asked. */
	int	(*check_job)(void *arg, struct arena *a,
		    const struct json_object *definition, struct error *err);

	/*
	 * Changes of the log that are in memory at once, 48 bytes each; 0:
	 * 500,000.  With more than half as many resources the log is walked
	 * more than once.
	 */
	size_t	 changes_max;
};

struct verify_result {
	uint64_t	keys;		/* that were looked at */
	uint64_t	problems;
};

/*
 * Look at the whole store.
 *
 * Returns: 0 when it could be looked at, whatever was found; -1 with ERR of
 *          store_view when it could not be read.
 */
int	identity_verify(const struct verify *verify,
	    struct verify_result *result, struct error *err);

#endif
