/*
 * work_errands.h: errands (sync/errand.h) are carried out, each by a process
 * of its own: muster job carry-out.  So one that takes long, or does not
 * survive, keeps nothing else from being done.
 *
 * Those processes are not ended with this one: who comes next sees by their
 * locks that they are at it.
 */
#ifndef CLI_WORK_ERRANDS_H
#define CLI_WORK_ERRANDS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/uuid.h"

enum { ERRANDS_AT_ONCE = 4, ERRANDS_OF_ONE = 2 /* tenant */ };

struct work_errands {
	struct {
		pid_t		pid;	/* 0: free */
		uint32_t	tenant;
		struct uuid	id;
	} at_work[ERRANDS_AT_ONCE];
	int64_t	looked_at;	/* for those that are due; monotonic ms */
};

/*
 * See who has ended; let what is due of STORE, a directory, be carried out,
 * which is looked for once a second, and when somebody has ended.
 */
void	work_errands_turn(struct work_errands *w, const char *store);

/* Is nobody at work? */
bool	work_errands_are_idle(const struct work_errands *w);

#endif
