/*
 * test_json.c: the checker, the tree and the walk, on the same texts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tap.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/nelem.h"
#include "json/check.h"
#include "json/decimal.h"
#include "json/diff.h"
#include "json/json.h"
#include "json/merge.h"
#include "json/pretty.h"
#include "json/walk.h"

/* A text, and what is printed for it: NULL when it is not JSON. */
struct row {
	struct slice text;
	const char *printed;
};

#define ROW(text, printed)                              \
	{                                               \
		{ (text), sizeof(text) - 1 }, (printed) \
	}
#define SAME(text) ROW(text, text)
#define BAD(text)  ROW(text, NULL)

/* clang-format off */
static const struct row rows[] = {
	/* Values. */
	SAME("null"), SAME("true"), SAME("false"),
	SAME("\"\""), SAME("[]"), SAME("{}"),
	ROW(" \t\r\n[ 1 , 2 ]\r\n", "[1,2]"),
	ROW("{ \"a\" : { \"b\" : [ null , true ] } } ",
	    "{\"a\":{\"b\":[null,true]}}"),
	SAME("[[],{},[[]],\"[\",\"}\"]"),
	BAD(""), BAD(" "), BAD("nul"), BAD("nulL"), BAD("True"), BAD("None"),
	BAD("null null"), BAD("{}{}"), BAD("[1]x"), BAD("undefined"),

	/* Numbers; a decimal stays as it came in. */
	SAME("0"), SAME("-1"), SAME("120"), SAME("1.0"), SAME("-0.50"),
	SAME("1e5"), SAME("1E+05"), SAME("12.5e-3"), SAME("0e0"), SAME("-0.0"),
	ROW("-0", "0"),
	SAME("9223372036854775807"), SAME("-9223372036854775808"),
	SAME("1.7976931348623157e308"), SAME("1e-400"),
	SAME("0.1000000000000000055511151231257827021181583404541015625"),
	BAD("01"), BAD("-01"), BAD("+1"), BAD("1."), BAD(".5"), BAD("-"),
	BAD("1e"), BAD("1e+"), BAD("--1"), BAD("0x10"), BAD("1.2.3"),
	BAD("1 2"), BAD("00"), BAD("1_000"),

	/* Strings. */
	SAME("\"a b\""), SAME("\"\\\"\\\\\\b\\f\\n\\r\\t\""),
	ROW("\"\\/\\u002f\"", "\"//\""), SAME("\"/\""),
	ROW("\"\\u0041\\u00e9\\u20AC\"", "\"A\xc3\xa9\xe2\x82\xac\""),
	ROW("\"\\ud83d\\uDE00\"", "\"\xf0\x9f\x98\x80\""),
	ROW("\"\\uD800\\uDC00\\uDBFF\\uDFFF\"",
	    "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""),
	SAME("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""), SAME("\"\x7f\""),
	SAME("\"\\u0001\\u001f\""), SAME("\"\xed\x9f\xbf\xee\x80\x80\""),
	SAME("\"\xef\xbf\xbf\""),
	BAD("\""), BAD("\"a"), BAD("\"\\\""), BAD("\"\\x41\""), BAD("\"\\"),
	BAD("\"\\u12\""), BAD("\"\\u123g\""), BAD("\"\\U0041\""),
	BAD("\"\t\""), BAD("\"\n\""), BAD("\"\x1f\""), BAD("abc"),
	BAD("\"\x80\""), BAD("\"\xc3\""), BAD("\"\xc0\xaf\""),
	BAD("\"\xc1\xbf\""), BAD("\"\xe0\x9f\xbf\""), BAD("\"\xe2\x82\""),
	BAD("\"\xf0\x8f\xbf\xbf\""), BAD("\"\xf4\x90\x80\x80\""),
	BAD("\"\xf5\x80\x80\x80\""), BAD("\"\xff\""), BAD("\"\xc3"),
	BAD("\"\xf0\x9f\x98\""), BAD("\"\xe2\x28\xa1\""),
	BAD("\"\\ud800\\\""), BAD("\"\\ud800\\u\""),

	/* Arrays and objects. */
	BAD("["), BAD("]"), BAD("[1"), BAD("[1,"), BAD("[1,]"), BAD("[,1]"),
	BAD("[1 2]"), BAD("[1}"), BAD("{"), BAD("}"), BAD("{\"a\"}"),
	BAD("{\"a\":}"), BAD("{\"a\":1,}"), BAD("{,}"), BAD("{\"a\" 1}"),
	BAD("{a:1}"), BAD("{1:1}"), BAD("{\"a\":1"), BAD("{\"a\":1]"),
	BAD("{null:1}"), BAD("{\"a\":1 \"b\":2}"), BAD("[1:2]"),
	SAME("{\"\":1}"), SAME("{\"a\\nb\":1}"), SAME("{\"\xc3\xa9\":1}"),
	SAME("{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}},\"b\":{\"a\":1}}"),

	/* What json-c 0.16 takes although it is told to be strict. */
	BAD("{'a':1}"), BAD("'a'"), BAD("[\"a\",'b']"),
	BAD("NaN"), BAD("[NaN]"), BAD("Infinity"), BAD("-Infinity"),
	BAD("[-Infinity]"), BAD("nan"), BAD("NULL"), BAD("TRUE"),
	BAD("1e400"), BAD("[-1e400]"), BAD("123456789e310"),
	SAME("9223372036854775808"), SAME("-9223372036854775809"),
	SAME("18446744073709551615"),
	SAME("{\"a\\\"1\":[99999999999999999999,-12345678901234567890]}"),
	ROW("[10000000000000000000 ,\"10000000000000000000\", 7]",
	    "[10000000000000000000,\"10000000000000000000\",7]"),
	BAD("\"\\ud800\""), BAD("\"\\udc00\""), BAD("\"\\ud800x\""),
	BAD("\"\\ud800\\u0041\""), BAD("\"\\ud800\\ud800\""),
	BAD("\"\xed\xa0\x80\""), BAD("\"\xed\xbf\xbf\""),
	BAD("\"\\u0000\""), BAD("{\"a\\u0000b\":1}"), BAD("\"a\0b\""),
	BAD("{}\0"), BAD("\0{}"), BAD("[1,\0 2]"),
	BAD("/* a */ 1"), BAD("// a\n1"), BAD("[1] // a"),
	BAD("[1]\x0b"), BAD("\x0c[1]"), BAD("\xc2\xa0[1]"), BAD("[1]\x1a"),
	BAD("\xef\xbb\xbf[1]"),

	/* CORE-03: a name twice, in any case, however it is written. */
	BAD("{\"a\":1,\"b\":2,\"a\":3}"), BAD("{\"a\":null,\"A\":1}"),
	BAD("{\"userName\":\"a\",\"USERNAME\":\"b\"}"),
	BAD("{\"ab\":1,\"\\u0061\\u0042\":1}"), BAD("{\"\":1,\"\":2}"),
	BAD("[{\"x\":[{\"a\":1,\"a\":1}]}]"), BAD("{\"a\":{\"b\":1},\"a\":2}"),
	BAD("{\"\xc3\xa9\":1,\"\\u00e9\":1}"),
	SAME("{\"\xc3\xa9\":1,\"\xc3\x89\":1}"), SAME("{\"a\":1,\"ab\":1,\"_\":1}"),
};
/* clang-format on */

static bool same(struct arena *, struct slice, const struct json_object *);

static bool
same_array(struct arena *a, struct slice text, const struct json_object *v)
{
	struct walk w = walk_enter(text);
	struct slice element;
	size_t n = 0;

	for (; walk_element(&w, &element); n++)
		if (!same(a, element, json_at(v, n)))
			return false;
	return n == json_len(v);
}

static bool
same_object(struct arena *a, struct slice text, const struct json_object *v)
{
	struct json_member m = json_first(v);
	struct walk w = walk_enter(text);
	struct slice name, value, found;

	for (; walk_member(&w, &name, &value); json_next(&m)) {
		struct slice quoted = { name.data - 1, name.len + 2 };

		if (m.entry == NULL ||
		    !slice_equal(walk_string(a, quoted), m.name) ||
		    !same(a, value, m.value) ||
		    !walk_find(text, name, &found) ||
		    !slice_equal(value, found))
			return false;
	}
	return m.entry == NULL && !walk_find(text, SLICE("none"), &found);
}

/* Does the walk through TEXT see what the tree V holds? */
static bool
same(struct arena *a, struct slice text, const struct json_object *v)
{
	if (walk_kind(text) != json_kind(v))
		return false;
	switch (json_kind(v)) {
	case JSON_STRING:
		return slice_equal(walk_string(a, text), json_string(v));
	case JSON_ARRAY:
		return same_array(a, text, v);
	case JSON_OBJECT:
		return same_object(a, text, v);
	default:
		return slice_equal(text, json_text(a, v));
	}
}

/* One object inside of another N times, and one value in the middle. */
static struct slice
nested(struct arena *a, int n)
{
	struct buf b;
	struct slice text;

	buf_init(&b, 10000);
	for (int i = 0; i < n; i++)
		buf_puts(&b, i % 2 == 0 ? "[" : "{\"a\":");
	buf_puts(&b, "1");
	for (int i = n - 1; i >= 0; i--)
		buf_putc(&b, i % 2 == 0 ? ']' : '}');
	text = arena_slice(a, buf_text(&b));
	buf_fini(&b);
	return text;
}

static struct json_object *
parse(struct arena *a, const char *text)
{
	struct json_object *v = NULL;
	struct error err;

	if (json_parse(a, slice_of(text), &v, &err) == -1)
		tap_ok(false, "%s: %s", text, err.detail);
	return v;
}

static bool
is_text(struct arena *a, const struct json_object *v, const char *text)
{
	return slice_equal(json_text(a, v), slice_of(text));
}

static void
test_good(struct arena *a, const struct row *row)
{
	struct json_object *v = NULL;
	struct error err = { 0 };
	struct slice printed;

	if (json_parse(a, row->text, &v, &err) == -1) {
		tap_ok(false, "%s: %s", row->text.data, err.detail);
		return;
	}
	printed = json_text(a, v);
	tap_ok(slice_equal(printed, slice_of(row->printed)), "%s prints as %s",
	    row->text.data, printed.data);
	tap_ok(same(a, printed, v), "walk of %s", printed.data);
	tap_ok(json_equal(v, json_copy(a, v)), "copy of %s", printed.data);
	tap_ok(is_text(a, json_copy(a, v), printed.data), "text of that copy");
}

static void
test_bad(struct arena *a, const struct row *row)
{
	struct json_object *v = NULL;
	struct error err = { 0 };

	tap_ok(json_check(row->text, &err) == -1 &&
		err.code == ERR_INVALID_SYNTAX &&
		strncmp(err.detail, "JSON", 4) == 0,
	    "refused: %s", err.detail);
	tap_ok(json_parse(a, row->text, &v, &err) == -1 && v == NULL,
	    "not parsed");
}

static void
test_rows(struct arena *a)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		if (rows[i].printed == NULL)
			test_bad(a, &rows[i]);
		else
			test_good(a, &rows[i]);
	}
}

