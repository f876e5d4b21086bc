/*
 * filter.c: the text of a filter becomes a tree (RFC 7644 section 3.4.2.2).
 *
 * Recursive descent, one function a production of spec scim.md section 8.1.
 */
#include <string.h>

#include "base/nelem.h"
#include "scim/filter.h"
#include "scim/literal.h"

struct cursor {
	struct arena *a;
	struct slice text;
	size_t at;
	int depth;
	int terms;
	bool in_brackets;
	struct error *err;
};

/* clang-format off */
static const struct op_word {
	struct slice	word;
	enum filter_op	op;
} ops[] = {
	{ { "eq", 2 }, FILTER_EQ },	{ { "ne", 2 }, FILTER_NE },
	{ { "co", 2 }, FILTER_CO },	{ { "sw", 2 }, FILTER_SW },
	{ { "ew", 2 }, FILTER_EW },	{ { "gt", 2 }, FILTER_GT },
	{ { "ge", 2 }, FILTER_GE },	{ { "lt", 2 }, FILTER_LT },
	{ { "le", 2 }, FILTER_LE },	{ { "pr", 2 }, FILTER_PR },
};
/* clang-format on */

const char *
filter_op_word(enum filter_op op)
{
	for (size_t i = 0; i < NELEM(ops); i++)
		if (ops[i].op == op)
			return ops[i].word.data;
	return "";
}

static int
fail(struct cursor *c, const char *what)
{
	return error_set(
	    c->err, ERR_INVALID_FILTER, "filter, byte %zu: %s", c->at, what);
}

static bool
at_end(const struct cursor *c)
{
	return c->at == c->text.len;
}

/* The next byte, NUL at the end; a filter holds no NUL. */
static char
peek(const struct cursor *c)
{
	return at_end(c) ? '\0' : c->text.data[c->at];
}

static bool
skip_spaces(struct cursor *c)
{
	size_t start = c->at;

	while (peek(c) == ' ')
		c->at++;
	return c->at > start;
}

/* The bytes up to a space, quote, bracket or parenthesis. */
static struct slice
take_word(struct cursor *c)
{
	size_t start = c->at;

	while (!at_end(c) && strchr(" \"()[]", peek(c)) == NULL)
		c->at++;
	return (struct slice){ c->text.data + start, c->at - start };
}

static struct slice
peek_word(struct cursor *c)
{
	size_t start = c->at;
	struct slice word = take_word(c);

	c->at = start;
	return word;
}

static struct filter *
node(struct cursor *c, enum filter_op op, struct filter *left,
    struct filter *right)
{
	struct filter *f = arena_calloc(c->a, 1, sizeof(*f));

	f->op = op;
	f->left = left;
	f->right = right;
	return f;
}

static int or_list(struct cursor *c, struct filter **out);

/* One level deeper, within the limit. */
static int
nested(struct cursor *c, char close, struct filter **out)
{
	if (++c->depth > FILTER_DEPTH_MAX)
		return fail(c, "nested too deeply");
	skip_spaces(c);
	if (or_list(c, out) == -1)
		return -1;
	skip_spaces(c);
	if (peek(c) != close)
		return fail(c, close == ')' ? "')' expected" : "']' expected");
	c->at++;
	c->depth--;
	return 0;
}

/* compValue := JSON string / number / true / false / null */
static int
comp_value(struct cursor *c, struct filter_value *value)
{
	struct slice word;
	size_t used;

	if (peek(c) == '"') {
		if (literal_string(c->a, slice_from(c->text, c->at),
			&value->text, &used) == -1)
			return fail(c, "string not well-formed");
		value->kind = FILTER_STRING;
		c->at += used;
		return 0;
	}
	word = take_word(c);
	if (word.len == 0)
		return fail(c, "value expected");
	value->text = word;
	literal_word(word, value);
	return 0;
}

/* After an operator: a space, or at once a quoted string (FILTER-07). */
static int
comparison(struct cursor *c, struct filter *f)
{
	struct slice word;

	if (!skip_spaces(c))
		return fail(c, "operator expected");
	word = take_word(c);
	for (size_t i = 0; i < NELEM(ops); i++)
		if (slice_equal_nocase(word, ops[i].word))
			f->op = ops[i].op;
	if (f->op == FILTER_TRUE) {
		c->at -= word.len;
		return fail(c,
		    "unknown operator, expected one of "
		    "eq ne co sw ew gt ge lt le pr");
	}
	if (f->op == FILTER_PR)
		return 0;
	if (!skip_spaces(c) && peek(c) != '"')
		return fail(c, "value expected");
	return comp_value(c, &f->value);
}

/*
 * "." name op value behind a value path: outside the grammar, sent by a
 * large client, the same as one more term in the brackets (FILTER-19).
 */
