/*
 * batch.h: the unit of a job's work: some objects are read, planned, sent and
 * noted, and then the job is as far as its progress says.
 *
 * What is done is noted by and by, while the rest is under way; only the end
 * of the batch is waited for until it is on the disk.  Killed
 * anywhere, the same batch is done again: what the target has by then is known,
 * or found there, and only differences are sent.  Users come first, then
 * groups, then memberships (PS-072), so that references are there.
 */
#ifndef SYNC_BATCH_H
#define SYNC_BATCH_H

#include "sync/agenda.h"
#include "sync/journal.h"
#include "sync/task.h"

enum { BATCH_PART_MAX = 20 };

/* Objects that are planned in one go, until what became of them is noted. */
struct batch_part {
	struct batch_part *next;
	struct batch *batch;
	struct run run; /* of the batch; an arena of its own */
	struct intent intents[BATCH_PART_MAX];
	struct task tasks[BATCH_PART_MAX];
	size_t n;
	size_t running;
	bool is_counted;
	bool is_journaled;
};

struct batch {
	/* What its owner says. */
	struct run run; /* with an arena for each batch, and values that
			   are reserved for longer */
	struct target *target;
	struct lines_writer *journal;
	struct progress progress; /* how far the job is */
	const struct uuid *only;  /* what is due of it is all there is to
					   do; or NULL */

	/* Its own. */
	uint32_t joins;	      /* of the store, when it began */
	struct progress next; /* how far it will be */
	struct agenda agenda;
	size_t step;
	/* Plan and start more of the step; NULL: all of it was. */
	int (*plan)(struct batch *b, struct error *err);
	bool with_members; /* groups, else the others */
	size_t nplanned;   /* objects, rosters of the agenda */
	size_t npairs_planned;
	size_t running;		  /* requests */
	struct batch_part *parts; /* of the step, that are not noted */
	struct batch_part *spare;
	size_t nready;	      /* objects that are done; of members,
					    as many as they are worth */
	int64_t links_before; /* the step */
	size_t nstaged;	      /* that would come to the target */
	struct roster *rosters;
	size_t nrosters;
	size_t npairs_told; /* by the agenda */
	struct uuid *moved; /* who came to the target, or left */
	size_t nmoved;
	size_t nheld;	 /* by the guard; its owner resets it */
	bool is_stopped; /* the rollout; the same */
	unsigned rested; /* operations, a bit each; the same */
	unsigned lifted;

	/* What the target said in this batch. */
	bool was_refused; /* the credentials were */
	size_t nanswered;
	size_t nunreached;
	char problem[EXCHANGE_PROBLEM_MAX];
};

enum batch_end {
	BATCH_MORE,	 /* there is more to do right away */
	BATCH_WAITS,	 /* for answers, or for something to happen */
	BATCH_REFUSED,	 /* the target does not take the credentials */
	BATCH_UNREACHED, /* the target cannot be reached at all */
	BATCH_UNDONE	 /* the store was recovered: its owner reads
				   how far the job is, and begins again */
};

/*
 * Go on until requests are under way, or the batch is done, or there is
 * nothing to do.  With BATCH_MORE requests may be under way, too, while more of
 * the batch is planned.  A batch whose requests no target answered is given
 * up, and begun again in the next turn.
 *
 * Returns: 0, or -1 with ERR when the store failed: the same is tried in the
 *          next turn.
 */
int batch_turn(struct batch *b, enum batch_end *end, struct error *err);

/* Give back what it has; no request of it is under way any more. */
void batch_close(struct batch *b);

/* Is it between two batches? */
bool batch_is_idle(const struct batch *b);

/* Will the next turn plan or note objects, with requests under way? */
bool batch_is_long(const struct batch *b);

#endif
