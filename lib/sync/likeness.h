/*
 * likeness.h: is what a target has what it is to have?
 */
#ifndef SYNC_LIKENESS_H
#define SYNC_LIKENESS_H

#include "sync/mapping.h"

struct likeness {
	struct arena			*a;
	const struct mapping_row	*row;
	bool				 shown;	/* HAVE is from the target's
						   resource, not what we sent */
};

/*
 * Is HAVE, not NULL, the value WANT?  Where it is shown by the target, what
 * the target added counts for nothing.
 */
bool	likeness_same(const struct likeness *l,
	    const struct json_object *want, const struct json_object *have);

/* Does a list, or a single value, HAVE an element WANT? */
bool	likeness_has(const struct likeness *l,
	    const struct json_object *have, const struct json_object *want);

/*
 * The elements of LIST, or LIST itself as the only one, that OTHER has not;
 * WANTED: LIST is what is wanted, OTHER what is there.
 */
struct json_object	*likeness_missing(const struct likeness *l,
			    const struct json_object *list,
			    const struct json_object *other, bool wanted);

#endif
