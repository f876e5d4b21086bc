/*
 * clause.h: one clause of a scoping filter: attribute, operator, value.
 */
#ifndef SYNC_CLAUSE_H
#define SYNC_CLAUSE_H

#include "sync/attribute.h"
#include "sync/regex.h"
#include "sync/scope.h"

struct trial;

/* What an operator needs beside its attribute. */
enum clause_needs {
	NEEDS_NOTHING,
	NEEDS_TEXT,
	NEEDS_SAME,	/* text that is a value of the attribute's kind */
	NEEDS_NUMBER,
	NEEDS_REGEX,
	NEEDS_DATE,
	NEEDS_WORDS,
	NEEDS_GROUP	/* and no attribute */
};

struct clause_op {
	struct slice	word;
	enum clause_needs	needs;
	bool		takes_null;	/* of others null is 0; several
					   values and objects, too */
	int		(*met)(struct trial *t);
};

/* Operator I of the table, NULL behind the last. */
const struct clause_op	*clause_op_at(size_t i);

struct clause {
	const struct clause_op	*op;
	struct attribute	*attribute;	/* or NULL: of the person */
	struct slice		 wanted;	/* as text */
	int64_t			 number;
	struct regex		*regex;
	struct expression	*date;
	struct slice		*words;		/* of IN */
	size_t			 nwords;
};

/* Errors: ERR_INVALID_VALUE, without the place of the clause. */
int	clause_compile(struct arena *a, const struct json_object *text,
	    const struct expression_environment *environment,
	    struct clause *out, struct error *err);

/* 1, 0 or -1; STEP is told the value and the outcome. */
int	clause_evaluate(struct arena *a, const struct clause *c,
	    const struct json_object *person,
	    const struct scope_world *world, struct scope_step *step,
	    struct error *err);

#endif
