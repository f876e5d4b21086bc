/*
 * groups.h: User.groups: every group a resource is in, directly or through
 * other groups (RFC 7643 section 4.1.2).
 *
 * The members of a page are mostly in the same groups: what was read of a
 * group serves for all of them, as long as the transaction.
 */
#ifndef IDENTITY_GROUPS_H
#define IDENTITY_GROUPS_H

#include "identity/identity.h"

/* Groups of one resource that are told; the walk stops there. */
enum { GROUPS_MAX = 100000 };

struct group {
	struct uuid	 id;
	struct slice	 display;

	/* As a direct and as an indirect group: for who asks to fill in. */
	struct slice	 shown[2];

	/* What it is in itself, once that IS_READ, and whether it is there. */
	bool		 is_read;
	bool		 is_hidden;
	struct group	**parents;
	size_t		 nparents;

	uint64_t	 walk;		/* the last that came by */
};

struct membership {
	struct group	*group;
	bool		 is_direct;
};

struct groups;

/*
 * Ask for the groups of one resource after another, which are of GROUP_TYPE,
 * as CALLER sees them: what is not there for it (bound.h) leads nowhere
 * either, and neither do groups that it has taken a member out of, which is
 * kept aside (breaker.h).  Their display names are read if NAMES_WANTED.
 * CALLER is kept; all else is in the arena of TXN and ends with it.
 */
struct groups	*groups_new(struct kv_txn *txn, const struct caller *caller,
		    const struct resource_type *group_type,
		    bool names_wanted);

/*
 * The groups of MEMBER, direct ones first.  Cycles end the walk (POST-13).
 * The list is good until the next call.
 */
int	groups_of(struct groups *g, const struct uuid *member,
	    const struct membership **out, size_t *n);

#endif
