/*
 * search.c: a search through a directory of lines.
 */
#include <string.h>

#include "base/clock.h"
#include "watch/search.h"

enum { DAY_MS = 24 * 3600 * 1000, DAY_LEN = 8 };

/* "20261121-000000": a day before SINCE, for clocks that differ; or "". */
static void
oldest_file(int64_t since, char name[LINES_NAME_SIZE])
{
	char text[CLOCK_TEXT_SIZE];

	name[0] = '\0';
	if (since == 0)
		return;
	clock_format(since > DAY_MS ? since - DAY_MS : 0, text);
	memcpy(name, text, 4);
	memcpy(name + 4, text + 5, 2);
	memcpy(name + 6, text + 8, 2);
	memcpy(name + DAY_LEN, "-000000", LINES_NAME_SIZE - DAY_LEN);
}

static bool
is_over(const struct search *s)
{
	return s->ends_at != 0 && clock_monotonic_ms() >= s->ends_at;
}

/* As search_run; what stands before the file OLDEST is not looked at. */
static int
walk_on(const struct search *s, struct lines_walk *walk, const char *oldest,
    struct lines_place *place, search_fn *fn, void *arg, struct error *err)
{
	struct lines_place at;
	struct slice line;
	int rc, more = 1;

	while (more == 1 && (rc = lines_next(walk, &line, &at, err)) == 1) {
		if (strcmp(at.file, oldest) < 0)
			return 0;
		*place = at;
		if (!s->back)
			place->offset += line.len + 1;
		if (s->is_found(line, s->what))
			more = fn(line, arg, err);
		if (more == 1 && is_over(s))
			more = 0;
	}
	return more == -1 ? -1 : rc;
}

int
search_run(const struct search *s, struct lines_place *place, search_fn *fn,
    void *arg, struct error *err)
{
	struct arena *a = arena_new();
	struct lines_place oldest = { .offset = 0 };
	struct lines_walk *walk;
	int rc;

	oldest_file(s->since, oldest.file);
	if (!s->back && strcmp(place->file, oldest.file) < 0)
		*place = oldest;
	walk = lines_open(a, s->dir, s->back, place);
	rc = walk_on(s, walk, oldest.file, place, fn, arg, err);
	lines_close(walk);
	arena_free(a);
	return rc;
}

int
search_keep(struct slice line, void *arg, struct error *err)
{
	struct search_found *f = arg;
	size_t size = f->n * sizeof(*f->list);

	(void)err;
	if (f->n % 64 == 0)
		f->list = arena_grow(
		    f->arena, f->list, size, size + 64 * sizeof(*f->list));
	f->list[f->n++] = arena_slice(f->arena, line);
	f->len += line.len;
	return (f->max == 0 || f->n < f->max) &&
	    (f->len_max == 0 || f->len < f->len_max);
}
