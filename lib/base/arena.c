/*
 * arena.c: memory that lives as long as one request.
 *
 * A list of blocks, the newest first; a block is used from its start to its
 * end.  A large piece gets a block of its own.  The address sanitizer is told
 * what of a block is nobody's.
 */
#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, len)
#define ASAN_UNPOISON_MEMORY_REGION(start, len)
#endif

enum { BLOCK_SIZE = 16 * 1024 };

struct block {
	struct block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) char data[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *ptr;
};

struct arena {
	struct block *blocks;
	size_t block_len;
	struct deferred *deferred;
};

static struct block *
block_new(size_t size)
{
	struct block *b;

	if (size > SIZE_MAX - sizeof(*b))
		fatal("arena: %zu bytes asked for", size);
	b = malloc(sizeof(*b) + size);
	if (b == NULL)
		fatal("out of memory (%zu bytes)", size);
	b->next = NULL;
	b->used = 0;
	b->size = size;
	ASAN_POISON_MEMORY_REGION(b->data, size);
	return b;
}

struct arena *
arena_new(void)
{
	return arena_new_of(BLOCK_SIZE);
}

struct arena *
arena_new_of(size_t block_len)
{
	struct arena *a = malloc(sizeof(*a));

	if (a == NULL)
		fatal("out of memory");
	a->block_len = block_len;
	a->blocks = block_new(block_len);
	a->deferred = NULL;
	return a;
}

void
arena_reset(struct arena *a)
{
	struct block *b, *next;

	for (struct deferred *d = a->deferred; d != NULL; d = d->next)
		d->fn(d->ptr);
	a->deferred = NULL;
	for (b = a->blocks; b->next != NULL; b = next) {
		next = b->next;
		free(b);
	}
	/* The oldest block is the one that arena_new made. */
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->data, b->size);
	a->blocks = b;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a->blocks);
	free(a);
}

static size_t
round_up(size_t size)
{
	const size_t align = alignof(max_align_t);

	if (size > SIZE_MAX - align)
		fatal("arena: %zu bytes asked for", size);
	return (size + align - 1) / align * align;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct block *b = a->blocks;
	size_t room = round_up(size);
	void *p;

	if (b->size - b->used < room) {
		b = block_new(room > a->block_len ? room : a->block_len);
		b->next = a->blocks;
		a->blocks = b;
	}
	p = b->data + b->used;
	b->used += room;
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	return p;
}

void *
arena_calloc(struct arena *a, size_t count, size_t size)
{
	void *p;

	if (size != 0 && count > SIZE_MAX / size)
		fatal("arena: %zu times %zu bytes asked for", count, size);
	p = arena_alloc(a, count * size);
	memset(p, 0, count * size);
	return p;
}

void *
arena_grow(struct arena *a, void *old, size_t old_size, size_t size)
{
	struct block *b = a->blocks;
	size_t old_room = round_up(old_size), room = round_up(size);
	void *p;

	if (old != NULL && (char *)old + old_room == b->data + b->used &&
	    b->size - b->used + old_room >= room) {
		b->used = b->used - old_room + room;
		ASAN_UNPOISON_MEMORY_REGION(old, size);
		return old;
	}
	p = arena_alloc(a, size);
	if (old_size > 0)
		memcpy(p, old, old_size);
	return p;
}

char *
arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

struct slice
arena_slice(struct arena *a, struct slice s)
{
	return (struct slice){ arena_strndup(a, s.data, s.len), s.len };
}

struct slice
arena_join(struct arena *a, const struct slice *parts, size_t n)
{
	size_t len = 0;
	char *text, *to;

	for (size_t i = 0; i < n; i++)
		len += parts[i].len;
	text = to = arena_alloc(a, len + 1);
	for (size_t i = 0; i < n; i++)
		if (parts[i].len > 0) {
			memcpy(to, parts[i].data, parts[i].len);
			to += parts[i].len;
		}
	*to = '\0';
	return (struct slice){ text, len };
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	char small[256], *text;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (len < 0)
		fatal("arena_printf: %s", fmt);
	if ((size_t)len < sizeof(small))
		return arena_strndup(a, small, (size_t)len);
	text = arena_alloc(a, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *ptr)
{
	struct deferred *d = arena_alloc(a, sizeof(*d));

	d->fn = fn;
	d->ptr = ptr;
	d->next = a->deferred;
	a->deferred = d;
}
