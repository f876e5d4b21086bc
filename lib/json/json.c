/*
 * json.c: the one door to json-c 0.16.
 *
 * json-c counts references.  Here the arena holds one for each value that
 * was made, and every container one for each value in it, so a value that
 * is set in two places or taken out again needs no care.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/log.h"
#include "json/build.h"
#include "json/check.h"
#include "json/decimal.h"
#include "json/json.h"
#include "json/wide.h"

/* More than any text that fits a request or a record. */
enum { TEXT_MAX = 1 << 30 };

static void
put(void *v)
{
	json_object_put(v);
}

/* Hand the reference that the caller has on V to A. */
static struct json_object *
give(struct arena *a, struct json_object *v)
{
	if (v == NULL)
		fatal("out of memory (JSON value)");
	arena_defer(a, put, v);
	return v;
}

/*
 * json-c takes what it only reads, and what it counts, without const; this
 * is the one place where const is dropped.
 */
static struct json_object *
unconst(const struct json_object *v)
{
	return (struct json_object *)(uintptr_t)v;
}

/* A name as json-c wants it: NUL-terminated; from the heap when long. */
struct key {
	char room[64];
	char *text;
};

static const char *
key_init(struct key *k, struct slice name)
{
	k->text = name.len < sizeof(k->room) ? k->room : malloc(name.len + 1);
	if (k->text == NULL)
		fatal("out of memory (%zu bytes)", name.len + 1);
	if (name.len > 0)
		memcpy(k->text, name.data, name.len);
	k->text[name.len] = '\0';
	return k->text;
}

static void
key_fini(struct key *k)
{
	if (k->text != k->room)
		free(k->text);
}

const char *
json_kind_name(enum json_kind kind)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",
		[JSON_BOOLEAN] = "a boolean",
		[JSON_INTEGER] = "an integer",
		[JSON_DECIMAL] = "a decimal",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object",
	};

	return names[kind];
}

int
json_load(struct arena *a, struct slice text, struct json_object **out,
    struct error *err)
{
	if (json_build(a, text, out) == -1)
		return error_set(err, ERR_INVALID_SYNTAX, "a text is not JSON");
	if (*out != NULL)
		give(a, *out);
	return 0;
}

int
json_parse(struct arena *a, struct slice text, struct json_object **out,
    struct error *err)
{
	if (text.len > TEXT_MAX)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "JSON: %zu bytes are too many", text.len);
	if (json_check(text, err) == -1)
		return -1;
	return json_load(a, text, out, err);
}

enum json_kind
json_kind(const struct json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_boolean:
		return JSON_BOOLEAN;
	case json_type_int:
		return JSON_INTEGER;
	case json_type_double:
		return JSON_DECIMAL;
	case json_type_string:
		return JSON_STRING;
	case json_type_array:
		return JSON_ARRAY;
	case json_type_object:
		return JSON_OBJECT;
	case json_type_null:
		break;
	}
	return JSON_NULL;
}

bool
json_boolean(const struct json_object *v)
{
	return json_kind(v) == JSON_BOOLEAN && json_object_get_boolean(v);
}

int64_t
json_integer(const struct json_object *v)
{
	return json_kind(v) == JSON_INTEGER ? json_object_get_int64(v) : 0;
}

double
json_decimal(const struct json_object *v)
{
	enum json_kind kind = json_kind(v);

	if (kind != JSON_DECIMAL && kind != JSON_INTEGER)
		return 0;
	return json_object_get_double(v);
}

struct slice
json_string(const struct json_object *v)
{
	if (json_kind(v) != JSON_STRING)
		return SLICE("");
	return (struct slice){ json_object_get_string(unconst(v)),
		(size_t)json_object_get_string_len(v) };
}

struct json_object *
json_new_object(struct arena *a)
{
	return give(a, json_object_new_object());
}

struct json_object *
json_new_array(struct arena *a)
{
	return give(a, json_object_new_array());
}

