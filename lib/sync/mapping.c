/*
 * mapping.c: what flows from one object of the source.
 */
#include "base/nelem.h"
#include "json/json.h"
#include "sync/mapping.h"

/* One evaluation. */
struct evaluation {
	struct arena *a;
	const struct json_object *person;
	const struct mapping_world *world;
	bool creates;
	struct error *err;
};

static struct json_object *
to_boolean(struct arena *a, const struct datum *v)
{
	bool b;

	return datum_as_boolean(v, &b) == 0 ? json_new_boolean(a, b)
					    : datum_to_json(a, v);
}

static struct json_object *
to_integer(struct arena *a, const struct datum *v)
{
	int64_t n;

	return v->kind == DATUM_TEXT && datum_as_integer(v, &n) == 0
	    ? json_new_integer(a, n)
	    : datum_to_json(a, v);
}

static struct json_object *
to_decimal(struct arena *a, const struct datum *v)
{
	struct json_object *number;
	struct error ignored;

	if (v->kind == DATUM_TEXT &&
	    json_parse(a, v->text, &number, &ignored) == 0 &&
	    (json_kind(number) == JSON_INTEGER ||
		json_kind(number) == JSON_DECIMAL))
		return number;
	return datum_to_json(a, v);
}

/* {"value": V}, where elements have one. */
static struct json_object *
to_object(struct arena *a, const struct attr *attr, const struct datum *v)
{
	struct json_object *object;

	if (v->kind == DATUM_OBJECT ||
	    attr_find_sub(attr, SLICE("value")) == NULL)
		return datum_to_json(a, v);
	object = json_new_object(a);
	json_set(object, SLICE("value"), datum_to_json(a, v));
	return object;
}

/* One value of the type that ATTR, or NULL, is of. */
static struct json_object *
to_type(struct arena *a, const struct attr *attr, const struct datum *v)
{
	if (attr == NULL)
		return datum_to_json(a, v);
	if (attr->type == ATTR_COMPLEX)
		return to_object(a, attr, v);
	if (v->kind == DATUM_OBJECT)
		return json_new_string(a, datum_print(a, v));
	switch (attr->type) {
	case ATTR_BOOLEAN:
		return to_boolean(a, v);
	case ATTR_INTEGER:
		return to_integer(a, v);
	case ATTR_DECIMAL:
		return to_decimal(a, v);
	case ATTR_STRING:
		return json_new_string(a, datum_print(a, v));
	default:
		return datum_to_json(a, v);
	}
}

/* A list is a list where there are many, else its first value. */
static struct json_object *
to_place(struct arena *a, const struct mapping_row *row, const struct datum *v)
{
	bool many = row->place.many || row->attr == NULL;
	struct json_object *list;

	if (v->kind != DATUM_LIST && !row->place.many)
		return to_type(a, row->attr, v);
	if (v->kind == DATUM_LIST && !many)
		return to_type(a, row->attr, &v->items[0]);
	list = json_new_array(a);
	if (v->kind != DATUM_LIST)
		json_append(list, to_type(a, row->attr, v));
	for (size_t i = 0; i < v->nitems; i++)
		json_append(list, to_type(a, row->attr, &v->items[i]));
	return list;
}

/* ENTRA-46: the one role of a person, an element of its list, is primary. */
static struct json_object *
single_role(
    struct arena *a, const struct mapping_row *row, struct json_object *value)
{
	struct json_object *role = json_at(value, 0);

	if (row->roles != ROLES_SINGLE || !row->place.many ||
	    json_kind(role) != JSON_OBJECT)
		return value;
	json_set(role, SLICE("primary"), json_new_boolean(a, true));
	json_set(role, SLICE("type"),
	    json_new_string(a, SLICE("WindowsAzureActiveDirectoryRole")));
	return value;
}

/* The candidates of a unique value. */
struct candidates {
	const struct mapping_world *world;
	const struct mapping_row *row;
	struct slice own;    /* all others are taken; or no data */
	struct slice chosen; /* the last that is not */
};

