/*
 * path.c: PATCH paths (RFC 7644 section 3.5.2).
 *
 * patchPath := attrPath / valuePath [ "." name ]
 */
#include <string.h>

#include "scim/path.h"

static int
refuse(struct error *err, struct slice text, const char *why)
{
	return error_set(
	    err, ERR_INVALID_PATH, "path '%.*s': %s", SLICE_ARG(text), why);
}

static int
resolve(const struct resource_type *type, const struct profile *profile,
    struct slice text, struct slice name, struct path *out, struct error *err)
{
	switch (attr_resolve(type, name, &out->ref)) {
	case ATTR_MALFORMED:
		return refuse(err, text, "not an attribute path");
	case ATTR_UNKNOWN:
		out->unknown = true;
		return 0;
	default:
		out->unknown =
		    out->ref.dotted && !profile_forgives(profile, TOL_URN_DOT);
		return 0;
	}
}

/* emails[0] is array indexing, which SCIM does not have (PATCH-06). */
static bool
is_index(struct slice inner)
{
	size_t i;

	for (i = 0; i < inner.len && inner.data[i] != ']'; i++)
		if (inner.data[i] < '0' || inner.data[i] > '9')
			return false;
	return i > 0;
}

/* The optional ".name" behind the brackets. */
static int
sub_attribute(
    struct slice text, struct slice tail, struct path *out, struct error *err)
{
	if (tail.len == 0)
		return 0;
	if (tail.data[0] != '.' || !attr_is_name(slice_from(tail, 1)))
		return refuse(err, text, "'.' and a name may follow ']'");
	if (!out->unknown)
		out->ref.sub =
		    attr_find_sub(out->ref.attr, slice_from(tail, 1));
	out->unknown = out->ref.sub == NULL;
	return 0;
}

/* Nothing is known but how names are spelt. */
static int
unknown_brackets(struct arena *a, const struct profile *profile,
    struct slice text, struct slice tail, struct path *out, struct error *err)
{
	if (filter_bind_brackets(a, NULL, profile, out->filter, err) == -1)
		return -1;
	return sub_attribute(text, tail, out, err);
}

static int
brackets(struct arena *a, const struct profile *profile, struct slice text,
    size_t open, struct path *out, struct error *err)
{
	struct slice inner = slice_from(text, open + 1);
	size_t used;

	if (is_index(inner))
		return refuse(err, text, "no array index in SCIM");
	if (filter_parse_brackets(a, inner, &out->filter, &used, err) == -1)
		return -1;
	if (out->unknown)
		return unknown_brackets(
		    a, profile, text, slice_from(inner, used + 1), out, err);
	if (out->ref.attr == NULL || out->ref.sub != NULL ||
	    (!out->ref.attr->multi_valued &&
		out->ref.attr->type != ATTR_COMPLEX))
		return refuse(
		    err, text, "[ ] needs a complex or multi-valued attribute");
	if (filter_bind_brackets(a, out->ref.attr, profile, out->filter, err) ==
	    -1)
		return -1;
	return sub_attribute(text, slice_from(inner, used + 1), out, err);
}

int
path_parse(struct arena *a, const struct resource_type *type,
    const struct profile *profile, struct slice text, struct path *out,
    struct error *err)
{
	const char *open;
	struct slice name = text;

	*out = (struct path){ .filter = NULL };
	if (text.len == 0)
		return refuse(err, text, "empty");
	open = memchr(text.data, '[', text.len);
	if (open != NULL)
		name.len = (size_t)(open - text.data);
	if (resolve(type, profile, text, slice_trim(name), out, err) == -1)
		return -1;
	if (open == NULL)
		return 0;
	return brackets(a, profile, text, name.len, out, err);
}
