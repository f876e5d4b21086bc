/*
 * schema_link.c: what can be said only when all files are there: whether
 * references point to types that exist, and who may be a member of whom.
 *
 * A type whose attribute "groups" is computed says by its $ref which type
 * lists it.  That type's members take it, and its schema says so (RFC 7643
 * section 4.2; RFC 9944 section 4).
 */
#include "scim/loader.h"

static bool
holds(const struct slice *words, size_t n, struct slice word)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal(words[i], word))
			return true;
	return false;
}

/* A type, or one of the two words of RFC 7643 section 7. */
static bool
is_target(const struct catalog *c, struct slice word)
{
	return slice_equal(word, SLICE("external")) ||
	    slice_equal(word, SLICE("uri")) ||
	    catalog_find_type(c, word) != NULL;
}

/* The N ATTRS, the member KEYWORD of what stands at IN. */
static int
check_targets(const struct loader *l, const struct load_place *in,
    const char *keyword, const struct attr *attrs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct attr *attr = &attrs[i];
		struct load_place place = { in, keyword, i + 1 };

		for (size_t j = 0; j < attr->nreference_types; j++) {
			struct load_place at = { &place, "referenceTypes",
				j + 1 };

			if (!is_target(l->catalog, attr->reference_types[j]))
				return load_refuse_text(l, &at, NULL,
				    "there is no resource type",
				    attr->reference_types[j]);
		}
		if (check_targets(l, &place, "subAttributes", attr->sub,
			attr->nsub) == -1)
			return -1;
	}
	return 0;
}

/* A deep copy that may be changed, for it is not const. */
static struct attr *
copy_attrs(struct arena *a, const struct attr *attrs, size_t n,
    const struct attr *parent)
{
	struct attr *copy = arena_calloc(a, n, sizeof(*copy));

	for (size_t i = 0; i < n; i++) {
		copy[i] = attrs[i];
		copy[i].parent = parent;
		copy[i].sub =
		    copy_attrs(a, attrs[i].sub, attrs[i].nsub, &copy[i]);
	}
	return copy;
}

static void
append(struct arena *a, const struct slice **words, size_t *n, struct slice s)
{
	struct slice *all;

	if (holds(*words, *n, s))
		return;
	all = arena_calloc(a, *n + 1, sizeof(*all));
	for (size_t i = 0; i < *n; i++)
		all[i] = (*words)[i];
	all[*n] = s;
	*words = all;
	++*n;
}

/* ATTR, an attribute with edges, takes resources of the type NAME. */
static void
take_members(struct arena *a, struct attr *attr, struct slice name)
{
	struct attr *subs = copy_attrs(a, attr->sub, attr->nsub, attr);

	for (size_t i = 0; i < attr->nsub; i++)
		if (slice_equal_nocase(subs[i].name, SLICE("$ref")))
			append(a, &subs[i].reference_types,
			    &subs[i].nreference_types, name);
		else if (slice_equal_nocase(subs[i].name, SLICE("type")) &&
		    subs[i].ncanonical_values > 0)
			append(a, &subs[i].canonical_values,
			    &subs[i].ncanonical_values, name);
	attr->sub = subs;
}

static struct schema *
find_schema(struct catalog *c, const struct schema *s)
{
	for (size_t i = 0; i < c->nschemas; i++)
		if (c->schemas[i] == s)
			return c->schemas[i];
	return NULL;
}

/* Resources of TYPE can be in those of the type GROUP. */
static void
link_members(struct catalog *c, const struct resource_type *type,
    const struct resource_type *group)
{
	struct schema *s = find_schema(c, group->schema);
	struct attr *attrs = copy_attrs(c->arena, s->attrs, s->nattrs, NULL);

	for (size_t i = 0; i < s->nattrs; i++)
		if (attrs[i].keep == KEEP_EDGES)
			take_members(c->arena, &attrs[i], type->name);
	s->attrs = attrs;
}

static void
link_groups(struct catalog *c, const struct resource_type *type)
{
	const struct attr *groups = attr_find(
	    type->schema->attrs, type->schema->nattrs, SLICE("groups"));
	const struct attr *ref;

	if (groups == NULL || groups->keep != KEEP_COMPUTED)
		return;
	ref = attr_find_sub(groups, SLICE("$ref"));
	for (size_t i = 0; ref != NULL && i < ref->nreference_types; i++) {
		const struct resource_type *group =
		    catalog_find_type(c, ref->reference_types[i]);

		if (group != NULL)
			link_members(c, type, group);
	}
}

int
catalog_link(struct catalog *c, struct error *err)
{
	for (size_t i = 0; i < c->nschemas; i++) {
		const struct schema *s = c->schemas[i];
		struct loader l = { c, s->file, err };

		if (check_targets(
			&l, NULL, "attributes", s->attrs, s->nattrs) == -1)
			return -1;
	}
	for (size_t i = 0; i < c->ntypes; i++)
		link_groups(c, c->types[i]);
	return 0;
}
