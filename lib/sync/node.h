/*
 * node.h: inside expressions: the tree, the table of functions, a call.
 */
#ifndef SYNC_NODE_H
#define SYNC_NODE_H

#include "sync/attribute.h"
#include "sync/expression.h"
#include "sync/regex.h"

enum node_kind {
	NODE_EMPTY,		/* an argument that is left out */
	NODE_CONSTANT,
	NODE_ATTRIBUTE,
	NODE_CALL,
	NODE_COMPARE
};

enum comparison {
	COMPARE_EQ,
	COMPARE_NE,
	COMPARE_LT,
	COMPARE_LE,
	COMPARE_GT,
	COMPARE_GE
};

struct node {
	enum node_kind		 kind;
	size_t			 offset;	/* byte in the text */
	struct slice		 name;		/* of a call, an attribute */
	struct datum		 constant;
	enum comparison		 op;
	struct node		**args;
	size_t			 nargs;

	/* From here on by node_check. */
	const struct function	*function;
	struct attribute	*attribute;
	unsigned		 types;		/* what it may be: TYPE_ */
	struct regex		*regex;		/* of a constant pattern */
};

struct expression {
	struct node		*root;
	struct slice		*names;		/* of attributes */
	size_t			 nnames;
};

/*
 * TEXT as a tree in A.
 *
 * Errors: ERR_INVALID_SYNTAX with the byte.
 */
int	node_parse(struct arena *a, struct slice text, struct node **out,
	    struct error *err);

/*
 * Find what is named in N, check types.
 *
 * Errors: ERR_INVALID_VALUE with the byte.
 */
int	node_check(struct arena *a, struct expression *e, struct node *n,
	    const struct expression_environment *environment,
	    struct error *err);

/* One evaluation. */
struct run {
	struct arena			*a;
	const struct json_object	*person;
	const struct expression_world	*world;
	unsigned			 steps;
	struct error			*err;
};

int	node_evaluate(struct run *r, const struct node *n, struct datum *out);

/* A comparison, 1 or 0; null as expression.h says. */
int	node_compare(struct run *r, const struct node *n, struct datum *out);

/* "expression, byte N: ..."; returns -1. */
int	node_fail(struct error *err, enum error_code code,
	    const struct node *n, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));

/* STEPS more; -1 when that are too many. */
int	run_charge(struct run *r, const struct node *n, size_t steps);

/*
 * A function that is called; arguments are evaluated when they are asked
 * for.  These return 0, or -1 with the error set.
 */
struct call {
	struct run		*r;
	const struct node	*node;
	bool			 redacted;	/* an argument was */
};

/* Is argument I there and not left empty? */
bool	call_has(const struct call *c, size_t i);

/* Argument I; null when it is left out. */
int	call_value(struct call *c, size_t i, struct datum *out);

/* As text; null is a slice without data. */
int	call_text(struct call *c, size_t i, struct slice *out);

/* As a number, a date in ticks; *IS_NULL when it is null or "". */
int	call_integer(struct call *c, size_t i, int64_t *out, bool *is_null);
int	call_date(struct call *c, size_t i, int64_t *out, bool *is_null);

/* As a condition: 1, 0, or CALL_UNKNOWN when it is null or "". */
enum { CALL_UNKNOWN = 2 };
int	call_condition(struct call *c, size_t i, int *out);

/* Pattern I, compiled now unless it is a constant. */
int	call_regex(struct call *c, size_t i, const struct regex **out);

/* What argument I is, as it stands in the text. */
const struct node	*call_node(const struct call *c, size_t i);

/* What B holds becomes *OUT; B is freed.  -1 when it was too long. */
int	call_take_text(struct call *c, struct buf *b, struct datum *out);

/* Characters of a text that an error shows. */
enum { CALL_SHOWN_MAX = 60 };

/* The call failed; returns -1. */
int	call_fail(struct call *c, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