/* The text may end anywhere: no NUL, and nothing read behind it. */
static void
test_prefixes(struct arena *a)
{
	struct slice whole =
	    SLICE("{\"a\":[true,-1.5e3,\"\\ud83d\\ude00\xc3\xa9\"]}");
	struct error err;

	for (size_t len = 0; len < whole.len; len++) {
		struct slice cut = { arena_strndup(a, whole.data, len), len };

		tap_ok(json_check(cut, &err) == -1, "%s", cut.data);
	}
}

static void
test_positions(void)
{
	static const struct {
		const char *text, *detail;
	} positions[] = {
		{ "x", "JSON, line 1 column 1: a value was expected" },
		{ "[1,\n 2,\n  x]",
		    "JSON, line 3 column 3: a value was expected" },
		{ "[\"\xc3\xa9\",x]",
		    "JSON, line 1 column 6: a value was expected" },
		{ "[\"ab", "JSON, line 1 column 2: this string has no end" },
		{ "{\"a\" 1}", "JSON, line 1 column 6: ':' was expected" },
		{ "[1] 2",
		    "JSON, line 1 column 5: text after the end of the value" },
		{ "[\n'a']", "JSON, line 2 column 1: a value was expected" },
		{ "{\"a\":1,\"b\":2,\n\"A\":3}",
		    "JSON, line 2 column 1: this name stands twice in its "
		    "object" },
	};
	struct error err;

	for (size_t i = 0; i < NELEM(positions); i++)
		tap_ok(json_check(slice_of(positions[i].text), &err) == -1 &&
			strcmp(err.detail, positions[i].detail) == 0,
		    "%s", err.detail);
}

