/*
 * members.h: who is in which group: one key for every edge, in both
 * directions, so that an edge costs the same whatever the group's size.
 */
#ifndef STORE_MEMBERS_H
#define STORE_MEMBERS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

/*
 * Make MEMBER, a resource of TYPE ("User"), a member of GROUP.
 *
 * Returns: STORE_OK, STORE_EXISTS when it was one, or STORE_FAIL.
 */
enum store_status	member_insert(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *group,
			    const struct uuid *member, struct slice type);

/* STORE_OK, STORE_NOTFOUND when it was none, or STORE_FAIL. */
enum store_status	member_delete(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *group,
			    const struct uuid *member);

/* STORE_OK, STORE_NOTFOUND or STORE_FAIL. */
enum store_status	member_get(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *group,
			    const struct uuid *member);

/*
 * Walk the members of GROUP by id, those behind AFTER unless NULL; DEGREE2 as
 * in kv.h.  Close with kv_range_close.
 */
enum store_status	members_open(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *group,
			    const struct uuid *after, bool degree2,
			    struct kv_range **out);
enum store_status	members_next(struct kv_range *range,
			    struct uuid *member, struct slice *type);

/* Walk the groups that MEMBER is in directly. */
enum store_status	groups_open(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *member,
			    struct kv_range **out);

/* Go on with those of another MEMBER (kv_range_seek). */
void	groups_seek(struct kv_range *range, uint32_t tenant,
	    const struct uuid *member);

enum store_status	groups_next(struct kv_range *range,
			    struct uuid *group);

#endif
