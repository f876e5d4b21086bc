/*
 * nearest.h: which name was meant?
 */
#ifndef SYNC_NEAREST_H
#define SYNC_NEAREST_H

#include <limits.h>

#include "base/slice.h"

/* The name that is nearest to WORD so far; begin with NEAREST_NONE. */
struct nearest {
	struct slice	name;		/* without data: none is near */
	unsigned	distance;
};

#define NEAREST_NONE ((struct nearest){ { NULL, 0 }, UINT_MAX })

/*
 * Is CANDIDATE nearer to WORD than N?  Then it is N.  At most a third of the
 * characters may differ; case does not count.
 */
void	nearest_try(struct nearest *n, struct slice word,
	    struct slice candidate);

/* "; did you mean NAME?", or nothing: the arguments of "%s%.*s%s". */
#define NEAREST_ARG(n)                                                        \
	(n).name.data == NULL ? "" : "; did you mean ",                       \
	    SLICE_ARG((n).name), (n).name.data == NULL ? "" : "?"

#endif
