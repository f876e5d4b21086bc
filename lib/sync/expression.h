/*
 * expression.h: expressions of attribute mappings (spec provisioning.md
 * section 3).
 *
 * Compiled once, evaluated for many people.  Pure: the clock, random bytes,
 * tables and what values are taken come from the caller.
 *
 *	Join("@", NormalizeDiacritics(StripSpaces(Join(".",
 *	    [name.givenName], [name.familyName]))), "contoso.com")
 *
 * [PATH] is an attribute by its SCIM path: [userName], [emails.value],
 * [emails[type eq "work"].value].  A path with a filter is the first value
 * that meets it; a complex attribute is its "value".
 *
 * Where the specification leaves null open: a function of absent text is
 * null, but Left, Mid and Word give ""; Join leaves absent parts out.  An
 * absent value equals only an absent one and is neither less nor greater.  A
 * condition that is null is not met; And, Or and Not of null are null where
 * the other operand does not decide.
 */
#ifndef SYNC_EXPRESSION_H
#define SYNC_EXPRESSION_H

#include "base/arena.h"
#include "base/error.h"
#include "scim/profile.h"
#include "scim/schema.h"
#include "sync/datum.h"

enum {
	EXPRESSION_LEN_MAX = 10000,	/* characters (PS-060) */
	EXPRESSION_DEPTH_MAX = 64,	/* calls in calls */
	EXPRESSION_TEXT_MAX = 65536,	/* bytes of one text on the way */
	EXPRESSION_STEPS_MAX = 100000	/* nodes, values, 64 bytes of text */
};

struct expression;

/* An attribute that is no part of the resource type: a member by its name. */
struct expression_attribute {
	struct slice	name;
	enum datum_kind	kind;		/* DATUM_LIST is no kind here */
	bool		multi_valued;
};

/* What names mean where an expression is compiled. */
struct expression_environment {
	const struct resource_type		*type;	/* or NULL */
	const struct profile			*profile; /* with TYPE */
	const struct expression_attribute	*attributes;
	size_t					 nattributes;
	const struct slice			*tables; /* for Lookup */
	size_t					 ntables;
};

/*
 * What an evaluation asks of its caller; ARG is passed on.
 *
 * lookup:   the text that TABLE has under KEY, living as long as the arena.
 * is_taken: does the target have CANDIDATE already, or has somebody reserved
 *           it?  Reserving is left to the caller; TAKEN_ARG is passed on.
 * Both return 1 or 0, or -1 with ERR when that could not be told.
 * random:   fill LEN BYTES.
 */
struct expression_world {
	int64_t		now_ms;
	struct slice	default_domain;
	int		(*lookup)(void *arg, struct slice table,
			    struct slice key, struct slice *out,
			    struct error *err);
	int		(*is_taken)(void *arg, struct slice candidate,
			    struct error *err);
	void		(*random)(void *arg, unsigned char *bytes, size_t len);
	void		*arg;
	void		*taken_arg;	/* of is_taken */
	unsigned	 steps_max;	/* 0: EXPRESSION_STEPS_MAX */
};

/*
 * Compile TEXT, UTF-8: parse it, find its functions and attributes, check
 * types, compile what regular expressions are constants.
 *
 * Owner:  *OUT lives in A and points into TEXT and ENVIRONMENT.
 * Errors: ERR_INVALID_SYNTAX, ERR_INVALID_VALUE, with the byte position.
 */
int	expression_compile(struct arena *a, struct slice text,
	    const struct expression_environment *environment,
	    struct expression **out, struct error *err);

/*
 * The value of E for PERSON, a JSON object.
 *
 * Owner:  *OUT lives in A and points into E and PERSON.
 * Errors: ERR_INVALID_VALUE with the byte position of the call that failed;
 *         ERR_TOO_MANY when a limit is reached; ERR_UNIQUENESS when all
 *         candidates of SelectUniqueValue are taken; those of the callbacks.
 */
int	expression_evaluate(struct arena *a, const struct expression *e,
	    const struct json_object *person,
	    const struct expression_world *world, struct datum *out,
	    struct error *err);

/* How roles are sent (PS-056): by what function E is, outermost. */
enum expression_roles {
	ROLES_NONE,
	ROLES_SINGLE,
	ROLES_ADD,
	ROLES_REPLACE
};

enum expression_roles	expression_roles(const struct expression *e);

/* Does E want a value that nobody has: SelectUniqueValue, UniqueValue? */
bool	expression_is_unique(const struct expression *e);

/* Is it worked out for objects that are created alone: SelectUniqueValue? */
bool	expression_is_of_creations(const struct expression *e);

/*
 * The attributes that E reads, as they are written, each once.
 *
 * Returns: name I, or one without data when there are no more.
 */
struct slice	expression_attribute_name(const struct expression *e,
		    size_t i);

#endif
