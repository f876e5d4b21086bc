/*
 * value.c: what a client sent for one attribute becomes its stored form.
 */
#include <string.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "base/text.h"
#include "json/json.h"
#include "scim/binary.h"
#include "scim/form.h"
#include "scim/uri.h"
#include "scim/value.h"

/* "name.givenName", for messages. */
static const char *
full_name(struct value_context *c, const struct attr *attr)
{
	if (attr->parent == NULL)
		return arena_printf(c->a, "%.*s", SLICE_ARG(attr->name));
	return arena_printf(c->a, "%.*s.%.*s", SLICE_ARG(attr->parent->name),
	    SLICE_ARG(attr->name));
}

static int
refuse(struct value_context *c, const struct attr *attr, const char *wants,
    const struct json_object *v)
{
	return error_set(c->err, ERR_INVALID_VALUE,
	    "attribute '%s' takes %s, not %s", full_name(c, attr), wants,
	    json_kind_name(json_kind(v)));
}

static int
refuse_text(struct value_context *c, const struct attr *attr, const char *wants)
{
	return error_set(c->err, ERR_INVALID_VALUE,
	    "the value of attribute '%s' is not %s", full_name(c, attr), wants);
}

static int
check_string(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	if (json_kind(v) != JSON_STRING)
		return refuse(c, attr, "a string", v);
	*out = v;
	return 0;
}

/* ENTRA-20 to 22: true, false, or their names in any case. */
static int
check_boolean(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	struct slice text = json_string(v);
	bool is_true = slice_equal_nocase(text, SLICE("true"));

	*out = v;
	if (json_kind(v) == JSON_BOOLEAN)
		return 0;
	if (json_kind(v) != JSON_STRING ||
	    !profile_forgives(c->profile, TOL_STRING_BOOLEAN))
		return refuse(c, attr, "true or false", v);
	if (!is_true && !slice_equal_nocase(text, SLICE("false")))
		return refuse_text(c, attr, "true or false");
	*out = json_new_boolean(c->a, is_true);
	return 0;
}

static int
check_integer(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	*out = v;
	if (json_kind(v) == JSON_INTEGER)
		return 0;
	if (json_is_wide(v))
		return refuse_text(c, attr, "an integer of 64 bits");
	return refuse(c, attr, "an integer", v);
}

static int
check_decimal(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	if (json_kind(v) != JSON_INTEGER && json_kind(v) != JSON_DECIMAL)
		return refuse(c, attr, "a number", v);
	*out = v;
	return 0;
}

/* Kept in UTC (TYPE-06). */
static int
check_datetime(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	char text[CLOCK_FULL_SIZE];
	struct instant at;

	if (check_string(c, attr, v, out) == -1)
		return -1;
	if (clock_parse(json_string(v), &at) == -1 ||
	    clock_format_full(at, text) == -1)
		return refuse_text(c, attr,
		    "a dateTime, such as "
		    "2026-11-20T10:11:12Z");
	*out = json_new_string(c->a, slice_of(text));
	return 0;
}

static int
check_binary(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	struct slice bytes;

	if (check_string(c, attr, v, out) == -1)
		return -1;
	return binary_decode(c->a, json_string(v), &bytes) == 0
	    ? 0
	    : refuse_text(c, attr, "base64");
}

/* A URI holds no space and no control character (RFC 3986). */
static int
check_reference(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	struct slice text = json_string(v);

	if (check_string(c, attr, v, out) == -1)
		return -1;
	if (text.len == 0 && !profile_has(c->profile, TOL_AS_SENT))
		return refuse_text(c, attr, "a URI");
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] <= ' ')
			return refuse_text(c, attr, "a URI");
	return 0;
}

typedef int check_fn(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out);

static check_fn *const checks[] = {
	[ATTR_STRING] = check_string,
	[ATTR_BOOLEAN] = check_boolean,
	[ATTR_DECIMAL] = check_decimal,
	[ATTR_INTEGER] = check_integer,
	[ATTR_DATETIME] = check_datetime,
	[ATTR_BINARY] = check_binary,
	[ATTR_REFERENCE] = check_reference,
};
_Static_assert(NELEM(checks) == ATTR_COMPLEX, "one check a simple type");

/* CANON: unless the client must find its values as it sent them. */
static int
apply_form(
    struct value_context *c, const struct attr *attr, struct json_object **v)
{
	struct slice text = json_string(*v), canonical;
	const char *wants;

	if (json_kind(*v) != JSON_STRING ||
	    profile_has(c->profile, TOL_AS_SENT))
		return 0;
	wants = form_refuse(c->a, attr->form, text);
	if (wants != NULL)
		return refuse_text(c, attr, wants);
	canonical = form_canonical(c->a, attr, text);
	if (!slice_equal(canonical, text))
		*v = json_new_string(c->a, canonical);
	return 0;
}

