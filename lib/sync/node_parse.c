/*
 * node_parse.c: the text of an expression becomes a tree.
 *
 * Recursive descent, one function a production.
 */
#include <string.h>

#include "base/nelem.h"
#include "base/number.h"
#include "base/text.h"
#include "sync/node.h"

enum { NODE_ARGS_MAX = 256 };

struct cursor {
	struct arena *a;
	struct slice text;
	size_t at;
	int depth;
	struct error *err;
};

/* clang-format off */
/* The longer of two that begin alike stands first. */
static const struct {
	struct slice	word;
	enum comparison	op;
} comparisons[] = {
	{ { "<>", 2 }, COMPARE_NE },
	{ { "<=", 2 }, COMPARE_LE },
	{ { ">=", 2 }, COMPARE_GE },
	{ { "=", 1 },  COMPARE_EQ },
	{ { "<", 1 },  COMPARE_LT },
	{ { ">", 1 },  COMPARE_GT },
};

/* Words that are constants. */
static const struct {
	struct slice	word;
	struct datum	value;
} words[] = {
	{ { "True", 4 },  { .kind = DATUM_BOOLEAN, .boolean = true } },
	{ { "False", 5 }, { .kind = DATUM_BOOLEAN } },
	{ { "vbBinaryCompare", 15 }, { .kind = DATUM_INTEGER, .integer = 0 } },
	{ { "vbTextCompare", 13 },   { .kind = DATUM_INTEGER, .integer = 1 } },
};
/* clang-format on */

static int
fail(struct cursor *c, const char *what)
{
	return error_set(c->err, ERR_INVALID_SYNTAX, "expression, byte %zu: %s",
	    c->at, what);
}

/* The next byte, NUL at the end; an expression holds no NUL. */
static char
peek(const struct cursor *c)
{
	return c->at < c->text.len ? c->text.data[c->at] : '\0';
}

