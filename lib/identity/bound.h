/*
 * bound.h: a caller that is bounded by a filter: what does not meet it is not
 * there for that caller, in lists, by id, as a member or as a group; and what
 * the caller writes must meet it before and after.  The same is so for what
 * the caller has deleted, or has taken out of a group there, and the breaker
 * keeps aside (breaker.h).
 *
 * The filter is matched against every type; a name that a type does not know
 * has no value there: department eq "Sales" leaves no groups.
 */
#ifndef IDENTITY_BOUND_H
#define IDENTITY_BOUND_H

#include "identity/identity.h"
#include "scim/filter.h"
#include "store/resources.h"

struct bound;

/*
 * Read TEXT, a filter, for every type, or "" for none; QUARANTINE is the
 * credential of which something is kept aside, or "".  All are kept.
 *
 * Owner:  *OUT lives in A.
 * Errors: ERR_INVALID_FILTER; also when every type lacks an attribute.
 */
int	bound_make(struct arena *a, const struct identity *identity,
	    struct slice text, struct slice quarantine,
	    const struct bound **out, struct error *err);

/* Is it a filter that bounds, and not a quarantine alone?  BOUND may be NULL. */
bool	bound_has_filter(const struct bound *bound);

/* The credential that is in quarantine, or "".  BOUND may be NULL. */
struct slice	bound_quarantine(const struct bound *bound);

/* Its filter for TYPE, the caller's own copy in A; NULL without one. */
int	bound_filter(struct arena *a, const struct bound *bound,
	    const struct resource_type *type, struct filter **out,
	    struct error *err);

/*
 * Is the resource ID there for CALLER?  Working memory is in A.
 *
 * Returns: 1, 0, or -1 when that could not be told.
 */
int	bound_admits(struct kv_txn *txn, struct arena *a,
	    const struct caller *caller, const struct resource_type *type,
	    const struct uuid *id, const struct record *record);

/*
 * May CALLER leave ID behind as RECORD, which is in the store by now?
 *
 * Errors: ERR_FORBIDDEN.
 */
int	bound_check_written(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, const struct uuid *id,
	    const struct record *record, struct error *err);

#endif
