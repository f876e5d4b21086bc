/*
 * link.h: what one source object is at the target of a job: the link store
 * (spec provisioning.md PS-044), and what went wrong with it last.
 */
#ifndef SYNC_LINK_H
#define SYNC_LINK_H

#include "store/links.h"

struct json_object;

enum link_state {
	LINK_NONE,	/* the target has nothing, as far as is known */
	LINK_CREATING,	/* it was asked to create it; it may have */
	LINK_ACTIVE,
	LINK_DISABLED,	/* by us, since the source is out of scope */
	LINK_GIVEN,	/* an administrator said so; nobody looked yet */
	LINK_STATE_MAX
};

/* "none", "creating", "active", "disabled", "given"; -1 for another word. */
const char	*link_state_name(enum link_state state);
int	link_state_find(struct slice word, enum link_state *out);

struct link {
	struct uuid		 source;
	struct slice		 type;		/* of the source: "User" */
	struct slice		 target_type;
	struct slice		 target;	/* its id there, or "" */
	struct slice		 etag;		/* its version there, or "" */
	enum link_state		 state;
	struct json_object	*exported;	/* what the target was told: paths
						   and values; or NULL */

	/* Escrow: what is tried again, or waits for its time. */
	int64_t			 failures;	/* one after the other */
	int64_t			 failed_at;	/* the first of them, ms */
	int64_t			 due_at;	/* when to look again; 0: no more */
	int64_t			 disabled_at;	/* its time of grace began; or 0 */
	struct slice		 code;		/* of the last: PS-090 */
	struct slice		 detail;

	bool			 is_held;	/* the guard keeps its deletion */
	bool			 is_released;	/* an administrator let it go */
	bool			 is_stored;	/* there is a row of it */
	bool			 is_told_inside; /* an older row, with EXPORTED */
	struct slice		 stored_target;	/* as the row has it */
	struct json_object	*stored_exported;
	int64_t			 stored_due_at;
	int64_t			 stored_failures;
	enum link_state		 stored_state;
	bool			 stored_is_held;
};

/*
 * The link of SOURCE; one of LINK_NONE when there is none.
 *
 * Owner:   *OUT lives in A.
 * Errors:  ERR_INTERNAL for a row that cannot be read.
 */
int	link_load(struct kv_txn *txn, struct arena *a,
	    const struct job_key *job, const struct uuid *source,
	    struct link *out, struct error *err);

/*
 * The target's id of SOURCE, "" when there is none or it is not known; in the
 * arena of TXN.  *IS_ACTIVE when it is there and not disabled.
 *
 * Errors: those of link_load.
 */
int	link_target(struct kv_txn *txn, const struct job_key *job,
	    const struct uuid *source, struct slice *target, bool *is_active,
	    struct error *err);

/*
 * What ROW says, in A; of what the target was told it says nothing, and
 * link_save leaves that alone.
 */
int	link_read(struct arena *a, struct slice row, struct link *out,
	    struct error *err);

/* Only the type of the source, in A; "" in a row that cannot be read. */
struct slice	link_type(struct arena *a, struct slice row);

/* Is LINK another than its row says, but for what was exported? */
bool	link_is_changed(const struct link *link);

/* LINK as its row has it, for people, in A. */
struct json_object	*link_show(struct arena *a, const struct link *link);

/*
 * Write LINK, its target's key, and when it is due; all go when it says
 * nothing any more.
 *
 * Errors: ERR_UNIQUENESS when its target is another source's; ERR_PRECONDITION
 *         when it was given another target since it was read.
 */
int	link_save(struct kv_txn *txn, const struct job_key *job,
	    const struct link *link, struct error *err);

#endif