static void
test_limits(struct arena *a)
{
	struct slice deepest = nested(a, JSON_DEPTH_MAX);
	struct slice digits = { arena_printf(a, "0.%0400d", 1), 402 };
	struct json_object *v = NULL;
	struct error err;

	tap_ok(json_parse(a, deepest, &v, &err) == 0 && same(a, deepest, v),
	    "%d deep", JSON_DEPTH_MAX);
	tap_ok(json_check(nested(a, JSON_DEPTH_MAX + 1), &err) == -1,
	    "one deeper: %s", err.detail);
	tap_ok(json_check(nested(a, 4000), &err) == -1, "4000 deep");
	tap_ok(json_check(digits, &err) == -1, "400 digits: %s", err.detail);
	digits.len = 300;
	tap_ok(json_check(digits, &err) == 0, "300 digits");
	tap_ok(json_parse(
		   a, (struct slice){ "1", (size_t)1 << 31 }, &v, &err) == -1 &&
		err.code == ERR_INVALID_SYNTAX,
	    "2 GiB: %s", err.detail);
}

/* A stored text that is cut off anywhere is refused, and read no further. */
static void
test_cut_off(struct arena *a)
{
	struct slice whole = SLICE(
	    "{\"a\":[1,-2.5e3,{\"b\":\"\\u00e9\\n\"}],\"c\":{},\"d\":null}");
	struct json_object *v;
	struct error err;
	size_t refused = 0;

	for (size_t len = 0; len < whole.len; len++) {
		char *end = malloc(len + 1);

		memcpy(end, whole.data, len);
		refused +=
		    json_load(a, (struct slice){ end, len }, &v, &err) == -1 &&
		    v == NULL;
		free(end);
	}
	tap_ok(refused == whole.len, "%zu of %zu lengths are refused", refused,
	    whole.len);
	tap_ok(json_load(a, nested(a, JSON_DEPTH_MAX + 1), &v, &err) == -1,
	    "and what is too deep");
	tap_ok(json_load(a, whole, &v, &err) == 0 &&
		slice_equal(json_text(a, v),
		    SLICE("{\"a\":[1,-2.5e3,{\"b\":\"\xc3\xa9\\n\"}],"
			  "\"c\":{},\"d\":null}")),
	    "the whole is not");
}

