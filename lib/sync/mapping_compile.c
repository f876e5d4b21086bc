/*
 * mapping_compile.c: mappings as they are written, checked.
 */
#include <stddef.h>

#include "base/nelem.h"
#include "json/json.h"
#include "sync/mapping_part.h"
#include "sync/property.h"

static const char *const default_words[] = { "create", "always", NULL };
static const char *const flow_words[] = { "always", "create", "multiValueAdd",
	"valueAdd", "attributeAdd", NULL };
static const char *const null_words[] = { "keep", "clear", NULL };
static const char *const type_words[] = { "", "string", "boolean", "integer",
	"decimal", "complex", NULL };
#define AT(member) offsetof(struct written, member)
/* clang-format off */
static const struct property properties[] = {
	{ "target",      PROPERTY_TEXT,   AT(target),       0, 0, NULL },
	{ "source",      PROPERTY_TEXT,   AT(source),       0, 0, NULL },
	{ "constant",    PROPERTY_VALUE,  AT(constant),     0, 0, NULL },
	{ "expression",  PROPERTY_TEXT,   AT(expression),   0, 0, NULL },
	{ "default",     PROPERTY_VALUE,  AT(default_value), 0, 0, NULL },
	{ "defaultOn",   PROPERTY_WORD,   AT(default_on),   0, 0, default_words },
	{ "flow",        PROPERTY_WORD,   AT(flow),         0, 0, flow_words },
	{ "nulls",       PROPERTY_WORD,   AT(nulls),        0, 0, null_words },
	{ "match",       PROPERTY_NUMBER, AT(match),        0, 100, NULL },
	{ "reference",   PROPERTY_TEXT,   AT(reference),    0, 0, NULL },
	{ "caseExact",   PROPERTY_VALUE,  AT(case_exact),   0, 0, NULL },
	{ "type",        PROPERTY_WORD,   AT(type),         0, 0, type_words },
	{ "multiValued", PROPERTY_FLAG,   AT(multi_valued), 0, 0, NULL },
};
/* clang-format on */
#undef AT

/* Does the whole of the complex attribute flow that P names? */
static bool
flows_whole(const struct path *p, const struct place *to)
{
	return p->ref.attr != NULL && p->ref.sub == NULL &&
	    p->ref.attr->type == ATTR_COMPLEX && to->sub.len == 0 &&
	    !to->wraps && (to->leaf == NULL || to->leaf->type == ATTR_COMPLEX);
}

/* PS-054: also whole complex attributes, which expressions do not know. */
static int
compile_source(
    const struct compiler *c, const struct written *w, struct mapping_row *row)
{
	const struct expression_environment *env = c->types->source;
	struct path *path = arena_calloc(c->a, 1, sizeof(*path));
	struct error inner;

	row->attribute = arena_calloc(c->a, 1, sizeof(*row->attribute));
	row->source = w->source;
	if (env->type != NULL &&
	    path_parse(
		c->a, env->type, env->profile, w->source, path, &inner) == 0 &&
	    !path->unknown && flows_whole(path, &row->place)) {
		*row->attribute = (struct attribute){ .name = w->source,
			.kind = DATUM_OBJECT,
			.multi_valued = path->ref.attr->multi_valued &&
			    path->filter == NULL,
			.path = path };
		return 0;
	}
	if (attribute_resolve(c->a, env, w->source, row->attribute, c->err) ==
	    -1)
		return error_prefix(c->err, "source: ");
	return 0;
}

/* The target is asked for it. */
static int
check_unique(const struct compiler *c, const struct written *w,
    const struct mapping_row *row)
{
	if (row->match > 0)
		return mapping_refuse(c, "match",
		    "a value that nobody has finds nobody: match another "
		    "attribute");
	if (w->reference.data != NULL || row->place.many || row->redacted)
		return mapping_refuse(c, "expression",
		    "a value that nobody has must be one that the target can "
		    "be asked for");
	return 0;
}

