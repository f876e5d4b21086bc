/*
 * place.c: paths of targets, read.
 */
#include <string.h>

#include "json/json.h"
#include "scim/filter.h"
#include "sync/place.h"

static int
refuse(struct error *err, struct slice text, const char *why)
{
	return error_set(
	    err, ERR_INVALID_PATH, "path '%.*s': %s", SLICE_ARG(text), why);
}

/* NAME by its form alone: URN:attribute.sub, where the last ':' ends URN. */
static int
split(struct slice name, struct place *p)
{
	const char *colon = memrchr(name.data, ':', name.len), *dot;

	if (colon != NULL) {
		p->urn =
		    (struct slice){ name.data, (size_t)(colon - name.data) };
		name = slice_from(name, p->urn.len + 1);
		if (p->urn.len == 0)
			return -1;
	}
	dot = memchr(name.data, '.', name.len);
	p->name = name;
	if (dot != NULL) {
		p->name.len = (size_t)(dot - name.data);
		p->sub = slice_from(name, p->name.len + 1);
	}
	return attr_is_name(p->name) && (dot == NULL || attr_is_name(p->sub))
	    ? 0
	    : -1;
}

static int
resolve(const struct resource_type *type, struct slice name, struct place *p,
    struct error *err)
{
	struct attr_ref ref;

	if (type == NULL || attr_resolve(type, name, &ref) != ATTR_FOUND)
		return split(name, p) == 0
		    ? 0
		    : refuse(err, p->text, "not an attribute path");
	if (ref.attr == NULL)
		return refuse(err, p->text, "a schema, not an attribute");
	if (ref.extension != NULL)
		p->urn = ref.extension->id;
	p->attr = ref.attr;
	p->name = ref.attr->name;
	if (ref.sub != NULL)
		p->sub = ref.sub->name;
	return 0;
}

/* The JSON that a value of a filter is. */
static struct json_object *
literal(struct arena *a, const struct attr *sub, const struct filter_value *v)
{
	struct json_object *number = NULL;
	struct error err;

	if (v->kind == FILTER_BOOLEAN)
		return json_new_boolean(a, v->boolean);
	if (v->kind == FILTER_NUMBER)
		return json_parse(a, v->text, &number, &err) == 0 ? number
								  : NULL;
	if (v->kind == FILTER_NULL)
		return NULL;
	if (sub != NULL && sub->type == ATTR_BOOLEAN &&
	    (slice_equal_nocase(v->text, SLICE("true")) ||
		slice_equal_nocase(v->text, SLICE("false"))))
		return json_new_boolean(a, v->text.len == 4);
	return json_new_string(a, v->text);
}

static int
condition(struct arena *a, const struct filter *f, struct place *p,
    struct place_condition *out, struct error *err)
{
	const struct attr *sub =
	    p->attr == NULL ? NULL : attr_find_sub(p->attr, f->name);

	if (p->attr != NULL && sub == NULL)
		return error_set(err, ERR_INVALID_PATH,
		    "path '%.*s': %.*s has no sub-attribute '%.*s'",
		    SLICE_ARG(p->text), SLICE_ARG(p->name), SLICE_ARG(f->name));
	out->name = sub != NULL ? sub->name : f->name;
	out->value = literal(a, sub, &f->value);
	if (out->value == NULL)
		return refuse(err, p->text, "null names no element");
	p->nconditions++;
	return 0;
}

static int
conditions(struct arena *a, const struct filter *f, struct place *p,
    struct place_condition *out, struct error *err)
{
	if (f->op == FILTER_AND) {
		if (conditions(a, f->left, p, out, err) == -1)
			return -1;
		return conditions(a, f->right, p, out, err);
	}
	if (f->op != FILTER_EQ)
		return refuse(err, p->text,
		    "an element is named by \"eq\" and \"and\" alone");
	if (p->nconditions == PLACE_CONDITIONS_MAX)
		return refuse(err, p->text, "too many conditions");
	return condition(a, f, p, &out[p->nconditions], err);
}

/* What stands behind the '[': the filter, and perhaps a sub-attribute. */
static int
brackets(
    struct arena *a, struct slice inner, struct place *p, struct error *err)
{
	struct place_condition *out =
	    arena_calloc(a, PLACE_CONDITIONS_MAX, sizeof(*out));
	struct filter *f;
	struct slice tail;
	size_t used;

	if (p->sub.len > 0 || (p->attr != NULL && !p->attr->multi_valued))
		return refuse(err, p->text, "[ ] needs a list");
	if (filter_parse_brackets(a, inner, &f, &used, err) == -1)
		return error_prefix(err, "path '%.*s': ", SLICE_ARG(p->text));
	if (conditions(a, f, p, out, err) == -1)
		return -1;
	p->conditions = out;
	tail = slice_from(inner, used + 1);
	if (tail.len == 0)
		return 0;
	if (tail.data[0] != '.' || !attr_is_name(slice_from(tail, 1)))
		return refuse(err, p->text, "'.' and a name may follow ']'");
	p->sub = slice_from(tail, 1);
	return 0;
}

