/*
 * match.c: does a stored resource meet a filter?
 *
 * "Could not tell" (-1) wins over everything, so that not() never turns it
 * into a match.
 */
#include <string.h>

#include "json/decimal.h"
#include "json/walk.h"
#include "scim/binary.h"
#include "scim/form.h"
#include "scim/match.h"
#include "scim/uri.h"
#include "scim/value_set.h"

struct matcher {
	struct arena *a;
	struct slice body;
	const struct match_source *source;
	bool failed;
};

bool
match_is_present(struct slice value)
{
	struct slice name, item;
	struct walk w;

	switch (walk_kind(value)) {
	case JSON_NULL:
		return false;
	case JSON_STRING:
		return value.len > 2;
	case JSON_ARRAY:
		for (w = walk_enter(value); walk_element(&w, &item);)
			if (match_is_present(item))
				return true;
		return false;
	case JSON_OBJECT:
		for (w = walk_enter(value); walk_member(&w, &name, &item);)
			if (match_is_present(item))
				return true;
		return false;
	default:
		return true;
	}
}

static bool
contains(struct slice text, struct slice part)
{
	return part.len == 0 ||
	    memmem(text.data, text.len, part.data, part.len) != NULL;
}

static bool
has_prefix(struct slice text, struct slice prefix)
{
	return text.len >= prefix.len &&
	    slice_equal(prefix, (struct slice){ text.data, prefix.len });
}

static bool
has_suffix(struct slice text, struct slice suffix)
{
	return text.len >= suffix.len &&
	    slice_equal(slice_from(text, text.len - suffix.len), suffix);
}

/* What OP makes of an order: less than, equal to or greater than 0. */
static bool
order_meets(enum filter_op op, int order)
{
	switch (op) {
	case FILTER_EQ:
		return order == 0;
	case FILTER_NE:
		return order != 0;
	case FILTER_GT:
		return order > 0;
	case FILTER_GE:
		return order >= 0;
	case FILTER_LT:
		return order < 0;
	case FILTER_LE:
		return order <= 0;
	default:
		return false;
	}
}

static bool
text_meets(struct matcher *m, const struct filter *f, const struct attr *attr,
    struct slice value)
{
	struct slice text = walk_string(m->a, value);

	if (f->op == FILTER_EQ || f->op == FILTER_NE)
		text = form_compared(m->a, attr->form, text);
	text = value_compared(m->a, attr, text);
	switch (f->op) {
	case FILTER_CO:
		return contains(text, f->value.compared);
	case FILTER_SW:
		return has_prefix(text, f->value.compared);
	case FILTER_EW:
		return has_suffix(text, f->value.compared);
	default:
		return order_meets(
		    f->op, slice_compare(text, f->value.compared));
	}
}

/*
 * "$ref" and meta.location name a resource (FILTER-36, TYPE-09), "schemas"
 * holds URNs (CORE-15); other references are only URIs.
 */
static bool
same_reference(
    struct arena *a, const struct attr *attr, struct slice x, struct slice y)
{
	if (slice_equal(attr->name, SLICE("schemas")))
		return slice_equal_nocase(x, y);
	if (slice_equal(attr->name, SLICE("$ref")) ||
	    attr->keep == KEEP_COMPUTED)
		return uri_same_resource(a, x, y);
	return uri_equal(a, x, y);
}

static bool
reference_meets(struct matcher *m, const struct filter *f,
    const struct attr *attr, struct slice value)
{
	struct slice text = walk_string(m->a, value);
	bool same;

	if (f->op != FILTER_EQ && f->op != FILTER_NE)
		return text_meets(m, f, attr, value);
	same = same_reference(m->a, attr, text, f->value.text);
	return same == (f->op == FILTER_EQ);
}

static bool
binary_meets(struct matcher *m, const struct filter *f, struct slice value)
{
	struct slice bytes;

	if (binary_decode(m->a, walk_string(m->a, value), &bytes) == -1)
		return f->op == FILTER_NE;
	return order_meets(f->op, slice_compare(bytes, f->value.compared));
}

