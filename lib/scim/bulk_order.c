/*
 * bulk_order.c: the order in which the operations of a bulk request can be
 * done.
 *
 * Circles are found as Tarjan does (Depth-First Search and Linear Graph
 * Algorithms, 1972): one walk, in which a circle is complete when the walk
 * comes back to the first of it that it met.
 */
#include <stdlib.h>
#include <string.h>

#include "scim/bulk.h"

enum { NONE = -1 };

/* What is known of one operation; the walk is as deep as there are any. */
struct node {
	long previous; /* on the same resource, or NONE */
	size_t seen;   /* when the walk came here; 0: not yet */
	size_t low;    /* the earliest that leads back to it */
	size_t time;   /* the last operation that it waits for */
	bool is_open;  /* its circle is not complete */
};

struct sorter {
	struct bulk *bulk;
	struct node *nodes;
	size_t *open; /* in the order in which they were met */
	size_t nopen;
	size_t nseen;
	size_t nunits;
};

static int
compare_resources(const void *x, const void *y, void *arg)
{
	const struct bulk *bulk = arg;
	size_t i = *(const size_t *)x, j = *(const size_t *)y;
	const struct bulk_op *a = &bulk->ops[i], *b = &bulk->ops[j];
	int order;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->id.len != b->id.len)
		return a->id.len < b->id.len ? -1 : 1;
	order = a->id.len == 0 ? 0 : memcmp(a->id.data, b->id.data, a->id.len);
	return order != 0 ? order : (i > j) - (i < j);
}

/* Each operation on a resource that is there knows the one before it. */
static void
find_previous(struct sorter *s, size_t *list)
{
	const struct bulk_op *ops = s->bulk->ops;
	size_t n = s->bulk->n;

	for (size_t i = 0; i < n; i++) {
		list[i] = i;
		s->nodes[i].previous = NONE;
	}
	qsort_r(list, n, sizeof(*list), compare_resources, s->bulk);
	for (size_t i = 1; i < n; i++) {
		const struct bulk_op *a = &ops[list[i - 1]], *b = &ops[list[i]];

		if (b->id.len > 0 && a->type == b->type &&
		    slice_equal(a->id, b->id))
			s->nodes[list[i]].previous = (long)list[i - 1];
	}
}

/* The circle whose first one is I; mostly I alone. */
static void
close_unit(struct sorter *s, size_t i)
{
	size_t from = s->nopen, time = 0;

	do {
		from--;
		if (s->nodes[s->open[from]].time > time)
			time = s->nodes[s->open[from]].time;
	} while (s->open[from] != i);
	while (s->nopen > from) {
		size_t member = s->open[--s->nopen];

		s->nodes[member].is_open = false;
		s->nodes[member].time = time;
		s->bulk->ops[member].unit = s->nunits;
	}
	s->nunits++;
}

static void walk(struct sorter *s, size_t i);

static void
wait_for(struct sorter *s, struct node *node, size_t target)
{
	struct node *other = &s->nodes[target];

	if (other->seen == 0) {
		walk(s, target);
		if (other->low < node->low)
			node->low = other->low;
	} else if (other->is_open && other->seen < node->low) {
		node->low = other->seen;
	}
	if (other->time > node->time)
		node->time = other->time;
}

static void
walk(struct sorter *s, size_t i)
{
	const struct bulk_op *op = &s->bulk->ops[i];
	struct node *node = &s->nodes[i];

	node->seen = node->low = ++s->nseen;
	node->time = i;
	node->is_open = true;
	s->open[s->nopen++] = i;
	if (node->previous != NONE)
		wait_for(s, node, (size_t)node->previous);
	for (size_t t = 0; t < op->ntargets; t++)
		wait_for(s, node, op->targets[t]);
	if (node->low == node->seen)
		close_unit(s, i);
}

/* Units count up from what is referred to, to what refers to it. */
static int
compare_turns(const void *x, const void *y, void *arg)
{
	const struct sorter *s = arg;
	size_t i = *(const size_t *)x, j = *(const size_t *)y;
	size_t time_i = s->nodes[i].time, time_j = s->nodes[j].time;
	size_t unit_i = s->bulk->ops[i].unit, unit_j = s->bulk->ops[j].unit;

	if (time_i != time_j)
		return time_i < time_j ? -1 : 1;
	if (unit_i != unit_j)
		return unit_i < unit_j ? -1 : 1;
	return (i > j) - (i < j);
}

void
bulk_sort(struct arena *a, struct bulk *bulk)
{
	struct sorter s = { .bulk = bulk,
		.nodes = arena_calloc(a, bulk->n + 1, sizeof(*s.nodes)),
		.open = arena_calloc(a, bulk->n + 1, sizeof(*s.open)) };

	bulk->order = arena_calloc(a, bulk->n + 1, sizeof(*bulk->order));
	find_previous(&s, bulk->order);
	for (size_t i = 0; i < bulk->n; i++)
		if (s.nodes[i].seen == 0)
			walk(&s, i);
	for (size_t i = 0; i < bulk->n; i++)
		bulk->order[i] = i;
	qsort_r(bulk->order, bulk->n, sizeof(*bulk->order), compare_turns, &s);
	for (size_t i = 0; i < bulk->n; i++)
		bulk->ops[bulk->order[i]].rank = i;
}