/* An object of N names; LAST is the last one. */
static struct slice
many_names(struct arena *a, int n, const char *last)
{
	struct buf b;
	struct slice text;

	buf_init(&b, (size_t)n * 32 + 100);
	buf_putc(&b, '{');
	for (int i = 0; i < n; i++)
		buf_printf(&b, "\"name%d\":1,", i);
	buf_printf(&b, "\"%s\":1}", last);
	text = arena_slice(a, buf_text(&b));
	buf_fini(&b);
	return text;
}

/* The names of a large object are compared in less than quadratic time. */
static void
test_many_names(struct arena *a)
{
	struct slice good = many_names(a, 100000, "other");
	struct slice bad = many_names(a, 100000, "NAME70000");
	clock_t start = clock(); /* of this process: others may be busy */
	struct error err;
	long ms;

	tap_ok(json_check(good, &err) == 0, "CORE-03 100000 names");
	tap_ok(json_check(bad, &err) == -1, "CORE-03 one of them twice: %s",
	    err.detail);
	ms = (long)((clock() - start) / (CLOCKS_PER_SEC / 1000));
	tap_ok(ms < 3000, "CORE-03 in less than quadratic time: %ld ms", ms);
}

/* Every getter on a value of every kind: nothing is converted. */
static void
test_kinds(struct arena *a)
{
	static const struct {
		const char *text;
		enum json_kind kind;
		int64_t integer;
		double decimal;
	} kinds[] = {
		{ "null", JSON_NULL, 0, 0 },
		{ "true", JSON_BOOLEAN, 0, 0 },
		{ "7", JSON_INTEGER, 7, 7 },
		{ "2.5", JSON_DECIMAL, 0, 2.5 },
		{ "\"12\"", JSON_STRING, 0, 0 },
		{ "[1]", JSON_ARRAY, 0, 0 },
		{ "{\"a\":1}", JSON_OBJECT, 0, 0 },
	};

	for (size_t i = 0; i < NELEM(kinds); i++) {
		struct json_object *v = parse(a, kinds[i].text);
		enum json_kind kind = kinds[i].kind;
		bool is_array = kind == JSON_ARRAY,
		     is_object = kind == JSON_OBJECT;

		tap_ok(json_kind(v) == kind, "%s", json_kind_name(kind));
		tap_ok(json_boolean(v) == (kind == JSON_BOOLEAN), "boolean");
		tap_ok(json_integer(v) == kinds[i].integer, "integer");
		tap_ok(json_decimal(v) == kinds[i].decimal, "decimal");
		tap_ok(json_string(v).len == (kind == JSON_STRING ? 2 : 0),
		    "string");
		tap_ok(json_len(v) == (is_array || is_object), "length");
		tap_ok((json_at(v, 0) != NULL) == is_array, "element");
		tap_ok(json_at(v, 1) == NULL, "past the end");
		tap_ok((json_first(v).entry != NULL) == is_object, "member");
		tap_ok((json_get(v, "a") != NULL) == is_object, "get");
		if (is_array || is_object)
			continue;
		json_delete(v, SLICE("a"));
		json_delete_at(v, 0);
	}
}

