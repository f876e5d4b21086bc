/*
 * profile.c: what real clients get wrong, as data.
 *
 * Profiles are written by people, so whatever is not understood is refused:
 * a misspelt switch must not silently be off.
 */
#include <string.h>

#include "base/nelem.h"
#include "json/walk.h"
#include "scim/loader.h"
#include "scim/profile.h"

/* Name in the files, and the requirement that it answers. */
/* clang-format off */
static const struct {
	const char	*name;
	const char	*source;
} rows[] = {
	[TOL_OP_CASE] =		{ "op-in-any-case",	"PATCH-04" },
	[TOL_NO_SCHEMAS] =	{ "patch-without-schemas", "INTEROP-13" },
	[TOL_STRING_BOOLEAN] =	{ "string-booleans",	"ENTRA-20" },
	[TOL_BARE_WORD] =	{ "bare-word-values",	"ENTRA-G11" },
	[TOL_FILTER_BOOLEAN] =	{ "filter-booleans",	"PD-26" },
	[TOL_COMPLEX_VALUE] =	{ "complex-value",	"ENTRA-10" },
	[TOL_ATTRIBUTE_FILTER] = { "attribute-filters",	"MV-7.3" },
	[TOL_UNKNOWN_SCHEMA] =	{ "unknown-schemas",	"ENTRA-G19" },
	[TOL_UNKNOWN_PATH] =	{ "unknown-paths",	"PD-27" },
	[TOL_URN_DOT] =		{ "urn-dot",		"PD-12" },
	[TOL_FILTER_KEY] =	{ "filter-keys",	"PD-16" },
	[TOL_CREATE_TARGET] =	{ "create-target",	"PD-04" },
	[TOL_SINGLE_TARGET] =	{ "single-target",	"ENTRA-G09" },
	[TOL_REMOVE_LISTED] =	{ "remove-listed",	"PATCH-58" },
	[TOL_REMOVE_EQUAL] =	{ "remove-equal",	"ENTRA-15" },
	[TOL_EMPTY_CLEARS] =	{ "empty-clears",	"PD-24" },
	[TOL_REFERENCE_STRING] = { "reference-string",	"ENTRA-16" },
	[TOL_UNWRAP] =		{ "unwrap",		"PD-20" },
	[TOL_ROLE_JSON] =	{ "role-json",		"ENTRA-48" },
	[TOL_DISPLAY_ALIAS] =	{ "display-alias",	"ENTRA-47" },
	[TOL_UNKNOWN_MEMBER] =	{ "unknown-members",	"ENTRA-33" },
	[TOL_UNKNOWN_REFERENCE] = { "unknown-references", "ENTRA-16" },
	[TOL_READ_ONLY_KEYS] =	{ "read-only-keys",	"PD-17" },
	[TOL_GROUP_NAME_UNIQUE] = { "group-name-unique", "ENTRA-29" },
	[TOL_GROUP_NO_CONTENT] = { "group-no-content",	"ENTRA-31" },
	[TOL_AS_SENT] =		{ "values-as-sent",	"ENTRA-G05" },
	[TOL_REFUSE_ATTRIBUTE] = { "refuse-unknown-attributes", "CORE-13" },
	[TOL_REFUSE_FILTER] =	{ "refuse-unknown-in-filters", "FILTER-27" },
	[TOL_REFUSE_SORT] =	{ "refuse-unknown-in-sorts", "SORT-09" },
};

enum { PROFILE_NAME, PROFILE_NOTE, PROFILE_BASE, PROFILE_SWITCHES, PROFILE_MAX };

static const struct load_member profile_members[PROFILE_MAX] = {
	[PROFILE_NAME] =	LOAD_MEMBER("name", JSON_STRING),
	[PROFILE_NOTE] =	LOAD_MEMBER("description", JSON_STRING),
	[PROFILE_BASE] =	LOAD_MEMBER("extends", JSON_STRING),
	[PROFILE_SWITCHES] =	LOAD_MEMBER("switches", JSON_OBJECT),
};
/* clang-format on */

_Static_assert(NELEM(rows) == TOL_MAX, "one row a switch");

struct profile {
	struct slice name;
	struct slice base; /* empty once it is linked */
	const char *file;
	bool is_said[TOL_MAX];
	bool is_on[TOL_MAX];
	uint32_t *fired; /* of a watched copy: what forgave, by bits */
};

_Static_assert(TOL_MAX <= 32, "a bit a tolerance");

static int
read_switch(const struct loader *l, struct profile *p, struct slice name,
    struct slice value)
{
	const struct load_place switches = { NULL, "switches", 0 };

	for (size_t i = 0; i < NELEM(rows); i++) {
		if (!slice_equal(slice_of(rows[i].name), name))
			continue;
		if (walk_kind(value) != JSON_BOOLEAN)
			return load_refuse(l, &switches, rows[i].name,
			    arena_printf(l->catalog->arena,
				"must be true or false, not %s",
				json_kind_name(walk_kind(value))));
		p->is_said[i] = true;
		p->is_on[i] = load_flag(value);
		return 0;
	}
	return load_refuse_text(l, &switches, NULL, "there is no switch", name);
}

