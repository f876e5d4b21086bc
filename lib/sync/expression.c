/*
 * expression.c: expressions from outside: compile, evaluate, ask about.
 */
#include "sync/function.h"

int
expression_compile(struct arena *a, struct slice text,
    const struct expression_environment *environment, struct expression **out,
    struct error *err)
{
	struct expression *e = arena_calloc(a, 1, sizeof(*e));

	if (node_parse(a, text, &e->root, err) == -1 ||
	    node_check(a, e, e->root, environment, err) == -1)
		return -1;
	*out = e;
	return 0;
}

int
expression_evaluate(struct arena *a, const struct expression *e,
    const struct json_object *person, const struct expression_world *world,
    struct datum *out, struct error *err)
{
	struct run r = { .a = a, .person = person, .world = world, .err = err };

	return node_evaluate(&r, e->root, out);
}

enum expression_roles
expression_roles(const struct expression *e)
{
	return e->root->kind == NODE_CALL ? e->root->function->roles
					  : ROLES_NONE;
}

static bool
is_unique(const struct node *n)
{
	if (n->kind == NODE_CALL && (n->function->flags & FUNCTION_UNIQUE))
		return true;
	for (size_t i = 0; i < n->nargs; i++)
		if (is_unique(n->args[i]))
			return true;
	return false;
}

bool
expression_is_unique(const struct expression *e)
{
	return is_unique(e->root);
}

bool
expression_is_of_creations(const struct expression *e)
{
	return e->root->kind == NODE_CALL &&
	    (e->root->function->flags & FUNCTION_CREATE) != 0;
}

struct slice
expression_attribute_name(const struct expression *e, size_t i)
{
	return i < e->nnames ? e->names[i] : (struct slice){ NULL, 0 };
}
