/*
 * quarantine.h: which operations of a job fail so often that they rest (PS-083
 * to PS-086; section 8 row 14 of spec provisioning.md): creations of users,
 * say, while all the others go on.
 *
 * What is done and what fails is counted for a day.  An operation over its
 * limits rests for an hour; then a batch is tried, and when nothing of it
 * succeeds it rests twice as long, up to a day.  A success ends it.  Pure.
 */
#ifndef SYNC_QUARANTINE_H
#define SYNC_QUARANTINE_H

#include "base/arena.h"
#include "sync/job.h"

enum operation {
	OPERATION_NONE,
	OPERATION_USER_CREATE,
	OPERATION_USER_UPDATE,
	OPERATION_USER_REMOVE,		/* disable or delete */
	OPERATION_GROUP_CREATE,
	OPERATION_GROUP_UPDATE,
	OPERATION_GROUP_REMOVE,
	OPERATION_MEMBER_ADD,
	OPERATION_MEMBER_REMOVE,
	OPERATION_MAX
};

/* What became of some of them. */
struct quarantine_tally {
	int64_t	done;
	int64_t	failed;
	int64_t	references;	/* failed since another was not there */
	int64_t	foreign;	/* of those that failed: no SCIM was answered */
};

struct quarantine {
	struct quarantine_operation {
		struct quarantine_tally	 tally;
		int64_t			 since;	/* it is counted; ms UTC */
		int64_t			 until;	/* it rests; 0: it does not */
		int64_t			 rests;	/* one after the other */
	} operations[OPERATION_MAX];
};

enum quarantine_change {
	QUARANTINE_SAME,
	QUARANTINE_BEGAN,
	QUARANTINE_LIFTED
};

/* "users.create", "members.remove", ... */
const char	*quarantine_operation_name(enum operation operation);

/* What the object V says, NULL for nothing; and back, in A. */
void	quarantine_read(const struct json_object *v, struct quarantine *out);
struct json_object	*quarantine_write(struct arena *a,
			    const struct quarantine *q);

/* Is TALLY over LIMITS (PS-083, PS-084)? */
bool	quarantine_is_over(const struct job_quarantine *limits,
	    const struct quarantine_tally *tally);

/* Until when OPERATION rests (ms UTC); 0: it may be begun at NOW. */
int64_t	quarantine_until(const struct quarantine *q,
	    enum operation operation, int64_t now);

/*
 * TALLY of a batch that was begun at NOW is added.  A batch of which nothing was
 * done since the target does not speak SCIM is over all limits (PS-082).
 */
enum quarantine_change	quarantine_note(struct quarantine *q,
			    const struct job_quarantine *limits,
			    enum operation operation,
			    const struct quarantine_tally *tally,
			    int64_t now);

#endif
