/*
 * datum.c: values, and how one kind is read as another.
 */
#include "base/number.h"
#include "json/json.h"
#include "sync/date.h"
#include "sync/datum.h"

struct datum
datum_text(struct slice text)
{
	return (struct datum){ .kind = DATUM_TEXT, .text = text };
}

struct datum
datum_integer(int64_t n)
{
	return (struct datum){ .kind = DATUM_INTEGER, .integer = n };
}

struct datum
datum_boolean(bool b)
{
	return (struct datum){ .kind = DATUM_BOOLEAN, .boolean = b };
}

struct datum
datum_date(int64_t ticks)
{
	return (struct datum){ .kind = DATUM_DATE, .integer = ticks };
}

struct datum
datum_list(struct datum *items, size_t n)
{
	if (n == 0)
		return (struct datum){ .kind = DATUM_NULL };
	return (
	    struct datum){ .kind = DATUM_LIST, .items = items, .nitems = n };
}

static struct datum
list_of_json(struct arena *a, struct json_object *array)
{
	size_t n = json_len(array), kept = 0;
	struct datum *items = arena_calloc(a, n + 1, sizeof(*items));

	for (size_t i = 0; i < n; i++) {
		struct json_object *v = json_at(array, i);

		/* SCIM has no arrays of arrays. */
		if (json_kind(v) == JSON_ARRAY || json_kind(v) == JSON_NULL)
			continue;
		items[kept++] = datum_of_json(a, v);
	}
	return datum_list(items, kept);
}

struct datum
datum_of_json(struct arena *a, struct json_object *v)
{
	switch (json_kind(v)) {
	case JSON_BOOLEAN:
		return datum_boolean(json_boolean(v));
	case JSON_INTEGER:
		return datum_integer(json_integer(v));
	case JSON_DECIMAL:
		return datum_text(json_text(a, v));
	case JSON_STRING:
		return datum_text(json_string(v));
	case JSON_OBJECT:
		return (struct datum){ .kind = DATUM_OBJECT, .object = v };
	case JSON_ARRAY:
		return list_of_json(a, v);
	default:
		return (struct datum){ .kind = DATUM_NULL };
	}
}

struct json_object *
datum_to_json(struct arena *a, const struct datum *v)
{
	struct json_object *array;

	switch (v->kind) {
	case DATUM_NULL:
		return NULL;
	case DATUM_INTEGER:
		return json_new_integer(a, v->integer);
	case DATUM_BOOLEAN:
		return json_new_boolean(a, v->boolean);
	case DATUM_OBJECT:
		return json_copy(a, v->object);
	case DATUM_LIST:
		array = json_new_array(a);
		for (size_t i = 0; i < v->nitems; i++)
			json_append(array, datum_to_json(a, &v->items[i]));
		return array;
	default:
		return json_new_string(a, datum_print(a, v));
	}
}

bool
datum_is_empty(const struct datum *v)
{
	return v->kind == DATUM_NULL ||
	    (v->kind == DATUM_TEXT && v->text.len == 0);
}

struct slice
datum_print(struct arena *a, const struct datum *v)
{
	struct datum inner;

	switch (v->kind) {
	case DATUM_TEXT:
		return v->text.data == NULL ? SLICE("") : v->text;
	case DATUM_INTEGER:
		return slice_of(arena_printf(a, "%lld", (long long)v->integer));
	case DATUM_BOOLEAN:
		return v->boolean ? SLICE("True") : SLICE("False");
	case DATUM_DATE:
		return date_print(a, v->integer);
	case DATUM_OBJECT:
		inner = datum_of_json(a, json_attr(v->object, SLICE("value")));
		if (inner.kind != DATUM_NULL && inner.kind != DATUM_OBJECT &&
		    inner.kind != DATUM_LIST)
			return datum_print(a, &inner);
		return json_text(a, v->object);
	default:
		return (struct slice){ NULL, 0 };
	}
}

int
datum_as_integer(const struct datum *v, int64_t *n)
{
	switch (v->kind) {
	case DATUM_INTEGER:
		*n = v->integer;
		return 0;
	case DATUM_BOOLEAN:
		*n = v->boolean;
		return 0;
	case DATUM_TEXT:
		return parse_int(
		    slice_trim(v->text), INT64_MIN, INT64_MAX, n, NULL);
	default:
		return -1;
	}
}

int
datum_as_boolean(const struct datum *v, bool *b)
{
	int64_t n;

	if (v->kind == DATUM_TEXT &&
	    (slice_equal_nocase(v->text, SLICE("true")) ||
		slice_equal_nocase(v->text, SLICE("false")))) {
		*b = v->text.len == 4;
		return 0;
	}
	if (datum_as_integer(v, &n) == -1)
		return -1;
	*b = n != 0;
	return 0;
}

int
datum_as_date(const struct datum *v, int64_t *ticks)
{
	*ticks = v->integer;
	if (v->kind == DATUM_TEXT)
		return date_parse(v->text, ticks);
	return v->kind == DATUM_DATE ? 0 : -1;
}

bool
datum_equal(const struct datum *v, const struct datum *w)
{
	if (v->kind != w->kind || v->nitems != w->nitems)
		return false;
	for (size_t i = 0; i < v->nitems; i++)
		if (!datum_equal(&v->items[i], &w->items[i]))
			return false;
	if (v->kind == DATUM_OBJECT)
		return json_equal(v->object, w->object);
	return v->integer == w->integer && v->boolean == w->boolean &&
	    slice_equal(v->text, w->text);
}

struct slice
datum_shown(struct arena *a, const struct datum *v)
{
	if (v->redacted)
		return SLICE("[Redact]");
	if (v->kind == DATUM_LIST || v->kind == DATUM_OBJECT)
		return json_text(a, datum_to_json(a, v));
	return datum_print(a, v);
}
