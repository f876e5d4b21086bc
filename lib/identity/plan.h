/*
 * plan.h: which resources a query must look at: those that a key names, or
 * all of the type.
 */
#ifndef IDENTITY_PLAN_H
#define IDENTITY_PLAN_H

#include "identity/change.h"
#include "identity/identity.h"

struct plan {
	bool		is_scan;	/* look at every resource */
	struct id_list	ids;		/* else at these, in order of id */
	bool		is_exact;	/* which meet the whole filter */
};

/*
 * Find keys for the bound filter F (NULL: none): id, unique attributes,
 * member edges (members and groups) and indexes, asked for equality, starts, ranges and presence.
 * Of an "and" the side with fewer resources is taken, of an "or" both; when a
 * quarter of all resources would be left, all of them are looked at.  A term
 * on an edge that the keys answer exactly becomes FILTER_TRUE.
 */
int	plan_make(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, struct filter *f,
	    struct plan *plan);

/*
 * Append to OUT what can answer each term of the bound filter F, a line each,
 * indented as they stand within each other.
 */
int	plan_describe(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, struct filter *f,
	    struct buf *out);

#endif
