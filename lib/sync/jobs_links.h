/*
 * jobs_links.h: which object of ours is which object of the target, for an
 * administrator to see and to mend (spec provisioning.md PS-044, PS-045).
 */
#ifndef SYNC_JOBS_LINKS_H
#define SYNC_JOBS_LINKS_H

#include "sync/jobs.h"
#include "sync/link.h"

/* Which links are wanted: those that are all that is said here. */
struct links_query {
	const struct uuid	*source;	/* of this one; or NULL */
	struct slice		 target;	/* its id there; or "" */
	enum link_state		 state;		/* LINK_STATE_MAX: any */
	bool			 is_failing;
	bool			 has_after;	/* sources behind AFTER */
	struct uuid		 after;
	size_t			 max;
};

struct links_page {
	struct link	*list;
	size_t		 n;
	bool		 is_more;	/* behind LAST, the last looked at */
	struct uuid	 last;
};

/*
 * Links of a job, by source.  A call looks at so many and no more: a page may
 * be empty though there are more.
 *
 * Owner:  *OUT lives in the arena of J.
 * Errors: ERR_NOT_FOUND for the job.
 */
int	jobs_links(const struct jobs *j, struct slice which,
	    const struct links_query *query, struct links_page *out,
	    struct error *err);

/*
 * From here on the object SOURCE is TARGET there: what it has is compared when
 * the job goes on, members too.  Or it is nothing that is known of: it is
 * matched again.
 *
 * Owner:  *OUT, the link as it is now, lives in the arena of J.
 * Errors: ERR_INVALID_VALUE for a job that runs, or has no rule for the
 *         object, ERR_UNIQUENESS when TARGET is another's, ERR_NOT_FOUND for
 *         what is not there.
 */
int	jobs_link(const struct jobs *j, struct slice which,
	    const struct uuid *source, struct slice target, struct link *out,
	    struct error *err);
int	jobs_unlink(const struct jobs *j, struct slice which,
	    const struct uuid *source, struct error *err);

/* ONE with its source, in the arena of J, for people. */
struct json_object	*jobs_link_show(
			    const struct jobs *j, const struct link *one);

#endif
