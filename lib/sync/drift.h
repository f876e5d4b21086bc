/*
 * drift.h: what a target has against what it is to have (PS-073; section 8
 * row 11 of spec provisioning.md): who was changed there, who is missing, who
 * is nobody of ours, and whose members are others.
 *
 * What is to be is what the mappings make of the source now; the members of a
 * group are those that the target was told of.
 *
 * Repair changes nothing at the target: it writes down here what the target
 * has, so that the job sees the difference, and makes the object due.  The
 * job then sends it as any other change, with its guard and its log.  Who is
 * nobody of ours stays.
 */
#ifndef SYNC_DRIFT_H
#define SYNC_DRIFT_H

#include "sync/preview.h"

enum {
	DRIFT_NAMES_MAX = 100	/* members whose names are told */
};

enum drift_kind {
	DRIFT_CHANGED,	/* values are others */
	DRIFT_MISSING,	/* linked, and not there */
	DRIFT_ORPHAN,	/* there, and not linked */
	DRIFT_MEMBERS,	/* members are others */
	DRIFT_FAILED,	/* nobody can tell, and DETAIL is why */
	DRIFT_MAX
};

/* "drifted", "missing", "orphan", "members", "failed" */
const char	*drift_kind_name(enum drift_kind kind);

struct drift {
	enum drift_kind		 kind;
	struct slice		 type;		/* of the target: "User" */
	struct slice		 name;		/* or "" */
	struct slice		 target;	/* its id there */
	const struct uuid	*source;	/* NULL: nobody of ours */
	struct slice		 detail;	/* or "" */
	bool			 is_repaired;	/* it is due */

	/* DRIFT_CHANGED: as difference_show, "old" is what is there. */
	struct json_object	*changes;

	/* DRIFT_MEMBERS: how many, and an array of names of the first ones. */
	struct drift_members {
		int64_t			 n;
		struct json_object	*names;
	} lost,		/* told, and not there */
	  extra,	/* there, and not told: ours */
	  strangers;	/* there, and nobody of ours */
};

/* D is good until it returns; 0 or -1 with ERR, which ends the walk. */
typedef int drift_fn(struct preview *p, const struct drift *d, void *arg,
    struct error *err);

struct drift_counts {
	int64_t	looked_at;	/* objects at the target, or linked */
	int64_t	repaired;
};

/*
 * Call FN for whatever is not as it is to be in all that the target of P, which
 * is connected, has of the rules that are enabled; REPAIRS: it is made due.
 *
 * The target is read by pages, members by groups; of all linked objects that
 * are there only the ids are kept, to find who is missing.
 *
 * Errors: ERR_BUSY when the target does not answer; those of FN and the store.
 */
int	drift_find(struct preview *p, bool repairs, drift_fn *fn, void *arg,
	    struct drift_counts *counts, struct error *err);

#endif
