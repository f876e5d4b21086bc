/*
 * node_check.c: what the names in an expression mean, and whether its types
 * fit: all that can be told before there is a person.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/nelem.h"
#include "base/number.h"
#include "sync/date.h"
#include "sync/function.h"
#include "sync/nearest.h"

struct check {
	struct arena *a;
	struct expression *e;
	const struct expression_environment *env;
	struct error *err;
};

static const struct {
	unsigned type;
	const char *name;
} type_names[] = {
	{ TYPE_LIST, "several values" },
	{ TYPE_OBJECT, "an object" },
	{ TYPE_TEXT, "text" },
	{ TYPE_INTEGER, "a number" },
	{ TYPE_DATE, "a date" },
	{ TYPE_BOOLEAN, "True or False" },
};

int
node_fail(struct error *err, enum error_code code, const struct node *n,
    const char *fmt, ...)
{
	char text[1024]; /* more than an error's detail */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return error_set(
	    err, code, "expression, byte %zu: %s", n->offset, text);
}

static unsigned
type_of(enum datum_kind kind)
{
	static const unsigned types[] = {
		[DATUM_NULL] = 0,
		[DATUM_TEXT] = TYPE_TEXT,
		[DATUM_INTEGER] = TYPE_INTEGER,
		[DATUM_BOOLEAN] = TYPE_BOOLEAN,
		[DATUM_DATE] = TYPE_DATE,
		[DATUM_OBJECT] = TYPE_OBJECT,
		[DATUM_LIST] = TYPE_LIST,
	};

	return types[kind];
}

static const char *
type_name(unsigned types)
{
	for (size_t i = 0; i < NELEM(type_names); i++)
		if (types & type_names[i].type)
			return type_names[i].name;
	return "nothing";
}

static void
note_name(struct check *k, struct slice name)
{
	struct expression *e = k->e;

	for (size_t i = 0; i < e->nnames; i++)
		if (slice_equal_nocase(e->names[i], name))
			return;
	e->names = arena_grow(k->a, e->names, e->nnames * sizeof(*e->names),
	    (e->nnames + 1) * sizeof(*e->names));
	e->names[e->nnames++] = name;
}

static int
check_attribute(struct check *k, struct node *n)
{
	struct error inner;

	n->attribute = arena_calloc(k->a, 1, sizeof(*n->attribute));
	if (attribute_resolve(k->a, k->env, n->name, n->attribute, &inner) ==
	    -1)
		return node_fail(
		    k->err, ERR_INVALID_VALUE, n, "%s", inner.detail);
	n->types = type_of(n->attribute->kind) |
	    (n->attribute->multi_valued ? TYPE_LIST : 0);
	note_name(k, n->name);
	return 0;
}

static int
unknown_function(struct check *k, const struct node *n)
{
	struct nearest near = NEAREST_NONE;
	const struct function *f;

	for (size_t i = 0; (f = function_at(i)) != NULL; i++)
		nearest_try(&near, n->name, f->name);
	return node_fail(k->err, ERR_INVALID_VALUE, n,
	    "no function %.*s%s%.*s%s", SLICE_ARG(n->name), NEAREST_ARG(near));
}

/* Text is read as what is wanted, anything single is printed as text. */
static bool
fits(unsigned types, unsigned param)
{
	unsigned scalars = types & TYPE_SCALAR;

	if ((types & TYPE_LIST) && !(param & TYPE_LIST))
		return false;
	if ((types & TYPE_OBJECT) && !(param & TYPE_OBJECT))
		return false;
	if (scalars == 0 || (param & TYPE_TEXT) || (scalars & TYPE_TEXT))
		return true;
	if ((param & PARAM_CONDITION) || (param & TYPE_BOOLEAN))
		return !(scalars & TYPE_DATE);
	return (scalars & param) != 0;
}

static bool
is_table(const struct check *k, struct slice name)
{
	for (size_t i = 0; i < k->env->ntables; i++)
		if (slice_equal(k->env->tables[i], name))
			return true;
	return false;
}

static int
check_pattern(struct check *k, struct node *n)
{
	struct error inner;

	if (regex_compile(k->a, n->constant.text, &n->regex, &inner) == -1)
		return node_fail(
		    k->err, ERR_INVALID_VALUE, n, "%s", inner.detail);
	return 0;
}

/* What is no text of the kind that PARAM wants, or NULL. */
static const char *
refuse_constant(const struct check *k, const struct node *n, unsigned param)
{
	const struct datum *v = &n->constant;
	int64_t number;
	bool boolean;

	if ((param & PARAM_INTERVAL) && !function_is_interval(v->text))
		return "no interval: yyyy, m, d, ww, h, n or s";
	if ((param & PARAM_FORMAT) && !date_is_format(v->text))
		return "no format of dates";
	if ((param & PARAM_TABLE) && !is_table(k, v->text))
		return "no table of that name";
	if (param & TYPE_TEXT)
		return NULL;
	if ((param & TYPE_INTEGER) && datum_as_integer(v, &number) == -1)
		return "no number";
	if ((param & TYPE_DATE) && datum_as_date(v, &number) == -1)
		return "no date";
	if ((param & TYPE_BOOLEAN) && !(param & TYPE_INTEGER) &&
	    datum_as_boolean(v, &boolean) == -1)
		return "neither True nor False";
	return NULL;
}

