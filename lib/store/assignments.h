/*
 * assignments.h: who is assigned to a provisioning job, in which roles, and
 * who is to be looked at again because that has changed.
 */
#ifndef STORE_ASSIGNMENTS_H
#define STORE_ASSIGNMENTS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

/* The words of their keys. */
#define ASSIGNED_WORD	"assigned"
#define TOUCHED_WORD	"touched"

enum { ASSIGNMENT_ROLE_MAX = 200 };	/* bytes */

/* A user or group that is assigned; once for each role, "": none. */
struct assignment {
	struct uuid	id;	/* of the resource */
	struct slice	role;
	struct slice	type;	/* of the resource: "User" */
};

/*
 * Assign; STORE_EXISTS when that is so already.  And take it back, one role:
 * STORE_NOTFOUND when there is none.  Either way the resource is touched.
 */
enum store_status	assignment_insert(struct kv_txn *txn,
			    uint32_t tenant, const struct uuid *job,
			    const struct assignment *one);
enum store_status	assignment_delete(struct kv_txn *txn,
			    uint32_t tenant, const struct uuid *job,
			    const struct assignment *one);

/*
 * Walk those of JOB, by the ids of resources, then roles: those of RESOURCE
 * alone, or all (NULL) behind AFTER (NULL: from the first); close with
 * kv_range_close.  What is read is good until the next call.
 */
enum store_status	assignments_open(struct kv_txn *txn,
			    uint32_t tenant, const struct uuid *job,
			    const struct uuid *resource,
			    const struct assignment *after,
			    struct kv_range **out);
enum store_status	assignments_next(struct kv_range *range,
			    struct assignment *one);

/*
 * JOB must look at RESOURCE, of TYPE, again; it has: the engine takes the mark
 * away in the transaction that notes what it did.
 */
enum store_status	touched_put(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *job,
			    const struct uuid *resource, struct slice type);
enum store_status	touched_delete(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *job,
			    const struct uuid *resource);

/* Walk these marks. */
enum store_status	touched_open(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *job, struct kv_range **out);
enum store_status	touched_next(struct kv_range *range,
			    struct uuid *resource, struct slice *type);

#endif
