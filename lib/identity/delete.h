/*
 * delete.h: a resource goes, and with it its memberships and the references
 * to it (RFC 7644 section 3.6, DEL-06).
 */
#ifndef IDENTITY_DELETE_H
#define IDENTITY_DELETE_H

#include "identity/identity.h"

/* Delete the resource ID that REQUEST names, if its conditions are met. */
int	delete_resource(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct write_request *request,
	    const struct uuid *id, struct error *err);

#endif
