/*
 * text.h: Unicode: valid UTF-8, and the form in which strings that are not
 * case-exact are compared (RFC 7643 section 2.2, RFC 7644 section 5).
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"
#include "base/slice.h"

/* Is TEXT well-formed UTF-8 (RFC 3629) without U+0000? */
bool	text_is_utf8(struct slice text);

/*
 * TEXT with full Unicode case folding, width mapping (RFC 8265 section
 * 3.3.1), in normalisation form C: two strings that differ only in case,
 * width or composition come out the same.
 *
 * Owner: the result lives in A, or is TEXT itself when nothing changes.
 */
struct slice	text_fold(struct arena *a, struct slice text);

/* TEXT in normalisation form C; otherwise as text_fold. */
struct slice	text_nfc(struct arena *a, struct slice text);

/* Is there nothing to be seen in TEXT: spaces of all kinds, or no text? */
bool	text_is_blank(struct slice text);

#endif
