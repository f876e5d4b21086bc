/*
 * test_quarantine.c: when operations of a job rest (PS-083 to PS-086).
 */
#include "json/json.h"
#include "sync/quarantine.h"
#include "tap.h"

#define HOUR ((int64_t)3600 * 1000)
#define NOW  ((int64_t)1795000000000)

/* The defaults of a job (PS-083, PS-084). */
static const struct job_quarantine usual = { .failures = 5000,
	.percent = 40,
	.failures_max = 40000,
	.total = 60000 };

static const struct {
	struct quarantine_tally tally; /* done, failed, references, foreign */
	bool is_over;
	const char *text;
} rows[] = {
	/* The examples of PS-086. */
	{ { 0, 4000, 0, 0 }, false, "4,000 failures" },
	{ { 900000, 45000, 0, 0 }, true, "45,000 of many" },
	{ { 5000, 30000, 0, 0 }, true, "30,000 and 5,000 done" },
	{ { 100000, 20000, 0, 0 }, false, "20,000 and 100,000 done" },
	{ { 900000, 40000, 21000, 0 }, true, "40,000 and 21,000 references" },
	/* Each limit, and what is next to it. */
	{ { 0, 4999, 0, 0 }, false, "one less than is looked at" },
	{ { 0, 5000, 0, 0 }, true, "all of them" },
	{ { 7500, 5000, 0, 0 }, false, "two fifths" },
	{ { 7499, 5000, 0, 0 }, true, "more than two fifths" },
	{ { 900000, 40000, 0, 0 }, false, "as many as may" },
	{ { 900000, 40001, 0, 0 }, true, "one more than may" },
	{ { 0, 0, 60000, 0 }, false, "references do not count as failures" },
	{ { 900000, 4000, 56001, 0 }, true, "but in the total" },
};

static void
test_examples(void)
{
	static const struct job_quarantine none = { .failures = 1 };
	struct quarantine_tally t = { .failed = 1000000 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tap_ok(quarantine_is_over(&usual, &rows[i].tally) ==
			rows[i].is_over,
		    "%s", rows[i].text);
	tap_ok(!quarantine_is_over(&none, &t), "no limit is none");
}

static enum quarantine_change
note(struct quarantine *q, int64_t done, int64_t failed, int64_t now)
{
	struct quarantine_tally t = { .done = done, .failed = failed };

	return quarantine_note(q, &usual, OPERATION_USER_CREATE, &t, now);
}

static int64_t
until(const struct quarantine *q, int64_t now)
{
	return quarantine_until(q, OPERATION_USER_CREATE, now);
}

static void
test_rest(void)
{
	struct quarantine q = { .operations[0].since = 0 };

	tap_ok(note(&q, 0, 4999, NOW) == QUARANTINE_SAME, "not yet");
	tap_ok(until(&q, NOW) == 0, "all may");
	tap_ok(note(&q, 0, 1, NOW) == QUARANTINE_BEGAN, "now");
	tap_ok(until(&q, NOW) == NOW + HOUR, "none may for an hour");
	tap_ok(quarantine_until(&q, OPERATION_GROUP_CREATE, NOW) == 0,
	    "others may");
	tap_ok(note(&q, 1, 0, NOW + 1) == QUARANTINE_SAME &&
		until(&q, NOW + 1) == NOW + HOUR,
	    "what was under way does not end it");
	tap_ok(until(&q, NOW + HOUR) == 0, "then it is tried");
	tap_ok(note(&q, 0, 10, NOW + HOUR) == QUARANTINE_SAME, "in vain");
	tap_ok(
	    until(&q, NOW + HOUR) == NOW + 3 * HOUR, "it rests twice as long");
	tap_ok(note(&q, 1, 9, NOW + 3 * HOUR) == QUARANTINE_LIFTED,
	    "a success ends it");
	tap_ok(until(&q, NOW + 3 * HOUR) == 0, "all may");
	tap_ok(note(&q, 0, 4999, NOW + 3 * HOUR) == QUARANTINE_SAME,
	    "it is counted anew");
}

/* PS-082: what does not speak SCIM. */
static void
test_foreign(void)
{
	struct quarantine q = { .operations[0].since = 0 };
	struct quarantine_tally t = { .done = 1, .failed = 1, .foreign = 1 };

	tap_ok(quarantine_note(&q, &usual, OPERATION_USER_CREATE, &t, NOW) ==
		QUARANTINE_SAME,
	    "PS-082 one answer of a target that does others says nothing");
	t.done = 0;
	tap_ok(quarantine_note(&q, &usual, OPERATION_USER_CREATE, &t, NOW) ==
		    QUARANTINE_BEGAN &&
		until(&q, NOW) == NOW + HOUR,
	    "PS-082 one that does none rests at once");
}

static void
test_ladder(void)
{
	static const int hours[] = { 1, 2, 4, 8, 16, 24, 24 };
	struct quarantine q = { .operations[0].since = 0 };
	int64_t now = NOW;

	note(&q, 0, 5000, now);
	for (size_t i = 0; i < sizeof(hours) / sizeof(hours[0]); i++) {
		tap_ok(until(&q, now) == now + hours[i] * HOUR, "%d hours",
		    hours[i]);
		now = until(&q, now);
		note(&q, 0, 1, now);
	}
}

static void
test_window(void)
{
	struct quarantine q = { .operations[0].since = 0 };

	note(&q, 0, 4999, NOW);
	tap_ok(note(&q, 0, 4999, NOW + 24 * HOUR) == QUARANTINE_SAME,
	    "what failed a day ago is forgotten");
	tap_ok(note(&q, 0, 1, NOW + 47 * HOUR) == QUARANTINE_BEGAN,
	    "what failed within a day is not");
}

static void
test_stored(void)
{
	struct quarantine q = { .operations[0].since = 0 }, r;
	struct arena *a = arena_new();

	note(&q, 3, 5000, NOW);
	quarantine_read(quarantine_write(a, &q), &r);
	tap_ok(until(&r, NOW) == NOW + HOUR, "it is kept");
	tap_ok(r.operations[OPERATION_USER_CREATE].tally.done == 3 &&
		r.operations[OPERATION_USER_CREATE].tally.failed == 5000,
	    "with the numbers");
	quarantine_read(NULL, &r);
	tap_ok(json_len(quarantine_write(a, &r)) == 0, "nothing is nothing");
	arena_free(a);
}

int
main(void)
{
	test_examples();
	test_rest();
	test_foreign();
	test_ladder();
	test_window();
	test_stored();
	return tap_done();
}