static void
test_names(struct arena *a)
{
	struct json_object *v = parse(a, "{\"userName\":1,\"USERNAME2\":null}");

	tap_ok(json_get(v, "userName") != NULL, "exact name");
	tap_ok(json_get(v, "username") == NULL, "other case is another name");
	tap_ok(json_integer(json_attr(v, SLICE("uSERnAME"))) == 1,
	    "ignoring case");
	tap_ok(json_attr(v, SLICE("userNam")) == NULL, "a prefix is no name");
	tap_ok(json_has(v, SLICE("username2")), "null is there");
	tap_ok(!json_has(v, SLICE("username3")), "absent is not");
}

static void
test_changes(struct arena *a)
{
	struct json_object *o = json_new_object(a), *list = json_new_array(a);
	struct json_object *s = json_new_string(a, SLICE("x\"/\n"));
	char name[200];

	memset(name, 'n', sizeof(name));
	json_set(o, SLICE("s"), s);
	json_set(o, SLICE("t"), s);
	json_set(o, SLICE("s"), json_new_boolean(a, true));
	json_set(o, (struct slice){ "zero cut here", 4 }, NULL);
	tap_ok(is_text(a, o, "{\"s\":true,\"t\":\"x\\\"/\\n\",\"zero\":null}"),
	    "set, set again, set null: %s", json_text(a, o).data);
	json_delete(o, SLICE("s"));
	json_delete(o, SLICE("zero"));
	json_delete(o, SLICE("none"));
	tap_ok(is_text(a, o, "{\"t\":\"x\\\"/\\n\"}"), "delete");
	json_set(o, (struct slice){ name, sizeof(name) }, s);
	tap_ok(json_has(o, (struct slice){ name, sizeof(name) }), "long name");
	json_delete(o, (struct slice){ name, sizeof(name) });
	json_append(list, json_new_integer(a, 1));
	json_append(list, NULL);
	json_append(list, s);
	json_append(list, o);
	tap_ok(is_text(a, list, "[1,null,\"x\\\"/\\n\",{\"t\":\"x\\\"/\\n\"}]"),
	    "append: %s", json_text(a, list).data);
	json_put_at(list, 1, json_at(list, 0));
	json_delete_at(list, 0);
	json_delete_at(list, 1);
	tap_ok(is_text(a, list, "[1,{\"t\":\"x\\\"/\\n\"}]"),
	    "put and delete: %s", json_text(a, list).data);
	tap_ok(slice_equal(json_string(s), SLICE("x\"/\n")), "outlives both");
}

static void
test_copy(struct arena *a)
{
	struct json_object *v = parse(a, "{\"a\":[1,{\"b\":1.50}]}");
	struct json_object *copy = json_copy(a, v);

	json_set(json_at(json_get(copy, "a"), 1), SLICE("b"), NULL);
	tap_ok(is_text(a, v, "{\"a\":[1,{\"b\":1.50}]}"), "original untouched");
	tap_ok(is_text(a, copy, "{\"a\":[1,{\"b\":null}]}"), "copy changed");
	tap_ok(json_copy(a, NULL) == NULL, "copy of null");
}