static void
skip_spaces(struct cursor *c)
{
	while (peek(c) != '\0' && strchr(" \t\r\n", peek(c)) != NULL)
		c->at++;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct node *
node(struct cursor *c, enum node_kind kind)
{
	struct node *n = arena_calloc(c->a, 1, sizeof(*n));

	n->kind = kind;
	n->offset = c->at;
	return n;
}

/* To the quote that ends a string, or the end of the text. */
static void
skip_quoted(struct cursor *c)
{
	for (c->at++; peek(c) != '"' && peek(c) != '\0'; c->at++)
		if (peek(c) == '\\' && c->at + 1 < c->text.len)
			c->at++;
}

/* A backslash stands before a quote or a backslash; else it is one itself. */
static struct slice
unescape(struct arena *a, struct slice raw)
{
	char *text = arena_alloc(a, raw.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < raw.len; i++) {
		if (raw.data[i] == '\\' && i + 1 < raw.len &&
		    strchr("\"\\", raw.data[i + 1]) != NULL)
			i++;
		text[len++] = raw.data[i];
	}
	text[len] = '\0';
	return (struct slice){ text, len };
}

/* string := '"' *character '"' */
static int
string(struct cursor *c, struct node **out)
{
	struct node *n = node(c, NODE_CONSTANT);

	*out = n;
	skip_quoted(c);
	if (peek(c) == '\0') {
		c->at = n->offset;
		return fail(c, "string without an end");
	}
	n->constant = datum_text(unescape(c->a,
	    (struct slice){
		c->text.data + n->offset + 1, c->at - n->offset - 1 }));
	c->at++;
	return 0;
}

/* attribute := "[" path "]", where a path has brackets and strings itself */
static int
attribute(struct cursor *c, struct node **out)
{
	struct node *n = node(c, NODE_ATTRIBUTE);
	int open = 1;

	*out = n;
	for (c->at++; open > 0; c->at++) {
		if (peek(c) == '"')
			skip_quoted(c);
		if (peek(c) == '\0') {
			c->at = n->offset;
			return fail(c, "attribute without its ']'");
		}
		open += (peek(c) == '[') - (peek(c) == ']');
	}
	n->name = slice_trim((struct slice){
	    c->text.data + n->offset + 1, c->at - n->offset - 2 });
	if (n->name.len == 0)
		return fail(c, "attribute name expected");
	return 0;
}

/* hex := "&H" 1*15HEXDIG */
static int
hex(struct cursor *c, struct node **out)
{
	static const char digits[] = "0123456789abcdef";
	struct node *n = node(c, NODE_CONSTANT);
	int64_t value = 0;
	size_t start;

	*out = n;
	c->at++;
	if (peek(c) != 'H' && peek(c) != 'h')
		return fail(c, "'H' expected behind '&'");
	start = ++c->at;
	for (; peek(c) != '\0'; c->at++) {
		char lower = peek(c) <= '9' ? peek(c) : (char)(peek(c) | ' ');
		const char *digit = strchr(digits, lower);

		if (digit == NULL || c->at - start == 15)
			break;
		value = value * 16 + (digit - digits);
	}
	if (c->at == start)
		return fail(c, "hexadecimal digit expected");
	n->constant = datum_integer(value);
	return 0;
}

/* number := ["+" | "-"] 1*DIGIT */
static int
number(struct cursor *c, struct node **out)
{
	struct node *n = node(c, NODE_CONSTANT);
	struct slice text = { c->text.data + c->at, 1 };
	int64_t value;

	*out = n;
	while (c->at + text.len < c->text.len && is_digit(text.data[text.len]))
		text.len++;
	if (parse_int(text, INT64_MIN, INT64_MAX, &value, NULL) == -1)
		return fail(c, "no number, or one too large");
	c->at += text.len;
	n->constant = datum_integer(value);
	return 0;
}

static int expression(struct cursor *c, struct node **out);

/* argument := [expression] */
static int
argument(struct cursor *c, struct node **out)
{
	skip_spaces(c);
	if (peek(c) == ',' || peek(c) == ')') {
		*out = node(c, NODE_EMPTY);
		return 0;
	}
	return expression(c, out);
}

/* "(" [argument *("," argument)] ")" */
static int
arguments(struct cursor *c, struct node *call)
{
	struct node *args[NODE_ARGS_MAX];
	size_t n = 0;

	c->at++;
	skip_spaces(c);
	if (peek(c) == ')') {
		c->at++;
		return 0;
	}
	do {
		if (n == NODE_ARGS_MAX)
			return fail(c, "too many arguments");
		if (argument(c, &args[n++]) == -1)
			return -1;
		skip_spaces(c);
	} while (peek(c) == ',' && c->at++ < c->text.len);
	if (peek(c) != ')')
		return fail(c, "',' or ')' expected");
	c->at++;
	call->args = arena_calloc(c->a, n, sizeof(*args));
	memcpy(call->args, args, n * sizeof(*args));
	call->nargs = n;
	return 0;
}

/* call := name "(" arguments ")"; a name without is a constant */
static int
name(struct cursor *c, struct node **out)
{
	struct node *n = node(c, NODE_CALL);
	struct slice word = { c->text.data + c->at, 0 };

	*out = n;
	while (is_letter(peek(c)) || is_digit(peek(c))) {
		word.len++;
		c->at++;
	}
	n->name = word;
	skip_spaces(c);
	if (peek(c) == '(')
		return arguments(c, n);
	for (size_t i = 0; i < NELEM(words); i++)
		if (slice_equal(words[i].word, word)) {
			n->kind = NODE_CONSTANT;
			n->constant = words[i].value;
			return 0;
		}
	return fail(c,
	    "'(' expected behind the name of a function; "
	    "attributes stand in [ ], text in quotes");
}

/* operand := string | attribute | hex | number | call */
static int
operand(struct cursor *c, struct node **out)
{
	skip_spaces(c);
	if (peek(c) == '"')
		return string(c, out);
	if (peek(c) == '[')
		return attribute(c, out);
	if (peek(c) == '&')
		return hex(c, out);
	if (is_digit(peek(c)) || peek(c) == '-' || peek(c) == '+')
		return number(c, out);
	if (is_letter(peek(c)))
		return name(c, out);
	return fail(c, "function, [attribute], \"text\" or number expected");
}

/* expression := operand [("=" | "<>" | "<" | "<=" | ">" | ">=") operand] */
static int
expression(struct cursor *c, struct node **out)
{
	struct node *compare, *args[2];

	if (++c->depth > EXPRESSION_DEPTH_MAX)
		return fail(c, "nested too deeply");
	if (operand(c, &args[0]) == -1)
		return -1;
	*out = args[0];
	skip_spaces(c);
	for (size_t i = 0; i < NELEM(comparisons); i++) {
		struct slice op = comparisons[i].word;

		if (c->text.len - c->at < op.len ||
		    memcmp(c->text.data + c->at, op.data, op.len) != 0)
			continue;
		compare = node(c, NODE_COMPARE);
		compare->op = comparisons[i].op;
		c->at += op.len;
		if (operand(c, &args[1]) == -1)
			return -1;
		compare->args = arena_calloc(c->a, 2, sizeof(*args));
		memcpy(compare->args, args, sizeof(args));
		compare->nargs = 2;
		*out = compare;
		break;
	}
	c->depth--;
	return 0;
}

/* UTF-8 of at most EXPRESSION_LEN_MAX characters. */
static int
check_text(struct cursor *c)
{
	size_t characters = 0;

	if (!text_is_utf8(c->text))
		return error_set(
		    c->err, ERR_INVALID_SYNTAX, "expression: not UTF-8");
	for (size_t i = 0; i < c->text.len; i++)
		characters += (c->text.data[i] & 0xc0) != 0x80;
	if (characters > EXPRESSION_LEN_MAX)
		return error_set(c->err, ERR_INVALID_SYNTAX,
		    "expression longer than %d characters", EXPRESSION_LEN_MAX);
	return 0;
}

int
node_parse(
    struct arena *a, struct slice text, struct node **out, struct error *err)
{
	struct cursor c = { .a = a, .text = text, .err = err };

	if (check_text(&c) == -1 || expression(&c, out) == -1)
		return -1;
	skip_spaces(&c);
	if (c.at < c.text.len)
		return fail(&c, "nothing more expected");
	return 0;
}
