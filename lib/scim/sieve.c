/*
 * sieve.c: which part of a filter a look at the bytes can rule out.
 */
#include "scim/sieve.h"

static bool
is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] >= 0x80)
			return false;
	return true;
}

/* Are the values of ATTR in the body, and compared as text? */
static bool
is_body_text(const struct attr *attr)
{
	return attr != NULL && attr->keep == KEEP_BODY &&
	    attr->type == ATTR_STRING;
}

/*
 * What is compared in another form (a telephone number) does not stand in
 * the body as it is asked for.
 */
static bool
is_literal(const struct filter *f)
{
	const struct attr *attr = f->ref.attr, *sub = f->ref.sub;

	if (f->unknown || f->value.kind != FILTER_STRING)
		return false;
	if (sub != NULL
		? attr == NULL || attr->keep != KEEP_BODY || !is_body_text(sub)
		: !is_body_text(attr))
		return false;
	return f->op != FILTER_EQ ||
	    (sub != NULL ? sub : attr)->form == FORM_NONE;
}

struct slice
sieve_text(const struct filter *f)
{
	struct slice left, right;

	switch (f->op) {
	case FILTER_AND:
		left = sieve_text(f->left);
		right = sieve_text(f->right);
		return left.len >= right.len ? left : right;
	case FILTER_VALUE_PATH:
		return f->unknown || f->ref.attr == NULL ||
			f->ref.attr->keep != KEEP_BODY
		    ? SLICE("")
		    : sieve_text(f->left);
	case FILTER_EQ:
	case FILTER_CO:
	case FILTER_SW:
	case FILTER_EW:
		return is_literal(f) && is_ascii(f->value.compared)
		    ? f->value.compared
		    : SLICE("");
	default:
		return SLICE("");
	}
}
