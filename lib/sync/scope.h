/*
 * scope.h: scoping filters: who is in the scope of a job (spec
 * provisioning.md section 2.3).
 *
 * Clauses of a filter must all be met, of several filters one is enough; a
 * scope without filters has everybody in it.
 *
 *	{"filters": [{
 *		"title": "Sales in Norway",
 *		"not": false,
 *		"clauses": [
 *			{"attribute": "department", "operator": "EQUALS",
 *			 "value": "Sales"},
 *			{"operator": "IS MEMBER OF", "value": "GROUP-ID"}]}]}
 *
 * Of an attribute that is null or empty only IS NULL is met.  "not" turns a
 * filter as a whole.  Pure: who is a member, and the time, the caller says.
 */
#ifndef SYNC_SCOPE_H
#define SYNC_SCOPE_H

#include "sync/expression.h"

enum {
	SCOPE_FILTERS_MAX = 64,
	SCOPE_CLAUSES_MAX = 64,		/* of a filter */
	SCOPE_VALUES_MAX = 1000		/* of IN */
};

struct scoping;

/* What became of one clause, for who wants to know why. */
struct scope_step {
	struct slice	title;		/* of the filter */
	bool		negated;	/* the filter has "not" */
	struct slice	attribute;	/* "" where there is none */
	struct slice	op;		/* "NOT EQUALS" */
	struct slice	wanted;		/* as it was given */
	struct slice	value;		/* no data: null */
	int		met;		/* 1, 0, -1 could not be told */
};

/*
 * What an evaluation asks of its caller.
 *
 * expressions: for the dates of clauses that are expressions; never NULL.
 * is_member: is the person in GROUP, directly or by a group in it?  1, 0, or
 *            -1 with ERR.
 * saw:       or NULL: each clause; without it those that cannot change the
 *            outcome any more are left out.
 */
struct scope_world {
	const struct expression_world	*expressions;
	int	(*is_member)(void *arg, struct slice group,
		    struct error *err);
	void	(*saw)(void *arg, const struct scope_step *step);
	void	*arg;
};

/*
 * Compile the object TEXT.
 *
 * Owner:  *OUT lives in A and points into TEXT and ENVIRONMENT.
 * Errors: ERR_INVALID_VALUE: "filter 1, clause 2: ...".
 */
int	scope_compile(struct arena *a, const struct json_object *text,
	    const struct expression_environment *environment,
	    struct scoping **out, struct error *err);

/*
 * Is PERSON in the scope?
 *
 * Returns: 1, 0, or -1 with ERR when that hangs on what could not be told.
 */
int	scope_evaluate(struct arena *a, const struct scoping *s,
	    const struct json_object *person,
	    const struct scope_world *world, struct error *err);

/* Does S ask who is in which group? */
bool	scope_asks_groups(const struct scoping *s);

/* The word of operator I, or one without data when there are no more. */
struct slice	scope_operator(size_t i);

#endif
