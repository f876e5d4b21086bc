/*
 * dialect_patch.c: changes as the operations of a PATCH (RFC 7644 section
 * 3.5.2; CLI-10; ENTRA-11, 12, 16, 48 and 49 of spec clients.md).
 */
#include "json/json.h"
#include "sync/dialect_part.h"

/* One PATCH in the making. */
struct patch {
	struct arena *a;
	const struct dialect *d;
	const struct change *changes;
	size_t n;
	struct json_object *operations;
	struct json_object *merged; /* of the operation without path */
};

static bool
is_entra(const struct dialect *d)
{
	return d->patch == DIALECT_MERGED || d->patch == DIALECT_LEGACY;
}

struct json_object *
dialect_operations(struct arena *a, struct json_object *operations)
{
	struct json_object *body = json_new_object(a);
	struct json_object *schemas = json_new_array(a);

	json_append(schemas, json_new_string(a, SLICE(URN_PATCH)));
	json_set(body, SLICE("schemas"), schemas);
	json_set(body, SLICE("Operations"), operations);
	return body;
}

void
dialect_operation(struct arena *a, const struct dialect *d,
    struct json_object *operations, const char *op, struct slice path,
    struct json_object *value)
{
	struct json_object *o = json_new_object(a);
	char *word = arena_strdup(a, op);

	if (d->patch == DIALECT_LEGACY)
		word[0] = (char)(word[0] - 'a' + 'A');
	json_set(o, SLICE("op"), json_new_string(a, slice_of(word)));
	if (path.len > 0)
		json_set(o, SLICE("path"), json_new_string(a, path));
	if (value != NULL)
		json_set(o, SLICE("value"), value);
	json_append(operations, o);
}

static void
operation(struct patch *p, const char *op, struct slice path,
    struct json_object *value)
{
	dialect_operation(p->a, p->d, p->operations, op, path, value);
}

static struct slice
path_of(const struct patch *p, const struct change *c, unsigned how)
{
	if (is_entra(p->d))
		how |= PLACE_TEXT_BOOLEANS;
	return place_print(p->a, &c->row->place, how);
}

static bool
is_sub(const struct change *c, struct slice name)
{
	return slice_equal_nocase(c->row->place.sub, name);
}

/* Is C in the element that an earlier change has made, or taken away? */
static bool
is_done(const struct patch *p, size_t at)
{
	const struct change *c = &p->changes[at];

	for (size_t i = 0; i < at; i++)
		if (p->changes[i].is_new && c->is_new &&
		    place_same_element(
			&p->changes[i].row->place, &c->row->place))
			return true;
	return false;
}

/* A new element, with all that the changes have for it (CLI-11). */
static void
add_element(struct patch *p, const struct change *c)
{
	struct json_object *holder = json_new_object(p->a), *list;
	struct place whole = c->row->place;

	for (size_t i = 0; i < p->n; i++)
		if (p->changes[i].is_new &&
		    place_same_element(
			&p->changes[i].row->place, &c->row->place))
			place_put(p->a, &p->changes[i].row->place, holder,
			    p->changes[i].value);
	whole.nconditions = 0;
	whole.sub = SLICE("");
	whole.in_list = false;
	whole.many = true;
	list = place_get(&whole, holder);
	operation(p, "add", place_print(p->a, &whole, 0), list);
}

/* ENTRA-48: JSON in the text of "value". */
static struct json_object *
packed_roles(struct arena *a, const struct json_object *roles)
{
	struct json_object *list = json_new_array(a);

	for (size_t i = 0; i < json_len(roles); i++) {
		struct json_object *role = json_at(roles, i);
		struct json_object *inner = json_new_object(a);
		struct json_object *outer = json_new_object(a);

		json_set(inner, SLICE("id"), json_attr(role, SLICE("value")));
		json_set(
		    inner, SLICE("value"), json_attr(role, SLICE("value")));
		json_set(inner, SLICE("displayName"),
		    json_attr(role, SLICE("display")));
		json_set(outer, SLICE("value"),
		    json_new_string(a, json_text(a, inner)));
		json_append(list, outer);
	}
	return list;
}

static void
add_values(struct patch *p, const struct change *c)
{
	struct json_object *value = c->value;

	if (p->d->patch == DIALECT_LEGACY && c->row->roles == ROLES_ADD)
		value = packed_roles(p->a, value);
	operation(p, "add", path_of(p, c, 0), value);
}

/* Labels go with the "value" of their element. */
static bool
goes_with_value(const struct patch *p, const struct change *c)
{
	for (size_t i = 0; i < p->n && !is_sub(c, SLICE("value")); i++)
		if (p->changes[i].kind == CHANGE_REMOVE &&
		    is_sub(&p->changes[i], SLICE("value")) &&
		    place_same_element(
			&p->changes[i].row->place, &c->row->place))
			return true;
	return false;
}

static void
remove_value(struct patch *p, const struct change *c)
{
	bool element = c->row->place.in_list && is_sub(c, SLICE("value"));

	if (is_entra(p->d))
		operation(p, "remove", path_of(p, c, 0), NULL);
	else if (!c->row->place.in_list || !goes_with_value(p, c))
		operation(p, "remove",
		    path_of(p, c, element ? PLACE_ELEMENT : 0), NULL);
}

static void
set_value(struct patch *p, const struct change *c)
{
	const struct place *at = &c->row->place;
	struct json_object *value = dialect_value(p->a, p->d, at, c->value);
	const char *op = c->old == NULL ? "add" : "replace";

	if (!is_entra(p->d))
		value = place_wrap(p->a, at, value);
	if (p->d->patch == DIALECT_PATHS)
		op = "replace";
	if (p->d->patch == DIALECT_MERGED && !at->in_list && !at->wraps &&
	    json_kind(value) != JSON_ARRAY) {
		json_set(p->merged, path_of(p, c, 0), value);
		return;
	}
	if (json_kind(value) == JSON_ARRAY)
		op = "replace";
	operation(p, op, path_of(p, c, 0), value);
}

static void
put_change(struct patch *p, size_t at)
{
	const struct change *c = &p->changes[at];

	if (c->kind == CHANGE_REMOVE)
		remove_value(p, c);
	else if (c->kind == CHANGE_ADD)
		add_values(p, c);
	else if (!c->is_new || is_entra(p->d))
		set_value(p, c);
	else if (!is_done(p, at))
		add_element(p, c);
}

struct json_object *
dialect_patch(struct arena *a, const struct dialect *d,
    const struct change *changes, size_t n)
{
	struct patch p = { .a = a,
		.d = d,
		.changes = changes,
		.n = n,
		.operations = json_new_array(a),
		.merged = json_new_object(a) };

	for (size_t i = 0; i < n; i++)
		put_change(&p, i);
	if (json_len(p.merged) > 0)
		operation(&p, "replace", SLICE(""), p.merged);
	if (json_len(p.operations) == 0)
		return NULL;
	return dialect_operations(a, p.operations);
}