static int
value_path_tail(struct cursor *c, struct filter *path)
{
	struct filter *term;

	if (peek(c) != '.')
		return 0;
	c->at++;
	if (++c->terms > FILTER_TERMS_MAX)
		return fail(c, "too many comparisons");
	term = node(c, FILTER_TRUE, NULL, NULL);
	term->offset = c->at;
	term->name = take_word(c);
	if (term->name.len == 0)
		return fail(c, "attribute name expected");
	if (comparison(c, term) == -1)
		return -1;
	path->left = node(c, FILTER_AND, path->left, term);
	return 0;
}

/* valuePath := attrPath "[" valFilter "]" */
static int
value_path(struct cursor *c, struct filter *f)
{
	if (c->in_brackets)
		return fail(c, "'[' inside '[' ']'");
	c->at++;
	c->in_brackets = true;
	if (nested(c, ']', &f->left) == -1)
		return -1;
	c->in_brackets = false;
	f->op = FILTER_VALUE_PATH;
	return value_path_tail(c, f);
}

/* attrExp := attrPath SP "pr" / attrPath SP op SP compValue */
static int
attr_exp(struct cursor *c, struct filter **out)
{
	struct filter *f = node(c, FILTER_TRUE, NULL, NULL);
	size_t spaces;

	*out = f;
	if (++c->terms > FILTER_TERMS_MAX)
		return fail(c, "too many comparisons");
	f->offset = c->at;
	f->name = take_word(c);
	if (f->name.len == 0)
		return fail(c, "attribute name expected");
	spaces = c->at;
	skip_spaces(c);
	if (peek(c) == '[')
		return value_path(c, f);
	c->at = spaces;
	return comparison(c, f);
}

/* term := ["not" [SP]] "(" filter ")" / valuePath / attrExp */
static int
term(struct cursor *c, struct filter **out)
{
	struct filter *inner;

	if (peek(c) == '(') {
		c->at++;
		return nested(c, ')', out);
	}
	if (slice_equal_nocase(peek_word(c), SLICE("not"))) {
		take_word(c);
		skip_spaces(c);
		if (peek(c) != '(')
			return fail(c, "'(' expected after not");
		c->at++;
		if (nested(c, ')', &inner) == -1)
			return -1;
		*out = node(c, FILTER_NOT, inner, NULL);
		return 0;
	}
	return attr_exp(c, out);
}

/*
 * One *( SP WORD SP OPERAND ) list: and-list and filter differ only in the
 * word and the operand.
 */
static int
word_list(struct cursor *c, struct slice word, enum filter_op op,
    int (*operand)(struct cursor *, struct filter **), struct filter **out)
{
	struct filter *right;
	size_t before;

	if (operand(c, out) == -1)
		return -1;
	for (;;) {
		before = c->at;
		skip_spaces(c);
		if (!slice_equal_nocase(peek_word(c), word)) {
			c->at = before;
			return 0;
		}
		take_word(c);
		skip_spaces(c);
		if (operand(c, &right) == -1)
			return -1;
		*out = node(c, op, *out, right);
	}
}

/* and-list := term *( SP "and" SP term ) */
static int
and_list(struct cursor *c, struct filter **out)
{
	return word_list(c, SLICE("and"), FILTER_AND, term, out);
}

/* filter := and-list *( SP "or" SP and-list ) */
static int
or_list(struct cursor *c, struct filter **out)
{
	return word_list(c, SLICE("or"), FILTER_OR, and_list, out);
}

static int
check_text(struct cursor *c)
{
	if (c->text.len > FILTER_LEN_MAX)
		return error_set(c->err, ERR_INVALID_FILTER,
		    "filter longer than %d bytes", FILTER_LEN_MAX);
	for (; c->at < c->text.len; c->at++)
		if ((unsigned char)peek(c) < ' ')
			return fail(c, "control character");
	c->at = 0;
	skip_spaces(c);
	if (at_end(c))
		return fail(c, "the filter is empty");
	return 0;
}

int
filter_parse(
    struct arena *a, struct slice text, struct filter **out, struct error *err)
{
	struct cursor c = { .a = a, .text = text, .err = err };

	if (check_text(&c) == -1 || or_list(&c, out) == -1)
		return -1;
	skip_spaces(&c);
	if (!at_end(&c))
		return fail(&c, "'and' or 'or' expected");
	return 0;
}

int
filter_parse_brackets(struct arena *a, struct slice text, struct filter **out,
    size_t *used, struct error *err)
{
	struct cursor c = {
		.a = a, .text = text, .in_brackets = true, .err = err
	};

	if (check_text(&c) == -1 || or_list(&c, out) == -1)
		return -1;
	skip_spaces(&c);
	if (peek(&c) != ']')
		return fail(&c, "']' expected");
	*used = c.at;
	return 0;
}