static void
test_equal(struct arena *a)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} pairs[] = {
		{ "null", "null", true },
		{ "null", "false", false },
		{ "true", "true", true },
		{ "true", "false", false },
		{ "1", "1.0", true },
		{ "1e2", "100", true },
		{ "1", "1.5", false },
		{ "0.50", "5e-1", true },
		{ "1", "\"1\"", false },
		{ "1", "true", false },
		{ "9007199254740993", "9007199254740992.0", false },
		{ "0.1", "0.1000000000000000055511151231257827", false },
		{ "9223372036854775807", "9223372036854775808.0", false },
		{ "-9223372036854775808", "-9223372036854775808.0", true },
		{ "\"a\"", "\"a\"", true },
		{ "\"a\"", "\"A\"", false },
		{ "\"a\"", "\"ab\"", false },
		{ "\"\\u0041\"", "\"A\"", true },
		{ "[]", "{}", false },
		{ "[1,2]", "[1,2]", true },
		{ "[1,2]", "[2,1]", false },
		{ "[1]", "[1,1]", false },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true },
		{ "{\"a\":1}", "{\"A\":1}", false },
		{ "{\"a\":1}", "{\"a\":2}", false },
		{ "{\"a\":null}", "{\"b\":null}", false },
		{ "{\"a\":null}", "{}", false },
	};

	for (size_t i = 0; i < NELEM(pairs); i++) {
		struct json_object *x = parse(a, pairs[i].a);
		struct json_object *y = parse(a, pairs[i].b);

		tap_ok(json_equal(x, y) == pairs[i].equal &&
			json_equal(y, x) == pairs[i].equal,
		    "%s %s %s", pairs[i].a, pairs[i].equal ? "is" : "is not",
		    pairs[i].b);
	}
}

/* Numbers by value, not by what a double makes of them (TYPE-03, 04). */
static void
test_decimals(void)
{
	static const struct {
		const char *x, *y;
		int order;
	} pairs[] = {
		{ "1", "1.0", 0 },
		{ "1", "10e-1", 0 },
		{ "0.00120", "12E-4", 0 },
		{ "0", "-0.0", 0 },
		{ "0e5", "0.000", 0 },
		{ "-1", "1", -1 },
		{ "0", "-1", 1 },
		{ "0", "0.001", -1 },
		{ "-2", "-1", -1 },
		{ "9", "10", -1 },
		{ "99", "100.5", -1 },
		{ "1.1", "1.10000000000000000000000001", -1 },
		{ "0.1", "0.1000000000000000055511151231257827", -1 },
		{ "9007199254740993", "9007199254740992", 1 },
		{ "9007199254740993", "9007199254740993.0", 0 },
		{ "9223372036854775807", "9223372036854775808.5", -1 },
		{ "1e-400", "1e-500", 1 },
		{ "1e-99999999999999999999", "0", 1 },
	};
	struct buf x, y;

	for (size_t i = 0; i < NELEM(pairs); i++) {
		struct slice a = slice_of(pairs[i].x), b = slice_of(pairs[i].y);
		int one = decimal_compare(a, b), other = decimal_compare(b, a);

		buf_init(&x, 1000);
		buf_init(&y, 1000);
		decimal_print(&x, a);
		decimal_print(&y, b);
		tap_ok((one > 0) - (one < 0) == pairs[i].order &&
			(other > 0) - (other < 0) == -pairs[i].order &&
			slice_equal(buf_text(&x), buf_text(&y)) ==
			    (pairs[i].order == 0),
		    "order of %s and %s: %d", pairs[i].x, pairs[i].y, one);
		buf_fini(&x);
		buf_fini(&y);
	}
}

