/*
 * project.h: which attributes an answer holds: "returned" of the schema and
 * the parameters attributes and excludedAttributes (RFC 7644 section 3.9).
 */
#ifndef SCIM_PROJECT_H
#define SCIM_PROJECT_H

#include "base/arena.h"
#include "base/error.h"
#include "scim/profile.h"
#include "scim/schema.h"

enum { PROJECT_NAMES_MAX = 256 };

enum want {
	WANT_NO,
	WANT_SOME,	/* ask project_wants_sub for each sub-attribute */
	WANT_ALL
};

struct projection;

/*
 * Read the comma-separated parameters; .data is NULL for one that was not
 * given, an empty one counts as not given.  Unknown names are ignored, and
 * so is a name with a filter, where PROFILE does not take it for the whole
 * attribute.
 *
 * Errors: ERR_INVALID_VALUE when both are given, or too many names.
 */
int	project_parse(struct arena *a, const struct resource_type *type,
	    const struct profile *profile, struct slice attributes,
	    struct slice excluded, struct projection **out,
	    struct error *err);

/* The projection of who names none. */
const struct projection	*project_plain(void);

/* Is P that one, and was nothing added by project_touch? */
bool	project_is_plain(const struct projection *p);

/* Did the client name attributes, to be returned or left out? */
bool	project_is_given(const struct projection *p);

/*
 * The request sets REF: an attribute returned on "request" is in the answer
 * then, if nothing else was asked for (PROJ-12).
 */
void	project_touch(struct projection *p, const struct attr_ref *ref);

/* Is ATTR (of EXTENSION, NULL for the base) in the answer? */
enum want	project_wants(const struct projection *p,
		    const struct schema *extension, const struct attr *attr);

/*
 * Is SUB in the answer, where project_wants said WANT of ATTR?  P may be NULL
 * where that was WANT_ALL.
 */
bool	project_wants_sub(const struct projection *p, enum want want,
	    const struct schema *extension, const struct attr *attr,
	    const struct attr *sub);

#endif
