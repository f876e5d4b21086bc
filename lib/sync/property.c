/*
 * property.c: objects by a table of their members.
 */
#include "base/buf.h"
#include "sync/nearest.h"
#include "sync/property.h"

static int
refuse(const struct property *p, struct error *err, const char *why)
{
	return error_set(err, ERR_INVALID_VALUE, "%s: %s", p->name, why);
}

static int
refuse_word(const struct property *p, struct slice word, struct error *err)
{
	struct nearest n = NEAREST_NONE;
	struct buf known;

	buf_init(&known, sizeof(err->detail));
	for (size_t i = 0; p->words[i] != NULL; i++) {
		nearest_try(&n, word, slice_of(p->words[i]));
		buf_printf(&known, "%s\"%s\"", i == 0 ? "" : ", ", p->words[i]);
	}
	error_set(err, ERR_INVALID_VALUE, "%s: one of %.*s expected%s%.*s%s",
	    p->name, SLICE_ARG(buf_text(&known)), NEAREST_ARG(n));
	buf_fini(&known);
	return -1;
}

static int
read_word(const struct property *p, const struct json_object *v, int *into,
    struct error *err)
{
	struct slice word = json_string(v);

	for (int i = 0; p->words[i] != NULL; i++)
		if (slice_equal(slice_of(p->words[i]), word)) {
			*into = i;
			return 0;
		}
	return refuse_word(p, word, err);
}

static int
read_number(const struct property *p, const struct json_object *v,
    int64_t *into, struct error *err)
{
	if (json_kind(v) != JSON_INTEGER || json_integer(v) < p->min ||
	    json_integer(v) > p->max)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s: an integer from %lld to %lld expected", p->name,
		    (long long)p->min, (long long)p->max);
	*into = json_integer(v);
	return 0;
}

static int
read_one(const struct property *p, struct json_object *v, void *into,
    struct error *err)
{
	void *at = (char *)into + p->offset;

	switch (p->kind) {
	case PROPERTY_TEXT:
		if (json_kind(v) != JSON_STRING)
			return refuse(p, err, "a string expected");
		*(struct slice *)at = json_string(v);
		return 0;
	case PROPERTY_FLAG:
		if (json_kind(v) != JSON_BOOLEAN)
			return refuse(p, err, "true or false expected");
		*(bool *)at = json_boolean(v);
		return 0;
	case PROPERTY_NUMBER:
		return read_number(p, v, at, err);
	case PROPERTY_WORD:
		return read_word(p, v, at, err);
	case PROPERTY_OBJECT:
		if (json_kind(v) != JSON_OBJECT)
			return refuse(p, err, "an object expected");
		break;
	case PROPERTY_ARRAY:
		if (json_kind(v) != JSON_ARRAY)
			return refuse(p, err, "an array expected");
		break;
	default:
		break;
	}
	*(struct json_object **)at = v;
	return 0;
}

static int
refuse_name(const struct property *properties, size_t n, struct slice name,
    struct error *err)
{
	struct nearest near = NEAREST_NONE;

	for (size_t i = 0; i < n; i++)
		nearest_try(&near, name, slice_of(properties[i].name));
	return error_set(err, ERR_INVALID_VALUE,
	    "%.*s: nothing has this name here%s%.*s%s", SLICE_ARG(name),
	    NEAREST_ARG(near));
}

int
property_read(const struct json_object *object,
    const struct property *properties, size_t n, void *into, struct error *err)
{
	if (object != NULL && json_kind(object) != JSON_OBJECT)
		return error_set(err, ERR_INVALID_VALUE, "an object expected");
	for (struct json_member m = json_first(object); m.entry != NULL;
	     json_next(&m)) {
		size_t i = 0;

		while (
		    i < n && !slice_equal(slice_of(properties[i].name), m.name))
			i++;
		if (i == n)
			return refuse_name(properties, n, m.name, err);
		if (m.value != NULL &&
		    read_one(&properties[i], m.value, into, err) == -1)
			return -1;
	}
	return 0;
}
