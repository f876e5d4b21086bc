/*
 * dialect_body.c: whole resources, to be created or replaced.
 */
#include "json/json.h"
#include "sync/dialect.h"
#include "sync/dialect_part.h"

struct json_object *
dialect_value(struct arena *a, const struct dialect *d, const struct place *p,
    struct json_object *v)
{
	if (!d->text_booleans || p->in_list || json_kind(v) != JSON_BOOLEAN)
		return v;
	return json_new_string(
	    a, json_boolean(v) ? SLICE("True") : SLICE("False"));
}

/* URN stands in "schemas" of RESOURCE from now on. */
static void
add_schema(struct arena *a, struct json_object *resource, struct slice urn)
{
	struct json_object *list = json_attr(resource, SLICE("schemas"));

	if (json_kind(list) != JSON_ARRAY) {
		list = json_new_array(a);
		json_set(resource, SLICE("schemas"), list);
	}
	for (size_t i = 0; i < json_len(list); i++)
		if (slice_equal_nocase(json_string(json_at(list, i)), urn))
			return;
	json_append(list, json_new_string(a, urn));
}

static void
put(struct arena *a, const struct dialect *d, const struct place *p,
    struct json_object *resource, struct json_object *value)
{
	if (p->urn.len > 0 && value != NULL)
		add_schema(a, resource, p->urn);
	place_put(a, p, resource, dialect_value(a, d, p, value));
}

struct json_object *
dialect_create(struct arena *a, const struct dialect *d, struct slice schema,
    const struct flow *flows, size_t n, struct slice external_id)
{
	struct json_object *body = json_new_object(a);

	add_schema(a, body, schema);
	for (size_t i = 0; i < n; i++)
		if (flows[i].state == FLOW_SET && flows[i].value != NULL)
			put(a, d, &flows[i].row->place, body, flows[i].value);
	if (d->external_id && external_id.len > 0 &&
	    !json_has(body, SLICE("externalId")))
		json_set(
		    body, SLICE("externalId"), json_new_string(a, external_id));
	return body;
}

/* The elements of MORE behind those that are there. */
static void
append(struct arena *a, const struct change *c, struct json_object *resource)
{
	struct json_object *list =
	    json_copy(a, place_get(&c->row->place, resource));

	if (json_kind(list) != JSON_ARRAY)
		list = json_new_array(a);
	for (size_t i = 0; i < json_len(c->value); i++)
		json_append(list, json_copy(a, json_at(c->value, i)));
	place_put(a, &c->row->place, resource, list);
}

/* CLI-23, in whatever case the target has it. */
static void
drop_groups(struct json_object *body)
{
	struct json_member m = json_first(body);

	while (m.entry != NULL && !slice_equal_nocase(m.name, SLICE("groups")))
		json_next(&m);
	if (m.entry != NULL)
		json_delete(body, m.name);
}

struct json_object *
dialect_put(struct arena *a, const struct dialect *d,
    const struct json_object *resource, const struct change *changes, size_t n)
{
	struct json_object *body = json_copy(a, resource);

	for (size_t i = 0; i < n; i++)
		if (changes[i].kind == CHANGE_ADD)
			append(a, &changes[i], body);
		else
			put(a, d, &changes[i].row->place, body,
			    changes[i].kind == CHANGE_REMOVE
				? NULL
				: changes[i].value);
	drop_groups(body);
	return body;
}
