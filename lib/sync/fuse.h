/*
 * fuse.h: a class of requests that fails time after time is not sent for a
 * while; then one is tried (a circuit breaker).  Pure: the clock is given.
 */
#ifndef SYNC_FUSE_H
#define SYNC_FUSE_H

#include <stdbool.h>
#include <stdint.h>

enum { FUSE_FAILURES_MAX = 10 };	/* in a row */

enum fuse_state {
	FUSE_CLOSED,	/* they go */
	FUSE_OPEN,	/* none goes */
	FUSE_TRY,	/* one may go, and shows */
	FUSE_TRYING	/* it is on its way */
};

struct fuse {
	unsigned	failures;	/* in a row */
	unsigned	openings;	/* in a row */
	int64_t		opens_until;
	bool		is_trying;
};

enum fuse_state	fuse_state(const struct fuse *f, int64_t now);

/* A request goes. */
void	fuse_begin(struct fuse *f);

/* It failed, or did not. */
void	fuse_end(struct fuse *f, bool failed, int64_t now);

#endif
