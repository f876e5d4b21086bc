/*
 * check.h: is this text JSON, strictly (RFC 8259)?
 *
 * json-c 0.16 accepts single quotes, NaN, 1e400, clamped integers, lone
 * surrogates and embedded NUL even when it is told to be strict, so every
 * text is read by this checker first.
 */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include "base/error.h"
#include "base/slice.h"

/* Containers inside containers; a SCIM bulk request needs about ten. */
enum { JSON_DEPTH_MAX = 64 };

/*
 * Read TEXT from its first byte to its last: one value, UTF-8, no U+0000
 * even as an escape, no lone surrogate, numbers that fit a double and
 * integers that fit 64 bits, at most JSON_DEPTH_MAX deep.
 *
 * Returns: 0, or -1 with ERR_INVALID_SYNTAX, line and column.
 */
int	json_check(struct slice text, struct error *err);

#endif
