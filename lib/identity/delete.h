/*
 * delete.h: a resource goes, and with it its memberships and the references
 * to it (RFC 7644 section 3.6, DEL-06).
 *
 * A transaction takes away DELETE_EDGES_MAX of those at most.  What has more
 * is made smaller first, in transactions of their own: when it dies between
 * two, the resource is there with what it has left.
 */
#ifndef IDENTITY_DELETE_H
#define IDENTITY_DELETE_H

#include "identity/identity.h"

enum { DELETE_EDGES_MAX = 1000 };

/*
 * Delete the resource ID that REQUEST names, if its conditions are met.
 *
 * Errors: those of identity_write; ERR_TOO_LARGE, with *IS_LARGE, when it has
 *         to be made smaller first.
 */
int	delete_resource(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct write_request *request,
	    const struct uuid *id, bool *is_large, struct error *err);

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
