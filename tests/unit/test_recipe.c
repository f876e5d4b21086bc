/*
 * test_recipe.c: what becomes of the names of a body, and for whom that is
 * kept.
 */
#include <string.h>

#include "base/nelem.h"
#include "fixture.h"
#include "identity/recipe.h"
#include "scim/narrow.h"
#include "tap.h"

/* clang-format off */
static const struct row {
	const char	*name;
	enum fate	 fate;
	const char	*inner;	/* in the extension that NAME is */
} rows[] = {
	{ "userName",		FATE_COPY, NULL },
	{ "emails",		FATE_COPY, NULL },
	{ "externalId",		FATE_COPY, NULL },
	{ "schemas",		FATE_DROP, NULL },
	{ "password",		FATE_DROP, NULL },
	{ "nosuch",		FATE_DROP, NULL },
	{ "USERNAME",		FATE_COPY, NULL },
	{ URN_ENTERPRISE,	FATE_COPY, "department" },
	{ URN_ENTERPRISE,	FATE_ATTRIBUTE, "manager" },
	{ URN_ENTERPRISE,	FATE_DROP, "nosuch" },
	{ "userName",		FATE_COPY, NULL },
};
/* clang-format on */

/* The step for NAME, which stands in a body before another member. */
static const struct step *
step_of(struct arena *a, struct recipe *recipe, struct container *container,
    const char *name)
{
	struct slice body = slice_of(
	    arena_printf(a, "{\"%s\":[{\"a\":\"]}\"}],\"z\":1}", name));
	struct walk w = walk_enter(body);
	struct slice member, value;
	const struct step *step =
	    recipe_next(recipe, container, &w, &member, &value);

	if (step == NULL || !slice_equal(value, SLICE("[{\"a\":\"]}\"}]")) ||
	    member.data != body.data + 1 ||
	    member.len != strlen(name) + 3 + value.len)
		tap_ok(false, "%s is not cut where it ends", name);
	return step;
}

static enum fate
fate_of(struct arena *a, struct recipe *recipe, const struct row *row)
{
	const struct step *step = step_of(a, recipe, &recipe->body, row->name);

	if (row->inner == NULL || step->fate != FATE_EXTENSION)
		return step->fate;
	return step_of(a, recipe, step->inner, row->inner)->fate;
}

static void
test_steps(struct arena *a, const struct resource_type *type)
{
	struct recipe *recipe = recipe_new(a, type, project_plain());
	struct slice member, value;
	struct walk empty;

	for (size_t turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < NELEM(rows); i++)
			tap_ok(fate_of(a, recipe, &rows[i]) == rows[i].fate,
			    "%s%s%s, %s", rows[i].name,
			    rows[i].inner == NULL ? "" : " ",
			    rows[i].inner == NULL ? "" : rows[i].inner,
			    turn == 0 ? "met" : "known");
	tap_ok(recipe->body.n == 6,
	    "names are kept as the schema has them, each once");
	empty = walk_enter(SLICE("{}"));
	tap_ok(
	    recipe_next(recipe, &recipe->body, &empty, &member, &value) == NULL,
	    "an empty body has none");
}

static struct projection *
projection_of(
    struct arena *a, const struct resource_type *type, struct slice attributes)
{
	struct projection *p;
	struct error err;

	if (project_parse(a, type, NULL, attributes, SLICE(""), &p, &err) == -1)
		exit(1);
	return p;
}

static void
test_kept(struct arena *a, const struct catalog *catalog)
{
	const struct choice choice = { .types = SLICE(""),
		.without = SLICE(URN_ENTERPRISE) };
	const struct catalog *narrow = catalog_narrow(a, catalog, &choice);
	const struct resource_type *user =
	    catalog_find_type(catalog, SLICE("User"));
	const struct resource_type *group =
	    catalog_find_type(catalog, SLICE("Group"));
	struct projection *all = projection_of(a, user, SLICE(""));
	struct projection *some = projection_of(a, user, SLICE("userName"));
	struct recipes *recipes = recipes_new(a);
	struct recipe *kept = recipes_find(recipes, user, all);

	tap_ok(kept != NULL && recipes_find(recipes, user, all) == kept,
	    "a recipe is kept for who names no attributes");
	tap_ok(recipes_find(recipes, group, all) != kept &&
		recipes_find(recipes, user, all) == kept,
	    "one for each type");
	tap_ok(recipes_find(recipes, user, some) == NULL,
	    "none for who names some");
	tap_ok(recipes_find(recipes, catalog_find_type(narrow, SLICE("User")),
		   all) == NULL,
	    "none of a type with extensions left out");
	tap_ok(recipes_find(NULL, user, all) == NULL, "none without room");
}

int
main(void)
{
	struct arena *a = arena_new();
	struct catalog *catalog = fixture_catalog(a);

	test_steps(a, catalog_find_type(catalog, SLICE("User")));
	test_kept(a, catalog);
	arena_free(a);
	return tap_done();
}
