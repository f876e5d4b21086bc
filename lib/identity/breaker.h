/*
 * breaker.h: a credential that takes away too much is held.
 *
 * What is deleted, disabled (active: false) and taken out of groups counts,
 * each resource or member once, whatever way it goes: a request of its own,
 * a PUT or PATCH in any dialect, an operation of a bulk request.  A deleted
 * group counts once, whoever was in it.  Once a request would bring the
 * count in the window above breaker_count, or above breaker_percent of all
 * resources that there were when it began, it is refused (ERR_HELD), and so
 * is every other that takes away, until an administrator releases the
 * credential.  All else goes on.
 *
 * With breaker_quarantine what would be refused is answered as done and kept
 * aside, until an administrator releases it, which does it, or discards it,
 * which forgets it.  To that credential it is done: what it has deleted is not
 * there (bound.h), who was disabled is shown so, and who was taken out of a
 * group is no member, whatever way it asks; what it brings back is not pending
 * any more.  For all others nothing of it is so, while all else that the same
 * request does is done.  A resource with something pending has versions of its
 * own, which no other state of it ever has; its lastModified is the stored one,
 * by which lists find it.
 *
 * The count stands in the store and is written in the transaction that takes
 * away: exact among any number of processes, and true after a kill.  A write
 * that takes nothing away writes nothing of this, and reads nothing, but with
 * breaker_quarantine: then it looks whether something is pending.
 */
#ifndef IDENTITY_BREAKER_H
#define IDENTITY_BREAKER_H

#include "identity/change.h"
#include "store/breakers.h"

enum breaker_act {
	BREAKER_DELETE,
	BREAKER_DISABLE,
	BREAKER_REMOVE, /* members, out of a group */
	BREAKER_ACT_MAX
};

/* What one write takes away, or would have. */
struct breaker_case {
	enum breaker_act act;
	const struct resource_type *type;
	struct uuid id;		/* of the resource, or the group */
	struct slice name;	/* as people know it */
	size_t n;		/* members; else 1 */
	struct id_list members; /* the first of them */
};

/* "delete", "disable", "remove" */
const char	*breaker_act_name(enum breaker_act act);

/*
 * CALLER takes away what CHANGE says.
 *
 * It is asked before a record is written; members are out by then, and are put
 * back when they are kept aside.
 *
 * Owner:   *HELD lives in the arena of the caller.
 * Returns: 0; 1 with *HELD, when that is kept aside: TXN has noted it, and is
 *          not to do it; -1.
 * Errors:  ERR_HELD with *HELD; breaker_hold is then to be called once TXN is
 *          undone.
 */
int	breaker_take(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct change *change,
	    const struct breaker_case **held, struct error *err);

/*
 * Note what was HELD, for the administrator; the first that is raises an
 * event: a record of the change log, and a warning in the log.
 *
 * Errors: those of store_txn.
 */
int	breaker_hold(const struct identity *identity,
	    const struct caller *caller, const struct breaker_case *held,
	    struct error *err);

/* The credential that is counted when CALLER takes something away. */
struct slice	breaker_credential(const struct caller *caller);

/*
 * Did CREDENTIAL ("": none) delete the resource ID, which is kept aside?
 *
 * Returns: 1, 0, or -1 when that could not be told.
 */
int	breaker_is_pending(struct kv_txn *txn, uint32_t tenant,
	    struct slice credential, const struct uuid *id);

/*
 * Did CREDENTIAL ("": none) take MEMBER out of GROUP, which is kept aside?
 *
 * Returns: 1, 0, or -1 when that could not be told.
 */
int	breaker_has_left(struct kv_txn *txn, uint32_t tenant,
	    struct slice credential, const struct uuid *group,
	    const struct uuid *member);

/*
 * RECORD, of the resource ID, becomes what CALLER sees of it: disabled, and of
 * another version, where that is pending.  A new body lives in A.
 */
int	breaker_see(struct kv_txn *txn, struct arena *a,
	    const struct identity *identity, const struct caller *caller,
	    const struct uuid *id, struct record *record);

/*
 * CALLER makes AFTER of what it sees as CHANGE->before: who is disabled in both,
 * which is pending, stays as he is in the store; who is not any more has
 * nothing pending.
 */
int	breaker_stay(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct change *change,
	    struct record *after, struct error *err);

/* AFTER is as active as BEFORE; its body lives in A. */
int	breaker_restore(struct arena *a, const struct record *before,
	    struct record *after, struct error *err);

/* CALLER puts MEMBER into GROUP: that it was taken out is not pending. */
int	breaker_come_back(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct uuid *group,
	    const struct uuid *member, struct error *err);

/* A credential that has taken away something, or tried. */
struct breaker_status {
	struct slice credential;  /* its id */
	int64_t held_at;	  /* since when it is held, ms UTC; 0: not */
	int64_t released_until;	  /* ms UTC, or 0 */
	int64_t taken;		  /* in the window */
	int64_t base;		  /* resources when the window began */
};

/* "held", "released" or "counting" at NOW. */
const char	*breaker_state_name(
    const struct breaker_status *status, int64_t now);

/* Those of the tenant of CALLER; the list lives in its arena. */
int	breaker_statuses(const struct identity *identity,
	    const struct caller *caller, struct breaker_status **list,
	    size_t *n, struct error *err);

/* One note of what was taken or held. */
struct breaker_note {
	struct slice at;	/* dateTime */
	struct slice act;	/* "delete", ... */
	struct slice type;
	struct slice id;
	struct slice name;
	int64_t n;
	struct slice *members;	/* names, or ids of those that are gone */
	size_t nmembers;	/* at most n */
};

/*
 * What CREDENTIAL has taken, was kept from, or has pending, in the order of
 * ids; the list lives in the arena of CALLER.
 */
int	breaker_notes(const struct identity *identity,
	    const struct caller *caller, struct slice credential,
	    enum breaker_list which, struct breaker_note **list, size_t *n, struct error *err);

/*
 * Let CREDENTIAL go on: what is pending is done now, and until the time
 * UNTIL, ms UTC, nothing of it is counted; it begins anew then.  One call does
 * about MAX of what is pending, and then leaves the credential held; so does
 * one that is interrupted.  Call it again: it goes on.
 *
 * Returns: 1 when it is released, 0 when more is pending, -1.
 * Errors:  ERR_NOT_FOUND when the tenant of CALLER has nothing noted of it.
 */
int	breaker_release(const struct identity *identity,
	    const struct caller *caller, struct slice credential,
	    int64_t until, size_t max, struct error *err);

/*
 * Forget what CREDENTIAL was kept from and what it has pending, which it sees
 * again; it begins anew.  MAX, and what is returned, are as above.
 *
 * Errors: ERR_NOT_FOUND.
 */
int	breaker_discard(const struct identity *identity,
	    const struct caller *caller, struct slice credential, size_t max,
	    struct error *err);

#endif
