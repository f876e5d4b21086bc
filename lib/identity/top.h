/*
 * top.h: the first K of many resources, in the order of a sort.
 *
 * Holds never more than K; each one that comes is put in its place or let
 * go.  Equal keys stand in the order of their ids (SORT-08).
 */
#ifndef IDENTITY_TOP_H
#define IDENTITY_TOP_H

#include <stdbool.h>
#include <stddef.h>

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/slice.h"
#include "base/uuid.h"

struct top_entry {
	char		*key;
	size_t		 key_len;
	size_t		 key_size;
	struct uuid	 id;
	size_t		 type;	/* which of the query's types */
};

struct top {
	struct arena		*a;
	struct top_entry	*list;	/* a heap, the last one at its root */
	size_t			 n;
	size_t			 size;
	size_t			 k;
	bool			 descending;
};

/* How A stands to B: less than, equal to or greater than 0. */
int	top_compare(bool descending, struct slice key_a,
	    const struct uuid *a, struct slice key_b, const struct uuid *b);

/* Take a resource in, if it is among the first K so far. */
void	top_add(struct top *top, struct slice key, const struct uuid *id,
	    size_t type);

/* The key of the last of K, SLICE("") as long as there are fewer. */
struct slice	top_last_key(const struct top *top);

/* Nothing is in it any more. */
void	top_clear(struct top *top);

/* Put the list in its order; nothing can be added then. */
void	top_sort(struct top *top);

#endif
