/*
 * wide.h: integers that do not fit 64 bits, for json-c, which would make the
 * nearest one of them that does.
 */
#ifndef JSON_WIDE_H
#define JSON_WIDE_H

#include <stdbool.h>

#include "base/slice.h"

/* What makes an integer a decimal of the same value. */
#define WIDE_MARK "e00"

/* Is TEXT, a number, an integer beyond 64 bits: one without point and "e"? */
bool	wide_is(struct slice text);

/*
 * TEXT, JSON that was checked and has N such integers, with WIDE_MARK behind
 * each of them.
 *
 * Owner: .data is from malloc(3).
 */
struct slice	wide_mark(struct slice text, size_t n);

#endif
