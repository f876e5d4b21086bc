/*
 * field.c: an object of the administrators' API and the struct behind it.
 */
#include <string.h>

#include "admin/field.h"
#include "base/clock.h"

static int
wrong_kind(const struct field *f, const char *wanted, struct error *err)
{
	return error_set(
	    err, ERR_INVALID_VALUE, "'%s' must be %s", f->name, wanted);
}

/* Nothing that a terminal or a line of a log would take for its own. */
static bool
is_plain(struct slice text, bool may_have_lines)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == 0x7f ||
		    (c < 0x20 && !(may_have_lines && strchr("\t\r\n", c))))
			return false;
	}
	return text.len <= FIELD_LEN_MAX;
}

/* A list becomes a text; no element may hold the separator. */
static int
join_list(struct arena *a, const struct field *f, const struct json_object *v,
    struct slice *out, struct error *err)
{
	char separator[2] = { f->separator, '\0' };

	*out = SLICE("");
	for (size_t i = 0; i < json_len(v); i++) {
		struct slice item = json_string(json_at(v, i));

		if (item.len == 0 ||
		    memchr(item.data, f->separator, item.len) != NULL)
			return wrong_kind(f, "a list of words", err);
		*out = i == 0 ? item
			      : ARENA_JOIN(a, *out, slice_of(separator), item);
	}
	return 0;
}

static const char *
wanted_kind(const struct field *f)
{
	switch (f->kind) {
	case FIELD_JSON:
		return "an object";
	case FIELD_LIST:
		return "an array";
	default:
		return "a string";
	}
}

static int
read_text(struct arena *a, const struct field *f, const struct json_object *v,
    char *at, struct error *err)
{
	bool is_text = f->kind == FIELD_TEXT || f->kind == FIELD_LINES;
	enum json_kind kind = json_kind(v);
	struct slice text = SLICE("");

	if (kind == JSON_NULL)
		;
	else if (is_text && kind == JSON_STRING)
		text = json_string(v);
	else if (f->kind == FIELD_JSON && kind == JSON_OBJECT)
		text = json_text(a, v);
	else if (f->kind != FIELD_LIST || kind != JSON_ARRAY)
		return wrong_kind(f, wanted_kind(f), err);
	else if (join_list(a, f, v, &text, err) == -1)
		return -1;
	if (f->kind != FIELD_JSON && !is_plain(text, f->kind == FIELD_LINES))
		return error_set(err, ERR_INVALID_VALUE,
		    "'%s' is longer than %d bytes, or has control characters",
		    f->name, FIELD_LEN_MAX);
	memcpy(at, &text, sizeof(text));
	return 0;
}

static int
read_value(struct arena *a, const struct field *f, const struct json_object *v,
    char *at, struct error *err)
{
	int64_t n = json_integer(v);
	bool flag = json_boolean(v);

	switch (f->kind) {
	case FIELD_NUMBER:
		if (n < 0 ||
		    (json_kind(v) != JSON_INTEGER && json_kind(v) != JSON_NULL))
			return wrong_kind(f, "a whole number from 0 on", err);
		memcpy(at, &n, sizeof(n));
		return 0;
	case FIELD_FLAG:
		if (json_kind(v) != JSON_BOOLEAN)
			return wrong_kind(f, "true or false", err);
		memcpy(at, &flag, sizeof(flag));
		return 0;
	default:
		return read_text(a, f, v, at, err);
	}
}

/* One of that USE, or else one that is only shown. */
static const struct field *
find(const struct field *fields, size_t n, unsigned use, struct slice name)
{
	const struct field *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (slice_equal(name, slice_of(fields[i].name)) &&
		    (found == NULL || (fields[i].use & use) != 0))
			found = &fields[i];
	return found;
}

int
field_read(struct arena *a, const struct json_object *body,
    const struct field *fields, size_t n, unsigned use, void *into,
    struct error *err)
{
	struct json_member m = json_first(body);

	if (json_kind(body) != JSON_OBJECT)
		return error_set(
		    err, ERR_INVALID_VALUE, "the body must be an object");
	for (; m.entry != NULL; json_next(&m)) {
		const struct field *f = find(fields, n, use, m.name);

		if (f == NULL)
			return error_set(err, ERR_INVALID_VALUE,
			    "there is no field '%.*s'", SLICE_ARG(m.name));
		if ((f->use & use) == 0)
			return error_set(err, ERR_INVALID_VALUE,
			    "the field '%s' cannot be set here", f->name);
		if (read_value(a, f, m.value, (char *)into + f->offset, err) ==
		    -1)
			return -1;
	}
	return 0;
}

static struct json_object *
show_list(struct arena *a, const struct field *f, struct slice text)
{
	struct json_object *list = json_new_array(a);
	struct slice item;

	while (slice_next(&text, f->separator, &item))
		if (slice_trim(item).len > 0)
			json_append(list, json_new_string(a, slice_trim(item)));
	return list;
}

static struct json_object *
show_text(struct arena *a, const struct field *f, struct slice text)
{
	struct json_object *v;
	struct error err;

	if (text.len == 0)
		return NULL;
	if (f->kind == FIELD_LIST)
		return show_list(a, f, text);
	if (f->kind == FIELD_JSON && json_parse(a, text, &v, &err) == 0)
		return v;
	return json_new_string(a, text);
}

static struct json_object *
show_number(struct arena *a, const struct field *f, int64_t n)
{
	char text[CLOCK_TEXT_SIZE];

	if (n == 0)
		return NULL;
	if (f->kind == FIELD_NUMBER)
		return json_new_integer(a, n);
	clock_format(n, text);
	return json_new_string(a, slice_of(text));
}

/* NULL when there is nothing to show. */
static struct json_object *
show_value(struct arena *a, const struct field *f, const char *at)
{
	struct slice text;
	int64_t n;
	bool flag;

	switch (f->kind) {
	case FIELD_NUMBER:
	case FIELD_TIME:
		memcpy(&n, at, sizeof(n));
		return show_number(a, f, n);
	case FIELD_FLAG:
		memcpy(&flag, at, sizeof(flag));
		return flag ? json_new_boolean(a, true) : NULL;
	default:
		memcpy(&text, at, sizeof(text));
		return show_text(a, f, text);
	}
}

void
field_show(struct arena *a, const struct field *fields, size_t n,
    const void *from, struct json_object *object)
{
	for (size_t i = 0; i < n; i++) {
		struct json_object *v;

		if ((fields[i].use & FIELD_SHOWN) == 0)
			continue;
		v = show_value(
		    a, &fields[i], (const char *)from + fields[i].offset);
		if (v != NULL)
			json_set(object, slice_of(fields[i].name), v);
	}
}