struct json_object *
json_new_string(struct arena *a, struct slice text)
{
	if (text.len > TEXT_MAX)
		fatal("JSON string of %zu bytes", text.len);
	return give(a,
	    json_object_new_string_len(
		text.len == 0 ? "" : text.data, (int)text.len));
}

struct json_object *
json_new_boolean(struct arena *a, bool value)
{
	return give(a, json_object_new_boolean(value));
}

struct json_object *
json_new_integer(struct arena *a, int64_t value)
{
	return give(a, json_object_new_int64(value));
}

struct json_object *
json_copy(struct arena *a, const struct json_object *v)
{
	struct json_object *copy = NULL;

	if (v == NULL)
		return NULL;
	if (json_object_deep_copy(unconst(v), &copy, NULL) == -1)
		fatal("out of memory (copy of a JSON value)");
	return give(a, copy);
}

struct json_object *
json_get(const struct json_object *object, const char *name)
{
	struct json_object *v = NULL;

	if (json_kind(object) != JSON_OBJECT)
		return NULL;
	json_object_object_get_ex(object, name, &v);
	return v;
}

/* Most keys differ in their first letter: no need for their lengths. */
static bool
is_key(const char *key, struct slice name)
{
	return name.len == 0 ? *key == '\0'
			     : ((*key ^ name.data[0]) & ~0x20) == 0 &&
		slice_equal_nocase(slice_of(key), name);
}

/* The entry of that name ignoring case, or NULL. */
static struct lh_entry *
find_nocase(const struct json_object *object, struct slice name)
{
	struct lh_entry *e = NULL;

	if (json_kind(object) == JSON_OBJECT)
		e = lh_table_head(json_object_get_object(object));
	while (e != NULL && !is_key(lh_entry_k(e), name))
		e = lh_entry_next(e);
	return e;
}

struct json_object *
json_attr(const struct json_object *object, struct slice name)
{
	struct lh_entry *e = find_nocase(object, name);

	return e == NULL ? NULL : lh_entry_v(e);
}

bool
json_has(const struct json_object *object, struct slice name)
{
	return find_nocase(object, name) != NULL;
}

void
json_set(struct json_object *object, struct slice name, struct json_object *v)
{
	struct key k;

	if (json_object_object_add(
		object, key_init(&k, name), json_object_get(v)) == -1)
		fatal("JSON member \"%.*s\" cannot be set", SLICE_ARG(name));
	key_fini(&k);
}

void
json_delete(struct json_object *object, struct slice name)
{
	struct key k;

	if (json_kind(object) != JSON_OBJECT)
		return;
	json_object_object_del(object, key_init(&k, name));
	key_fini(&k);
}

size_t
json_len(const struct json_object *container)
{
	switch (json_kind(container)) {
	case JSON_ARRAY:
		return json_object_array_length(container);
	case JSON_OBJECT:
		return (size_t)json_object_object_length(container);
	default:
		return 0;
	}
}

struct json_object *
json_at(const struct json_object *array, size_t i)
{
	if (json_kind(array) != JSON_ARRAY)
		return NULL;
	return json_object_array_get_idx(array, i);
}

void
json_append(struct json_object *array, struct json_object *v)
{
	if (json_object_array_add(array, json_object_get(v)) == -1)
		fatal("out of memory (JSON array)");
}

void
json_put_at(struct json_object *array, size_t i, struct json_object *v)
{
	if (json_object_array_put_idx(array, i, json_object_get(v)) == -1)
		fatal("out of memory (JSON array)");
}

void
json_delete_at(struct json_object *array, size_t i)
{
	if (json_kind(array) == JSON_ARRAY)
		json_object_array_del_idx(array, i, 1);
}

static struct json_member
member_of(struct lh_entry *entry)
{
	if (entry == NULL)
		return (struct json_member){ .entry = NULL };
	return (struct json_member){
		.name = slice_of(lh_entry_k(entry)),
		.value = lh_entry_v(entry),
		.entry = entry,
	};
}

