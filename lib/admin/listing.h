/*
 * listing.h: a page of things that are shown, of those that "filter" keeps.
 */
#ifndef ADMIN_LISTING_H
#define ADMIN_LISTING_H

#include "admin/answer.h"
#include "scim/filter.h"

/* Thing I of ARG as JSON, in the arena of CALL. */
typedef int listing_show_fn(struct call *call, size_t i, void *arg,
    struct json_object **out, struct error *err);

/*
 * Answer the page of N things that "startIndex" and "count" name.  With
 * "filter", an expression of SCIM (RFC 7644 section 3.4.2.2) over the members
 * that are shown, only those are counted that it keeps.
 *
 * Errors: ERR_INVALID_VALUE, ERR_INVALID_FILTER, those of SHOW.
 */
int	listing_answer(struct call *call, size_t n, listing_show_fn *show,
	    void *arg, struct error *err);

/*
 * Does F, parsed and not bound, keep V?  Texts are compared in any case, a
 * list by each of its elements, and "a.b" is b of a.
 */
bool	listing_keeps(const struct filter *f, const struct json_object *v);

#endif
