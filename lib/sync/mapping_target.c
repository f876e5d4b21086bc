/*
 * mapping_target.c: what a mapping writes, checked.
 */
#include "base/nelem.h"
#include "json/json.h"
#include "sync/mapping_part.h"

/* In the order of the words of "type". */
static const enum attr_type types_of_words[] = { ATTR_STRING, ATTR_STRING,
	ATTR_BOOLEAN, ATTR_INTEGER, ATTR_DECIMAL, ATTR_COMPLEX };

int
mapping_refuse(const struct compiler *c, const char *where, const char *why)
{
	return error_set(c->err, ERR_INVALID_VALUE, "%s: %s", where, why);
}

/* The attribute of a target that "type" and "multiValued" declare. */
static const struct attr *
declared(const struct compiler *c, const struct written *w, struct slice name)
{
	struct attr *attr = arena_calloc(c->a, 1, sizeof(*attr));

	attr->name = name;
	attr->type = types_of_words[w->type];
	attr->multi_valued = w->multi_valued;
	return attr;
}

/* Is URN, or the absence of one, of a schema whose attributes we know? */
static bool
is_ours(const struct resource_type *type, struct slice urn)
{
	if (urn.len == 0 || slice_equal_nocase(urn, type->schema->id))
		return true;
	for (size_t i = 0; i < type->nextensions; i++)
		if (slice_equal_nocase(urn, type->extensions[i].schema->id))
			return true;
	return false;
}

/* Nobody knows the attribute: is it declared, or in a schema of its own? */
static int
check_unknown(
    const struct compiler *c, const struct written *w, struct place *p)
{
	const struct expression_environment env = {
		.type = c->types->target,
		.profile = c->types->source->profile,
	};
	const struct place whole = {
		.urn = p->urn, .name = p->name, .sub = p->sub
	};
	struct attribute ignored;
	struct error inner;

	if (w->type != 0) {
		p->leaf = declared(c, w, p->sub.len > 0 ? p->sub : p->name);
		p->many = w->multi_valued && !p->in_list;
		return 0;
	}
	if (env.type == NULL || !is_ours(env.type, p->urn))
		return 0;
	if (attribute_resolve(c->a, &env, place_print(c->a, &whole, 0),
		&ignored, &inner) == -1)
		return error_set(c->err, ERR_INVALID_VALUE,
		    "target: %s; an attribute of the target's own needs a "
		    "\"type\"",
		    inner.detail);
	return 0;
}

/* Does a condition of P say already what stands in its sub-attribute? */
static bool
is_condition(const struct place *p)
{
	for (size_t i = 0; i < p->nconditions; i++)
		if (slice_equal_nocase(p->conditions[i].name, p->sub))
			return true;
	return false;
}

/* What a target keeps to itself, or must not be given (CLI-06, CLI-23). */
static int
check_writable(
    const struct compiler *c, const struct written *w, const struct place *p)
{
	static const struct slice never[] = { { "id", 2 }, { "meta", 4 },
		{ "schemas", 7 }, { "groups", 6 } };

	for (size_t i = 0; i < NELEM(never) && p->urn.len == 0; i++)
		if (slice_equal_nocase(p->name, never[i]) &&
		    (p->attr != NULL || c->types->target == NULL))
			return error_set(c->err, ERR_INVALID_VALUE,
			    "target: nobody but the target writes '%.*s'",
			    SLICE_ARG(p->name));
	if (is_condition(p))
		return mapping_refuse(
		    c, "target", "the filter of the path says that already");
	if (p->in_list && p->nconditions == 0)
		return mapping_refuse(c, "target",
		    "which element? name it, as in "
		    "emails[type eq \"work\"].value");
	if ((p->attr != NULL && p->attr->mutability == MUT_READ_ONLY) ||
	    (p->leaf != NULL && p->leaf->mutability == MUT_READ_ONLY))
		return mapping_refuse(
		    c, "target", "the attribute is read-only");
	if (slice_equal_nocase(p->name, SLICE("password")) &&
	    w->flow != MAPPING_CREATE)
		return mapping_refuse(c, "target",
		    "a password flows with \"flow\": \"create\" alone");
	return 0;
}

int
mapping_target(
    const struct compiler *c, const struct written *w, struct mapping_row *row)
{
	struct place *p = &row->place;

	if (place_parse(c->a, c->types->target, w->target, p, c->err) == -1) {
		c->err->code = ERR_INVALID_VALUE;
		return error_prefix(c->err, "target: ");
	}
	if (p->attr == NULL && check_unknown(c, w, p) == -1)
		return -1;
	row->attr = p->leaf;
	row->key = place_print(c->a, p, 0);
	row->redacted = slice_equal_nocase(p->name, SLICE("password"));
	return check_writable(c, w, p);
}
