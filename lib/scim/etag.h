/*
 * etag.h: versions of resources and the conditions that requests put on them
 * (RFC 7644 section 3.14, RFC 9110 section 13.1).
 *
 * Tags are weak, W/"7": the same version has many representations.  They
 * are compared by their opaque part, also in If-Match (ETAG-06).
 */
#ifndef SCIM_ETAG_H
#define SCIM_ETAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* Lists of entity tags as they came; .data is NULL for what did not. */
struct conditions {
	struct slice	if_match;
	struct slice	if_none_match;
};

/* W/"VERSION", in A. */
struct slice	etag_of(struct arena *a, uint64_t version);

/* Does LIST, tags with commas between them or "*", have VERSION? */
bool	etag_list_has(struct slice list, uint64_t version);

/*
 * Is VERSION one that If-Match names, if there is If-Match?
 *
 * Errors: ERR_PRECONDITION.
 */
int	etag_check_match(const struct conditions *conditions,
	    uint64_t version, struct error *err);

/*
 * May a resource of VERSION be written?  If-None-Match counts only as "*"
 * (ETAG-09): then it may not exist.
 *
 * Errors: ERR_PRECONDITION.
 */
int	etag_check_write(const struct conditions *conditions,
	    uint64_t version, struct error *err);

#endif
