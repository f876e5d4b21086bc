/*
 * work.h: one job at work: its definition, its target, batch after batch, and
 * what an administrator wants of it meanwhile.
 */
#ifndef SYNC_WORK_H
#define SYNC_WORK_H

#include "sync/batch.h"

/* What all jobs share. */
struct work_world {
	const struct identity	*identity;
	struct http_pool	*pool;
	struct lines_writer	*journal;
	struct alerts		*alerts;
};

struct work;

/* WORLD outlives it. */
struct work	*work_open(const struct work_world *world,
		    const struct job_key *key);

/* Requests that are under way are ended. */
void	work_close(struct work *w);

const struct job_key	*work_key(const struct work *w);

/*
 * Go on.
 *
 * Returns: after how many ms it wants to be called again; 0 at once; -1 when
 *          the job is no more.
 */
int	work_turn(struct work *w);

/* Is it between two batches, with nothing to do now? */
bool	work_is_idle(const struct work *w);

#endif
