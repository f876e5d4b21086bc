/*
 * difference.c: what flows, and what the target has.
 */
#include "json/json.h"
#include "sync/difference.h"
#include "sync/likeness.h"

bool
difference_is_shown(const struct mapping_row *row)
{
	return !row->redacted &&
	    (row->attr == NULL ||
		(row->attr->returned != RET_NEVER &&
		    row->attr->mutability != MUT_WRITE_ONLY));
}

/* Is ROW compared with the target's resource? */
static bool
is_shown(const struct mapping_row *row, const struct known *known)
{
	return known->resource != NULL && difference_is_shown(row);
}

static struct json_object *
known_value(const struct mapping_row *row, const struct known *known)
{
	return is_shown(row, known) ? place_get(&row->place, known->resource)
				    : json_attr(known->exported, row->key);
}

static bool
is_known(const struct mapping_row *row, const struct known *known)
{
	return is_shown(row, known) || json_has(known->exported, row->key);
}

/* Is the element that ROW is in there?  Any row that is in it tells. */
static bool
has_element(const struct mapping_row *row, const struct flow *flows,
    size_t nflows, const struct known *known)
{
	if (known->resource != NULL)
		return place_element(&row->place, known->resource) != NULL;
	for (size_t i = 0; i < nflows; i++)
		if (place_same_element(&flows[i].row->place, &row->place) &&
		    json_attr(known->exported, flows[i].row->key) != NULL)
			return true;
	return false;
}

static bool
only_adds(const struct mapping_row *row, bool list)
{
	return row->flow == MAPPING_VALUE_ADD ||
	    (row->flow == MAPPING_MULTI_VALUE_ADD && list);
}

/* A list grows by what it lacks; when something must go it is set anew. */
static bool
compare_list(const struct likeness *l, const struct flow *f, struct change *c)
{
	struct json_object *missing =
	    likeness_missing(l, f->value, c->old, true);
	struct json_object *extra =
	    likeness_missing(l, c->old, f->value, false);
	bool adds = only_adds(f->row, true);

	if (json_len(missing) == 0 && (json_len(extra) == 0 || adds))
		return false;
	c->value = f->value;
	if (adds ||
	    (json_len(extra) == 0 && c->old != NULL &&
		f->row->roles != ROLES_REPLACE)) {
		c->kind = CHANGE_ADD;
		c->value = missing;
	}
	return true;
}

static bool
compare_null(const struct flow *f, struct change *c)
{
	c->kind = CHANGE_REMOVE;
	return c->old != NULL &&
	    !only_adds(f->row, json_kind(c->old) == JSON_ARRAY);
}

/* Is there something to do for F? */
static bool
compare(struct arena *a, const struct flow *f, const struct known *known,
    struct change *c)
{
	const struct likeness l = {
		.a = a, .row = f->row, .shown = is_shown(f->row, known)
	};

	*c = (struct change){ .row = f->row,
		.kind = CHANGE_SET,
		.redacted = f->redacted,
		.value = f->value,
		.old = known_value(f->row, known) };
	if (f->state != FLOW_SET ||
	    (f->row->flow == MAPPING_ATTRIBUTE_ADD && c->old != NULL))
		return false;
	if (f->value == NULL)
		return compare_null(f, c);
	if (json_kind(f->value) == JSON_ARRAY)
		return compare_list(&l, f, c);
	return c->old == NULL || !likeness_same(&l, f->value, c->old);
}

/* Is it another change when the target has something?  To set one value is not. */
static bool
hangs_on_old(const struct change *c)
{
	return c->row->place.in_list || c->row->flow == MAPPING_ATTRIBUTE_ADD ||
	    json_kind(c->value) == JSON_ARRAY;
}

void
difference(struct arena *a, const struct flow *flows, size_t nflows,
    const struct known *known, struct change **out, size_t *n)
{
	struct change *changes = arena_calloc(a, nflows + 1, sizeof(*changes));
	size_t count = 0;

	for (size_t i = 0; i < nflows; i++) {
		struct change *c = &changes[count];
		const struct mapping_row *row = flows[i].row;

		if (!compare(a, &flows[i], known, c))
			continue;
		c->is_new = row->place.in_list &&
		    !has_element(row, flows, nflows, known);
		c->is_unsure = !is_known(row, known) && hangs_on_old(c);
		count++;
	}
	*out = changes;
	*n = count;
}

/* BEFORE and what is added to it. */
static struct json_object *
joined(struct arena *a, const struct mapping_row *row,
    const struct json_object *before, const struct json_object *value)
{
	const struct likeness l = { .a = a, .row = row };
	struct json_object *list = likeness_missing(&l, value, before, true);
	struct json_object *all = json_new_array(a);

	for (size_t i = 0; i < json_len(before); i++)
		json_append(all, json_at(before, i));
	for (size_t i = 0; i < json_len(list); i++)
		json_append(all, json_at(list, i));
	return all;
}

/* What the target has for F from now on. */
static struct json_object *
exported_value(struct arena *a, const struct flow *f, const struct known *known)
{
	struct json_object *before = known_value(f->row, known);
	bool list = json_kind(before) == JSON_ARRAY;

	if (f->state != FLOW_SET ||
	    (f->row->flow == MAPPING_ATTRIBUTE_ADD && before != NULL) ||
	    (f->value == NULL && only_adds(f->row, list)))
		return before;
	if (list && json_kind(f->value) == JSON_ARRAY &&
	    only_adds(f->row, true))
		return joined(a, f->row, before, f->value);
	return f->value;
}

struct json_object *
difference_exported(struct arena *a, const struct flow *flows, size_t nflows,
    const struct known *known)
{
	struct json_object *exported = json_new_object(a);

	for (size_t i = 0; i < nflows; i++)
		if (!flows[i].row->redacted)
			json_set(exported, flows[i].row->key,
			    exported_value(a, &flows[i], known));
	return exported;
}

struct json_object *
difference_seen(struct arena *a, const struct flow *flows, size_t nflows,
    const struct known *known)
{
	struct json_object *seen = json_new_object(a);

	for (size_t i = 0; i < nflows; i++)
		if (is_known(flows[i].row, known) && !flows[i].row->redacted)
			json_set(seen, flows[i].row->key,
			    json_copy(a, known_value(flows[i].row, known)));
	return seen;
}

static struct json_object *
shown(struct arena *a, const struct change *c, const struct json_object *v)
{
	if (c->redacted && v != NULL)
		return json_new_string(a, SLICE("[Redact]"));
	return json_copy(a, v);
}

struct json_object *
difference_show(struct arena *a, const struct change *changes, size_t n)
{
	struct json_object *list = json_new_array(a);

	for (size_t i = 0; i < n; i++) {
		const struct change *c = &changes[i];
		struct json_object *one = json_new_object(a);

		json_set(one, SLICE("name"), json_new_string(a, c->row->key));
		json_set(one, SLICE("old"), shown(a, c, c->old));
		json_set(one, SLICE("new"),
		    shown(a, c, c->kind == CHANGE_REMOVE ? NULL : c->value));
		json_append(list, one);
	}
	return list;
}
