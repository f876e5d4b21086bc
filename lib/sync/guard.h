/*
 * guard.h: how much a job has disabled and deleted lately, and whether it may
 * do more (PS-089; section 8 row 13).
 *
 * The window slides in sixtieths of its length.  Pure.
 */
#ifndef SYNC_GUARD_H
#define SYNC_GUARD_H

#include "base/arena.h"
#include "sync/job.h"

enum { GUARD_SLICES = 61, GUARD_PERCENT_FROM = 10 };

struct guard {
	int64_t	newest;			/* number of the newest slice */
	int64_t	taken[GUARD_SLICES];	/* in it, in the one before ... */
};

/* What the array V says, NULL for nothing; and back, in A. */
void	guard_read(const struct json_object *v, struct guard *out);
struct json_object	*guard_write(struct arena *a,
			    const struct guard *g);

/* What was taken away in the window of LIMITS that ends at NOW (ms UTC). */
int64_t	guard_taken(struct guard *g, const struct job_guard *limits,
	    int64_t now);

/*
 * May one more be taken away at NOW, when the target has TOTAL objects of
 * ours?  A percentage counts from GUARD_PERCENT_FROM on.
 */
bool	guard_admits(struct guard *g, const struct job_guard *limits,
	    int64_t total, int64_t now);

/* One more was, or is about to be. */
void	guard_take(struct guard *g, const struct job_guard *limits,
	    int64_t now);

#endif
