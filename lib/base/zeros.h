/*
 * zeros.h: a large table that is all zero at first, of which a process has
 * only the pages that it wrote.
 */
#ifndef BASE_ZEROS_H
#define BASE_ZEROS_H

#include <stddef.h>

/* LEN bytes of zeros, aligned for any type; zeros_free it.  Never fails. */
void	*zeros_new(size_t len);

/* PTR, of LEN bytes; or NULL. */
void	zeros_free(void *ptr, size_t len);

/*
 * The places of a table that were ever written, FIRST up to END; all zero at
 * first.  Who looks at others has a page of zeros made for each.
 */
struct zeros_span {
	size_t	first;
	size_t	end;
};

/* The place AT is about to be written. */
static inline void
zeros_note(struct zeros_span *span, size_t at)
{
	if (span->end == 0 || at < span->first)
		span->first = at;
	if (at >= span->end)
		span->end = at + 1;
}

#endif