static int
compile_expression(
    const struct compiler *c, const struct written *w, struct mapping_row *row)
{
	if (expression_compile(c->a, w->expression, c->types->source,
		&row->expression, c->err) == -1) {
		c->err->code = ERR_INVALID_VALUE;
		return error_prefix(c->err, "expression: ");
	}
	row->roles = expression_roles(row->expression);
	if (row->roles == ROLES_ADD && row->flow == MAPPING_ALWAYS)
		row->flow = MAPPING_MULTI_VALUE_ADD;
	row->is_unique = expression_is_unique(row->expression);
	if (expression_is_of_creations(row->expression))
		row->flow = MAPPING_CREATE;
	return row->is_unique ? check_unique(c, w, row) : 0;
}

/* Can ATTR have the value V? */
static bool
is_of_type(const struct attr *attr, const struct datum *v)
{
	int64_t n;
	bool b;

	switch (attr->type) {
	case ATTR_COMPLEX:
		return v->kind == DATUM_OBJECT;
	case ATTR_BOOLEAN:
		return datum_as_boolean(v, &b) == 0;
	case ATTR_INTEGER:
		return datum_as_integer(v, &n) == 0;
	default:
		return v->kind != DATUM_OBJECT;
	}
}

/* A "constant" or "default", before it is sent to everybody. */
static int
check_value(const struct compiler *c, const struct mapping_row *row,
    const char *name, struct json_object *json)
{
	const struct datum v = datum_of_json(c->a, json);

	if (json == NULL || row->attr == NULL)
		return 0;
	if (v.kind == DATUM_LIST && !row->place.many)
		return mapping_refuse(c, name, "one value expected, no list");
	for (size_t i = 0; i < v.nitems; i++)
		if (!is_of_type(row->attr, &v.items[i]))
			return mapping_refuse(
			    c, name, "not of the attribute's type");
	if (v.kind != DATUM_LIST && v.kind != DATUM_NULL &&
	    !is_of_type(row->attr, &v))
		return mapping_refuse(c, name, "not of the attribute's type");
	return 0;
}

/* "source", "constant", "expression" or none of them (PS-050). */
static int
compile_value(
    const struct compiler *c, const struct written *w, struct mapping_row *row)
{
	if ((w->source.data != NULL) + (w->constant != NULL) +
		(w->expression.data != NULL) >
	    1)
		return mapping_refuse(c, "source",
		    "only one of \"source\", \"constant\" and \"expression\"");
	if (w->source.data != NULL) {
		row->kind = MAPPING_DIRECT;
		return compile_source(c, w, row);
	}
	if (w->expression.data != NULL) {
		row->kind = MAPPING_EXPRESSION;
		return compile_expression(c, w, row);
	}
	if (w->constant != NULL) {
		row->kind = MAPPING_CONSTANT;
		row->constant = w->constant;
		return 0;
	}
	row->flow = row->flow == MAPPING_CREATE ? MAPPING_CREATE
						: MAPPING_ATTRIBUTE_ADD;
	return row->match == 0
	    ? 0
	    : mapping_refuse(c, "match", "there is no value to match with");
}

static int
check_options(
    const struct compiler *c, const struct written *w, struct mapping_row *row)
{
	enum json_kind exact = json_kind(w->case_exact);

	if (exact != JSON_NULL && exact != JSON_BOOLEAN)
		return mapping_refuse(c, "caseExact", "true or false expected");
	row->exact = exact == JSON_BOOLEAN && json_boolean(w->case_exact);
	row->folded = exact == JSON_BOOLEAN && !json_boolean(w->case_exact);
	if (row->clears && row->attr != NULL && row->attr->required &&
	    row->attr->parent == NULL)
		return mapping_refuse(
		    c, "nulls", "a target needs this attribute");
	if (w->reference.data != NULL && row->kind == MAPPING_CONSTANT)
		return mapping_refuse(
		    c, "reference", "a constant is no id of an object");
	if (w->reference.data != NULL && w->match > 0)
		return mapping_refuse(
		    c, "match", "a reference is no matching value");
	if (w->match > 0 && (row->place.many || row->redacted))
		return mapping_refuse(c, "match",
		    "one value that the target can be asked for is needed");
	return 0;
}

