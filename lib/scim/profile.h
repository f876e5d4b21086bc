/*
 * profile.h: what real clients get wrong, as data (spec clients.md section
 * 10, spec scim.md section 28).
 *
 * A switch is one row of one table; a profile is a file in schemas/profiles
 * that says which are on.  The profile is bound to the credential, never to
 * a User-Agent.  The catalog owns the profiles.
 */
#ifndef SCIM_PROFILE_H
#define SCIM_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* The profile of a credential that names none. */
#define PROFILE_DEFAULT "tolerant"

enum tolerance {
	TOL_OP_CASE,		/* "Add", "REPLACE" */
	TOL_NO_SCHEMAS,		/* a PATCH that does not say it is one */
	TOL_STRING_BOOLEAN,	/* "True" for a boolean */
	TOL_BARE_WORD,		/* userName eq bjensen */
	TOL_FILTER_BOOLEAN,	/* primary eq "True" */
	TOL_COMPLEX_VALUE,	/* manager eq "x" means manager.value */
	TOL_ATTRIBUTE_FILTER,	/* attributes=emails[type eq "work"] */
	TOL_UNKNOWN_SCHEMA,	/* foreign URNs in "schemas" */
	TOL_UNKNOWN_PATH,	/* PATCH of an attribute that is not there */
	TOL_URN_DOT,		/* URN.attr for URN:attr in paths and filters */
	TOL_FILTER_KEY,		/* no path, keys with a filter */
	TOL_CREATE_TARGET,	/* replace emails[type eq "x"].value makes it */
	TOL_SINGLE_TARGET,	/* a path that matches several: only one */
	TOL_REMOVE_LISTED,	/* remove with a value takes only what it lists */
	TOL_REMOVE_EQUAL,	/* and no single value but that one */
	TOL_EMPTY_CLEARS,	/* "" unassigns: in a PATCH, for a list or object */
	TOL_REFERENCE_STRING,	/* "manager": "id" */
	TOL_UNWRAP,		/* [x] for a single value, x for a list */
	TOL_ROLE_JSON,		/* roles.value holds JSON in a string */
	TOL_DISPLAY_ALIAS,	/* displayName for display */
	TOL_UNKNOWN_MEMBER,	/* members that do not exist are left out */
	TOL_UNKNOWN_REFERENCE,	/* a manager that does not exist is kept */
	TOL_READ_ONLY_KEYS,	/* read-only keys in a PATCH without path */
	TOL_GROUP_NAME_UNIQUE,	/* one Group with a displayName */
	TOL_GROUP_NO_CONTENT,	/* PATCH of a Group answers 204 */
	TOL_AS_SENT,		/* no form of a value is asked for or made */

	/* What the RFC leaves open and may be refused, not passed over. */
	TOL_REFUSE_ATTRIBUTE,	/* unknown attributes of a POST or PUT */
	TOL_REFUSE_FILTER,	/* unknown attributes in a filter */
	TOL_REFUSE_SORT,	/* an unknown attribute in sortBy */
	TOL_MAX
};

struct catalog;
struct profile;

/*
 * Add the profile that TEXT holds to C: {"name", "description", "extends",
 * "switches": {ROW: true or false}}.  Without "extends" every row of the
 * table must be there.
 *
 * Errors: ERR_INVALID_VALUE or ERR_INVALID_SYNTAX; the detail names FILE
 *         and the path in it.
 */
int	profile_add(struct catalog *c, const char *file, struct slice text,
	    struct error *err);

/*
 * After the last one: what a profile does not say comes from the one that it
 * extends.  DIR is for messages.
 *
 * Errors: ERR_INVALID_VALUE for a base that is not there, a circle, and
 *         when there is no PROFILE_DEFAULT.
 */
int	profile_link(struct catalog *c, const char *dir, struct error *err);

/* By name; NULL when there is none. */
const struct profile	*profile_find(const struct catalog *c,
			    struct slice name);

/* PROFILE_DEFAULT, which is always there. */
const struct profile	*profile_default(const struct catalog *c);

/* In the order of their names; NULL past the end. */
const struct profile	*profile_get(const struct catalog *c, size_t i);

struct slice	profile_name(const struct profile *profile);

bool	profile_has(const struct profile *profile, enum tolerance tolerance);

/*
 * The same, asked once something was met that TOLERANCE forgives: a copy of
 * profile_watch remembers that it did.
 */
bool	profile_forgives(
	    const struct profile *profile, enum tolerance tolerance);

/* PROFILE in A; bit TOLERANCE of *FIRED becomes 1 when that forgave. */
const struct profile	*profile_watch(struct arena *a,
			    const struct profile *profile, uint32_t *fired);

/* "op-in-any-case" */
const char	*profile_tolerance_name(enum tolerance tolerance);

#endif
