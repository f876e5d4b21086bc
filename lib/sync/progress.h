/*
 * progress.h: how far a job is (spec provisioning.md sections 1.1 and 2.6):
 * the engine's part of its state.
 *
 * An initial cycle walks all objects of all rules, then the links whose
 * objects are gone; the changes since its beginning follow.  After that the
 * change log is all there is to read, from the watermark on.
 */
#ifndef SYNC_PROGRESS_H
#define SYNC_PROGRESS_H

#include "base/uuid.h"
#include "sync/guard.h"
#include "sync/quarantine.h"

enum count {
	COUNT_CREATED,
	COUNT_UPDATED,
	COUNT_DISABLED,
	COUNT_DELETED,
	COUNT_SKIPPED,
	COUNT_FAILED,
	COUNT_MEMBERS,		/* memberships told */
	COUNT_MAX
};

struct progress {
	bool		is_initial;
	int64_t		rule;		/* that is walked; the number of rules:
					   the links */
	bool		has_after;
	struct uuid	after;		/* the last object that was walked */
	int64_t		watermark;	/* the last change that was read; -1:
					   none is known */
	int64_t		version;	/* of the job that was carried out */
	struct slice	cycle;		/* id */
	int64_t		cycle_began_at;	/* ms UTC */
	int64_t		cycle_ended_at;
	int64_t		walked;		/* in this cycle */
	int64_t		total;		/* to walk */
	int64_t		counts[COUNT_MAX];	/* of this cycle */
	struct guard	guard;
	struct quarantine quarantine;
	int64_t		links;		/* that are active */
	int64_t		failing;	/* links in escrow */
	int64_t		successes;	/* since the last restart */
	int64_t		worked_at;	/* when a batch ended last */
};

/* "created", "updated", ... */
const char	*progress_count_name(enum count count);

/* What STATE says; of one that never ran: an initial cycle is to begin. */
void	progress_read(struct arena *a, const struct json_object *state,
	    struct progress *out);

/* Write it into STATE; the rest of STATE stays. */
void	progress_write(struct arena *a, const struct progress *p,
	    struct json_object *state);

/* What FROM has counted, and what follows from it, but not how far it is. */
void	progress_take_counts(struct progress *p, const struct progress *from);

/* A new cycle begins at NOW with the change WATERMARK. */
void	progress_restart(struct progress *p, struct arena *a, int64_t now,
	    int64_t watermark);

#endif
