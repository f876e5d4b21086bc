/*
 * agenda.h: what a job has to look at next: what is due, who was assigned,
 * the next objects of an initial cycle, or the next changes.
 */
#ifndef SYNC_AGENDA_H
#define SYNC_AGENDA_H

#include "store/dues.h"
#include "sync/progress.h"
#include "sync/run.h"

enum {
	AGENDA_MAX = 500,		/* objects of a batch */
	AGENDA_PAIRS_MAX = 10000,	/* memberships that came or went */
	AGENDA_ROSTERS_MAX = 8,		/* long comparisons of members */
	AGENDA_MEMBERS_MAX = 5000	/* of one change; more are compared */
};

struct agenda_object {
	struct uuid		 id;
	const struct job_rule	*rule;
};

/* Is MEMBER in GROUP, and does the target know? */
struct agenda_pair {
	struct uuid	group;
	struct uuid	member;
};

/* A group whose members are compared, behind AFTER. */
struct agenda_roster {
	struct due	due;	/* its row */
	bool		has_after;
	struct uuid	after;

	/* Once it was compared: */
	bool		is_more;
	struct uuid	last;
};

struct agenda {
	struct agenda_object	*objects;	/* each once */
	size_t			 nobjects;
	struct agenda_pair	*pairs;
	size_t			 npairs;
	size_t			 pairs_size;
	struct agenda_roster	*rosters;
	size_t			 nrosters;
	struct due		*dues;		/* rows that OBJECTS were in */
	size_t			 ndues;
	struct uuid		*touched;	/* marks that were looked at */
	size_t			 ntouched;
	struct uuid		*spread;	/* groups whose members, at any
						   depth, are to be looked at */
	size_t			 nspread;
	struct agenda_object	*left;		/* who left groups, too many for
						   OBJECTS: looked at later */
	size_t			 nleft;
	bool			 is_full;	/* there may be more right now */
	int64_t			 next_due_at;	/* ms UTC; 0: nothing waits */
};

/*
 * Read what is next; P becomes how far the job is once that is done.
 *
 * Owner: *OUT lives in the arena of RUN.
 */
int	agenda_read(struct kv_txn *txn, const struct run *run,
	    struct progress *p, struct agenda *out);

/*
 * Read what is due of SUBJECT, and nothing else.
 *
 * Owner: *OUT lives in the arena of RUN.
 */
int	agenda_read_one(struct kv_txn *txn, const struct run *run,
	    const struct uuid *subject, struct agenda *out);

/* Add a pair. */
void	agenda_add_pair(const struct run *run, struct agenda *agenda,
	    const struct uuid *group, const struct uuid *member);

#endif
