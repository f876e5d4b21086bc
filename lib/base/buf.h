/*
 * buf.h: the only growing string.
 *
 * Its maximum is given at birth.  What does not fit is not added, and the
 * buffer remembers: check buf_overflowed once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/slice.h"

struct buf {
	char	*data;		/* NUL-terminated once something was added */
	size_t	 len;		/* bytes, without the NUL */
	size_t	 size;
	size_t	 max;
	bool	 overflow;
};

/* An empty buffer of at most MAX bytes; buf_fini it. */
void	buf_init(struct buf *b, size_t max);

/* Free the bytes; the buffer is empty and may be used again. */
void	buf_fini(struct buf *b);

/* Forget the contents, keep the memory. */
void	buf_clear(struct buf *b);

/* Take back what was added after the length was LEN. */
void	buf_truncate(struct buf *b, size_t len);

/* Append; after an overflow these do nothing. */
void	buf_add(struct buf *b, const void *data, size_t len);
void	buf_putc(struct buf *b, char c);
void	buf_slice(struct buf *b, struct slice s);

static inline void
buf_puts(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

/* LEN more bytes, for the caller to fill at once; NULL after an overflow. */
char	*buf_extend(struct buf *b, size_t len);

/* Put S in at byte AT; what stood there stands behind it. */
void	buf_insert(struct buf *b, size_t at, struct slice s);

/* Append N in decimal. */
void	buf_number(struct buf *b, uint64_t n);

void	buf_printf(struct buf *b, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* Append TEXT as a JSON string with its quotes (RFC 8259 section 7). */
void	buf_json_string(struct buf *b, struct slice text);

/* Was something left out because the maximum was reached? */
bool	buf_overflowed(const struct buf *b);

/* What is in B, good until B changes. */
struct slice	buf_text(const struct buf *b);

#endif
