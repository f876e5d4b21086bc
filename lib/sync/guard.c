/*
 * guard.c: how much a job has disabled and deleted lately.
 */
#include <string.h>

#include "json/json.h"
#include "sync/guard.h"

enum { HOUR_MS = 3600 * 1000 };

/* The number of the slice that NOW is in. */
static int64_t
slice_at(const struct job_guard *limits, int64_t now)
{
	int64_t len = limits->window_hours * HOUR_MS / (GUARD_SLICES - 1);

	return len > 0 ? now / len : 0;
}

/* Forget what is out of the window; a clock that is set back forgets nothing. */
static void
slide(struct guard *g, int64_t slice)
{
	int64_t by = slice - g->newest;

	if (by <= 0)
		return;
	if (by >= GUARD_SLICES)
		memset(g->taken, 0, sizeof(g->taken));
	else {
		memmove(&g->taken[by], g->taken,
		    (size_t)(GUARD_SLICES - by) * sizeof(g->taken[0]));
		memset(g->taken, 0, (size_t)by * sizeof(g->taken[0]));
	}
	g->newest = slice;
}

void
guard_read(const struct json_object *v, struct guard *out)
{
	*out = (struct guard){ .newest = json_integer(json_at(v, 0)) };
	for (size_t i = 0; i < GUARD_SLICES && i + 1 < json_len(v); i++)
		out->taken[i] = json_integer(json_at(v, i + 1));
}

struct json_object *
guard_write(struct arena *a, const struct guard *g)
{
	struct json_object *v = json_new_array(a);
	size_t n = GUARD_SLICES;

	while (n > 0 && g->taken[n - 1] == 0)
		n--;
	json_append(v, json_new_integer(a, g->newest));
	for (size_t i = 0; i < n; i++)
		json_append(v, json_new_integer(a, g->taken[i]));
	return v;
}

int64_t
guard_taken(struct guard *g, const struct job_guard *limits, int64_t now)
{
	int64_t sum = 0;

	slide(g, slice_at(limits, now));
	for (size_t i = 0; i < GUARD_SLICES; i++)
		sum += g->taken[i];
	return sum;
}

bool
guard_admits(
    struct guard *g, const struct job_guard *limits, int64_t total, int64_t now)
{
	int64_t n = guard_taken(g, limits, now) + 1;

	if (limits->window_hours == 0)
		return true;
	if (limits->count > 0 && n > limits->count)
		return false;
	return limits->percent == 0 || n <= GUARD_PERCENT_FROM ||
	    n * 100 <= limits->percent * total;
}

void
guard_take(struct guard *g, const struct job_guard *limits, int64_t now)
{
	slide(g, slice_at(limits, now));
	g->taken[0]++;
}
