/*
 * text_letter.h: Unicode, character by character.
 */
#ifndef BASE_TEXT_LETTER_H
#define BASE_TEXT_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

/*
 * Cut the next character off *REST; a byte that is not UTF-8 counts as one,
 * U+FFFD.
 *
 * Returns: false at the end.
 */
bool	letter_next(struct slice *rest, int32_t *c);

/* Append C as UTF-8. */
void	letter_put(struct buf *b, int32_t c);

/* C in lower, upper or title case, one for one; C where there is none. */
int32_t	letter_lower(int32_t c);
int32_t	letter_upper(int32_t c);
int32_t	letter_title(int32_t c);

/* Is C a space, a control or punctuation? */
bool	letter_is_separator(int32_t c);

/* How many characters has TEXT? */
size_t	letter_count(struct slice text);

/* N characters of TEXT behind the first FROM, or as many as there are. */
struct slice	letter_part(struct slice text, size_t from, size_t n);

/*
 * TEXT with Latin letters without their marks, in normalisation form C; other
 * scripts keep theirs, where a mark makes another letter.
 *
 * Owner: the result lives in A, or is TEXT.
 */
struct slice	letter_base(struct arena *a, struct slice text);

#endif
