/*
 * listing.c: a page of things that are shown, of those that "filter" keeps.
 */
#include <stdlib.h>
#include <strings.h>

#include "admin/listing.h"

enum { NUMBER_LEN_MAX = 40 };

static int
compare_texts(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : strncasecmp(a.data, b.data, len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static bool
holds(struct slice text, struct slice part)
{
	for (size_t i = 0; i + part.len <= text.len; i++)
		if (slice_has_prefix_nocase(slice_from(text, i), part))
			return true;
	return false;
}

static bool
is_in_order(enum filter_op op, int order)
{
	switch (op) {
	case FILTER_EQ:
		return order == 0;
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
text_fits(enum filter_op op, struct slice text, struct slice value)
{
	switch (op) {
	case FILTER_CO:
		return holds(text, value);
	case FILTER_SW:
		return slice_has_prefix_nocase(text, value);
	case FILTER_EW:
		return text.len >= value.len &&
		    slice_equal_nocase(
			slice_from(text, text.len - value.len), value);
	default:
		return is_in_order(op, compare_texts(text, value));
	}
}

static bool
number_fits(enum filter_op op, double number, struct slice text)
{
	char copy[NUMBER_LEN_MAX];
	double value;

	if (text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	value = strtod(copy, NULL);
	return is_in_order(op, (number > value) - (number < value));
}

/* Does V, which is no list, stand to VALUE as OP says? */
static bool
value_fits(enum filter_op op, const struct json_object *v,
    const struct filter_value *value)
{
	switch (json_kind(v)) {
	case JSON_STRING:
		return (value->kind == FILTER_STRING ||
			   value->kind == FILTER_WORD) &&
		    text_fits(op, json_string(v), value->text);
	case JSON_INTEGER:
	case JSON_DECIMAL:
		return value->kind == FILTER_NUMBER &&
		    number_fits(op,
			json_kind(v) == JSON_INTEGER ? (double)json_integer(v)
						     : json_decimal(v),
			value->text);
	case JSON_BOOLEAN:
		return value->kind == FILTER_BOOLEAN && op == FILTER_EQ &&
		    json_boolean(v) == value->boolean;
	default:
		return false;
	}
}

static bool
any_fits(enum filter_op op, const struct json_object *v,
    const struct filter_value *value)
{
	if (json_kind(v) != JSON_ARRAY)
		return value_fits(op, v, value);
	for (size_t i = 0; i < json_len(v); i++)
		if (value_fits(op, json_at(v, i), value))
			return true;
	return false;
}

/* "cycle.requests" of V, or NULL. */
static const struct json_object *
find(const struct json_object *v, struct slice name)
{
	struct slice part;

	while (v != NULL && slice_next(&name, '.', &part))
		v = json_kind(v) == JSON_OBJECT ? json_attr(v, part) : NULL;
	return v;
}

static bool
is_present(const struct json_object *v)
{
	switch (json_kind(v)) {
	case JSON_NULL:
		return false;
	case JSON_STRING:
		return json_string(v).len > 0;
	case JSON_ARRAY:
		return json_len(v) > 0;
	default:
		return true;
	}
}

static bool
equals(const struct json_object *v, const struct filter_value *value)
{
	if (value->kind == FILTER_NULL)
		return v == NULL || !is_present(v);
	return v != NULL && any_fits(FILTER_EQ, v, value);
}

bool
listing_keeps(const struct filter *f, const struct json_object *v)
{
	switch (f->op) {
	case FILTER_AND:
		return listing_keeps(f->left, v) && listing_keeps(f->right, v);
	case FILTER_OR:
		return listing_keeps(f->left, v) || listing_keeps(f->right, v);
	case FILTER_NOT:
		return !listing_keeps(f->left, v);
	default:
		break;
	}
	v = find(v, f->name);
	switch (f->op) {
	case FILTER_PR:
		return v != NULL && is_present(v);
	case FILTER_EQ:
		return equals(v, &f->value);
	case FILTER_NE:
		return !equals(v, &f->value);
	default:
		return v != NULL && any_fits(f->op, v, &f->value);
	}
}

/* Nothing that is listed has parts in brackets. */
static int
check(const struct filter *f, struct error *err)
{
	if (f == NULL)
		return 0;
	if (f->op == FILTER_VALUE_PATH)
		return error_set(err, ERR_INVALID_FILTER,
		    "'%.*s' has no parts that brackets could tell apart",
		    SLICE_ARG(f->name));
	return check(f->left, err) == -1 ? -1 : check(f->right, err);
}

/* *OUT is NULL without a filter. */
static int
read_filter(const struct call *call, struct filter **out, struct error *err)
{
	struct slice text;

	*out = NULL;
	if (call_parameter(call, "filter", &text, err) == -1)
		return -1;
	if (text.data == NULL)
		return 0;
	if (filter_parse(call->arena, text, out, err) == -1)
		return -1;
	return check(*out, err);
}

/* Of N things those that F keeps, in *LIST; or -1. */
static int
sift(struct call *call, const struct filter *f, size_t *n,
    listing_show_fn *show, void *arg, struct json_object ***list,
    struct error *err)
{
	size_t kept = 0;

	*list = arena_calloc(call->arena, *n + 1, sizeof(**list));
	for (size_t i = 0; i < *n; i++) {
		if (show(call, i, arg, &(*list)[kept], err) == -1)
			return -1;
		kept += listing_keeps(f, (*list)[kept]);
	}
	*n = kept;
	return 0;
}

int
listing_answer(struct call *call, size_t n, listing_show_fn *show, void *arg,
    struct error *err)
{
	struct json_object *things = json_new_array(call->arena), *v;
	struct json_object **kept = NULL;
	struct filter *filter;
	struct page page;

	if (read_filter(call, &filter, err) == -1 ||
	    (filter != NULL &&
		sift(call, filter, &n, show, arg, &kept, err) == -1) ||
	    answer_read_page(call, n, &page, err) == -1)
		return -1;
	for (size_t i = page.first; i < page.end; i++) {
		if (kept == NULL && show(call, i, arg, &v, err) == -1)
			return -1;
		json_append(things, kept == NULL ? v : kept[i]);
	}
	return answer_page(call, &page, things);
}
