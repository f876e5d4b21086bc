/*
 * expression_test.c: does an expression give what its tests want?
 */
#include "json/json.h"
#include "sync/date.h"
#include "sync/expression_test.h"

/* The world of one test. */
static int
set_clock(const struct json_object *test, struct expression_world *world,
    struct error *err)
{
	struct json_object *now = json_attr(test, SLICE("now"));
	int64_t ticks;

	if (now == NULL)
		return 0;
	if (date_parse(json_string(now), &ticks) == -1)
		return error_set(err, ERR_INVALID_VALUE, "\"now\" is no date");
	world->now_ms = ticks / (DATE_SECOND / 1000);
	return 0;
}

static bool
is_wanted(
    struct arena *a, const struct json_object *want, const struct datum *got)
{
	if (json_kind(want) == JSON_STRING && got->kind != DATUM_LIST &&
	    got->kind != DATUM_NULL)
		return slice_equal(json_string(want), datum_print(a, got));
	return json_equal(want, datum_to_json(a, got));
}

static struct slice
shown(struct arena *a, const struct datum *got)
{
	return got->redacted ? datum_shown(a, got)
			     : json_text(a, datum_to_json(a, got));
}

/* What has "fails" wants no value but an error. */
static int
run(struct arena *a, const struct expression *e, const struct json_object *test,
    const struct expression_world *world, struct error *err)
{
	struct json_object *want = json_attr(test, SLICE("want"));
	bool fails = json_boolean(json_attr(test, SLICE("fails")));
	struct datum got;
	struct error inner;

	if (expression_evaluate(a, e, json_attr(test, SLICE("person")), world,
		&got, &inner) == -1)
		return fails
		    ? 0
		    : error_set(err, ERR_INVALID_VALUE, "%s", inner.detail);
	if (fails)
		return error_set(err, ERR_INVALID_VALUE,
		    "an error wanted, got %.*s", SLICE_ARG(shown(a, &got)));
	if (is_wanted(a, want, &got))
		return 0;
	return error_set(err, ERR_INVALID_VALUE, "%.*s wanted, got %.*s",
	    SLICE_ARG(json_text(a, want)), SLICE_ARG(shown(a, &got)));
}

int
expression_test(struct arena *a, const struct expression *e,
    const struct json_object *tests, const struct expression_world *world,
    struct error *err)
{
	size_t n = json_len(tests);

	if ((tests != NULL && json_kind(tests) != JSON_ARRAY) ||
	    n > EXPRESSION_TESTS_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "an array of at most %d tests expected",
		    EXPRESSION_TESTS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct expression_world there = *world;

		if (set_clock(json_at(tests, i), &there, err) == -1 ||
		    run(a, e, json_at(tests, i), &there, err) == -1)
			return error_prefix(err, "test %zu: ", i + 1);
	}
	return 0;
}
