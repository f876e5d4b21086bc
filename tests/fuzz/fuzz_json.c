/*
 * fuzz_json.c: whatever the checker passes, json-c parses; what is printed
 * passes the checker and means the same; numbers have one order; the walk
 * sees what the tree holds, and stays inside the text even when it is not
 * JSON.
 */
#include <stdint.h>

#include "base/arena.h"
#include "json/check.h"
#include "json/decimal.h"
#include "json/json.h"
#include "json/walk.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static size_t
walk_members(struct arena *a, struct slice text,
    size_t (*visit)(struct arena *, struct slice))
{
	struct walk w = walk_enter(text);
	struct slice name, value;
	size_t n = 0;

	while (walk_member(&w, &name, &value))
		n += 1 + visit(a, value);
	return n;
}

/* Walk through everything; returns the values inside TEXT. */
static size_t
walk_all(struct arena *a, struct slice text)
{
	struct walk w;
	struct slice value;
	size_t n = 0;

	walk_string(a, text);
	if (walk_kind(text) == JSON_OBJECT)
		return walk_members(a, text, walk_all);
	w = walk_enter(text);
	while (walk_element(&w, &value))
		n += 1 + walk_all(a, value);
	return n;
}

static size_t
count_all(const struct json_object *v)
{
	struct json_member m = json_first(v);
	size_t n = json_len(v);

	for (size_t i = 0; json_kind(v) == JSON_ARRAY && i < json_len(v); i++)
		n += count_all(json_at(v, i));
	for (; m.entry != NULL; json_next(&m))
		n += count_all(m.value);
	return n;
}

static struct slice
printed_number(struct arena *a, struct slice number)
{
	struct slice text;
	struct buf b;

	buf_init(&b, 2 * JSON_NUMBER_MAX);
	decimal_print(&b, number);
	require(!buf_overflowed(&b));
	text = arena_slice(a, buf_text(&b));
	buf_fini(&b);
	return text;
}

/* Two numbers are equal when they print alike, and only then. */
static void
compare_numbers(struct arena *a, struct slice x, struct slice y)
{
	int order = decimal_compare(x, y);
	bool alike = slice_equal(printed_number(a, x), printed_number(a, y));

	require((order == 0) == alike);
	require(decimal_compare(y, x) == -order && decimal_compare(x, x) == 0);
}

/* Neighbours in a list of numbers. */
static void
try_numbers(struct arena *a, struct slice text)
{
	struct walk w = walk_enter(text);
	struct slice before = SLICE("0"), number;

	while (walk_kind(text) == JSON_ARRAY && walk_element(&w, &number)) {
		if (number.data[0] != '-' &&
		    (number.data[0] < '0' || number.data[0] > '9'))
			continue;
		compare_numbers(a, before, number);
		before = number;
	}
}

static void
round_trip(struct arena *a, struct slice text)
{
	struct json_object *v, *again;
	struct error err;
	struct slice printed;

	require(json_parse(a, text, &v, &err) == 0);
	printed = json_text(a, v);
	require(json_check(printed, &err) == 0);
	require(json_parse(a, printed, &again, &err) == 0);
	require(json_equal(v, again) && json_equal(v, json_copy(a, v)));
	require(slice_equal(printed, json_text(a, again)));
	require(walk_all(a, printed) == count_all(v));
	try_numbers(a, printed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();
	struct error err;

	if (json_check(text, &err) == 0)
		round_trip(a, text);
	else if (size < 1000) /* broken brackets may nest this deep */
		walk_all(a, text);
	arena_free(a);
	return 0;
}