static bool
is_external_id(const struct attr *attr)
{
	return slice_equal(attr->name, SLICE("externalId")) &&
	    attr->schema == NULL && attr->parent == NULL;
}

/*
 * An externalId that is given is not empty (CORE-23), nor is a password (RFC
 * 8265 section 4.2.2, STR-02).
 */
static int
check_not_empty(struct value_context *c, const struct attr *attr,
    const struct json_object *v)
{
	if ((!is_external_id(attr) && attr->mutability != MUT_WRITE_ONLY) ||
	    json_kind(v) != JSON_STRING || json_string(v).len > 0 ||
	    profile_forgives(c->profile, TOL_EMPTY_CLEARS))
		return 0;
	return error_set(c->err, ERR_INVALID_VALUE,
	    "attribute '%s' must not be empty", full_name(c, attr));
}

static int
normalise_simple(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	if (checks[attr->type](c, attr, v, out) == -1 ||
	    check_not_empty(c, attr, *out) == -1)
		return -1;
	return apply_form(c, attr, out);
}

const struct attr *
value_sub_attr(
    const struct value_context *c, const struct attr *attr, struct slice key)
{
	const struct attr *sub = attr_find_sub(attr, key);

	if (sub == NULL && slice_equal_nocase(key, SLICE("displayName")) &&
	    profile_forgives(c->profile, TOL_DISPLAY_ALIAS))
		sub = attr_find_sub(attr, SLICE("display"));
	if (sub == NULL || sub->mutability == MUT_READ_ONLY ||
	    sub->keep == KEEP_COMPUTED)
		return NULL;
	return sub;
}

/* Another name for a sub-attribute: what it leaves empty it does not say. */
static bool
is_hollow_alias(
    const struct attr *sub, struct slice key, const struct json_object *v)
{
	return !slice_equal_nocase(sub->name, key) &&
	    json_kind(v) == JSON_STRING && json_string(v).len == 0;
}

/*
 * A reference that names its target only by "$ref" (POST-12): one that names
 * nothing is refused, for what it was meant to say would be lost.
 */
static int
derive_value(struct value_context *c, const struct attr *attr,
    const struct json_object *v, struct json_object *result)
{
	const struct attr *ref = attr_find_sub(attr, SLICE("$ref"));
	struct json_object *uri = json_attr(v, SLICE("$ref"));
	struct slice id;

	if (ref == NULL || ref->keep != KEEP_COMPUTED ||
	    json_kind(uri) == JSON_NULL ||
	    attr_find_sub(attr, SLICE("value")) == NULL ||
	    json_kind(json_attr(v, SLICE("value"))) != JSON_NULL)
		return 0;
	if (json_kind(uri) == JSON_STRING && json_string(uri).len == 0 &&
	    profile_forgives(c->profile, TOL_EMPTY_CLEARS))
		return 0;
	id = uri_resource_id(c->a, json_string(uri));
	if (id.len == 0)
		return refuse_text(c, ref, "the URI of a resource");
	json_set(result, SLICE("value"), json_new_string(c->a, id));
	return 0;
}

static int
normalise_object(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	struct json_object *result = json_new_object(c->a), *value;
	struct json_member m;

	for (m = json_first(v); m.entry != NULL; json_next(&m)) {
		const struct attr *sub = value_sub_attr(c, attr, m.name);

		if (sub == NULL && attr_find_sub(attr, m.name) == NULL &&
		    profile_has(c->profile, TOL_REFUSE_ATTRIBUTE))
			return error_set(c->err, ERR_INVALID_VALUE,
			    "attribute '%s' has no '%.*s'", full_name(c, attr),
			    SLICE_ARG(m.name));
		if (sub == NULL || is_hollow_alias(sub, m.name, m.value))
			continue;
		if (value_normalise(c, sub, m.value, &value) == -1)
			return -1;
		if (value != NULL)
			json_set(result, sub->name, value);
	}
	if (derive_value(c, attr, v, result) == -1)
		return -1;
	*out = json_len(result) == 0 ? NULL : result;
	return 0;
}

/* {"value": V}, for a client that sent the bare id of a reference. */
static struct json_object *
wrap_value(struct value_context *c, struct json_object *v)
{
	struct json_object *object = json_new_object(c->a);

	json_set(object, SLICE("value"), v);
	return object;
}

/*
 * The id in the string is of another system and stands in no schema, so it
 * is not kept (CORE-13).  What stands beside the string stays.
 */
struct json_object *
value_unwrap_role(const struct value_context *c, const struct attr *attr,
    struct json_object *v)
{
	struct json_object *value = json_attr(v, SLICE("value")), *inner;
	struct slice text = json_string(value);
	struct error ignored;
	struct json_member m;

