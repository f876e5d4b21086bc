/*
 * arena.h: memory that lives as long as one request.
 *
 * Nothing in an arena is freed by hand; arena_free ends it all.  Out of
 * memory ends the process through fatal(), so no function here fails.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/slice.h"

struct arena;

/* A new, empty arena; arena_free it. */
struct arena	*arena_new(void);

/* The same for little: it grows by blocks of BLOCK_LEN bytes. */
struct arena	*arena_new_of(size_t block_len);

/* Run the deferred functions, last first, and free everything. */
void	arena_free(struct arena *a);

/* The same, but A is empty again and ready for the next request. */
void	arena_reset(struct arena *a);

/* SIZE bytes aligned for any type, not initialised; they live in A. */
void	*arena_alloc(struct arena *a, size_t size);

/* COUNT elements of SIZE bytes, all zero. */
void	*arena_calloc(struct arena *a, size_t count, size_t size);

/*
 * A copy of the OLD_SIZE bytes at OLD in SIZE bytes; for arrays that grow.
 * In place when OLD was the last allocation and the block has room.
 */
void	*arena_grow(struct arena *a, void *old, size_t old_size, size_t size);

/* Copies of text, NUL-terminated. */
char	*arena_strdup(struct arena *a, const char *text);
char	*arena_strndup(struct arena *a, const char *text, size_t len);
char	*arena_printf(struct arena *a, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* A copy of S, NUL-terminated, as a slice. */
struct slice	arena_slice(struct arena *a, struct slice s);

/* The N PARTS one behind the other, NUL-terminated: no format is read. */
struct slice	arena_join(struct arena *a, const struct slice *parts,
		    size_t n);

/* The same of the slices that are named. */
#define ARENA_JOIN(a, ...)						\
	arena_join((a), (const struct slice[]){ __VA_ARGS__ },		\
	    sizeof((const struct slice[]){ __VA_ARGS__ }) /		\
	    sizeof(struct slice))

/* Call FN(PTR) when A ends: for what is not memory of A. */
void	arena_defer(struct arena *a, void (*fn)(void *), void *ptr);

#endif