/* Letters in lower case, digits and '-': it stands in commands and lists. */
static bool
is_name(struct slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-')
			return false;
	}
	return name.len > 0;
}

static int
read_switches(const struct loader *l, struct profile *p, struct slice object)
{
	struct walk w = walk_enter(object);
	struct slice name, value;

	while (walk_member(&w, &name, &value))
		if (read_switch(l, p, name, value) == -1)
			return -1;
	for (size_t i = 0; i < NELEM(rows) && p->base.len == 0; i++)
		if (!p->is_said[i])
			return load_refuse_text(l, NULL, "switches",
			    "without 'extends' all must be there, not so",
			    slice_of(rows[i].name));
	return 0;
}

static int
read_profile(const struct loader *l, struct profile *p, struct slice text)
{
	struct slice v[PROFILE_MAX];

	if (load_members(l, NULL, text, profile_members, NELEM(v), v) == -1)
		return -1;
	p->name = load_text(l, v[PROFILE_NAME]);
	p->base = load_text(l, v[PROFILE_BASE]);
	if (!is_name(p->name))
		return load_refuse_text(
		    l, NULL, "name", "not a name of a-z, 0-9, '-':", p->name);
	if (profile_find(l->catalog, p->name) != NULL)
		return load_refuse_text(
		    l, NULL, "name", "a second profile", p->name);
	return read_switches(l, p, v[PROFILE_SWITCHES]);
}

/* In the order of names, whatever the files are called. */
static void
insert(struct catalog *c, struct profile *p)
{
	size_t size = c->nprofiles * sizeof(struct profile *), i;

	c->profiles = arena_grow(c->arena, c->profiles, size, size + sizeof(p));
	for (i = c->nprofiles++;
	     i > 0 && strcmp(c->profiles[i - 1]->name.data, p->name.data) > 0;
	     i--)
		c->profiles[i] = c->profiles[i - 1];
	c->profiles[i] = p;
}

int
profile_add(
    struct catalog *c, const char *file, struct slice text, struct error *err)
{
	struct profile *p = arena_calloc(c->arena, 1, sizeof(*p));
	struct loader l;

	p->file = arena_strdup(c->arena, file);
	if (load_begin(&l, c, file, text, &text, err) == -1 ||
	    read_profile(&l, p, text) == -1)
		return -1;
	insert(c, p);
	return 0;
}

static struct profile *
find(const struct catalog *c, struct slice name)
{
	for (size_t i = 0; i < c->nprofiles; i++)
		if (slice_equal(c->profiles[i]->name, name))
			return c->profiles[i];
	return NULL;
}

/* The base of P is complete: what P does not say, it says. */
static void
inherit(struct profile *p, const struct profile *base)
{
	for (size_t i = 0; i < TOL_MAX; i++)
		if (!p->is_said[i])
			p->is_on[i] = base->is_on[i];
	p->base = SLICE("");
}

static int
refuse_base(struct catalog *c, const struct profile *p, const char *why,
    struct error *err)
{
	const struct loader l = { c, p->file, err };

	return load_refuse_text(&l, NULL, "extends", why, p->base);
}

/* Those whose base is complete, again and again, until none is left. */
int
profile_link(struct catalog *c, const char *dir, struct error *err)
{
	const struct profile *open = NULL, *base;
	bool progress = true;

	while (progress) {
		progress = false;
		open = NULL;
		for (size_t i = 0; i < c->nprofiles; i++) {
			struct profile *p = c->profiles[i];

			if (p->base.len == 0)
				continue;
			base = find(c, p->base);
			if (base == NULL)
				return refuse_base(
				    c, p, "there is no profile", err);
			if (base->base.len > 0) {
				open = p;
				continue;
			}
			inherit(p, base);
			progress = true;
		}
	}
	if (open != NULL)
		return refuse_base(c, open, "a circle through", err);
	if (find(c, SLICE(PROFILE_DEFAULT)) == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s: there is no profile '" PROFILE_DEFAULT "'", dir);
	return 0;
}

const struct profile *
profile_find(const struct catalog *c, struct slice name)
{
	return find(c, name);
}

const struct profile *
profile_default(const struct catalog *c)
{
	return find(c, SLICE(PROFILE_DEFAULT));
}

const struct profile *
profile_get(const struct catalog *c, size_t i)
{
	return i < c->nprofiles ? c->profiles[i] : NULL;
}

struct slice
profile_name(const struct profile *profile)
{
	return profile->name;
}

bool
profile_has(const struct profile *profile, enum tolerance tolerance)
{
	return profile->is_on[tolerance];
}

bool
profile_forgives(const struct profile *profile, enum tolerance tolerance)
{
	if (profile->is_on[tolerance] && profile->fired != NULL)
		*profile->fired |= UINT32_C(1) << tolerance;
	return profile->is_on[tolerance];
}

const struct profile *
profile_watch(struct arena *a, const struct profile *profile, uint32_t *fired)
{
	struct profile *copy = arena_alloc(a, sizeof(*copy));

	*copy = *profile;
	copy->fired = fired;
	return copy;
}

const char *
profile_tolerance_name(enum tolerance tolerance)
{
	return rows[tolerance].name;
}
