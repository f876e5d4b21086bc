/*
 * sort.h: the order of a list (RFC 7644 section 3.4.2.3).
 *
 * A resource's sort key is bytes whose memcmp order is the order of the
 * values: numbers and dates by size, strings by "caseExact", nothing last.
 */
#ifndef SCIM_SORT_H
#define SCIM_SORT_H

#include "scim/match.h"
#include "scim/schema.h"

/* Strings that begin with this many equal bytes count as equal. */
enum { SORT_KEY_MAX = 512 };

struct sort {
	struct attr_ref	ref;
	bool		unknown;	/* no such attribute: no value */
};

/*
 * Read "sortBy" for TYPE.  A multi-valued complex attribute means its
 * "value" (SORT-04); what TYPE does not know has no value (SORT-09).
 *
 * Errors: ERR_INVALID_VALUE for what is no attribute name, what cannot be
 *         compared (SORT-05) or is never returned (SORT-10).
 */
int	sort_parse(const struct resource_type *type, struct slice name,
	    struct sort *out, struct error *err);

/*
 * The text in the sort key of a string, in its compared form; empty for other
 * keys and for nothing.
 */
struct slice	sort_key_text(struct slice key);

/*
 * The sort key of the resource with BODY and SOURCE (match.h), in A, at
 * most SORT_KEY_MAX + 2 bytes.
 *
 * Returns: 0, or -1 when SOURCE could not tell.
 */
int	sort_key(struct arena *a, const struct sort *sort, struct slice body,
	    const struct match_source *source, struct slice *key);

#endif
