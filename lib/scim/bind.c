/*
 * bind.c: a parsed filter meets the schema: names become attributes, and
 * operators and values are checked against types (spec scim.md 8.2).
 */
#include "scim/binary.h"
#include "scim/filter.h"
#include "scim/form.h"
#include "scim/value_set.h"

struct binder {
	struct arena *a;
	const struct resource_type *type;
	bool in_brackets;
	const struct attr *element; /* their attribute; NULL: unknown */
	const struct profile *profile;
	struct error *err;
};

static int
refuse(struct binder *b, const struct filter *f, const char *why)
{
	return error_set(b->err, ERR_INVALID_FILTER,
	    "filter, byte %zu: %.*s %s %s", f->offset, SLICE_ARG(f->name),
	    filter_op_word(f->op), why);
}

/* The attribute whose values are compared: the sub-attribute, if any. */
static const struct attr *
compared(const struct filter *f)
{
	return f->ref.sub != NULL ? f->ref.sub : f->ref.attr;
}

static bool
is_substring(enum filter_op op)
{
	return op >= FILTER_CO && op <= FILTER_EW;
}

static bool
is_text(enum attr_type type)
{
	return type == ATTR_STRING || type == ATTR_REFERENCE;
}

static bool
op_fits(enum filter_op op, enum attr_type type)
{
	if (op == FILTER_EQ || op == FILTER_NE)
		return type != ATTR_COMPLEX;
	if (is_substring(op))
		return is_text(type);
	return is_text(type) || type == ATTR_INTEGER || type == ATTR_DECIMAL ||
	    type == ATTR_DATETIME;
}

/* "True" for true, where the profile lets it pass (PD-26). */
static int
bind_boolean(struct binder *b, struct filter *f)
{
	struct filter_value *v = &f->value;
	bool is_true = slice_equal_nocase(v->text, SLICE("true"));

	if (v->kind == FILTER_BOOLEAN)
		return 0;
	if (!profile_forgives(b->profile, TOL_FILTER_BOOLEAN) ||
	    (!is_true && !slice_equal_nocase(v->text, SLICE("false"))))
		return refuse(b, f, "takes true or false");
	v->kind = FILTER_BOOLEAN;
	v->boolean = is_true;
	return 0;
}

/* Words and, where words pass, numbers stand for strings (ENTRA-G11). */
static int
bind_text(struct binder *b, struct filter *f)
{
	struct filter_value *v = &f->value;

	if (v->kind != FILTER_STRING &&
	    !profile_forgives(b->profile, TOL_BARE_WORD))
		return refuse(b, f, "takes a string in double quotes");
	v->kind = FILTER_STRING;
	v->compared = v->text;
	if (f->op == FILTER_EQ || f->op == FILTER_NE)
		v->compared = form_compared(b->a, compared(f)->form, v->text);
	v->compared = value_compared(b->a, compared(f), v->compared);
	return 0;
}

static int
bind_datetime(struct binder *b, struct filter *f)
{
	if (bind_text(b, f) == -1)
		return -1;
	return clock_parse(f->value.text, &f->value.at) == 0
	    ? 0
	    : refuse(b, f, "takes a dateTime");
}

static int
bind_binary(struct binder *b, struct filter *f)
{
	if (bind_text(b, f) == -1)
		return -1;
	return binary_decode(b->a, f->value.text, &f->value.compared) == 0
	    ? 0
	    : refuse(b, f, "takes base64");
}

static int
bind_value(struct binder *b, struct filter *f)
{
	struct filter_value *v = &f->value;

	switch (compared(f)->type) {
	case ATTR_BOOLEAN:
		return bind_boolean(b, f);
	case ATTR_INTEGER:
	case ATTR_DECIMAL:
		return v->kind == FILTER_NUMBER
		    ? 0
		    : refuse(b, f, "takes a number");
	case ATTR_DATETIME:
		return bind_datetime(b, f);
	case ATTR_BINARY:
		return bind_binary(b, f);
	case ATTR_STRING:
	case ATTR_REFERENCE:
		return bind_text(b, f);
	default:
		return refuse(b, f, "cannot be compared");
	}
}

/*
 * A complex attribute without sub-attribute means its "value" when it is
 * multi-valued (FILTER-17), or when the profile says so (ENTRA-10).
 */
static int
default_sub(struct binder *b, struct filter *f)
{
	const struct attr *attr = f->ref.attr;
	const struct attr *value = attr_find_sub(attr, SLICE("value"));

	if (value == NULL ||
	    (!attr->multi_valued &&
		!profile_forgives(b->profile, TOL_COMPLEX_VALUE)))
		return refuse(b, f, "needs a sub-attribute");
	f->ref.sub = value;
	return 0;
}

