/*
 * likeness.c: values of targets, compared.
 */
#include "json/json.h"
#include "scim/form.h"
#include "scim/value_set.h"
#include "sync/likeness.h"

/* What is compared when no schema knows an attribute. */
static const struct attr unknown_attr = { .type = ATTR_STRING };

static bool same(const struct likeness *l, const struct attr *attr,
    const struct json_object *want, const struct json_object *have);

/* One text for the spellings of a value that has a form. */
static struct slice
in_form(struct arena *a, const struct attr *attr, struct slice text)
{
	return form_compared(a, attr->form, form_canonical(a, attr, text));
}

static bool
same_text(const struct likeness *l, const struct attr *attr, struct slice want,
    struct slice have)
{
	struct attr rule = attr == NULL ? unknown_attr : *attr;

	if (l->shown) {
		want = in_form(l->a, &rule, want);
		have = in_form(l->a, &rule, have);
	}
	if (rule.type == ATTR_STRING) {
		rule.case_exact = l->row->exact ||
		    (!l->row->folded && (!l->shown || rule.case_exact));
		return slice_equal(value_compared(l->a, &rule, want),
		    value_compared(l->a, &rule, have));
	}
	return value_equal(l->a, &rule, json_new_string(l->a, want),
	    json_new_string(l->a, have));
}

/* "True" for true, "7" for 7. */
static bool
same_across(struct arena *a, const struct json_object *text,
    const struct json_object *v)
{
	if (json_kind(v) == JSON_BOOLEAN)
		return slice_equal_nocase(json_string(text),
		    json_boolean(v) ? SLICE("true") : SLICE("false"));
	return slice_equal(json_string(text), json_text(a, v));
}

static bool
is_nothing(const struct json_object *v)
{
	return json_kind(v) == JSON_NULL ||
	    (json_kind(v) == JSON_STRING && json_string(v).len == 0) ||
	    (json_kind(v) == JSON_ARRAY && json_len(v) == 0);
}

/* Has HAVE what each member of WANT says?  No "primary" is a false one. */
static bool
has_members(const struct likeness *l, const struct attr *attr,
    const struct json_object *want, const struct json_object *have)
{
	for (struct json_member m = json_first(want); m.entry != NULL;
	     json_next(&m)) {
		const struct attr *sub =
		    attr == NULL ? NULL : attr_find_sub(attr, m.name);
		const struct json_object *other = json_attr(have, m.name);

		if (is_nothing(m.value) && is_nothing(other))
			continue;
		if (json_kind(m.value) == JSON_BOOLEAN &&
		    !json_boolean(m.value) && is_nothing(other))
			continue;
		if (!same(l, sub, m.value, other))
			return false;
	}
	return true;
}

static bool
same_object(const struct likeness *l, const struct attr *attr,
    const struct json_object *want, const struct json_object *have)
{
	return has_members(l, attr, want, have) &&
	    (l->shown || has_members(l, attr, have, want));
}

static bool
same(const struct likeness *l, const struct attr *attr,
    const struct json_object *want, const struct json_object *have)
{
	enum json_kind w = json_kind(want), h = json_kind(have);

	if (w == JSON_STRING && h == JSON_STRING)
		return same_text(l, attr, json_string(want), json_string(have));
	if (w == JSON_OBJECT && h == JSON_OBJECT)
		return same_object(l, attr, want, have);
	if (w == JSON_STRING && (h == JSON_BOOLEAN || h == JSON_INTEGER))
		return same_across(l->a, want, have);
	if (h == JSON_STRING && (w == JSON_BOOLEAN || w == JSON_INTEGER))
		return same_across(l->a, have, want);
	return json_equal(want, have);
}

/* LIST holds the values of an attribute, or is the only one. */
static size_t
count(const struct json_object *list)
{
	if (list == NULL)
		return 0;
	return json_kind(list) == JSON_ARRAY ? json_len(list) : 1;
}

static const struct json_object *
value_at(const struct json_object *list, size_t i)
{
	return json_kind(list) == JSON_ARRAY ? json_at(list, i) : list;
}

/* A role is its "value": what a target makes of the rest is its affair. */
static const struct json_object *
essence(const struct likeness *l, const struct json_object *e)
{
	const struct json_object *value;

	if (l->row->roles == ROLES_NONE || !l->shown)
		return e;
	value = json_attr(e, SLICE("value"));
	return value != NULL ? value : e;
}

/* Element E of the one side against LIST, the other. */
static bool
is_among(const struct likeness *l, const struct json_object *e,
    const struct json_object *list, bool wanted)
{
	const struct attr *attr = l->row->attr;

	e = essence(l, e);
	for (size_t i = 0; i < count(list); i++) {
		const struct json_object *v = essence(l, value_at(list, i));

		if (same(l, attr, wanted ? e : v, wanted ? v : e))
			return true;
	}
	return false;
}

bool
likeness_has(const struct likeness *l, const struct json_object *have,
    const struct json_object *want)
{
	return is_among(l, want, have, true);
}

struct json_object *
likeness_missing(const struct likeness *l, const struct json_object *list,
    const struct json_object *other, bool wanted)
{
	struct json_object *missing = json_new_array(l->a);

	for (size_t i = 0; i < count(list); i++)
		if (!is_among(l, value_at(list, i), other, wanted))
			json_append(
			    missing, json_copy(l->a, value_at(list, i)));
	return missing;
}

bool
likeness_same(const struct likeness *l, const struct json_object *want,
    const struct json_object *have)
{
	if (json_kind(want) == JSON_ARRAY || json_kind(have) == JSON_ARRAY)
		return json_len(likeness_missing(l, want, have, true)) == 0 &&
		    json_len(likeness_missing(l, have, want, false)) == 0;
	return same(l, l->row->attr, want, have);
}
