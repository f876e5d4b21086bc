/*
 * slice.h: a piece of somebody else's bytes; pointer and length, no NUL.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
	const char	*data;
	size_t		 len;	/* bytes */
};

/* A slice of a string literal. */
#define SLICE(literal) ((struct slice){ (literal), sizeof(literal) - 1 })

/* The arguments of a "%.*s". */
#define SLICE_ARG(s) (int)(s).len, (s).data

/*
 * Some stand here whole, since every request calls them by the hundred:
 * of a literal no length is then counted.
 */

/* The slice of the NUL-terminated TEXT, which may be NULL. */
static inline struct slice
slice_of(const char *text)
{
	return (struct slice){ text, text == NULL ? 0 : strlen(text) };
}

/* The part of S that begins at byte FROM, empty past the end. */
static inline struct slice
slice_from(struct slice s, size_t from)
{
	if (from > s.len)
		from = s.len;
	return (struct slice){ s.data + from, s.len - from };
}

/* Are the bytes the same? */
static inline bool
slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/*
 * Less than 0, 0 or more, by bytes, a part before the whole: the order of the
 * keys of every table.  UTF-8 keeps that of code points.
 */
static inline int
slice_compare(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.data, b.data, len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Does S begin with PREFIX, with A-Z and a-z taken as equal? */
bool	slice_has_prefix_nocase(struct slice s, struct slice prefix);

/* Are they the same, with A-Z and a-z taken as equal (SCIM names)? */
static inline bool
slice_equal_nocase(struct slice a, struct slice b)
{
	return a.len == b.len && slice_has_prefix_nocase(a, b);
}

/* S without the spaces and tabs at both ends. */
struct slice	slice_trim(struct slice s);

/*
 * Cut the next item off *REST, up to SEPARATOR or the end.
 *
 * Returns: false when *REST was used up; *REST.data is then NULL.
 */
bool	slice_next(struct slice *rest, char separator, struct slice *item);

#endif
