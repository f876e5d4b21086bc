/*
 * build.c: recursive descent over text that was checked.
 *
 * The parser of json-c would look at every byte in a state of its own, and
 * that for text that json_check has just walked through: this takes a third.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/log.h"
#include "base/number.h"
#include "json/build.h"
#include "json/check.h"
#include "json/walk.h"
#include "json/wide.h"

struct builder {
	struct arena *a;
	struct walk w;
	unsigned depth;
	bool failed;
};

static struct json_object *value(struct builder *b);

/* No JSON after all; nothing more is built. */
static struct json_object *
fail(struct builder *b)
{
	b->failed = true;
	return NULL;
}

static struct json_object *
made(struct json_object *v)
{
	if (v == NULL)
		fatal("out of memory (JSON value)");
	return v;
}

static struct json_object *
string(struct builder *b, struct slice token)
{
	struct slice text = walk_string(b->a, token);

	return made(json_object_new_string_len(
	    text.len == 0 ? "" : text.data, (int)text.len));
}

/*
 * A decimal keeps its text, and so does an integer that does not fit 64 bits:
 * json-c would make the nearest one of it that does.
 */
static struct json_object *
number(struct builder *b, struct slice token)
{
	char *text;
	int64_t n;

	if (walk_kind(token) == JSON_INTEGER && !wide_is(token))
		return parse_int(token, INT64_MIN, INT64_MAX, &n, NULL) == -1
		    ? fail(b)
		    : made(json_object_new_int64(n));
	text = arena_strndup(b->a, token.data, token.len);
	return made(json_object_new_double_s(strtod(text, NULL), text));
}

static struct json_object *
scalar(struct builder *b, struct slice token)
{
	if (token.len == 0)
		return fail(b);
	switch (walk_kind(token)) {
	case JSON_STRING:
		return string(b, token);
	case JSON_BOOLEAN:
		return made(json_object_new_boolean(*token.data == 't'));
	case JSON_NULL:
		return NULL;
	default:
		return number(b, token);
	}
}

/* A member of OBJECT, up to the comma behind it. */
static void
member(struct builder *b, struct json_object *object)
{
	struct slice name = walk_scalar(&b->w);
	struct json_object *v;
	char *key;

	if (walk_kind(name) != JSON_STRING || !walk_sign(&b->w, ':')) {
		fail(b);
		return;
	}
	name = walk_string(b->a, name);
	key = arena_strndup(b->a, name.data, name.len);
	v = value(b);
	if (json_object_object_add_ex(
		object, key, v, JSON_C_OBJECT_ADD_KEY_IS_NEW) == -1)
		fatal("out of memory (JSON member)");
}

static void
element(struct builder *b, struct json_object *array)
{
	if (json_object_array_add(array, value(b)) == -1)
		fatal("out of memory (JSON array)");
}

/* What stands between the brackets; without a comma it is the last. */
static struct json_object *
container(struct builder *b, struct json_object *v, char close,
    void (*add)(struct builder *, struct json_object *))
{
	bool more = !walk_sign(&b->w, close);

	if (++b->depth > JSON_DEPTH_MAX)
		b->failed = true;
	while (more && !b->failed) {
		add(b, v);
		more = walk_sign(&b->w, ',');
		if (!more && !walk_sign(&b->w, close))
			b->failed = true;
	}
	b->depth--;
	return v;
}

static struct json_object *
value(struct builder *b)
{
	if (walk_sign(&b->w, '{'))
		return container(
		    b, made(json_object_new_object()), '}', member);
	if (walk_sign(&b->w, '['))
		return container(
		    b, made(json_object_new_array()), ']', element);
	return scalar(b, walk_scalar(&b->w));
}

int
json_build(struct arena *a, struct slice text, struct json_object **out)
{
	struct builder b = { .a = a, .w = { text.data, text.data + text.len } };

	*out = value(&b);
	if (!b.failed)
		return 0;
	json_object_put(*out);
	*out = NULL;
	return -1;
}
