/*
 * check.h: is this text JSON, strictly (RFC 8259)?
 *
 * json-c 0.16 accepts single quotes, NaN, 1e400, clamped integers, names
 * that stand twice, lone surrogates and embedded NUL even when it is told to
 * be strict, so every text is read by this checker first.
 */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include "base/error.h"
#include "base/slice.h"

/* Containers inside containers; a SCIM bulk request needs about ten. */
enum { JSON_DEPTH_MAX = 64 };

/* Bytes of a number; how large it may be is for its attribute to say. */
enum { JSON_NUMBER_MAX = 400 };

/*
 * Read TEXT from its first byte to its last: one value, UTF-8, no U+0000
 * even as an escape, no lone surrogate, numbers of at most JSON_NUMBER_MAX
 * bytes, no two names in an object that differ in ASCII case at most (RFC
 * 7643 section 2.1), at most JSON_DEPTH_MAX deep.
 *
 * Cost:    n log n in the number of names of one object.
 * Returns: 0, or -1 with ERR_INVALID_SYNTAX, line and column.
 */
int	json_check(struct slice text, struct error *err);

#endif
