/*
 * nesting.h: groups in groups, and none of them in itself.
 */
#ifndef IDENTITY_NESTING_H
#define IDENTITY_NESTING_H

#include "identity/change.h"

/* Groups that a group may be in, at any depth, to get a group as a member. */
enum { NESTING_MAX = 10000 };

/*
 * Is the group of CHANGE, whose edges are written, now a member of itself,
 * through one of the groups that it got?  Who gave it no group pays nothing;
 * otherwise the groups that it is in are walked, with their keys locked, so
 * that of two writes that make a circle together one sees it.
 *
 * WITHIN_BULK: these are the references of a circle that a bulk request asks
 * for, which is to be made (RFC 7644 section 3.7.1); but no group is a direct
 * member of itself.
 *
 * Errors: ERR_INVALID_VALUE names the member, and the circle unless CALLER is
 *         bounded; ERR_TOO_MANY beyond NESTING_MAX.
 */
int	nesting_check(struct kv_txn *txn, const struct caller *caller,
	    const struct change *change, bool within_bulk,
	    struct error *err);

#endif