static int
check_constant(struct check *k, struct node *n, unsigned param)
{
	const char *refused;

	if ((param &
		(PARAM_REGEX | PARAM_INTERVAL | PARAM_FORMAT | PARAM_TABLE)) &&
	    n->constant.kind != DATUM_TEXT)
		return node_fail(k->err, ERR_INVALID_VALUE, n, "text expected");
	refused = refuse_constant(k, n, param);
	if (refused != NULL)
		return node_fail(k->err, ERR_INVALID_VALUE, n, "%s", refused);
	return param & PARAM_REGEX ? check_pattern(k, n) : 0;
}

static int check_node(struct check *k, struct node *n, const struct node *in);

/* Argument I of the call N against its parameter. */
static int
check_argument(struct check *k, struct node *n, size_t i)
{
	unsigned param = function_param(n->function, i);
	struct node *arg = n->args[i];

	if (arg->kind == NODE_EMPTY && !(param & PARAM_OPTIONAL))
		return node_fail(k->err, ERR_INVALID_VALUE, arg,
		    "argument %zu of %s is missing", i + 1,
		    n->function->signature);
	if (arg->kind == NODE_COMPARE && !(param & PARAM_CONDITION))
		return node_fail(k->err, ERR_INVALID_VALUE, arg,
		    "a comparison stands in conditions only, as in IIF");
	if (check_node(k, arg, n) == -1)
		return -1;
	if (!fits(arg->types, param))
		return node_fail(k->err, ERR_INVALID_VALUE, arg,
		    "%s takes no argument that is %s: %s",
		    n->function->name.data,
		    type_name(
			arg->types & ~(param & (TYPE_LIST | TYPE_OBJECT))),
		    n->function->signature);
	if ((param & PARAM_ROLES) && arg->kind != NODE_ATTRIBUTE)
		return node_fail(k->err, ERR_INVALID_VALUE, arg,
		    "the attribute with the roles expected");
	if (param & PARAM_RESULT)
		n->types |= arg->types;
	if (param & PARAM_ELEMENT)
		n->types |= arg->types & ~(unsigned)TYPE_LIST;
	return arg->kind == NODE_CONSTANT ? check_constant(k, arg, param) : 0;
}

static int
check_call(struct check *k, struct node *n, const struct node *in)
{
	const struct function *f = function_find(n->name);

	if (f == NULL)
		return unknown_function(k, n);
	n->function = f;
	if (n->nargs < f->min || (f->repeat == 0 && n->nargs > f->max))
		return node_fail(k->err, ERR_INVALID_VALUE, n,
		    "%zu arguments: %s", n->nargs, f->signature);
	if (f->repeat > 1 && n->nargs > f->min &&
	    (n->nargs - f->min) % f->repeat != 0)
		return node_fail(k->err, ERR_INVALID_VALUE, n,
		    "a key without its value: %s", f->signature);
	if ((f->flags & FUNCTION_TOP) && in != NULL)
		return node_fail(k->err, ERR_INVALID_VALUE, n,
		    "%s must be the outermost function", f->name.data);
	n->types = f->result;
	for (size_t i = 0; i < n->nargs; i++)
		if (check_argument(k, n, i) == -1)
			return -1;
	return 0;
}

static int
check_compare(struct check *k, struct node *n)
{
	n->types = TYPE_BOOLEAN;
	for (size_t i = 0; i < 2; i++) {
		if (check_node(k, n->args[i], n) == -1)
			return -1;
		if (n->args[i]->types & (TYPE_LIST | TYPE_OBJECT))
			return node_fail(k->err, ERR_INVALID_VALUE, n->args[i],
			    "%s cannot be compared",
			    type_name(n->args[i]->types));
	}
	return 0;
}

static int
check_node(struct check *k, struct node *n, const struct node *in)
{
	switch (n->kind) {
	case NODE_CONSTANT:
		n->types = type_of(n->constant.kind);
		return 0;
	case NODE_ATTRIBUTE:
		return check_attribute(k, n);
	case NODE_CALL:
		return check_call(k, n, in);
	case NODE_COMPARE:
		return check_compare(k, n);
	default:
		return 0;
	}
}

int
node_check(struct arena *a, struct expression *e, struct node *n,
    const struct expression_environment *environment, struct error *err)
{
	struct check k = { .a = a, .e = e, .env = environment, .err = err };

	if (n->kind == NODE_COMPARE)
		return node_fail(err, ERR_INVALID_VALUE, n,
		    "a comparison stands in conditions only: CBool( ) makes "
		    "a value of it");
	return check_node(&k, n, NULL);
}
