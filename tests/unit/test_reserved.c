/*
 * test_reserved.c: unique values that are on their way to a target.
 */
#include "json/json.h"
#include "sync/reserved.h"
#include "tap.h"

static const struct mapping_row nick = { .key = { "nickName", 8 } },
				code = { .key = { "code", 4 }, .exact = true };
static const struct uuid anna = { { 1 } }, bert = { { 2 } };
static struct arena *a;

static struct unique
unique(const struct mapping_row *row, const char *text)
{
	return (struct unique){ SLICE("User"), row,
		json_new_string(a, slice_of(text)) };
}

static bool
take(struct reserved *r, const struct mapping_row *row, const char *text,
    const struct uuid *subject)
{
	struct unique u = unique(row, text);

	return reserved_take(r, &u, subject);
}

static void
release(struct reserved *r, const struct mapping_row *row, const char *text,
    const struct uuid *subject)
{
	struct unique u = unique(row, text);

	reserved_release(r, &u, subject);
}

static void
test_take(void)
{
	struct reserved *r = reserved_open();
	struct unique group = unique(&nick, "sam");

	group.type = SLICE("Group");
	tap_ok(take(r, &nick, "sam", &anna) && take(r, &nick, "sam", &anna),
	    "PS-050 a value is for who takes it, again too");
	tap_ok(!take(r, &nick, "sam", &bert) && !take(r, &nick, "SAM", &bert),
	    "PS-050 and for nobody else, in no case");
	tap_ok(take(r, &nick, "sam2", &bert) && take(r, &code, "sam", &bert) &&
		reserved_take(r, &group, &bert),
	    "PS-050 another value is, of another attribute, and of another type");
	tap_ok(take(r, &code, "SAM", &anna),
	    "PS-061 another case is another value where case counts");
	release(r, &nick, "SAM", &anna);
	release(r, &nick, "sam2", &anna);
	tap_ok(take(r, &nick, "sam", &bert) && !take(r, &nick, "sam2", &anna),
	    "PS-050 what somebody leaves is for anybody, no more than that");
	reserved_close(r);
}

static void
test_time(void)
{
	struct reserved *r = reserved_open();

	reserved_begin(r, 1000000);
	tap_ok(take(r, &nick, "sam", &anna), "PS-050 a value of a batch");
	reserved_begin(r, 1000100);
	tap_ok(!take(r, &nick, "sam", &bert), "PS-050 the next one keeps it");
	reserved_begin(r, 1060000);
	tap_ok(!take(r, &nick, "sam", &bert), "PS-050 for a minute at least");
	reserved_begin(r, 1120000);
	tap_ok(
	    take(r, &nick, "sam", &bert), "PS-050 after two it is for anybody");
	reserved_close(r);
}

static void
test_many(void)
{
	struct reserved *r = reserved_open();
	bool is_new = true, is_kept = true;

	for (int i = 0; i < 100; i++)
		is_new =
		    is_new && take(r, &nick, arena_printf(a, "n%d", i), &anna);
	for (int i = 0; i < 100; i++)
		is_kept = is_kept &&
		    !take(r, &nick, arena_printf(a, "N%d", i), &bert);
	tap_ok(is_new && is_kept, "PS-050 a hundred values");
	reserved_close(r);
}

int
main(void)
{
	a = arena_new();
	test_take();
	test_time();
	test_many();
	arena_free(a);
	return tap_done();
}
