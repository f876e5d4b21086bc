/*
 * shape.h: what kind of thing a request asks: its method, the pattern of its
 * path, names of parameters, a filter without its values; of a PATCH each
 * operation, with the attributes that it is about.  A client does the same
 * few things for years: another one tells of a new version, or of a thief.
 */
#ifndef SERVE_SHAPE_H
#define SERVE_SHAPE_H

#include "serve/serve.h"

enum { SHAPES_A_REQUEST = 64, SHAPE_LEN_MAX = 400 };

/*
 * The shapes of CALL, which was checked and not yet handled, in its arena:
 * "GET /Users?filter=userName eq ?&count", "PATCH /Users/:id replace active".
 *
 * Returns: how many there are, SHAPES_A_REQUEST at most.
 */
size_t	shape_list(const struct call *call,
	    struct slice shapes[SHAPES_A_REQUEST]);

#endif
