/*
 * profile.c: what real clients get wrong, as data.
 *
 * Profiles are written by people, so whatever is not understood is refused:
 * a misspelt switch must not silently be off.
 */
#include <string.h>

#include "base/nelem.h"
#include "json/json.h"
#include "scim/catalog.h"
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

static const struct {
	struct slice	name;
	enum json_kind	kind;
} keys[] = {
	{ { "name", 4 },	JSON_STRING },
	{ { "description", 11 }, JSON_STRING },
	{ { "extends", 7 },	JSON_STRING },
	{ { "switches", 8 },	JSON_OBJECT },
};
/* clang-format on */

_Static_assert(NELEM(rows) == TOL_MAX, "one row a switch");

struct profile {
	struct slice name;
	struct slice base; /* empty once it is linked */
	const char *file;
	bool is_said[TOL_MAX];
	bool is_on[TOL_MAX];
};

/* "file: path: why 'what'" */
static int
refuse(const char *file, const char *path, const char *why, struct slice what,
    struct error *err)
{
	return error_set(err, ERR_INVALID_VALUE, "%s: %s: %s '%.*s'", file,
	    path, why, SLICE_ARG(what));
}

static int
check_keys(const char *file, const struct json_object *v, struct error *err)
{
	struct json_member m = json_first(v);
	size_t i;

	if (json_kind(v) != JSON_OBJECT)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s: a profile is an object, not %s", file,
		    json_kind_name(json_kind(v)));
	for (; m.entry != NULL; json_next(&m)) {
		for (i = 0; i < NELEM(keys); i++)
			if (slice_equal(keys[i].name, m.name))
				break;
		if (i == NELEM(keys))
			return refuse(
			    file, "profile", "unknown keyword", m.name, err);
		if (json_kind(m.value) != keys[i].kind)
			return error_set(err, ERR_INVALID_VALUE,
			    "%s: %s must be %s, not %s", file,
			    keys[i].name.data, json_kind_name(keys[i].kind),
			    json_kind_name(json_kind(m.value)));
	}
	return 0;
}

static int
read_switch(struct profile *p, const struct json_member *m, struct error *err)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		if (!slice_equal(slice_of(rows[i].name), m->name))
			continue;
		if (json_kind(m->value) != JSON_BOOLEAN)
			return error_set(err, ERR_INVALID_VALUE,
			    "%s: switches.%s must be true or false, not %s",
			    p->file, rows[i].name,
			    json_kind_name(json_kind(m->value)));
		p->is_said[i] = true;
		p->is_on[i] = json_boolean(m->value);
		return 0;
	}
	return refuse(p->file, "switches", "there is no switch", m->name, err);
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
read_profile(struct catalog *c, struct profile *p, const struct json_object *v,
    struct error *err)
{
	struct json_member m;

	if (check_keys(p->file, v, err) == -1)
		return -1;
	p->name = arena_slice(c->arena, json_string(json_get(v, "name")));
	p->base = arena_slice(c->arena, json_string(json_get(v, "extends")));
	if (!is_name(p->name))
		return refuse(p->file, "name",
		    "not a name of a-z, 0-9, '-':", p->name, err);
	if (profile_find(c, p->name) != NULL)
		return refuse(
		    p->file, "name", "a second profile", p->name, err);
	m = json_first(json_get(v, "switches"));
	for (; m.entry != NULL; json_next(&m))
		if (read_switch(p, &m, err) == -1)
			return -1;
	for (size_t i = 0; i < NELEM(rows) && p->base.len == 0; i++)
		if (!p->is_said[i])
			return refuse(p->file, "switches",
			    "without 'extends' all must be there, not so",
			    slice_of(rows[i].name), err);
	return 0;
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
	struct arena *scratch = arena_new();
	struct profile *p = arena_calloc(c->arena, 1, sizeof(*p));
	struct json_object *v;
	int rc = -1;

	p->file = arena_strdup(c->arena, file);
	if (json_parse(scratch, text, &v, err) == -1)
		error_prefix(err, "%s: ", file);
	else
		rc = read_profile(c, p, v, err);
	if (rc == 0)
		insert(c, p);
	arena_free(scratch);
	return rc;
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
				return refuse(p->file, "extends",
				    "there is no profile", p->base, err);
			if (base->base.len > 0) {
				open = p;
				continue;
			}
			inherit(p, base);
			progress = true;
		}
	}
	if (open != NULL)
		return refuse(
		    open->file, "extends", "a circle through", open->base, err);
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