struct json_member
json_first(const struct json_object *object)
{
	if (json_kind(object) != JSON_OBJECT)
		return member_of(NULL);
	return member_of(lh_table_head(json_object_get_object(object)));
}

void
json_next(struct json_member *m)
{
	*m = member_of(lh_entry_next((struct lh_entry *)m->entry));
}

/*
 * The text of a number: for a decimal the one that it was parsed from, which
 * json-c keeps.  It dies at the next print of V.
 */
static struct slice
number_text(const struct json_object *v)
{
	struct slice text;

	text.data = json_object_to_json_string_length(
	    unconst(v), JSON_C_TO_STRING_PLAIN, &text.len);
	return text;
}

bool
json_is_wide(const struct json_object *v)
{
	return json_kind(v) == JSON_DECIMAL && wide_is(number_text(v));
}

static bool
array_equal(const struct json_object *a, const struct json_object *b)
{
	size_t n = json_len(a);

	if (n != json_len(b))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!json_equal(json_at(a, i), json_at(b, i)))
			return false;
	return true;
}

/* As many members, and each of A in B: names are unique in an object. */
static bool
object_equal(const struct json_object *a, const struct json_object *b)
{
	struct json_member m = json_first(a);
	struct json_object *other;

	if (json_len(a) != json_len(b))
		return false;
	for (; m.entry != NULL; json_next(&m))
		if (!json_object_object_get_ex(b, m.name.data, &other) ||
		    !json_equal(m.value, other))
			return false;
	return true;
}

bool
json_equal(const struct json_object *a, const struct json_object *b)
{
	enum json_kind kind = json_kind(a), other = json_kind(b);

	if ((kind == JSON_INTEGER || kind == JSON_DECIMAL) &&
	    (other == JSON_INTEGER || other == JSON_DECIMAL))
		return decimal_compare(number_text(a), number_text(b)) == 0;
	if (kind != other)
		return false;
	switch (kind) {
	case JSON_BOOLEAN:
		return json_boolean(a) == json_boolean(b);
	case JSON_STRING:
		return slice_equal(json_string(a), json_string(b));
	case JSON_ARRAY:
		return array_equal(a, b);
	case JSON_OBJECT:
		return object_equal(a, b);
	default:
		return true;
	}
}

static void
print_integer(struct buf *b, int64_t value)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%" PRId64, value);

	buf_add(b, text, (size_t)len);
}

static void
print_array(struct buf *b, const struct json_object *v)
{
	size_t n = json_len(v);

	buf_putc(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		json_print(b, json_at(v, i));
	}
	buf_putc(b, ']');
}

static void
print_object(struct buf *b, const struct json_object *v)
{
	struct json_member m = json_first(v);

	buf_putc(b, '{');
	while (m.entry != NULL) {
		buf_json_string(b, m.name);
		buf_putc(b, ':');
		json_print(b, m.value);
		json_next(&m);
		if (m.entry != NULL)
			buf_putc(b, ',');
	}
	buf_putc(b, '}');
}

void
json_print(struct buf *b, const struct json_object *v)
{
	switch (json_kind(v)) {
	case JSON_NULL:
		buf_puts(b, "null");
		break;
	case JSON_BOOLEAN:
		buf_puts(b, json_boolean(v) ? "true" : "false");
		break;
	case JSON_INTEGER:
		print_integer(b, json_integer(v));
		break;
	case JSON_DECIMAL:
		buf_slice(b, number_text(v));
		break;
	case JSON_STRING:
		buf_json_string(b, json_string(v));
		break;
	case JSON_ARRAY:
		print_array(b, v);
		break;
	case JSON_OBJECT:
		print_object(b, v);
		break;
	}
}

struct slice
json_text(struct arena *a, const struct json_object *v)
{
	struct buf b;
	struct slice text;

	buf_init(&b, TEXT_MAX);
	json_print(&b, v);
	if (buf_overflowed(&b))
		fatal("JSON text of more than %d bytes", TEXT_MAX);
	text = arena_slice(a, buf_text(&b));
	buf_fini(&b);
	return text;
}
