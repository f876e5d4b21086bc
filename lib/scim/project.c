/*
 * project.c: which attributes an answer holds.
 */
#include "scim/project.h"

struct projection {
	struct arena *a;
	struct attr_ref *refs;
	size_t nrefs;
	bool exclude;	  /* the refs are left out */
	bool is_explicit; /* the refs are all there is */
};

/* A comma inside [ ] does not separate: emails[type eq "work"]. */
static struct slice
next_name(struct slice *rest)
{
	struct slice name = { rest->data, 0 };
	int depth = 0;

	for (; name.len < rest->len; name.len++) {
		char c = rest->data[name.len];

		if (c == '[')
			depth++;
		else if (c == ']' && depth > 0)
			depth--;
		else if (c == ',' && depth == 0)
			break;
	}
	*rest = slice_from(*rest, name.len + 1);
	return slice_trim(name);
}

/*
 * A filter in a name is not in the grammar; where it is taken at all, the
 * attribute is meant.
 */
static struct slice
without_brackets(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] == '[')
			return (struct slice){ name.data, i };
	return name;
}

static int
read_names(struct arena *a, const struct resource_type *type,
    const struct profile *profile, struct slice list, struct projection *p,
    struct error *err)
{
	p->refs = arena_calloc(a, PROJECT_NAMES_MAX, sizeof(*p->refs));
	while (list.len > 0) {
		struct slice name = next_name(&list);

		if (without_brackets(name).len < name.len &&
		    profile_forgives(profile, TOL_ATTRIBUTE_FILTER))
			name = without_brackets(name);
		if (p->nrefs == PROJECT_NAMES_MAX)
			return error_set(err, ERR_INVALID_VALUE,
			    "more than %d attribute names", PROJECT_NAMES_MAX);
		if (name.len > 0 &&
		    attr_resolve(type, name, &p->refs[p->nrefs]) == ATTR_FOUND)
			p->nrefs++;
	}
	return 0;
}

int
project_parse(struct arena *a, const struct resource_type *type,
    const struct profile *profile, struct slice attributes,
    struct slice excluded, struct projection **out, struct error *err)
{
	struct projection *p = arena_calloc(a, 1, sizeof(*p));

	p->a = a;
	attributes = slice_trim(attributes);
	excluded = slice_trim(excluded);
	*out = p;
	if (attributes.len > 0 && excluded.len > 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "'attributes' and "
		    "'excludedAttributes' exclude each other");
	p->is_explicit = attributes.len > 0;
	p->exclude = excluded.len > 0;
	if (attributes.len > 0)
		return read_names(a, type, profile, attributes, p, err);
	if (excluded.len > 0)
		return read_names(a, type, profile, excluded, p, err);
	return 0;
}

bool
project_is_given(const struct projection *p)
{
	return p->is_explicit || p->exclude;
}

const struct projection *
project_plain(void)
{
	static const struct projection plain;

	return &plain;
}

bool
project_is_plain(const struct projection *p)
{
	return !project_is_given(p) && p->nrefs == 0;
}

static void
touch(struct projection *p, struct attr_ref ref)
{
	const struct attr *attr = ref.sub != NULL ? ref.sub : ref.attr;

	if (attr->returned != RET_REQUEST || p->nrefs == PROJECT_NAMES_MAX)
		return;
	if (p->refs == NULL)
		p->refs =
		    arena_calloc(p->a, PROJECT_NAMES_MAX, sizeof(*p->refs));
	p->refs[p->nrefs++] = ref;
}

void
project_touch(struct projection *p, const struct attr_ref *ref)
{
	struct attr_ref sub = *ref;

	if (project_is_given(p) || ref->attr == NULL)
		return;
	sub.sub = NULL;
	touch(p, sub);
	for (size_t i = 0; i < ref->attr->nsub; i++) {
		sub.sub = &ref->attr->sub[i];
		if (ref->sub == NULL || ref->sub == sub.sub)
			touch(p, sub);
	}
}

/* Does a name cover all of ATTR, a part, or nothing? */
static enum want
named(const struct projection *p, const struct schema *extension,
    const struct attr *attr)
{
	enum want found = WANT_NO;

	for (size_t i = 0; i < p->nrefs; i++) {
		const struct attr_ref *ref = &p->refs[i];

		if (ref->extension != extension ||
		    (ref->attr != NULL && ref->attr != attr))
			continue;
		if (ref->sub == NULL)
			return WANT_ALL;
		found = WANT_SOME;
	}
	return found;
}

enum want
project_wants(const struct projection *p, const struct schema *extension,
    const struct attr *attr)
{
	enum want mentioned = named(p, extension, attr);

	if (attr->returned == RET_NEVER || attr->mutability == MUT_WRITE_ONLY)
		return WANT_NO;
	if (attr->returned == RET_ALWAYS)
		return WANT_ALL;
	if (p->is_explicit)
		return mentioned;
	if (attr->returned == RET_REQUEST)
		return p->exclude || mentioned == WANT_NO ? WANT_NO : WANT_ALL;
	if (!p->exclude)
		return WANT_ALL;
	if (mentioned == WANT_ALL)
		return WANT_NO;
	return mentioned == WANT_SOME ? WANT_SOME : WANT_ALL;
}

static bool
named_sub(const struct projection *p, const struct schema *extension,
    const struct attr *attr, const struct attr *sub)
{
	for (size_t i = 0; i < p->nrefs; i++)
		if (p->refs[i].extension == extension &&
		    p->refs[i].attr == attr && p->refs[i].sub == sub)
			return true;
	return false;
}

bool
project_wants_sub(const struct projection *p, enum want want,
    const struct schema *extension, const struct attr *attr,
    const struct attr *sub)
{
	bool mentioned = p != NULL && named_sub(p, extension, attr, sub);

	switch (sub->returned) {
	case RET_NEVER:
		return false;
	case RET_ALWAYS:
		return true;
	case RET_REQUEST:
		return mentioned && !p->exclude;
	default:
		return want == WANT_ALL || mentioned == p->is_explicit;
	}
}
