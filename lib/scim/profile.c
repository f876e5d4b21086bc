/*
 * profile.c: what real clients get wrong, as data.
 */
#include "base/nelem.h"
#include "scim/profile.h"

/* clang-format off */
static const struct tolerance_row rows[] = {
	[TOL_STRING_BOOLEAN] =	{ "string-booleans",	"ENTRA-20",	true,	false },
	[TOL_BARE_WORD] =	{ "bare-word-values",	"ENTRA-G11",	true,	false },
	[TOL_FILTER_BOOLEAN] =	{ "filter-booleans",	"PD-26",	true,	false },
	[TOL_COMPLEX_VALUE] =	{ "complex-value",	"ENTRA-10",	true,	false },
	[TOL_UNKNOWN_SCHEMA] =	{ "unknown-schemas",	"ENTRA-G19",	true,	false },
	[TOL_UNKNOWN_PATH] =	{ "unknown-paths",	"PD-27",	true,	false },
	[TOL_CREATE_TARGET] =	{ "create-target",	"PD-04",	true,	false },
	[TOL_SINGLE_TARGET] =	{ "single-target",	"ENTRA-G09",	true,	false },
	[TOL_EMPTY_CLEARS] =	{ "empty-clears",	"PD-24",	true,	false },
	[TOL_REFERENCE_STRING] = { "reference-string",	"ENTRA-16",	true,	false },
	[TOL_UNWRAP] =		{ "unwrap",		"PD-20",	true,	false },
	[TOL_ROLE_JSON] =	{ "role-json",		"ENTRA-48",	true,	false },
	[TOL_DISPLAY_ALIAS] =	{ "display-alias",	"ENTRA-47",	true,	false },
	[TOL_UNKNOWN_MEMBER] =	{ "unknown-members",	"ENTRA-33",	true,	false },
	[TOL_UNKNOWN_REFERENCE] = { "unknown-references", "ENTRA-16",	true,	false },
	[TOL_READ_ONLY_KEYS] =	{ "read-only-keys",	"PD-17",	true,	false },
	[TOL_GROUP_NAME_UNIQUE] = { "group-name-unique", "ENTRA-29",	true,	false },
	[TOL_GROUP_NO_CONTENT] = { "group-no-content",	"ENTRA-31",	true,	false },
	[TOL_COUNTRY] =		{ "any-country",	"CANON-05",	true,	false },
};
/* clang-format on */

_Static_assert(NELEM(rows) == TOL_MAX, "one row a tolerance");

struct profile {
	struct slice name;
	bool strict;
};

static const struct profile profiles[] = {
	{ { "tolerant", 8 }, false },
	{ { "strict", 6 }, true },
};

const struct profile *
profile_find(struct slice name)
{
	for (size_t i = 0; i < NELEM(profiles); i++)
		if (slice_equal(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}

const struct profile *
profile_default(void)
{
	return &profiles[0];
}

struct slice
profile_name(const struct profile *profile)
{
	return profile->name;
}

bool
profile_has(const struct profile *profile, enum tolerance tolerance)
{
	const struct tolerance_row *row = &rows[tolerance];

	return profile->strict ? row->strict : row->tolerant;
}

const struct tolerance_row *
tolerance_get(enum tolerance tolerance)
{
	return &rows[tolerance];
}
