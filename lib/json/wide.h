/*
 * wide.h: integers that do not fit 64 bits.  A tree holds them as decimals,
 * with their text; an attribute says whether it can hold them.
 */
#ifndef JSON_WIDE_H
#define JSON_WIDE_H

#include <stdbool.h>

#include "base/slice.h"

/* Is TEXT, a number, an integer beyond 64 bits: one without point and "e"? */
bool	wide_is(struct slice text);

#endif
