/*
 * groups.h: User.groups: every group a resource is in, directly or through
 * other groups (RFC 7643 section 4.1.2).
 */
#ifndef IDENTITY_GROUPS_H
#define IDENTITY_GROUPS_H

#include "identity/identity.h"

/* Groups of one resource that are told; the walk stops there. */
enum { GROUPS_MAX = 100000 };

struct membership {
	struct uuid	group;
	struct slice	display;
	bool		is_direct;
};

/*
 * The groups of MEMBER, direct ones first; GROUP_TYPE is the name of their
 * type.  Cycles end the walk (POST-13).  The list lives in the arena of TXN.
 */
int	groups_of(struct kv_txn *txn, uint32_t tenant,
	    struct slice group_type, const struct uuid *member,
	    struct membership **out, size_t *n);

#endif
