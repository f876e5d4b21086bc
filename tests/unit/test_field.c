/*
 * test_field.c: what the fields of the administrators' API take and refuse,
 * and that what they show they take again.
 */
#include "admin/field.h"
#include "base/nelem.h"
#include "tap.h"

struct thing {
	struct slice name;
	struct slice words;
	struct slice lines;
	struct slice object;
	struct slice given; /* shown as "at" */
	int64_t number;
	int64_t at;
	bool flag;
};

#define THING(name) offsetof(struct thing, name)

/* clang-format off */
enum { S = FIELD_SHOWN, M = FIELD_MADE, E = FIELD_EDITED };

static const struct field fields[] = {
	{ "name",	FIELD_TEXT,	S | M,	   THING(name),   0 },
	{ "words",	FIELD_LIST,	S | M | E, THING(words),  ',' },
	{ "lines",	FIELD_LINES,	S | M | E, THING(lines),  0 },
	{ "object",	FIELD_JSON,	S | M | E, THING(object), 0 },
	{ "number",	FIELD_NUMBER,	S | M | E, THING(number), 0 },
	{ "flag",	FIELD_FLAG,	S | M | E, THING(flag),   0 },
	{ "at",		FIELD_TIME,	S,	   THING(at),	  0 },
	{ "at",		FIELD_TEXT,	M | E,	   THING(given),  0 },
	{ "id",		FIELD_TEXT,	S,	   THING(name),   0 },
};

static const struct {
	const char *body;
	unsigned use;
	const char *refusal; /* NULL: taken */
} rows[] = {
	{ "{}", M, NULL },
	{ "{\"name\":\"a\",\"words\":[\"b\",\"c\"],\"number\":7,\"flag\":true}", M, NULL },
	{ "{\"name\":null,\"words\":null,\"number\":null,\"object\":null}", M, NULL },
	{ "{\"words\":[]}", E, NULL },
	{ "{\"lines\":\"a\\nb\"}", E, NULL },
	{ "{\"object\":{\"a\":[1]}}", E, NULL },
	{ "{\"at\":\"90d\"}", E, NULL },
	{ "[]", M, "the body must be an object" },
	{ "null", M, "the body must be an object" },
	{ "\"name\"", M, "the body must be an object" },
	{ "{\"Name\":\"a\"}", M, "there is no field 'Name'" },
	{ "{\"\":1}", M, "there is no field ''" },
	{ "{\"name\":\"a\"}", E, "the field 'name' cannot be set here" },
	{ "{\"id\":\"a\"}", M, "the field 'id' cannot be set here" },
	{ "{\"name\":1}", M, "'name' must be a string" },
	{ "{\"name\":[\"a\"]}", M, "'name' must be a string" },
	{ "{\"at\":90}", E, "'at' must be a string" },
	{ "{\"words\":\"a\"}", M, "'words' must be an array" },
	{ "{\"words\":[\"a,b\"]}", M, "'words' must be a list of words" },
	{ "{\"words\":[\"\"]}", M, "'words' must be a list of words" },
	{ "{\"words\":[1]}", M, "'words' must be a list of words" },
	{ "{\"words\":[null]}", M, "'words' must be a list of words" },
	{ "{\"object\":[]}", M, "'object' must be an object" },
	{ "{\"object\":\"{}\"}", M, "'object' must be an object" },
	{ "{\"number\":\"1\"}", M, "'number' must be a whole number from 0 on" },
	{ "{\"number\":1.5}", M, "'number' must be a whole number from 0 on" },
	{ "{\"number\":-1}", M, "'number' must be a whole number from 0 on" },
	{ "{\"number\":1e3}", M, "'number' must be a whole number from 0 on" },
	{ "{\"flag\":1}", M, "'flag' must be true or false" },
	{ "{\"flag\":null}", M, "'flag' must be true or false" },
	{ "{\"name\":\"a\\nb\"}", M, "'name' is longer than 16384 bytes, or has control characters" },
	{ "{\"name\":\"\\u007f\"}", M, "'name' is longer than 16384 bytes, or has control characters" },
	{ "{\"words\":[\"\\u001b[2J\"]}", M, "'words' is longer than 16384 bytes, or has control characters" },
	{ "{\"lines\":\"\\u0007\"}", M, "'lines' is longer than 16384 bytes, or has control characters" },
};
/* clang-format on */

static int
read_body(struct arena *a, struct slice text, unsigned use, struct thing *into,
    struct error *err)
{
	struct json_object *body;

	*into = (struct thing){ .number = 0 };
	if (json_parse(a, text, &body, err) == -1)
		return -1;
	return field_read(a, body, fields, NELEM(fields), use, into, err);
}

static void
test_rows(struct arena *a)
{
	struct thing thing;
	struct error err;

	for (size_t i = 0; i < NELEM(rows); i++) {
		int rc = read_body(
		    a, slice_of(rows[i].body), rows[i].use, &thing, &err);

		tap_ok(rows[i].refusal == NULL
			? rc == 0
			: rc == -1 && err.code == ERR_INVALID_VALUE &&
			    slice_equal(slice_of(err.detail),
				slice_of(rows[i].refusal)),
		    "%s%s", rows[i].body,
		    rows[i].refusal == NULL ? "" : " is refused");
	}
}

/* What is not there stays; null is as if nothing were set. */
static void
test_absent(struct arena *a)
{
	struct thing thing = { .name = SLICE("old"), .number = 7 };
	struct json_object *body;
	struct error err;

	tap_ok(json_parse(a, SLICE("{\"words\":null}"), &body, &err) == 0 &&
		field_read(a, body, fields, NELEM(fields), FIELD_MADE, &thing,
		    &err) == 0 &&
		slice_equal(thing.name, SLICE("old")) && thing.number == 7 &&
		thing.words.data != NULL && thing.words.len == 0,
	    "what is not there stays as it is");
}

static void
test_shown(struct arena *a)
{
	static const char text[] =
	    "{\"name\":\"a\",\"words\":[\"b\",\"c d\"],\"lines\":\"e\\nf\","
	    "\"object\":{\"keys\":[]},\"number\":7,\"flag\":true}";
	struct json_object *v = json_new_object(a), *empty = json_new_object(a);
	struct thing thing, none = { .number = 0 };
	struct error err;

	tap_ok(read_body(a, slice_of(text), FIELD_MADE, &thing, &err) == 0,
	    "every kind is read");
	tap_ok(slice_equal(thing.words, SLICE("b,c d")) && thing.flag &&
		thing.number == 7,
	    "a list is a text with commas");
	field_show(a, fields, NELEM(fields) - 1, &thing, v);
	tap_ok(slice_equal(json_text(a, v), slice_of(text)),
	    "and shown as it came: %.*s", SLICE_ARG(json_text(a, v)));
	field_show(a, fields, NELEM(fields), &none, empty);
	tap_ok(json_len(empty) == 0, "what is not set is not shown");
	none.at = 1780000000000;
	field_show(a, fields, NELEM(fields), &none, empty);
	tap_ok(slice_equal(json_string(json_get(empty, "at")),
		   SLICE("2026-05-28T20:26:40.000Z")),
	    "a time is a dateTime");
}

int
main(void)
{
	struct arena *a = arena_new();

	test_rows(a);
	test_absent(a);
	test_shown(a);
	arena_free(a);
	return tap_done();
}
