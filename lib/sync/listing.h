/*
 * listing.h: pages of what a target has, whatever is wrong with them (CLI-15,
 * 16 and 18 of spec scim.md; PS-047 of spec provisioning.md).
 *
 *	struct listing l;
 *	do {
 *		get(listing_query(a, d, endpoint, filter, &l.next, 100));
 *		listing_read(a, answer, &l, err);
 *	} while (l.more);
 *
 * A page ends where what was really received ends, not where the target says;
 * "Resources", "startIndex" and "itemsPerPage" may be missing, numbers may be
 * text, a cursor is followed wherever there is one.  Pure.
 */
#ifndef SYNC_LISTING_H
#define SYNC_LISTING_H

#include "sync/dialect.h"

/* Where a page begins: an index from 1, or a cursor. */
struct listing_place {
	int64_t		index;		/* 0 is 1, too: the first page */
	struct slice	cursor;		/* or "" */
};

struct listing {
	struct json_object	**resources; /* objects with an id, each id
						once a page */
	size_t			 n;
	int64_t			 total;	/* -1: not said */
	bool			 more;
	struct listing_place	 next;	/* of the page behind this one */
};

/*
 * Read ANSWER, the page at L->next, which is all zero for the first.
 *
 * Owner:  *L lives in A and points into ANSWER.
 * Errors: ERR_INVALID_SYNTAX when it is no list.
 */
int	listing_read(struct arena *a, const struct json_object *answer,
	    struct listing *l, struct error *err);

/*
 * The path and query of a page of COUNT from ENDPOINT; FILTER may be "".
 * Groups are asked for without their members.
 */
struct slice	listing_query(struct arena *a, const struct dialect *d,
		    struct slice endpoint, struct slice filter,
		    const struct listing_place *at, unsigned count);

#endif