	if (!slice_equal(attr->name, SLICE("roles")) || text.len == 0 ||
	    text.data[0] != '{' || !profile_forgives(c->profile, TOL_ROLE_JSON))
		return v;
	if (json_parse(c->a, text, &inner, &ignored) == -1 ||
	    json_kind(json_attr(inner, SLICE("value"))) != JSON_STRING)
		return v;
	for (m = json_first(v); m.entry != NULL; json_next(&m))
		if (!slice_equal_nocase(m.name, SLICE("value")))
			json_set(inner, m.name, m.value);
	return inner;
}

static int
normalise_complex(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	bool has_value = attr_find_sub(attr, SLICE("value")) != NULL;

	if (json_kind(v) == JSON_STRING && has_value &&
	    profile_forgives(c->profile, TOL_REFERENCE_STRING)) {
		if (json_string(v).len == 0) {
			*out = NULL;
			return 0;
		}
		v = wrap_value(c, v);
	}
	if (json_kind(v) != JSON_OBJECT)
		return refuse(c, attr, "an object", v);
	return normalise_object(c, attr, value_unwrap_role(c, attr, v), out);
}

int
value_normalise_element(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	if (attr->type == ATTR_COMPLEX)
		return normalise_complex(c, attr, v, out);
	return normalise_simple(c, attr, v, out);
}

static int
normalise_array(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	struct json_object *result = json_new_array(c->a), *element;
	/* Edges are keys: equal ones fall together there. */
	bool all_differ = json_len(v) < 2 || attr->keep == KEEP_EDGES;
	struct value_set seen;

	value_set_init(&seen, c->a, attr);
	if (json_len(v) > VALUE_COUNT_MAX && attr->keep != KEEP_EDGES)
		return error_set(c->err, ERR_INVALID_VALUE,
		    "attribute '%s' has more than %d values",
		    full_name(c, attr), VALUE_COUNT_MAX);
	for (size_t i = 0; i < json_len(v); i++) {
		if (value_normalise_element(c, attr, json_at(v, i), &element) ==
		    -1)
			return -1;
		if (element != NULL &&
		    (all_differ || value_set_add(&seen, element)))
			json_append(result, element);
	}
	if (value_count_primary(result) > 1)
		return error_set(c->err, ERR_INVALID_VALUE,
		    "attribute '%s' has more than one primary value",
		    full_name(c, attr));
	*out = json_len(result) == 0 ? NULL : result;
	return 0;
}

/* PD-20, PD-21: a list of one for a single value, and the other way. */
static struct json_object *
adjust_list(
    struct value_context *c, const struct attr *attr, struct json_object *v)
{
	struct json_object *array;

	if (attr->multi_valued && json_kind(v) != JSON_ARRAY && c->patch &&
	    (json_kind(v) == JSON_OBJECT || attr->type != ATTR_COMPLEX ||
		profile_forgives(c->profile, TOL_UNWRAP))) {
		array = json_new_array(c->a);
		json_append(array, v);
		return array;
	}
	if (!attr->multi_valued && json_kind(v) == JSON_ARRAY &&
	    json_len(v) == 1 && profile_forgives(c->profile, TOL_UNWRAP)) {
		v = json_at(v, 0);
		if (attr->type != ATTR_COMPLEX && json_kind(v) == JSON_OBJECT)
			v = json_attr(v, SLICE("value"));
	}
	return v;
}

/*
 * "" where only a list, an object or a password can stand: a template left
 * blank.
 */
static bool
is_blank(struct value_context *c, const struct attr *attr,
    const struct json_object *v)
{
	return (attr->multi_valued || attr->type == ATTR_COMPLEX ||
		   attr->mutability == MUT_WRITE_ONLY) &&
	    json_kind(v) == JSON_STRING && json_string(v).len == 0 &&
	    profile_forgives(c->profile, TOL_EMPTY_CLEARS);
}

int
value_normalise(struct value_context *c, const struct attr *attr,
    struct json_object *v, struct json_object **out)
{
	*out = NULL;
	if (json_kind(v) == JSON_NULL || is_blank(c, attr, v))
		return 0;
	v = adjust_list(c, attr, v);
	if (!attr->multi_valued)
		return value_normalise_element(c, attr, v, out);
	if (json_kind(v) != JSON_ARRAY)
		return refuse(c, attr, "an array", v);
	return normalise_array(c, attr, v, out);
}

bool
value_is_clear(const struct profile *profile, const struct attr *attr,
    const struct json_object *v)
{
	switch (json_kind(v)) {
	case JSON_NULL:
		return true;
	case JSON_STRING:
		return json_string(v).len == 0 &&
		    profile_forgives(profile, TOL_EMPTY_CLEARS);
	case JSON_ARRAY:
		return attr->multi_valued && json_len(v) == 0;
	case JSON_OBJECT:
		return attr->type == ATTR_COMPLEX && json_len(v) == 0;
	default:
		return false;
	}
}

size_t
value_count_primary(const struct json_object *array)
{
	size_t n = 0;

	for (size_t i = 0; i < json_len(array); i++)
		n += json_boolean(json_get(json_at(array, i), "primary"));
	return n;
}
