/*
 * delete.h: a resource goes, and with it its memberships and the references
 * to it (RFC 7644 section 3.6, DEL-06).
 *
 * A transaction takes away as many of those as it has room for.  What has
 * more is made smaller first, in transactions of their own: when it dies
 * between two, the resource is there with what it has left.
 *
 * Whoever else writes waits for the end of such a transaction, from its first
 * change of another resource on: a group that is left, a reference that is
 * forgotten.
 */
#ifndef IDENTITY_DELETE_H
#define IDENTITY_DELETE_H

#include "identity/identity.h"

enum {
	DELETE_MEMBER_COST = 1,
	DELETE_CHANGE_COST = 10,
	DELETE_ROOM = 1000,	/* of a transaction, some 10 ms */
	DELETE_ROOM_BATCH = 10000 /* of one write among others */
};

struct breaker_case;

/*
 * Delete the resource ID that REQUEST names, if its conditions are met, and
 * what belongs to it, as far as there is ROOM.
 *
 * Errors: those of identity_write; ERR_TOO_LARGE, with *IS_LARGE, when it has
 *         to be made smaller first; ERR_HELD with *HELD (breaker.h).
 */
int	delete_resource(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct write_request *request,
	    const struct uuid *id, size_t room, bool *is_large,
	    const struct breaker_case **held, struct error *err);

/*
 * Take memberships and references away from the resource ID, until few are
 * left, if the conditions of REQUEST are met.
 *
 * Errors: those of identity_write.
 */
int	delete_shrink(const struct identity *identity,
	    const struct caller *caller, const struct write_request *request,
	    const struct uuid *id, struct error *err);

#endif
