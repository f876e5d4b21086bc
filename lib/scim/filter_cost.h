/*
 * filter_cost.h: what a filter costs a resource that it is held against, in
 * comparisons of one value.  Pure.
 */
#ifndef SCIM_FILTER_COST_H
#define SCIM_FILTER_COST_H

#include <stdint.h>

#include "scim/filter.h"

/*
 * The cost of F, bound, or NULL: 1 for each comparison, 4 where a text is
 * searched (co, ew), 8 where the value stands in other records (members,
 * groups, display names).
 */
int64_t	filter_cost(const struct filter *f);

#endif
