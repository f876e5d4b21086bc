/*
 * path.h: PATCH paths (RFC 7644 section 3.5.2).
 */
#ifndef SCIM_PATH_H
#define SCIM_PATH_H

#include "scim/filter.h"

/* What a path selects; FILTER is bound to the elements of REF.attr. */
struct path {
	struct attr_ref	 ref;
	struct filter	*filter;	/* or NULL */
	bool		 unknown;	/* well-formed, no such attribute */
};

/*
 * Parse attrPath, or valuePath with an optional sub-attribute.
 *
 * Errors: ERR_INVALID_PATH; inside the brackets ERR_INVALID_FILTER.
 */
int	path_parse(struct arena *a, const struct resource_type *type,
	    const struct profile *profile, struct slice text,
	    struct path *out, struct error *err);

#endif