static bool
is_same(const struct candidates *c, struct slice x, struct slice y)
{
	return c->row->exact ? slice_equal(x, y) : slice_equal_nocase(x, y);
}

static int
is_taken(void *arg, struct slice candidate, struct error *err)
{
	struct candidates *c = arg;

	(void)err;
	if (c->own.data != NULL)
		return !is_same(c, candidate, c->own);
	if (c->world->is_taken(c->world->arg, c->row, candidate))
		return 1;
	c->chosen = candidate;
	return 0;
}

/*
 * The value that nobody else has, as far as is known.  An object keeps what it
 * has as long as that is one of the candidates.
 */
static int
compute_unique(struct evaluation *e, struct flow *f, struct datum *v)
{
	struct candidates c = { .world = e->world, .row = f->row };
	struct expression_world world = *e->world->expressions;
	struct slice own = (struct slice){ NULL, 0 };

	world.is_taken = is_taken;
	world.taken_arg = &c;
	if (!e->creates)
		own = e->world->own(e->world->arg, f->row);
	c.own = own;
	if (own.data != NULL &&
	    expression_evaluate(
		e->a, f->row->expression, e->person, &world, v, e->err) == 0)
		return 0;
	c.own = (struct slice){ NULL, 0 };
	if (expression_evaluate(
		e->a, f->row->expression, e->person, &world, v, e->err) == -1)
		return -1;
	if (own.data == NULL || !is_same(&c, datum_print(e->a, v), own))
		f->candidate = c.chosen;
	return 0;
}

static int
compute(struct evaluation *e, struct flow *f, struct datum *v)
{
	const struct mapping_row *row = f->row;

	*v = (struct datum){ .kind = DATUM_NULL };
	switch (row->kind) {
	case MAPPING_DIRECT:
		attribute_read(e->a, row->attribute, e->person, v);
		return 0;
	case MAPPING_CONSTANT:
		*v = datum_of_json(e->a, row->constant);
		return 0;
	case MAPPING_EXPRESSION:
		if (row->is_unique && e->world->is_taken != NULL)
			return compute_unique(e, f, v);
		return expression_evaluate(e->a, row->expression, e->person,
		    e->world->expressions, v, e->err);
	default:
		return 0;
	}
}

/* The id that the target has for ID, put into *OUT or on the list. */
static int
resolve_one(struct evaluation *e, struct flow *f, struct slice id,
    struct json_object **out)
{
	struct slice target;
	int found = e->world->resolve(
	    e->world->arg, f->row->reference, id, &target, e->err);

	*out = NULL;
	if (found == 1)
		*out = json_new_string(e->a, target);
	if (found != 0)
		return found == 1 ? 0 : -1;
	if (f->pending == NULL)
		f->pending = json_new_array(e->a);
	json_append(f->pending, json_new_string(e->a, id));
	return 0;
}

static int
resolve_list(struct evaluation *e, struct flow *f, struct json_object *list)
{
	struct json_object *found = json_new_array(e->a), *id;

	for (size_t i = 0; i < json_len(list); i++) {
		if (resolve_one(e, f, json_string(json_at(list, i)), &id) == -1)
			return -1;
		if (id != NULL)
			json_append(found, id);
	}
	f->value = json_len(found) > 0 ? found : NULL;
	return 0;
}

/* PS-055: ids of the source become those of the target, or must wait. */
static int
resolve(struct evaluation *e, struct flow *f)
{
	if (f->row->reference.len == 0 || f->value == NULL)
		return 0;
	if (json_kind(f->value) == JSON_ARRAY
		? resolve_list(e, f, f->value) == -1
		: resolve_one(e, f, json_string(f->value), &f->value) == -1)
		return -1;
	if (f->value == NULL)
		f->state = FLOW_PENDING;
	return 0;
}

static struct json_object *
default_of(const struct evaluation *e, const struct mapping_row *row)
{
	return e->creates || row->default_always ? row->default_value : NULL;
}

/* Null, text without a character, an object without a member. */
static bool
is_nothing(const struct datum *v)
{
	return datum_is_empty(v) ||
	    (v->kind == DATUM_OBJECT && json_len(v->object) == 0);
}

