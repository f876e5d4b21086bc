/*
 * place_value.c: what a resource of a target has at a place, and putting it
 * there.
 */
#include "json/json.h"
#include "sync/place.h"

static bool
is_empty(const struct json_object *v)
{
	switch (json_kind(v)) {
	case JSON_NULL:
		return true;
	case JSON_STRING:
		return json_string(v).len == 0;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return json_len(v) == 0;
	default:
		return false;
	}
}

/* What targets have as true and "True", work and Work is the same here. */
static bool
is_met(const struct json_object *element, const struct place_condition *c)
{
	const struct json_object *v = json_attr(element, c->name);

	if (json_kind(v) == JSON_STRING && json_kind(c->value) == JSON_BOOLEAN)
		return slice_equal_nocase(json_string(v),
		    json_boolean(c->value) ? SLICE("true") : SLICE("false"));
	if (json_kind(v) == JSON_STRING && json_kind(c->value) == JSON_STRING)
		return slice_equal_nocase(
		    json_string(v), json_string(c->value));
	return json_equal(v, c->value);
}

static bool
is_element(const struct place *p, const struct json_object *element)
{
	for (size_t i = 0; i < p->nconditions; i++)
		if (!is_met(element, &p->conditions[i]))
			return false;
	return true;
}

static bool
is_primary(const struct json_object *element)
{
	const struct json_object *v = json_attr(element, SLICE("primary"));

	return json_boolean(v) ||
	    slice_equal_nocase(json_string(v), SLICE("true"));
}

/* Where in LIST the element of P is; the length when it is not there. */
static size_t
find(const struct place *p, const struct json_object *list)
{
	size_t n = json_len(list), found = n;

	for (size_t i = 0; i < n; i++) {
		if (!is_element(p, json_at(list, i)))
			continue;
		if (is_primary(json_at(list, i)))
			return i;
		if (found == n)
			found = i;
	}
	return found;
}

static struct json_object *
whole(const struct place *p, const struct json_object *resource)
{
	if (p->urn.len > 0)
		resource = json_attr(resource, p->urn);
	return json_attr(resource, p->name);
}

struct json_object *
place_element(const struct place *p, const struct json_object *resource)
{
	struct json_object *v = whole(p, resource);
	size_t at;

	if (json_kind(v) != JSON_ARRAY)
		return v;
	at = find(p, v);
	return at < json_len(v) ? json_at(v, at) : NULL;
}

struct json_object *
place_get(const struct place *p, const struct json_object *resource)
{
	struct json_object *v = whole(p, resource);

	if (p->in_list)
		v = place_element(p, resource);
	else if (!p->many && p->attr != NULL && json_kind(v) == JSON_ARRAY)
		v = json_at(v, 0); /* a single value in a list */
	if (p->sub.len > 0)
		v = json_attr(v, p->sub);
	else if (p->wraps && json_kind(v) == JSON_OBJECT)
		v = json_attr(v, SLICE("value"));
	return is_empty(v) ? NULL : v;
}

/* The member NAME of OBJECT, whatever its case, becomes V or goes. */
static void
replace(struct json_object *object, struct slice name, struct json_object *v)
{
	struct json_member m = json_first(object);

	while (m.entry != NULL && !slice_equal_nocase(m.name, name))
		json_next(&m);
	if (m.entry != NULL)
		name = m.name;
	if (v != NULL)
		json_set(object, name, v);
	else if (m.entry != NULL)
		json_delete(object, name);
}

/* The member NAME, made when it is not of KIND, if it may be MADE. */
static struct json_object *
child(struct arena *a, struct json_object *object, struct slice name,
    enum json_kind kind, bool made)
{
	struct json_object *v = json_attr(object, name);

	if (json_kind(v) == kind || !made)
		return json_kind(v) == kind ? v : NULL;
	v = kind == JSON_ARRAY ? json_new_array(a) : json_new_object(a);
	replace(object, name, v);
	return v;
}

static struct json_object *
new_element(struct arena *a, const struct place *p, struct json_object *list)
{
	struct json_object *element = json_new_object(a);

	for (size_t i = 0; i < p->nconditions; i++)
		json_set(element, p->conditions[i].name,
		    json_copy(a, p->conditions[i].value));
	json_append(list, element);
	return json_at(list, json_len(list) - 1);
}

/* Does ELEMENT hold nothing but what names it? */
static bool
is_hollow(const struct place *p, const struct json_object *element)
{
	for (struct json_member m = json_first(element); m.entry != NULL;
	     json_next(&m)) {
		size_t i = 0;

		while (i < p->nconditions &&
		    !slice_equal_nocase(p->conditions[i].name, m.name))
			i++;
		if (i == p->nconditions && !is_empty(m.value))
			return false;
	}
	return true;
}

/* In one element of LIST; a NULL leaves no hollow one. */
static void
put_in_list(struct arena *a, const struct place *p, struct json_object *list,
    struct json_object *v)
{
	size_t at = find(p, list);
	struct json_object *element;

	if (at == json_len(list) && v == NULL)
		return;
	if (p->sub.len == 0 && v != NULL && at < json_len(list)) {
		json_put_at(list, at, v);
		return;
	}
	element =
	    at < json_len(list) ? json_at(list, at) : new_element(a, p, list);
	if (p->sub.len > 0)
		replace(element, p->sub, v);
	else if (v != NULL)
		json_put_at(list, json_len(list) - 1, v);
	if (v == NULL && (p->sub.len == 0 || is_hollow(p, element)))
		json_delete_at(list, at);
}

struct json_object *
place_wrap(
    struct arena *a, const struct place *p, const struct json_object *value)
{
	struct json_object *object;

	if (!p->wraps || value == NULL || json_kind(value) == JSON_OBJECT)
		return json_copy(a, value);
	object = json_new_object(a);
	json_set(object, SLICE("value"), json_copy(a, value));
	return object;
}

/* Take the member NAME away when nothing is in it. */
static void
drop_empty(struct json_object *object, struct slice name)
{
	if (is_empty(json_attr(object, name)))
		replace(object, name, NULL);
}

static void
put_in(struct arena *a, const struct place *p, struct json_object *container,
    const struct json_object *value)
{
	struct json_object *v = place_wrap(a, p, value), *inner;

	if (!p->in_list && p->sub.len == 0) {
		replace(container, p->name, v);
		return;
	}
	inner = child(a, container, p->name,
	    p->in_list ? JSON_ARRAY : JSON_OBJECT, v != NULL);
	if (inner == NULL)
		return;
	if (p->in_list)
		put_in_list(a, p, inner, v);
	else
		replace(inner, p->sub, v);
	drop_empty(container, p->name);
}

void
place_put(struct arena *a, const struct place *p, struct json_object *resource,
    const struct json_object *value)
{
	struct json_object *container = resource;

	if (p->urn.len > 0)
		container =
		    child(a, resource, p->urn, JSON_OBJECT, value != NULL);
	if (container == NULL)
		return;
	put_in(a, p, container, value);
	if (p->urn.len > 0)
		drop_empty(resource, p->urn);
}
