/*
 * mapping.h: what flows into a target: the attribute mappings of a rule (spec
 * provisioning.md sections 1.2 and 2.5).
 *
 *	[{"target": "userName", "source": "userName", "match": 1},
 *	 {"target": "active", "expression": "Not([isSoftDeleted])"},
 *	 {"target": "locale", "constant": "nb-NO", "flow": "create"},
 *	 {"target": "title", "source": "title", "nulls": "clear"},
 *	 {"target": "nickName", "default": "none", "defaultOn": "create"},
 *	 {"target": "manager", "source": "manager", "reference": "User"}]
 *
 * "source" is a path of the source's type and flows as it is; an "expression"
 * is one (expression.h); neither of them leaves what the target has, but for
 * a default where it has nothing (PS-050).  Text without a character is null.
 *
 * "flow" (PS-052): always; create: with the object only; multiValueAdd: no
 * value of a list is taken away; valueAdd: nothing is taken away;
 * attributeAdd: only where the target has nothing.
 * "nulls" (PS-053): keep: what the target has stays; clear: it goes.
 * "default" stands for null, "create" or "always" (PS-051).
 * "match": mappings of one number are one key; the lowest is tried first.
 * "reference": values are ids of objects of this type, sent as the target's.
 * "caseExact": is another case a difference (PS-061)?
 * "type": string, boolean, integer, decimal or complex, and "multiValued": the
 * attribute is one of the target's own (PS-057).
 *
 * Pure.  A label of an element (type, primary, display) goes with its "value":
 * where that is null, it is, too.
 */
#ifndef SYNC_MAPPING_H
#define SYNC_MAPPING_H

#include "sync/attribute.h"
#include "sync/place.h"

enum { MAPPING_ROWS_MAX = 500 };

enum mapping_kind {
	MAPPING_NONE,
	MAPPING_DIRECT,
	MAPPING_CONSTANT,
	MAPPING_EXPRESSION
};

/* In the order of their words. */
enum mapping_flow {
	MAPPING_ALWAYS,
	MAPPING_CREATE,
	MAPPING_MULTI_VALUE_ADD,
	MAPPING_VALUE_ADD,
	MAPPING_ATTRIBUTE_ADD
};

struct mapping_row {
	size_t			 number;	/* in the array, from 0 */
	struct place		 place;
	struct slice		 key;	/* the place, in one spelling */
	enum mapping_kind	 kind;
	enum mapping_flow	 flow;
	struct slice		 source;	/* of MAPPING_DIRECT */
	struct attribute	*attribute;	/* the same */
	struct json_object	*constant;
	struct expression	*expression;
	enum expression_roles	 roles;		/* PS-056 */
	bool			 is_unique;	/* the expression is */
	struct json_object	*default_value;	/* or NULL */
	bool			 default_always; /* not on create alone */
	bool			 clears;	/* nulls: clear */
	bool			 redacted;	/* no log shows it: passwords */
	struct slice		 reference;	/* the type, or "" */
	int64_t			 match;		/* 0: no match */
	const struct attr	*attr;		/* how values are compared; or NULL */
	bool			 exact;		/* case counts, always */
	bool			 folded;	/* it never does */
};

/* The mappings of one matching key. */
struct mapping_match {
	int64_t				 number;
	const struct mapping_row	**rows;
	size_t				 nrows;
};

struct mapping {
	struct mapping_row		*rows;
	size_t				 nrows;
	bool				 members; /* there is one of them; it is
						     not in rows */
	const struct mapping_row	*active; /* that disables; or NULL */
	struct mapping_match		*matches; /* as they are tried */
	size_t				 nmatches;
};

/* What the names in mappings mean. */
struct mapping_types {
	const struct expression_environment	*source;
	const struct resource_type		*target;	/* or NULL */
};

/*
 * Compile the array MAPPINGS.
 *
 * Owner:  *OUT lives in A and points into MAPPINGS and TYPES.
 * Errors: ERR_INVALID_VALUE: "mappings[3].expression: ...".
 */
int	mapping_compile(struct arena *a, const struct json_object *mappings,
	    const struct mapping_types *types, struct mapping *out,
	    struct error *err);

/*
 * What an evaluation asks of its caller.
 *
 * resolve:  the id that the target has for SOURCE_ID of TYPE; 1, 0 when it has
 *           none yet, or -1 with ERR.
 * is_taken: is CANDIDATE of ROW known to be somebody else's?  NULL: the
 *           expressions' own is asked.
 * own:      what the object has at the target for ROW now, or no data.
 */
struct mapping_world {
	const struct expression_world	*expressions;
	int	(*resolve)(void *arg, struct slice type,
		    struct slice source_id, struct slice *target_id,
		    struct error *err);
	bool	(*is_taken)(void *arg, const struct mapping_row *row,
		    struct slice candidate);
	struct slice	(*own)(void *arg, const struct mapping_row *row);
	void	*arg;
};

enum flow_state {
	FLOW_SET,	/* VALUE is what the target is to have */
	FLOW_LEFT,	/* what the target has stays */
	FLOW_PENDING	/* as FLOW_LEFT, until references are there */
};

struct flow {
	const struct mapping_row	*row;
	enum flow_state			 state;
	bool				 redacted; /* no log shows VALUE */
	struct json_object		*value;	/* NULL: null, which clears */
	struct slice			 candidate; /* that a unique VALUE is of,
						       unless it is its own */
	struct json_object		*pending; /* ids of the source without
						     a target's, or NULL */
};

/*
 * What flows from PERSON, for an object that is created or is there: one for
 * each row.
 *
 * Owner:  *OUT lives in A and points into MAPPING and PERSON.
 * Errors: those of expressions and callbacks: "mappings[3] (userName): ...".
 */
int	mapping_evaluate(struct arena *a, const struct mapping *mapping,
	    const struct json_object *person,
	    const struct mapping_world *world, bool creates,
	    struct flow **out, size_t *n, struct error *err);

/* The row that writes TARGET, a path as text or another spelling; or NULL. */
const struct mapping_row	*mapping_find(struct arena *a,
				    const struct mapping *mapping,
				    struct slice target);

#endif
