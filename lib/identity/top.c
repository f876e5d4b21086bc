/*
 * top.c: the first K of many resources.
 */
#include <stdlib.h>
#include <string.h>

#include "identity/top.h"

int
top_compare(bool descending, struct slice key_a, const struct uuid *a,
    struct slice key_b, const struct uuid *b)
{
	int order = slice_compare(key_a, key_b);

	if (order != 0)
		return descending ? -order : order;
	return uuid_compare(a, b);
}

static int
compare(
    const struct top *top, const struct top_entry *a, const struct top_entry *b)
{
	return top_compare(top->descending,
	    (struct slice){ a->key, a->key_len }, &a->id,
	    (struct slice){ b->key, b->key_len }, &b->id);
}

static void
swap(struct top *top, size_t i, size_t j)
{
	struct top_entry entry = top->list[i];

	top->list[i] = top->list[j];
	top->list[j] = entry;
}

static void
sift_up(struct top *top, size_t i)
{
	for (; i > 0; i = (i - 1) / 2) {
		size_t parent = (i - 1) / 2;

		if (compare(top, &top->list[i], &top->list[parent]) <= 0)
			return;
		swap(top, i, parent);
	}
}

static void
sift_down(struct top *top, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= top->n)
			return;
		if (child + 1 < top->n &&
		    compare(top, &top->list[child + 1], &top->list[child]) > 0)
			child++;
		if (compare(top, &top->list[child], &top->list[i]) <= 0)
			return;
		swap(top, i, child);
		i = child;
	}
}

/* The room of an entry's key is used again by who takes its place. */
static void
set(struct top *top, struct top_entry *e, struct slice key,
    const struct uuid *id, size_t type)
{
	if (e->key_size < key.len) {
		e->key_size = key.len < 32 ? 32 : key.len * 2;
		e->key = arena_alloc(top->a, e->key_size);
	}
	if (key.len > 0)
		memcpy(e->key, key.data, key.len);
	e->key_len = key.len;
	e->id = *id;
	e->type = type;
}

static void
grow(struct top *top)
{
	size_t size = top->size == 0 ? 128 : top->size * 2;

	top->list = arena_grow(top->a, top->list,
	    top->size * sizeof(*top->list), size * sizeof(*top->list));
	memset(
	    top->list + top->size, 0, (size - top->size) * sizeof(*top->list));
	top->size = size;
}

void
top_add(struct top *top, struct slice key, const struct uuid *id, size_t type)
{
	struct top_entry *root = top->list;

	if (top->n < top->k) {
		if (top->n == top->size)
			grow(top);
		set(top, &top->list[top->n], key, id, type);
		sift_up(top, top->n++);
		return;
	}
	if (top->k == 0 ||
	    top_compare(top->descending, key, id,
		(struct slice){ root->key, root->key_len }, &root->id) >= 0)
		return;
	set(top, root, key, id, type);
	sift_down(top, 0);
}

static int
compare_entries(const void *a, const void *b, void *arg)
{
	return compare(arg, a, b);
}

struct slice
top_last_key(const struct top *top)
{
	return top->n < top->k
	    ? SLICE("")
	    : (struct slice){ top->list[0].key, top->list[0].key_len };
}

void
top_clear(struct top *top)
{
	top->n = 0;
}

void
top_sort(struct top *top)
{
	if (top->n > 1)
		qsort_r(top->list, top->n, sizeof(*top->list), compare_entries,
		    top);
}
