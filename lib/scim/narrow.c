/*
 * narrow.c: a catalog of which only a part is in force.
 */
#include "scim/catalog.h"
#include "scim/narrow.h"

static bool
lists(struct slice list, struct slice word)
{
	struct slice item;

	while (slice_next(&list, ',', &item))
		if (slice_equal_nocase(slice_trim(item), word))
			return true;
	return false;
}

bool
choice_has_type(const struct choice *choice, const struct resource_type *type)
{
	return choice->types.len == 0 || lists(choice->types, type->name);
}

bool
choice_has_extension(const struct choice *choice, const struct schema *schema)
{
	return !lists(choice->without, schema->id);
}

static bool
is_type(const struct catalog *c, struct slice name)
{
	for (size_t i = 0; i < c->ntypes; i++)
		if (slice_equal_nocase(c->types[i]->name, name))
			return true;
	return false;
}

static bool
is_extension(const struct catalog *c, struct slice urn)
{
	for (size_t i = 0; i < c->ntypes; i++)
		for (size_t j = 0; j < c->types[i]->nextensions; j++)
			if (slice_equal_nocase(
				c->types[i]->extensions[j].schema->id, urn))
				return true;
	return false;
}

/* "" is one item too, and no name. */
static int
check_list(const struct catalog *c, struct slice list,
    bool (*is_known)(const struct catalog *c, struct slice word),
    const char *what, struct error *err)
{
	struct slice item;

	if (list.len == 0)
		return 0;
	while (slice_next(&list, ',', &item))
		if (!is_known(c, slice_trim(item)))
			return error_set(err, ERR_INVALID_VALUE,
			    "the schema files have no %s '%.*s'", what,
			    SLICE_ARG(slice_trim(item)));
	return 0;
}

int
choice_check(
    const struct catalog *c, const struct choice *choice, struct error *err)
{
	if (check_list(c, choice->types, is_type, "resource type", err) == -1 ||
	    check_list(c, choice->without, is_extension, "extension", err) ==
		-1)
		return -1;
	for (size_t i = 0; i < c->ntypes; i++)
		for (size_t j = 0; j < c->types[i]->nextensions; j++) {
			const struct schema_extension *e =
			    &c->types[i]->extensions[j];

			if (e->required &&
			    choice_has_type(choice, c->types[i]) &&
			    !choice_has_extension(choice, e->schema))
				return error_set(err, ERR_INVALID_VALUE,
				    "resource type %.*s requires '%.*s'",
				    SLICE_ARG(c->types[i]->name),
				    SLICE_ARG(e->schema->id));
		}
	return 0;
}

static const struct resource_type *
narrow_type(struct arena *a, const struct resource_type *type,
    const struct choice *choice)
{
	struct resource_type *t = arena_calloc(a, 1, sizeof(*t));
	struct schema_extension *kept =
	    arena_calloc(a, type->nextensions + 1, sizeof(*kept));

	*t = *type;
	t->declared = type->declared != NULL ? type->declared : type;
	t->extensions = kept;
	t->nextensions = 0;
	for (size_t i = 0; i < type->nextensions; i++)
		if (choice_has_extension(choice, type->extensions[i].schema))
			kept[t->nextensions++] = type->extensions[i];
	return t->nextensions == type->nextensions ? type : t;
}

static bool
uses(const struct catalog *c, const struct schema *schema)
{
	for (size_t i = 0; i < c->ntypes; i++) {
		const struct resource_type *t = c->types[i];

		if (t->schema == schema)
			return true;
		for (size_t j = 0; j < t->nextensions; j++)
			if (t->extensions[j].schema == schema)
				return true;
	}
	return false;
}

const struct catalog *
catalog_narrow(
    struct arena *a, const struct catalog *c, const struct choice *choice)
{
	struct catalog *out;

	if (choice->types.len == 0 && choice->without.len == 0)
		return c;
	out = arena_calloc(a, 1, sizeof(*out));
	*out = *c;
	out->arena = a;
	out->types = arena_calloc(a, c->ntypes + 1, sizeof(*out->types));
	out->schemas = arena_calloc(a, c->nschemas + 1, sizeof(*out->schemas));
	out->ntypes = out->nschemas = 0;
	for (size_t i = 0; i < c->ntypes; i++)
		if (choice_has_type(choice, c->types[i]))
			out->types[out->ntypes++] =
			    narrow_type(a, c->types[i], choice);
	/* Those of discovery belong to no type, and stay. */
	for (size_t i = 0; i < c->nschemas; i++)
		if (uses(out, c->schemas[i]) || !uses(c, c->schemas[i]))
			out->schemas[out->nschemas++] = c->schemas[i];
	return out;
}
