/*
 * recipe.c: what becomes of each name of a body.
 *
 * The resources of a page, and those that are asked for one by one, have much
 * the same names in the same order: the next step is tried first.
 */
#include "identity/recipe.h"
#include "identity/reference.h"

enum { STEPS_FIRST = 16 };

struct recipes {
	struct arena *arena;
	struct recipe **list;
	size_t n;
};

struct recipe *
recipe_new(struct arena *a, const struct resource_type *type,
    const struct projection *projection)
{
	struct recipe *recipe = arena_calloc(a, 1, sizeof(*recipe));

	*recipe = (struct recipe){ .arena = a,
		.type = type,
		.projection = projection,
		.extensions = arena_calloc(
		    a, type->nextensions, sizeof(*recipe->extensions)) };
	for (size_t i = 0; i < type->nextensions; i++)
		recipe->extensions[i].extension = type->extensions[i].schema;
	return recipe;
}

/* Has ATTR sub-attributes that not every answer holds? */
static bool
has_special_subs(const struct attr *attr)
{
	for (size_t i = 0; i < attr->nsub; i++)
		if (attr->sub[i].returned == RET_NEVER ||
		    attr->sub[i].returned == RET_REQUEST)
			return true;
	return false;
}

static enum fate
fate_of(const struct recipe *recipe, const struct schema *extension,
    const struct attr *attr)
{
	enum want want = project_wants(recipe->projection, extension, attr);

	if (want == WANT_NO)
		return FATE_DROP;
	if (attr->type != ATTR_COMPLEX ||
	    (want == WANT_ALL && !reference_is(attr) &&
		!has_special_subs(attr)))
		return FATE_COPY;
	return FATE_ATTRIBUTE;
}

static struct container *
container_of(struct recipe *recipe, const struct schema *extension)
{
	struct container *container = recipe->extensions;

	while (container->extension != extension)
		container++;
	return container;
}

/* The step for NAME of the body; "schemas" stands before it. */
static struct step
body_step(struct recipe *recipe, struct slice name)
{
	struct attr_ref ref;

	if (attr_resolve(recipe->type, name, &ref) != ATTR_FOUND)
		return (struct step){ .fate = FATE_DROP };
	if (ref.attr == NULL)
		return (struct step){ .name = ref.extension->id,
			.fate = FATE_EXTENSION,
			.inner = container_of(recipe, ref.extension) };
	return (struct step){ .name = ref.attr->name,
		.fate = slice_equal(name, SLICE("schemas"))
		    ? FATE_DROP
		    : fate_of(recipe, NULL, ref.attr),
		.attr = ref.attr };
}

static struct step
extension_step(const struct recipe *recipe, const struct schema *extension,
    struct slice name)
{
	const struct attr *attr =
	    attr_find(extension->attrs, extension->nattrs, name);

	if (attr == NULL)
		return (struct step){ .fate = FATE_DROP };
	return (struct step){ .name = attr->name,
		.fate = fate_of(recipe, extension, attr),
		.attr = attr };
}

static struct step *
keep(struct arena *a, struct container *container, const struct step *step)
{
	size_t size = container->size == 0 ? STEPS_FIRST : container->size * 2;

	if (container->n == container->size) {
		container->steps = arena_grow(a, container->steps,
		    container->n * sizeof(*step), size * sizeof(*step));
		container->size = size;
	}
	container->steps[container->n] = *step;
	return &container->steps[container->n++];
}

/*
 * Only names as the schema has them are kept, each once: there is an end to
 * them.
 */
static const struct step *
add(struct recipe *recipe, struct container *container, struct slice name)
{
	recipe->odd = container->extension == NULL
	    ? body_step(recipe, name)
	    : extension_step(recipe, container->extension, name);
	if (!slice_equal(recipe->odd.name, name))
		return &recipe->odd;
	recipe->odd.printed = ARENA_JOIN(
	    recipe->arena, SLICE("\""), recipe->odd.name, SLICE("\":"));
	container->next = 0;
	return keep(recipe->arena, container, &recipe->odd);
}

static const struct step *
find_step(struct recipe *recipe, struct container *container, struct slice name)
{
	size_t at = container->next;

	for (size_t i = 0; i < container->n; i++, at++) {
		if (at >= container->n)
			at = 0;
		if (slice_equal(container->steps[at].name, name)) {
			container->next = at + 1;
			return &container->steps[at];
		}
	}
	return add(recipe, container, name);
}

/* The step that is tried first, if it is the right one. */
static const struct step *
guess_step(struct container *container, struct walk *w, struct slice *value)
{
	const struct step *step;

	if (container->n == 0)
		return NULL;
	if (container->next >= container->n)
		container->next = 0;
	step = &container->steps[container->next];
	if (!walk_named(w, step->printed, value))
		return NULL;
	container->next++;
	return step;
}

const struct step *
recipe_next(struct recipe *recipe, struct container *container, struct walk *w,
    struct slice *member, struct slice *value)
{
	const struct step *step = guess_step(container, w, value);
	struct slice name;

	if (step != NULL) {
		member->data = value->data - step->printed.len;
	} else {
		if (!walk_member(w, &name, value))
			return NULL;
		member->data = name.data - 1;
		step = find_step(recipe, container, name);
	}
	member->len = (size_t)(value->data + value->len - member->data);
	return step;
}

struct recipes *
recipes_new(struct arena *a)
{
	struct recipes *recipes = arena_calloc(a, 1, sizeof(*recipes));

	recipes->arena = a;
	return recipes;
}

/* A type that is narrowed for a request ends with it. */
struct recipe *
recipes_find(struct recipes *recipes, const struct resource_type *type,
    const struct projection *projection)
{
	size_t size;

	if (recipes == NULL || type->declared != NULL ||
	    !project_is_plain(projection))
		return NULL;
	for (size_t i = 0; i < recipes->n; i++)
		if (recipes->list[i]->type == type)
			return recipes->list[i];
	size = recipes->n * sizeof(*recipes->list);
	recipes->list = arena_grow(
	    recipes->arena, recipes->list, size, size + sizeof(*recipes->list));
	recipes->list[recipes->n] =
	    recipe_new(recipes->arena, type, project_plain());
	return recipes->list[recipes->n++];
}
