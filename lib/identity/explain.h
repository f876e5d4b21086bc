/*
 * explain.h: how a filter is answered: what the planner finds for it, and
 * what it costs to ask.
 */
#ifndef IDENTITY_EXPLAIN_H
#define IDENTITY_EXPLAIN_H

#include "identity/identity.h"

struct explanation {
	bool			is_scan;	/* no keys: all are looked at */
	bool			is_exact;	/* keys say all, nothing is */
	size_t			candidates;	/* that keys name */
	int64_t			total;		/* resources of the type */
	int64_t			found;
	int64_t			plan_us;
	int64_t			query_us;
	struct kv_touched	touched;	/* by the query, planned anew */
};

/* "resources": what was touched, by its name. */
const char	*explain_table_name(enum kv_table table);

/*
 * Plan FILTER for resources of TYPE, and count what it finds.  TERMS gets a
 * line for each of its terms (plan_describe).
 *
 * Errors: those of identity_list.
 */
int	identity_explain(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct slice filter, struct buf *terms, struct explanation *out,
	    struct error *err);

#endif