/* What is at the place, as far as a schema says it. */
static int
classify(struct place *p, struct error *err)
{
	p->leaf = p->attr;
	if (p->attr != NULL && p->sub.len > 0) {
		p->leaf = attr_find_sub(p->attr, p->sub);
		if (p->leaf == NULL)
			return error_set(err, ERR_INVALID_PATH,
			    "path '%.*s': %.*s has no sub-attribute '%.*s'",
			    SLICE_ARG(p->text), SLICE_ARG(p->name),
			    SLICE_ARG(p->sub));
		p->sub = p->leaf->name;
	}
	p->in_list = p->nconditions > 0 ||
	    (p->attr != NULL && p->attr->multi_valued && p->sub.len > 0);
	p->many = !p->in_list && p->leaf != NULL && p->leaf->multi_valued;
	p->wraps = p->attr != NULL && p->attr->type == ATTR_COMPLEX &&
	    !p->attr->multi_valued && p->sub.len == 0 &&
	    attr_find_sub(p->attr, SLICE("value")) != NULL;
	if (p->wraps)
		p->leaf = attr_find_sub(p->attr, SLICE("value"));
	return 0;
}

int
place_parse(struct arena *a, const struct resource_type *type,
    struct slice text, struct place *out, struct error *err)
{
	const char *open;
	struct slice name = text;

	*out = (struct place){ .text = text };
	if (text.len == 0 || text.len > PLACE_LEN_MAX)
		return refuse(err, SLICE(""), "1 to 1024 bytes expected");
	open = memchr(text.data, '[', text.len);
	if (open != NULL)
		name.len = (size_t)(open - text.data);
	if (resolve(type, name, out, err) == -1 ||
	    (open != NULL &&
		brackets(a, slice_from(text, name.len + 1), out, err) == -1))
		return -1;
	return classify(out, err);
}

static bool
same_condition(const struct place_condition *c, const struct place_condition *d)
{
	return slice_equal_nocase(c->name, d->name) &&
	    json_equal(c->value, d->value);
}

static bool
has_condition(const struct place *p, const struct place_condition *c)
{
	for (size_t i = 0; i < p->nconditions; i++)
		if (same_condition(&p->conditions[i], c))
			return true;
	return false;
}

static bool
same_attribute(const struct place *p, const struct place *q)
{
	return slice_equal_nocase(p->urn, q->urn) &&
	    slice_equal_nocase(p->name, q->name);
}

bool
place_same_element(const struct place *p, const struct place *q)
{
	if (!same_attribute(p, q) || p->nconditions != q->nconditions)
		return false;
	for (size_t i = 0; i < p->nconditions; i++)
		if (!has_condition(q, &p->conditions[i]))
			return false;
	return true;
}

bool
place_equal(const struct place *p, const struct place *q)
{
	return place_same_element(p, q) && slice_equal_nocase(p->sub, q->sub);
}

bool
place_overlaps(const struct place *p, const struct place *q)
{
	if (!same_attribute(p, q))
		return false;
	if (place_equal(p, q))
		return true;
	if (p->in_list != q->in_list)
		return true;
	return place_same_element(p, q) && (p->sub.len == 0 || q->sub.len == 0);
}

/* A string with its quotes, as JSON and filters have it. */
static void
put_value(struct buf *b, const struct json_object *v, unsigned how)
{
	if (json_kind(v) == JSON_BOOLEAN && (how & PLACE_TEXT_BOOLEANS))
		buf_puts(b, json_boolean(v) ? "\"True\"" : "\"False\"");
	else
		json_print(b, v);
}

struct slice
place_print(struct arena *a, const struct place *p, unsigned how)
{
	struct buf b;
	struct slice text;

	buf_init(&b, (size_t)4 * PLACE_LEN_MAX);
	buf_slice(&b, p->urn);
	if (p->urn.len > 0)
		buf_putc(&b, ':');
	buf_slice(&b, p->name);
	for (size_t i = 0; i < p->nconditions; i++) {
		buf_puts(&b, i == 0 ? "[" : " and ");
		buf_slice(&b, p->conditions[i].name);
		buf_puts(&b, " eq ");
		put_value(&b, p->conditions[i].value, how);
	}
	if (p->nconditions > 0)
		buf_putc(&b, ']');
	if (p->sub.len > 0 && !(how & PLACE_ELEMENT)) {
		buf_putc(&b, '.');
		buf_slice(&b, p->sub);
	}
	text = arena_slice(a, buf_text(&b));
	buf_fini(&b);
	return text;
}
