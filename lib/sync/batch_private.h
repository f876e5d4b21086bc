/*
 * batch_private.h: what the files of a batch share.
 */
#ifndef SYNC_BATCH_PRIVATE_H
#define SYNC_BATCH_PRIVATE_H

#include "identity/groups.h"
#include "store/members.h"
#include "sync/batch.h"
#include "sync/roster.h"

/*
 * MEMBER was disabled at the target, and is so no more: it may have lost its
 * groups there, and the target is told of all of them again (PS-077).
 */
int	batch_forget_memberships(struct kv_txn *txn, const struct batch *b,
	    const struct uuid *member);

/* A pair with every group that MEMBER is in, in groups too. */
int	batch_add_ancestors(struct kv_txn *txn, struct batch *b,
	    const struct uuid *member);

/* Forget all parts; no request of them is under way. */
void	batch_drop_parts(struct batch *b);

/* What PART has is used again. */
void	batch_part_spare(struct batch *b, struct batch_part *part);

/* The steps that plan, which is not all done at once. */
int	batch_start_users(struct batch *b, struct error *err);
int	batch_start_groups(struct batch *b, struct error *err);
int	batch_start_rosters(struct batch *b, struct error *err);

/* T is over: what the target said counts for the batch. */
void	batch_count_answer(struct batch *b, const struct task *t);

/*
 * Intents of PART, and changes of members, whose operation rests are put off;
 * not when an administrator wants it now.
 */
void	batch_rest_intents(struct batch *b, struct batch_part *part);
void	batch_rest_edges(struct batch *b, struct roster *r);

/* What became of the parts that are done, or of the members of R, counts. */
void	batch_count_intents(struct batch *b);
void	batch_count_edges(struct batch *b, const struct roster *r);

/* A record of the provisioning log. */
void	batch_append(struct batch *b, const struct json_object *record);

/* When what failed is tried again; what is counted and kept with its link. */
void	batch_settle(const struct batch *b, struct intent *intent);

/* Was it active at the target before? */
bool	batch_was_active(const struct intent *intent);

/*
 * link_save; a link that cannot be as LINK says, whoever is to blame, stays as
 * it is.
 */
int	batch_save_link(struct kv_txn *txn, const struct batch *b,
	    const struct link *link, struct error *err);

/* A group that is no longer at the target has no members there. */
int	batch_forget_members(struct batch *b, const struct intent *intent,
	    struct error *err);

/*
 * Was the store recovered since the batch began?  What was noted in it may be
 * undone.  In a transaction that is to say so: 0, or -1 with ERR.
 */
bool	batch_is_undone(const struct batch *b);
int	batch_check(const struct batch *b, struct error *err);

/* What was done so far counts, in the transaction that notes it. */
int	batch_save_progress(struct kv_txn *txn, const struct batch *b,
	    struct error *err);

/* Write what became of the parts that are done. */
int	batch_note_intents(struct batch *b, struct error *err);

/* The same, or of groups whose members are, in the midst of a step. */
int	batch_note_ready(struct batch *b, struct error *err);

/* Everybody in the groups of the agenda is due. */
int	batch_spread(struct batch *b, struct error *err);

/* Write what became of the members, and how far the job is now. */
int	batch_note_end(struct batch *b, struct error *err);

#endif