static int
bind_comparison(struct binder *b, struct filter *f)
{
	if (compared(f)->returned == RET_NEVER ||
	    compared(f)->mutability == MUT_WRITE_ONLY)
		return refuse(b, f, "cannot be searched for");
	if (f->op == FILTER_PR)
		return 0;
	if (compared(f)->type == ATTR_COMPLEX && default_sub(b, f) == -1)
		return -1;
	if (f->value.kind == FILTER_NULL) {
		if (f->op != FILTER_EQ && f->op != FILTER_NE)
			return refuse(b, f, "does not take null");
		return 0;
	}
	if (!op_fits(f->op, compared(f)->type))
		return refuse(b, f, "does not fit the type of the attribute");
	return bind_value(b, f);
}

static int
malformed(struct binder *b, const struct filter *f)
{
	return error_set(b->err, ERR_INVALID_FILTER,
	    "filter, byte %zu: '%.*s' is not an attribute name", f->offset,
	    SLICE_ARG(f->name));
}

/* In brackets a name is a sub-attribute, or "value" of a simple list. */
static int
resolve_in_brackets(struct binder *b, struct filter *f)
{
	if (!attr_is_name(f->name))
		return malformed(b, f);
	f->ref.attr = b->element;
	f->unknown = b->element == NULL;
	if (f->unknown)
		return 0;
	if (b->element->type != ATTR_COMPLEX) {
		f->unknown = !slice_equal_nocase(f->name, SLICE("value"));
		return 0;
	}
	f->ref.sub = attr_find_sub(b->element, f->name);
	f->unknown = f->ref.sub == NULL;
	return 0;
}

static int
resolve(struct binder *b, struct filter *f)
{
	if (b->in_brackets)
		return resolve_in_brackets(b, f);
	switch (attr_resolve(b->type, f->name, &f->ref)) {
	case ATTR_MALFORMED:
		return malformed(b, f);
	case ATTR_UNKNOWN:
		f->unknown = true;
		return 0;
	default:
		f->unknown =
		    f->ref.dotted && !profile_forgives(b->profile, TOL_URN_DOT);
		if (f->unknown)
			return 0;
		if (f->ref.attr == NULL && f->op != FILTER_PR)
			return refuse(b, f, "cannot be used on an extension");
		return 0;
	}
}

/* A word without quotes is bad syntax whatever it is compared with. */
static int
bind_unknown(struct binder *b, const struct filter *f)
{
	if (f->op == FILTER_PR || f->value.kind != FILTER_WORD ||
	    profile_forgives(b->profile, TOL_BARE_WORD) ||
	    profile_forgives(b->profile, TOL_FILTER_BOOLEAN))
		return 0;
	return refuse(b, f, "takes a JSON value, strings in double quotes");
}

static int bind_node(struct binder *b, struct filter *f);

static int
bind_value_path(struct binder *b, struct filter *f)
{
	struct binder inner = *b;

	if (resolve(b, f) == -1)
		return -1;
	if (!f->unknown && f->ref.sub != NULL)
		return refuse(b, f,
		    "[ ] needs an attribute, "
		    "not a sub-attribute");
	inner.in_brackets = true;
	inner.element = f->unknown ? NULL : f->ref.attr;
	return bind_node(&inner, f->left);
}

static int
bind_node(struct binder *b, struct filter *f)
{
	switch (f->op) {
	case FILTER_TRUE:
		return 0;
	case FILTER_AND:
	case FILTER_OR:
		if (bind_node(b, f->left) == -1)
			return -1;
		return bind_node(b, f->right);
	case FILTER_NOT:
		return bind_node(b, f->left);
	case FILTER_VALUE_PATH:
		return bind_value_path(b, f);
	default:
		if (resolve(b, f) == -1)
			return -1;
		if (f->unknown)
			return bind_unknown(b, f);
		if (f->ref.attr == NULL)
			return 0;
		return bind_comparison(b, f);
	}
}

int
filter_bind(struct arena *a, const struct resource_type *type,
    const struct profile *profile, struct filter *f, struct error *err)
{
	struct binder b = {
		.a = a, .type = type, .profile = profile, .err = err
	};

	return bind_node(&b, f);
}

int
filter_bind_brackets(struct arena *a, const struct attr *attr,
    const struct profile *profile, struct filter *f, struct error *err)
{
	struct binder b = { .a = a,
		.in_brackets = true,
		.element = attr,
		.profile = profile,
		.err = err };

	return bind_node(&b, f);
}

const struct filter *
filter_unknown(const struct filter *f)
{
	const struct filter *found;

	if (f == NULL || f->unknown)
		return f;
	found = filter_unknown(f->left);
	return found != NULL ? found : filter_unknown(f->right);
}
