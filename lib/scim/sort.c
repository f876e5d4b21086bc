/*
 * sort.c: the order of a list.
 */
#include <stdlib.h>
#include <string.h>

#include "json/walk.h"
#include "scim/sort.h"
#include "scim/value_set.h"

/* The first byte of a key: what has no value comes after what has one. */
enum { KEY_VALUE = 1, KEY_NOTHING = 2 };

int
sort_parse(const struct resource_type *type, struct slice name,
    struct sort *out, struct error *err)
{
	const struct attr *leaf;

	*out = (struct sort){ .unknown = false };
	switch (attr_resolve(type, name, &out->ref)) {
	case ATTR_MALFORMED:
		return error_set(err, ERR_INVALID_VALUE,
		    "'sortBy' must be one attribute name, not '%.*s'",
		    SLICE_ARG(name));
	case ATTR_UNKNOWN:
		out->unknown = true;
		return 0;
	default:
		break;
	}
	if (out->ref.sub == NULL && out->ref.attr != NULL &&
	    out->ref.attr->multi_valued)
		out->ref.sub = attr_find_sub(out->ref.attr, SLICE("value"));
	leaf = out->ref.sub != NULL ? out->ref.sub : out->ref.attr;
	if (leaf == NULL || leaf->type == ATTR_COMPLEX)
		return error_set(err, ERR_INVALID_VALUE,
		    "'sortBy' must name a sub-attribute of '%.*s'",
		    SLICE_ARG(name));
	if (leaf->returned == RET_NEVER || leaf->mutability == MUT_WRITE_ONLY)
		return error_set(err, ERR_INVALID_VALUE,
		    "'%.*s' is no attribute to sort by", SLICE_ARG(name));
	return 0;
}

static bool
is_primary(struct slice element)
{
	struct slice value;

	return walk_find(element, SLICE("primary"), &value) &&
	    slice_equal(value, SLICE("true"));
}

/* The element that counts: the primary one, else the first (SORT-04). */
static bool
pick_element(struct slice array, struct slice *picked)
{
	struct walk w = walk_enter(array);
	struct slice element;

	if (!walk_element(&w, picked))
		return false;
	if (is_primary(*picked))
		return true;
	while (walk_element(&w, &element))
		if (is_primary(element)) {
			*picked = element;
			break;
		}
	return true;
}

static bool
find_leaf(const struct sort *sort, struct slice body,
    const struct match_source *source, struct slice *value, bool *failed)
{
	if (sort->unknown ||
	    !match_find(&sort->ref, body, source, value, failed))
		return false;
	if (walk_kind(*value) == JSON_ARRAY && !pick_element(*value, value))
		return false;
	if (sort->ref.sub != NULL &&
	    !walk_find(*value, sort->ref.sub->name, value))
		return false;
	return match_is_present(*value);
}

static void
put_u64(unsigned char *out, uint64_t number)
{
	for (int i = 7; i >= 0; i--, number >>= 8)
		out[i] = (unsigned char)number;
}

/* Signed numbers in the order of unsigned ones. */
static uint64_t
biased(int64_t number)
{
	return (uint64_t)number ^ (UINT64_C(1) << 63);
}

/* IEEE 754: of negative numbers all bits turn round, else the sign. */
static uint64_t
biased_decimal(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	return bits >> 63 ? ~bits : bits | (UINT64_C(1) << 63);
}

static size_t
put_number(struct arena *a, enum attr_type type, struct slice value,
    unsigned char *out)
{
	const char *text = arena_strndup(a, value.data, value.len);

	put_u64(out,
	    type == ATTR_INTEGER ? biased(strtoll(text, NULL, 10))
				 : biased_decimal(strtod(text, NULL)));
	return 8;
}

static size_t
put_instant(struct slice text, unsigned char *out)
{
	struct instant at;

	if (clock_parse(text, &at) == -1)
		return 0;
	put_u64(out, biased(at.seconds));
	put_u64(out + 8, at.nanoseconds);
	return 16;
}

static size_t
put_text(struct slice text, unsigned char *out)
{
	size_t len = text.len < SORT_KEY_MAX ? text.len : SORT_KEY_MAX;

	memcpy(out, text.data, len);
	return len;
}

static size_t
put_value(struct arena *a, const struct attr *attr, struct slice value,
    unsigned char *out)
{
	struct slice text;

	switch (attr->type) {
	case ATTR_BOOLEAN:
		out[0] = value.data[0] == 't';
		return 1;
	case ATTR_INTEGER:
	case ATTR_DECIMAL:
		return put_number(a, attr->type, value, out);
	case ATTR_DATETIME:
		return put_instant(walk_string(a, value), out);
	default:
		text = walk_string(a, value);
		return put_text(value_compared(a, attr, text), out);
	}
}

struct slice
sort_key_text(struct slice key)
{
	return key.len > 2 && key.data[0] == KEY_VALUE &&
		key.data[1] == ATTR_STRING
	    ? slice_from(key, 2)
	    : SLICE("");
}

int
sort_key(struct arena *a, const struct sort *sort, struct slice body,
    const struct match_source *source, struct slice *key)
{
	unsigned char *bytes = arena_alloc(a, SORT_KEY_MAX + 2);
	const struct attr *leaf =
	    sort->ref.sub != NULL ? sort->ref.sub : sort->ref.attr;
	struct slice value;
	bool failed = false;

	*key = (struct slice){ (const char *)bytes, 1 };
	bytes[0] = KEY_NOTHING;
	if (find_leaf(sort, body, source, &value, &failed)) {
		bytes[0] = KEY_VALUE;
		bytes[1] = (unsigned char)leaf->type;
		key->len = 2 + put_value(a, leaf, value, bytes + 2);
	}
	return failed ? -1 : 0;
}
