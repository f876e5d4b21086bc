/*
 * filter_cost.c: what a filter costs.
 */
#include "scim/filter_cost.h"

enum { COST_COMPARE = 1, COST_SEARCH = 4, COST_ELSEWHERE = 8 };

static int64_t
cost_of_term(const struct filter *f)
{
	const struct attr *attr = f->ref.attr, *sub = f->ref.sub;

	if (!f->unknown && attr != NULL &&
	    (attr->keep == KEEP_EDGES ||
		(attr->keep == KEEP_COMPUTED && attr->nsub > 0) ||
		(sub != NULL && sub->keep == KEEP_COMPUTED)))
		return COST_ELSEWHERE;
	return f->op == FILTER_CO || f->op == FILTER_EW ? COST_SEARCH
							: COST_COMPARE;
}

int64_t
filter_cost(const struct filter *f)
{
	if (f == NULL)
		return 0;
	switch (f->op) {
	case FILTER_TRUE:
		return 0;
	case FILTER_VALUE_PATH:
		return cost_of_term(f) + filter_cost(f->left);
	case FILTER_AND:
	case FILTER_OR:
	case FILTER_NOT:
		return filter_cost(f->left) + filter_cost(f->right);
	default:
		return cost_of_term(f);
	}
}