static int
compile_row(
    struct compiler *c, const struct json_object *json, struct mapping_row *row)
{
	struct written w = { .match = 0 };

	if (property_read(json, properties, NELEM(properties), &w, c->err) ==
	    -1)
		return -1;
	if (w.target.data == NULL)
		return mapping_refuse(c, "target", "a path is needed");
	row->flow = (enum mapping_flow)w.flow;
	row->match = w.match;
	row->clears = w.nulls == 1;
	row->default_value = w.default_value;
	row->default_always = w.default_on == 1;
	row->reference = w.reference.data == NULL ? SLICE("") : w.reference;
	if (mapping_target(c, &w, row) == -1 ||
	    check_value(c, row, "constant", w.constant) == -1 ||
	    check_value(c, row, "default", w.default_value) == -1 ||
	    compile_value(c, &w, row) == -1)
		return -1;
	return check_options(c, &w, row);
}

/* Each place is written by one mapping. */
static int
check_double(const struct compiler *c, const struct mapping *m,
    const struct mapping_row *row)
{
	for (size_t i = 0; i < m->nrows; i++)
		if (place_overlaps(&m->rows[i].place, &row->place))
			return error_set(c->err, ERR_INVALID_VALUE,
			    "target: mappings[%zu] writes '%.*s' already",
			    m->rows[i].number,
			    SLICE_ARG(m->rows[i].place.text));
	return 0;
}

static struct mapping_match *
match_of(struct mapping *m, int64_t number)
{
	size_t at = 0;

	while (at < m->nmatches && m->matches[at].number < number)
		at++;
	if (at < m->nmatches && m->matches[at].number == number)
		return &m->matches[at];
	for (size_t i = m->nmatches++; i > at; i--)
		m->matches[i] = m->matches[i - 1];
	m->matches[at] = (struct mapping_match){ .number = number };
	return &m->matches[at];
}

static void
link_rows(struct arena *a, struct mapping *m)
{
	m->matches = arena_calloc(a, m->nrows + 1, sizeof(*m->matches));
	for (size_t i = 0; i < m->nrows; i++) {
		struct mapping_row *row = &m->rows[i];
		struct mapping_match *match;

		if (slice_equal_nocase(row->place.name, SLICE("active")) &&
		    row->place.urn.len == 0)
			m->active = row;
		if (row->match == 0)
			continue;
		match = match_of(m, row->match);
		if (match->rows == NULL)
			match->rows = arena_calloc(
			    a, m->nrows, sizeof(struct mapping_row *));
		match->rows[match->nrows++] = row;
	}
}

/* Members are edges, not values: they are told from what else flows. */
static bool
is_members(const struct mapping_row *row)
{
	return row->place.attr != NULL && row->place.attr->keep == KEEP_EDGES;
}

int
mapping_compile(struct arena *a, const struct json_object *mappings,
    const struct mapping_types *types, struct mapping *out, struct error *err)
{
	struct compiler c = { .a = a, .types = types, .err = err };
	size_t n = json_len(mappings);

	*out = (struct mapping){ .rows = NULL };
	if (json_kind(mappings) != JSON_ARRAY || n > MAPPING_ROWS_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "mappings: an array of at most %d expected",
		    MAPPING_ROWS_MAX);
	out->rows = arena_calloc(a, n + 1, sizeof(*out->rows));
	for (size_t i = 0; i < n; i++) {
		struct mapping_row *row = &out->rows[out->nrows];

		*row = (struct mapping_row){ .number = i };
		if (compile_row(&c, json_at(mappings, i), row) == -1 ||
		    check_double(&c, out, row) == -1)
			return error_prefix(err, "mappings[%zu].", i);
		if (is_members(row))
			out->members = true;
		else
			out->nrows++;
	}
	link_rows(a, out);
	return 0;
}
