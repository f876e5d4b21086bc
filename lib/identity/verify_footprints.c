/*
 * verify_footprints.c: which change was the last one of each resource, in
 * memory that does not grow with the log.
 */
#include <stdlib.h>

#include "identity/verify_private.h"

void
footprints_init(struct footprints *f, struct arena *a, size_t max)
{
	*f = (struct footprints){ .max = max };
	f->all = arena_alloc(a, max * sizeof(*f->all));
	f->waiting[f->nwaiting].parts = 1;
	f->waiting[f->nwaiting++].part = 0;
}

bool
footprints_next(struct footprints *f)
{
	if (f->nwaiting == 0)
		return false;
	f->nwaiting--;
	f->parts = f->waiting[f->nwaiting].parts;
	f->part = f->waiting[f->nwaiting].part;
	f->n = 0;
	return true;
}

/* The ids of one time are not to fall to one part. */
static bool
is_of_part(const struct footprints *f, const struct footprint *one)
{
	return uuid_hash(&one->id) % f->parts == f->part;
}

static int
by_id(const void *x, const void *y)
{
	const struct footprint *a = x, *b = y;
	int order = uuid_compare(&a->id, &b->id);

	if (order != 0)
		return order;
	return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

void
footprints_keep_last(struct footprints *f)
{
	size_t n = f->n;

	qsort(f->all, n, sizeof(*f->all), by_id);
	f->n = 0;
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n ||
		    uuid_compare(&f->all[i].id, &f->all[i + 1].id) != 0)
			f->all[f->n++] = f->all[i];
}

static void
halve(struct footprints *f)
{
	size_t n = f->n;

	f->waiting[f->nwaiting].parts = f->parts * 2;
	f->waiting[f->nwaiting++].part = f->part + f->parts;
	f->parts *= 2;
	f->n = 0;
	for (size_t i = 0; i < n; i++)
		if (is_of_part(f, &f->all[i]))
			f->all[f->n++] = f->all[i];
}

void
footprints_add(struct footprints *f, const struct footprint *one)
{
	if (f->n == f->max) {
		footprints_keep_last(f);
		while (f->n > f->max / 2)
			halve(f);
	}
	if (is_of_part(f, one))
		f->all[f->n++] = *one;
}
