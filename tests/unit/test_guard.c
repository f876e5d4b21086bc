/*
 * test_guard.c: the guard against accidental deletions (PS-089), the ladder of
 * what failed (PS-080, PS-081), the codes of logs (PS-090).
 */
#include <string.h>

#include "json/json.h"
#include "sync/advice.h"
#include "sync/escrow.h"
#include "sync/guard.h"
#include "tap.h"

static void
is_int(int64_t got, int64_t want, const char *text)
{
	tap_ok(got == want, "%s: %lld", text, (long long)got);
}

#define HOUR ((int64_t)3600 * 1000)
#define NOW  ((int64_t)1795000000000)

/* How many of N the guard lets go at NOW, of TOTAL. */
static int
admitted(struct guard *g, const struct job_guard *limits, int n, int64_t total,
    int64_t now)
{
	int taken = 0;

	for (int i = 0; i < n; i++)
		if (guard_admits(g, limits, total, now)) {
			guard_take(g, limits, now);
			taken++;
		}
	return taken;
}

static void
test_count(void)
{
	const struct job_guard limits = { .count = 5, .window_hours = 24 };
	struct guard g = { .newest = 0 };

	is_int(admitted(&g, &limits, 20, 1000, NOW), 5, "so many and no more");
	is_int(admitted(&g, &limits, 20, 1000, NOW + 12 * HOUR), 0,
	    "in all of the window");
	is_int(admitted(&g, &limits, 20, 1000, NOW + 26 * HOUR), 5,
	    "which slides");
	is_int(admitted(&g, &limits, 3, 1000, NOW), 0,
	    "a clock that is set back forgets nothing");
}

static void
test_percent(void)
{
	const struct job_guard limits = { .percent = 10, .window_hours = 1 };
	struct guard g = { .newest = 0 };

	is_int(admitted(&g, &limits, 500, 1000, NOW), 100,
	    "a tenth of what there is");
	memset(&g, 0, sizeof(g));
	is_int(admitted(&g, &limits, 500, 20, NOW), GUARD_PERCENT_FROM,
	    "a share of few is not counted");
}

static void
test_none(void)
{
	const struct job_guard limits = { .count = 5 };
	struct guard g = { .newest = 0 };

	is_int(admitted(&g, &limits, 500, 10, NOW), 500,
	    "without a window there is no limit");
}

static void
test_stored(void)
{
	const struct job_guard limits = { .count = 9, .window_hours = 24 };
	struct arena *a = arena_new();
	struct guard g = { .newest = 0 }, h;

	admitted(&g, &limits, 3, 1000, NOW - 10 * HOUR);
	admitted(&g, &limits, 4, 1000, NOW);
	guard_read(guard_write(a, &g), &h);
	is_int((int)guard_taken(&h, &limits, NOW), 7, "it is kept");
	is_int((int)guard_taken(&h, &limits, NOW + 20 * HOUR), 4,
	    "with the time of each");
	guard_read(NULL, &h);
	is_int((int)guard_taken(&h, &limits, NOW), 0, "nothing is nothing");
	arena_free(a);
}

static int
hours(const char *code, int failures)
{
	return (
	    int)((escrow_next(slice_of(code), failures, NOW, NOW, 28) - NOW) /
	    HOUR);
}

static void
test_escrow(void)
{
	is_int(hours("InsufficientRights", 1), 6, "6 hours at first");
	is_int(hours("InsufficientRights", 2), 12, "then 12");
	is_int(hours("InsufficientRights", 3), 24, "then 24");
	is_int(hours("InsufficientRights", 9), 24, "and every day");
	is_int(
	    (int)(escrow_next(SLICE("EntryConflict"), 1, NOW, NOW, 28) - NOW),
	    0, "PS-080 a conflict is tried again at once");
	is_int(hours("EntryConflict", 2), 6, "PS-081 and then as others");
	is_int(hours("DuplicateSourceEntries", 4), 24, "PS-081 a day at most");
	is_int((int)(escrow_next(SLICE("Timeout"), 1, NOW, NOW, 28) - NOW),
	    5000, "what may pass by itself is tried soon");
	is_int(hours("Timeout", 30), 6, "but not for ever");
	tap_ok(escrow_next(
		   SLICE("Timeout"), 9, NOW - 29 * 24 * HOUR, NOW, 28) == 0,
	    "after 28 days no more");
}

static void
test_advice(void)
{
	const struct advice *a;
	size_t n = 0;

	for (; (a = advice_at(n)) != NULL; n++)
		tap_ok(advice_find(slice_of(a->code)) == a &&
			a->reason[0] != '\0' && a->action[0] != '\0',
		    "%s", a->code);
	tap_ok(n > 20, "the codes of PS-090");
	tap_ok(
	    strcmp(advice_code(409, SLICE("")), "EntryConflict") == 0, "409");
	tap_ok(
	    strcmp(advice_code(400, SLICE("Uniqueness")), "EntryConflict") == 0,
	    "400 for a value that is taken");
	tap_ok(strcmp(advice_code(599, SLICE("")), "InternalServerError") == 0,
	    "any 5xx");
	tap_ok(advice_find(SLICE("Nonsense")) == NULL, "no other");
}

int
main(void)
{
	test_count();
	test_percent();
	test_none();
	test_stored();
	test_escrow();
	test_advice();
	return tap_done();
}