/* A string of LEN bytes, a quote among them before byte AT if that is one. */
static bool
is_cut(struct arena *a, size_t len, size_t at)
{
	static const char fill[] = "!#$\x01\xa2\xff[]{},:";
	struct slice string, name, value;
	struct walk w;
	struct buf b;

	buf_init(&b, 1000);
	buf_puts(&b, "{\"name\":\"");
	for (size_t i = 0; i < len; i++)
		if (i == at)
			buf_puts(&b, "\\\"");
		else
			buf_putc(&b, fill[i % (sizeof(fill) - 1)]);
	buf_putc(&b, '"');
	string = slice_from(buf_text(&b), strlen("{\"name\":"));
	string = arena_slice(a, string);
	buf_puts(&b, ",\"b\":1}");
	w = walk_enter(arena_slice(a, buf_text(&b)));
	buf_fini(&b);
	return !walk_named(&w, SLICE("\"nam\":"), &value) &&
	    walk_named(&w, SLICE("\"name\":"), &value) &&
	    slice_equal(value, string) && walk_member(&w, &name, &value) &&
	    slice_equal(name, SLICE("b")) && slice_equal(value, SLICE("1")) &&
	    !walk_named(&w, SLICE("\"b\":"), &value);
}

/* Quotes are looked for in words of eight bytes, then beyond those. */
static void
test_walk_strings(struct arena *a)
{
	size_t n = 0, cut = 0;

	for (size_t len = 0; len < 50; len++)
		for (size_t at = 0; at <= len; at++, n++)
			cut += is_cut(a, len, at);
	tap_ok(cut == n, "%zu of %zu strings are cut where they end", cut, n);
}

/* The walk meets only checked texts, but must not read past any text. */
static void
test_walk_broken(struct arena *a)
{
	static const char *const broken[] = {
		"{",
		"{\"",
		"{\"a",
		"{\"a\"",
		"{\"a\":",
		"{\"a\":\"",
		"{\"a\":[",
		"[",
		"[[",
		"[\"\\",
		"[\"a\\",
		"{]",
		"[}",
		"]",
		"[,",
		"{1:2}",
	};
	struct slice name, value;

	for (size_t i = 0; i < NELEM(broken); i++) {
		struct slice text = slice_of(broken[i]);
		struct walk w = walk_enter(text);
		int n = 0;

		while (walk_member(&w, &name, &value))
			n++;
		w = walk_enter(text);
		while (walk_element(&w, &value)) {
			walk_string(a, value);
			n++;
		}
		tap_ok(n < 5, "%s ends", broken[i]);
	}
	tap_ok(walk_string(a, SLICE("\"\\u12\"")).len > 0, "short escape");
	tap_ok(walk_string(a, SLICE("\"\\ud83d\"")).len == 3, "half a pair");
	tap_ok(walk_string(a, SLICE("12")).len == 0, "not a string");
	tap_ok(!walk_find(SLICE("[\"a\",1]"), SLICE("a"), &value),
	    "no member in an array");
	tap_ok(!walk_find(SLICE("{\"b\":{\"a\":1}}"), SLICE("a"), &value),
	    "no member of a member");
}