static bool
number_meets(const struct filter *f, struct slice value)
{
	return order_meets(f->op, decimal_compare(value, f->value.text));
}

static bool
date_meets(struct matcher *m, const struct filter *f, struct slice value)
{
	struct instant at;

	if (clock_parse(walk_string(m->a, value), &at) == -1)
		return f->op == FILTER_NE;
	return order_meets(f->op, clock_compare(at, f->value.at));
}

/* One value of a simple attribute that is there. */
static bool
value_meets(struct matcher *m, const struct filter *f, const struct attr *attr,
    struct slice value)
{
	if (f->op == FILTER_PR)
		return match_is_present(value);
	if (f->value.kind == FILTER_NULL)
		return match_is_present(value) == (f->op == FILTER_NE);
	switch (attr->type) {
	case ATTR_BOOLEAN:
		return order_meets(
		    f->op, (value.data[0] == 't') - f->value.boolean);
	case ATTR_INTEGER:
	case ATTR_DECIMAL:
		return number_meets(f, value);
	case ATTR_DATETIME:
		return date_meets(m, f, value);
	case ATTR_BINARY:
		return binary_meets(m, f, value);
	case ATTR_REFERENCE:
		return reference_meets(m, f, attr, value);
	default:
		return text_meets(m, f, attr, value);
	}
}

/*
 * An attribute without value: ne is true and everything else is false
 * (FILTER-24, 25); null stands for no value (FILTER-23).
 */
static bool
absent_meets(const struct filter *f)
{
	if (f->op == FILTER_PR)
		return false;
	return f->op == (f->value.kind == FILTER_NULL ? FILTER_EQ : FILTER_NE);
}

/* A value without "primary" is one where it is false (FILTER-28). */
static bool
absent_sub_meets(const struct filter *f)
{
	if (f->ref.sub->type == ATTR_BOOLEAN && f->op != FILTER_PR &&
	    f->value.kind != FILTER_NULL &&
	    slice_equal(f->ref.sub->name, SLICE("primary")))
		return order_meets(f->op, 0 - f->value.boolean);
	return absent_meets(f);
}

/* Of a list within a value, too, any one will do (FILTER-15). */
static bool
sub_meets(struct matcher *m, const struct filter *f, struct slice value)
{
	struct slice item;
	struct walk w;

	if (walk_kind(value) != JSON_ARRAY)
		return value_meets(m, f, f->ref.sub, value);
	for (w = walk_enter(value); walk_element(&w, &item);)
		if (value_meets(m, f, f->ref.sub, item))
			return true;
	return false;
}

/* A simple value, or the sub-attribute that F names of a complex one. */
static bool
element_meets(struct matcher *m, const struct filter *f, struct slice element)
{
	struct slice value;

	if (f->ref.sub == NULL)
		return value_meets(m, f, f->ref.attr, element);
	if (!walk_find(element, f->ref.sub->name, &value))
		return absent_sub_meets(f);
	return sub_meets(m, f, value);
}

bool
match_find(const struct attr_ref *ref, struct slice body,
    const struct match_source *source, struct slice *value, bool *failed)
{
	struct slice container = body;

	if (ref->extension != NULL &&
	    !walk_find(body, ref->extension->id, &container))
		return false;
	if (ref->attr == NULL) {
		*value = container;
		return true;
	}
	if (ref->attr->keep != KEEP_BODY ||
	    (ref->sub != NULL && ref->sub->keep != KEEP_BODY))
		return source != NULL &&
		    source->get(source->arg, ref->attr, value, failed);
	return walk_find(container, ref->attr->name, value);
}

static bool
find_value(struct matcher *m, const struct filter *f, struct slice *value)
{
	return !f->unknown &&
	    match_find(&f->ref, m->body, m->source, value, &m->failed);
}

/* Any value of a list will do (FILTER-15). */
static bool
any_element_meets(struct matcher *m, const struct filter *f, struct slice array)
{
	struct walk w = walk_enter(array);
	struct slice element;

	while (walk_element(&w, &element))
		if (element_meets(m, f, element))
			return true;
	return false;
}

