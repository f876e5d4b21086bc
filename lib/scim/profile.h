/*
 * profile.h: what real clients get wrong, as data (spec clients.md section
 * 10, spec scim.md section 28).
 *
 * A tolerance is one row of one table; a profile says which are on.  The
 * profile is bound to the credential, never to a User-Agent.
 */
#ifndef SCIM_PROFILE_H
#define SCIM_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum tolerance {
	TOL_STRING_BOOLEAN,	/* "True" for a boolean */
	TOL_BARE_WORD,		/* userName eq bjensen */
	TOL_FILTER_BOOLEAN,	/* primary eq "True" */
	TOL_COMPLEX_VALUE,	/* manager eq "x" means manager.value */
	TOL_UNKNOWN_SCHEMA,	/* foreign URNs in "schemas" */
	TOL_UNKNOWN_PATH,	/* PATCH of an attribute that is not there */
	TOL_CREATE_TARGET,	/* replace emails[type eq "x"].value makes it */
	TOL_SINGLE_TARGET,	/* a path that matches several: only one */
	TOL_EMPTY_CLEARS,	/* "" in a PATCH unassigns */
	TOL_REFERENCE_STRING,	/* "manager": "id" */
	TOL_UNWRAP,		/* [x] for a single value, x for a list */
	TOL_ROLE_JSON,		/* roles.value holds JSON in a string */
	TOL_DISPLAY_ALIAS,	/* displayName for display */
	TOL_UNKNOWN_MEMBER,	/* members that do not exist are left out */
	TOL_UNKNOWN_REFERENCE,	/* a manager that does not exist is kept */
	TOL_READ_ONLY_KEYS,	/* read-only keys in a PATCH without path */
	TOL_GROUP_NAME_UNIQUE,	/* one Group with a displayName */
	TOL_GROUP_NO_CONTENT,	/* PATCH of a Group answers 204 */
	TOL_COUNTRY,		/* any text in addresses.country */
	TOL_MAX
};

/* A row of the table, for help and tests. */
struct tolerance_row {
	const char	*name;
	const char	*source;	/* the requirement it answers */
	bool		 tolerant;	/* on in the profile "tolerant" */
	bool		 strict;	/* on in the profile "strict" */
};

struct profile;

/* By name; NULL when there is none. */
const struct profile	*profile_find(struct slice name);

/* "tolerant", which a credential has when it names none. */
const struct profile	*profile_default(void);

struct slice	profile_name(const struct profile *profile);

bool	profile_has(const struct profile *profile, enum tolerance tolerance);

/* The row of TOLERANCE. */
const struct tolerance_row	*tolerance_get(enum tolerance tolerance);

#endif