static int
evaluate_row(
    struct evaluation *e, const struct mapping_row *row, struct flow *f)
{
	struct datum v;

	*f = (struct flow){ .row = row, .state = FLOW_LEFT };
	if (row->flow == MAPPING_CREATE && !e->creates)
		return 0;
	if (compute(e, f, &v) == -1)
		return error_prefix(e->err,
		    "mappings[%zu] (%.*s): ", row->number,
		    SLICE_ARG(row->place.text));
	f->redacted = v.redacted || row->redacted;
	if (v.dropped)
		return 0;
	if (is_nothing(&v))
		v = datum_of_json(e->a, default_of(e, row));
	if (is_nothing(&v)) {
		f->state = row->clears && row->kind != MAPPING_NONE ? FLOW_SET
								    : FLOW_LEFT;
		return 0;
	}
	f->state = FLOW_SET;
	f->value = single_role(e->a, row, to_place(e->a, row, &v));
	return resolve(e, f);
}

static bool
is_label(const struct place *p)
{
	static const struct slice labels[] = { { "type", 4 }, { "primary", 7 },
		{ "display", 7 } };

	for (size_t i = 0; i < NELEM(labels); i++)
		if (p->in_list && slice_equal_nocase(p->sub, labels[i]))
			return true;
	return false;
}

/* The labels of F, the "value" of an element that is null, are null, too. */
static void
drop_labels(const struct flow *f, struct flow *flows, size_t n)
{
	if (f->value != NULL || !f->row->place.in_list ||
	    !slice_equal_nocase(f->row->place.sub, SLICE("value")))
		return;
	for (size_t i = 0; i < n; i++)
		if (is_label(&flows[i].row->place) &&
		    place_same_element(&flows[i].row->place, &f->row->place)) {
			flows[i].value = NULL;
			flows[i].state = f->state;
		}
}

static bool
is_primary(const struct flow *f)
{
	return f->row->place.in_list && json_boolean(f->value) &&
	    slice_equal_nocase(f->row->place.sub, SLICE("primary"));
}

/* CLI-25: of the elements of a list the first is primary, no other. */
static void
keep_one_primary(
    struct arena *a, const struct flow *first, struct flow *flows, size_t n)
{
	for (size_t i = 0; is_primary(first) && i < n; i++)
		if (&flows[i] > first && is_primary(&flows[i]) &&
		    slice_equal(
			flows[i].row->place.urn, first->row->place.urn) &&
		    slice_equal_nocase(
			flows[i].row->place.name, first->row->place.name))
			flows[i].value = json_new_boolean(a, false);
}

int
mapping_evaluate(struct arena *a, const struct mapping *mapping,
    const struct json_object *person, const struct mapping_world *world,
    bool creates, struct flow **out, size_t *n, struct error *err)
{
	struct evaluation e = { .a = a,
		.person = person,
		.world = world,
		.creates = creates,
		.err = err };
	struct flow *flows =
	    arena_calloc(a, mapping->nrows + 1, sizeof(*flows));

	for (size_t i = 0; i < mapping->nrows; i++)
		if (evaluate_row(&e, &mapping->rows[i], &flows[i]) == -1)
			return -1;
	for (size_t i = 0; i < mapping->nrows; i++)
		drop_labels(&flows[i], flows, mapping->nrows);
	for (size_t i = 0; i < mapping->nrows; i++)
		keep_one_primary(a, &flows[i], flows, mapping->nrows);
	*out = flows;
	*n = mapping->nrows;
	return 0;
}

const struct mapping_row *
mapping_find(
    struct arena *a, const struct mapping *mapping, struct slice target)
{
	struct place p;
	struct error ignored;

	for (size_t i = 0; i < mapping->nrows; i++)
		if (slice_equal(mapping->rows[i].place.text, target))
			return &mapping->rows[i];
	if (place_parse(a, NULL, target, &p, &ignored) == -1)
		return NULL;
	for (size_t i = 0; i < mapping->nrows; i++)
		if (place_equal(&mapping->rows[i].place, &p))
			return &mapping->rows[i];
	return NULL;
}