/* clang-format off */
/* RFC 7396 appendix A: original, patch, result. */
static const char *const merges[][3] = {
	{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
	{ "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
	{ "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
	{ "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
	{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
	{ "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
	{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
	{ "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
	{ "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
	{ "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
	{ "{\"a\":\"foo\"}", "null", "null" },
	{ "{\"a\":\"foo\"}", "\"bar\"", "\"bar\"" },
	{ "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
	{ "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
	{ "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
};

/* Before, after, what differs: path, then - and what was, + and what is. */
static const char *const diffs[][3] = {
	{ "{}", "{}", "" },
	{ "1", "1.0", "" },
	{ "1", "2", " -1 +2" },
	{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "" },
	{ "{\"a\":1}", "{\"a\":\"1\"}", "a -1 +\"1\"" },
	{ "{\"a\":1}", "{\"b\":1}", "a -1;b +1" },
	{ "{\"a\":null}", "{}", "a -null" },
	{ "{}", "{\"a\":null}", "a +null" },
	{ "{\"a\":null}", "{\"a\":null}", "" },
	{ "{\"a\":null}", "{\"A\":null}", "a -null;A +null" },
	{ "{\"a\":{\"b\":{\"c\":[1,2]}}}", "{\"a\":{\"b\":{\"c\":[1,3]}}}", "a.b.c[1] -2 +3" },
	{ "[1,2,3]", "[0,1,2,3]", "[0] +0" },
	{ "[1,2,3]", "[1,3]", "[1] -2" },
	{ "[1,2,3]", "[1,2,3,4]", "[3] +4" },
	{ "[1,1]", "[1]", "[1] -1" },
	{ "[{\"a\":1},{\"b\":1}]", "[{\"a\":2},{\"b\":1}]", "[0].a -1 +2" },
	{ "{\"a\":[]}", "{\"a\":{}}", "a -[] +{}" },
};

static const char *const pretties[][2] = {
	{ "null", "null" },
	{ "{}", "{}" },
	{ "[1,2]", "[1, 2]" },
	{ "{\"a\":1,\"b\":\"x\"}", "{\"a\": 1, \"b\": \"x\"}" },
	{ "{\"a\":{}}", "{\n  \"a\": {}\n}" },
	{ "{\"a\":[1,{\"b\":2}],\"c\":3}", "{\n  \"a\": [\n    1,\n    {\"b\": 2}\n  ],\n  \"c\": 3\n}" },
};
/* clang-format on */

static struct json_object *
tree_of(struct arena *a, const char *text)
{
	struct json_object *v = NULL;
	struct error err;

	json_parse(a, slice_of(text), &v, &err);
	return v;
}

static bool
is_said(struct slice got, const char *want)
{
	if (slice_equal(got, slice_of(want)))
		return true;
	printf("# got %.*s, want %s\n", SLICE_ARG(got), want);
	return false;
}

static void
test_merges(struct arena *a)
{
	for (size_t i = 0; i < NELEM(merges); i++) {
		struct json_object *target = tree_of(a, merges[i][0]),
				   *merged = json_merge(
				       a, target, tree_of(a, merges[i][1]));

		tap_ok(is_said(json_text(a, merged), merges[i][2]) &&
			is_said(json_text(a, target), merges[i][0]),
		    "RFC 7396 %s with %s", merges[i][0], merges[i][1]);
	}
}

static void
print_side(
    struct buf *b, const struct json_object *one, const char *name, char sign)
{
	if (!json_has(one, slice_of(name)))
		return;
	buf_putc(b, ' ');
	buf_putc(b, sign);
	json_print(b, json_get(one, name));
}

static void
test_diffs(struct arena *a)
{
	for (size_t i = 0; i < NELEM(diffs); i++) {
		const struct json_object *list = json_diff(
		    a, tree_of(a, diffs[i][0]), tree_of(a, diffs[i][1]));
		struct buf b;

		buf_init(&b, 1000);
		for (size_t n = 0; n < json_len(list); n++) {
			const struct json_object *one = json_at(list, n);

			buf_puts(&b, n > 0 ? ";" : "");
			buf_slice(&b, json_string(json_get(one, "path")));
			print_side(&b, one, "before", '-');
			print_side(&b, one, "after", '+');
		}
		tap_ok(is_said(buf_text(&b), diffs[i][2]), "%s and %s",
		    diffs[i][0], diffs[i][1]);
		buf_fini(&b);
	}
}

static void
test_pretty(struct arena *a)
{
	for (size_t i = 0; i < NELEM(pretties); i++) {
		struct buf b;

		buf_init(&b, 1000);
		json_pretty(&b, tree_of(a, pretties[i][0]));
		tap_ok(is_said(buf_text(&b), pretties[i][1]), "for people: %s",
		    pretties[i][0]);
		buf_fini(&b);
	}
}

/* What is printed for people is the same value, whatever its size. */
static void
test_pretty_long(struct arena *a)
{
	struct json_object *v = json_new_object(a), *list = json_new_array(a);
	struct buf b;

	for (int i = 0; i < 100; i++)
		json_append(list, json_new_integer(a, i));
	json_set(v, SLICE("list"), list);
	buf_init(&b, 10000);
	json_pretty(&b, v);
	buf_putc(&b, '\0');
	tap_ok(json_equal(v, tree_of(a, b.data)) &&
		strchr(b.data, '\n') != NULL && b.len > 600,
	    "a long list has a line for each");
	buf_fini(&b);
}

int
main(void)
{
	struct arena *a = arena_new();

	test_rows(a);
	test_prefixes(a);
	test_positions();
	test_limits(a);
	test_cut_off(a);
	test_many_names(a);
	test_kinds(a);
	test_names(a);
	test_changes(a);
	test_copy(a);
	test_equal(a);
	test_decimals();
	test_walk_strings(a);
	test_walk_broken(a);
	test_merges(a);
	test_diffs(a);
	test_pretty(a);
	test_pretty_long(a);
	arena_free(a);
	return tap_done();
}
