/*
 * work_private.h: what the files of a job at work share.
 */
#ifndef SYNC_WORK_PRIVATE_H
#define SYNC_WORK_PRIVATE_H

#include "sync/jobs.h"
#include "sync/work.h"

struct work {
	const struct work_world	*world;
	struct job_key		 key;
	struct arena		*arena;	/* of the definition that is read */
	struct target		*target;
	struct target_settings	 settings;
	struct batch		 batch;
	bool			 is_compiled;
	uint64_t		 version;
	bool			 is_active;	/* by its state */
	bool			 is_gone;
	bool			 is_put_off;	/* the store was busy: once more */
	int64_t			 looked_at;	/* at its rows; monotonic ms */
	int64_t			 rests_until;	/* the same clock */
	int64_t			 rests;		/* one after the other */
	bool			 has_resumed;	/* what its state says of them */
	bool			 is_clearing;	/* links are left to forget */
	bool			 wants_cycle;	/* a new one is to begin */
};

/*
 * Read its rows; do what an administrator asked for.  Only between batches.
 *
 * Errors: those of store_txn; that a definition cannot be compiled is logged.
 */
int	work_look(struct work *w, struct error *err);

/*
 * It goes on at NEXT (ms UTC); WORD and REASON stand in its state.  After four
 * weeks of that it is paused (PS-085).
 *
 * Returns: 1: it is paused, 0, or -1 with ERR.
 */
int	work_rest(struct work *w, const char *word, const char *reason,
	    int64_t next, struct error *err);

/* What made it rest is over. */
int	work_wake(struct work *w, struct error *err);

#endif