static bool
value_list_meets(struct matcher *m, const struct filter *f, struct slice value)
{
	if (walk_kind(value) == JSON_ARRAY)
		return any_element_meets(m, f, value);
	return element_meets(m, f, value);
}

/* "ne null" is pr and "eq null" its opposite, of lists too (FILTER-23). */
static bool
null_meets(struct matcher *m, const struct filter *f, struct slice value)
{
	struct filter present = *f;

	present.op = FILTER_PR;
	return value_list_meets(m, &present, value) == (f->op == FILTER_NE);
}

static bool
comparison_meets(struct matcher *m, const struct filter *f)
{
	struct slice value;

	if (!find_value(m, f, &value))
		return absent_meets(f);
	if (f->ref.attr == NULL)
		return match_is_present(value);
	if (f->op != FILTER_PR && f->value.kind == FILTER_NULL)
		return null_meets(m, f, value);
	return value_list_meets(m, f, value);
}

/* All conditions hold on the same value (FILTER-16). */
static int
value_path_meets(struct matcher *m, const struct filter *f)
{
	struct slice value, element;
	struct walk w;

	if (!find_value(m, f, &value))
		return 0;
	if (walk_kind(value) != JSON_ARRAY)
		return filter_match_element(m->a, f->left, value);
	for (w = walk_enter(value); walk_element(&w, &element);)
		if (filter_match_element(m->a, f->left, element) == 1)
			return 1;
	return 0;
}

/* TEST says what a comparison or value path makes of the subject. */
static int
tree_meets(struct matcher *m, const struct filter *f,
    int (*test)(struct matcher *, const struct filter *))
{
	int left;

	switch (f->op) {
	case FILTER_TRUE:
		return 1;
	case FILTER_NOT:
		return !tree_meets(m, f->left, test);
	case FILTER_AND:
		left = tree_meets(m, f->left, test);
		return left ? tree_meets(m, f->right, test) : 0;
	case FILTER_OR:
		left = tree_meets(m, f->left, test);
		return left ? 1 : tree_meets(m, f->right, test);
	default:
		return test(m, f);
	}
}

/*
 * Does F ask for one edge, or for any?  Then that can be told without looking
 * at the others, of which there may be a million.
 */
static bool
edge_asked(const struct filter *f, struct slice *id)
{
	const struct filter *term = f->op == FILTER_VALUE_PATH ? f->left : f;
	const struct attr *sub = term->ref.sub;

	if (f->unknown || term->unknown || f->ref.attr == NULL ||
	    f->ref.attr->keep != KEEP_EDGES)
		return false;
	*id = term->op == FILTER_PR ? SLICE("") : term->value.text;
	if (sub == NULL)
		return term->op == FILTER_PR;
	return slice_equal(sub->name, SLICE("value")) &&
	    (term->op == FILTER_PR ||
		(term->op == FILTER_EQ && term->value.kind == FILTER_STRING &&
		    id->len > 0));
}

static int
test_resource(struct matcher *m, const struct filter *f)
{
	struct slice id;

	if (m->source != NULL && m->source->has_edge != NULL &&
	    edge_asked(f, &id))
		return m->source->has_edge(
		    m->source->arg, f->ref.attr, id, &m->failed);
	if (f->op == FILTER_VALUE_PATH)
		return value_path_meets(m, f);
	return comparison_meets(m, f);
}

static int
test_element(struct matcher *m, const struct filter *f)
{
	return f->unknown ? absent_meets(f) : element_meets(m, f, m->body);
}

int
filter_match(struct arena *a, const struct filter *f, struct slice body,
    const struct match_source *source)
{
	struct matcher m = { .a = a, .body = body, .source = source };
	int met = tree_meets(&m, f, test_resource);

	return m.failed ? -1 : met;
}

int
filter_match_element(
    struct arena *a, const struct filter *f, struct slice element)
{
	struct matcher m = { .a = a, .body = element };

	return tree_meets(&m, f, test_element);
}
