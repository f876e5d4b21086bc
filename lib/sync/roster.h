/*
 * roster.h: the members of one group: what the target must be told of them,
 * and the requests that tell it (CLI-10, PS-072, PS-076).
 *
 * A member is told when it and its group are active at the target; a
 * membership that was told is an edge (links.h).
 */
#ifndef SYNC_ROSTER_H
#define SYNC_ROSTER_H

#include "sync/task.h"

enum {
	ROSTER_WALK_MAX = 20000,	/* members that one comparison walks */
	ROSTER_EDGES_MAX = 5000		/* differences that it finds */
};

struct agenda_roster;

struct roster_edge {
	struct uuid	member;
	struct slice	target;		/* the member's id there */
	bool		is_added;	/* else removed */
	bool		was_told;
	bool		was_refused;
};

struct roster {
	struct task		 task;	/* of it: run, target, intent, done, arg */
	struct intent		 intent;	/* of the group */
	struct roster_edge	*edges;
	size_t			 nedges;
	size_t			 size;

	/* Its own. */
	size_t			 at;	/* edges before it are dealt with */
	size_t			 n;	/* edges of the request under way */
	size_t			 chunk;	/* of one request, at most */
	size_t			 nrefused;
	struct agenda_roster	*agenda; /* that wants it; or NULL */
	int64_t			 rests_until; /* there are others that rest */

	/* Its batch's. */
	bool			 is_done;	/* nothing is under way */
	bool			 is_journaled;
	bool			 is_noted;
};

/*
 * The group GROUP of RULE and its link; nothing is known of its members yet.
 *
 * Returns: 1, 0 when it is not active at the target, -1 with ERR.
 */
int	roster_begin(struct kv_txn *txn, const struct run *run,
	    const struct uuid *group, const struct job_rule *rule,
	    struct roster *out, struct error *err);

/* Is there a difference about MEMBER?  Then it is added to the edges. */
int	roster_check(struct kv_txn *txn, const struct run *run,
	    struct roster *r, const struct uuid *member, struct error *err);

/*
 * Compare members behind AFTER (NULL: all), as many as one call looks at.
 *
 * Returns: 1 with *AFTER the last one when there are more, 0, or -1.
 */
int	roster_compare(struct kv_txn *txn, const struct run *run,
	    struct roster *r, const struct uuid *after, struct uuid *last,
	    struct error *err);

/* Tell the target; done of its task is called once. */
void	roster_start(struct roster *r);

/* Write the edges that were told. */
int	roster_save(struct kv_txn *txn, const struct run *run,
	    const struct roster *r);

#endif
