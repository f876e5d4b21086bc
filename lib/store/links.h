/*
 * links.h: what a provisioning job knows of its target: which source object
 * is which target object, and which memberships the target was told.
 *
 * A link is a row by the id of its source, and a key by the id of its target;
 * what the row says is its owner's business.  What the target was told is a
 * row of its own: it is ten times as long, and who goes through a million
 * memberships wants to know where each member is, and no more.
 */
#ifndef STORE_LINKS_H
#define STORE_LINKS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

/* A job, and the tenant that it belongs to. */
struct job_key {
	uint32_t	tenant;
	struct uuid	id;
};

/* The row of the link of SOURCE, in the arena of TXN. */
enum store_status	link_get(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *source, bool for_update,
			    struct slice *row);

enum store_status	link_put(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *source, struct slice row);

/* STORE_NOTFOUND when there is none. */
enum store_status	link_delete(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *source);

/*
 * What the target was told of SOURCE, in the arena of TXN; STORE_NOTFOUND when
 * that is nothing.
 */
enum store_status	told_get(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *source,
			    struct slice *told);
enum store_status	told_put(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *source, struct slice told);
enum store_status	told_delete(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *source);

/* Walk the links by source, those behind AFTER unless NULL. */
enum store_status	links_open(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *after,
			    struct kv_range **out);
enum store_status	links_next(struct kv_range *range,
			    struct uuid *source, struct slice *row);

/*
 * TARGET, an object of TYPE there, is SOURCE.
 *
 * Returns: STORE_EXISTS when it is another's.
 */
enum store_status	link_claim(struct kv_txn *txn,
			    const struct job_key *job, struct slice type,
			    struct slice target, const struct uuid *source);
enum store_status	link_release(struct kv_txn *txn,
			    const struct job_key *job, struct slice type,
			    struct slice target);

/* Which source is TARGET? */
enum store_status	link_find(struct kv_txn *txn,
			    const struct job_key *job, struct slice type,
			    struct slice target, struct uuid *source);

/*
 * The target was told that MEMBER is in GROUP, both by their source ids;
 * TARGET is the member's id there.  STORE_EXISTS, STORE_NOTFOUND as usual.
 */
enum store_status	edge_insert(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *group,
			    const struct uuid *member, struct slice target);
enum store_status	edge_get(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *group,
			    const struct uuid *member,
			    struct slice *target);
enum store_status	edge_delete(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *group,
			    const struct uuid *member);

/* Walk the members of GROUP that the target knows, behind AFTER. */
enum store_status	edges_open(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *group,
			    const struct uuid *after,
			    struct kv_range **out);
enum store_status	edges_next(struct kv_range *range,
			    struct uuid *member, struct slice *target);

/* Forget members of GROUP, as many as fit a transaction; *MORE when that was not all. */
int	edges_clear(struct kv_txn *txn, const struct job_key *job,
	    const struct uuid *group, bool *more);

/*
 * Take away as much of what JOB has here as fits a transaction; *MORE when
 * that was not all.
 */
int	links_clear(struct kv_txn *txn, const struct job_key *job,
	    bool *more);

#endif
