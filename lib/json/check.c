/*
 * check.c: a strict reader of JSON (RFC 8259) that keeps nothing but the
 * names in the objects that are open.
 *
 * Recursive descent, a function for each production of the RFC; each
 * returns 0 with the cursor behind what it read, or -1 with the error set.
 * The RFC lets a reader limit depth, and range and length of numbers (section
 * 9).  Decimals must be near a double; of integers the attribute that holds
 * them says what is too large, by name.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/plain.h"
#include "json/check.h"
#include "json/walk.h"

enum { NAMES_FEW = 16 }; /* which are not sorted */

/* A name in an object, decoded, and where it stands. */
struct name {
	struct slice text;
	const char *at;
};

/* The names of all objects that are open, the innermost last. */
struct names {
	struct arena *a; /* made for the first one */
	struct name *list;
	size_t n;
	size_t size;
};

struct cursor {
	const char *at;
	const char *end;
	const char *start;
	int depth;
	struct names *names;
	struct error *err;
};

/* Does a string hold this byte as it is?  ASCII but controls, " and \. */
static bool
is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Columns count characters, so bytes inside one are passed over. */
static int
fail(const struct cursor *c, const char *what)
{
	int line = 1, column = 1;

	for (const char *p = c->start; p < c->at; p++) {
		if (*p == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)*p & 0xc0) != 0x80) {
			column++;
		}
	}
	return error_set(c->err, ERR_INVALID_SYNTAX,
	    "JSON, line %d column %d: %s", line, column, what);
}

/* The byte at the cursor, or NUL, which no production accepts. */
static char
peek(const struct cursor *c)
{
	return c->at < c->end ? *c->at : '\0';
}

static bool
take(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

/* ws = *( %x20 / %x09 / %x0A / %x0D ) */
static void
white_space(struct cursor *c)
{
	while (c->at < c->end &&
	    (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' ||
		*c->at == '\r'))
		c->at++;
}

/* false = %x66.61.6c.73.65, and so on */
static int
literal(struct cursor *c, struct slice word)
{
	if ((size_t)(c->end - c->at) < word.len ||
	    memcmp(c->at, word.data, word.len) != 0)
		return fail(c, "a value was expected");
	c->at += word.len;
	return 0;
}

/* 1*DIGIT */
static bool
digits(struct cursor *c)
{
	const char *first = c->at;

	while (is_digit(peek(c)))
		c->at++;
	return c->at > first;
}

static bool
fits_double(struct slice text)
{
	char copy[JSON_NUMBER_MAX + 1];

	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	return !isinf(strtod(copy, NULL));
}

/*
 * number = [ minus ] int [ frac ] [ exp ]
 * int    = zero / ( digit1-9 *DIGIT )
 * frac   = decimal-point 1*DIGIT
 * exp    = e [ minus / plus ] 1*DIGIT
 */
static int
number(struct cursor *c)
{
	struct cursor first = *c;
	struct slice text = { c->at, 0 };

	take(c, '-');
	if (!take(c, '0') && !digits(c))
		return fail(c, "a digit was expected");
	if (take(c, '.') && !digits(c))
		return fail(c, "a digit was expected");
	if (take(c, 'e') || take(c, 'E')) {
		if (!take(c, '-'))
			take(c, '+');
		if (!digits(c))
			return fail(c, "a digit was expected");
	}
	text.len = (size_t)(c->at - text.data);
	if (text.len > JSON_NUMBER_MAX)
		return fail(&first, "this number has too many digits");
	if (!fits_double(text))
		return fail(&first, "this number is too large");
	return 0;
}

/* 4HEXDIG, or -1 */
static int
hex4(struct cursor *c)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char d = peek(c);

		if (is_digit(d))
			value = value * 16 + (d - '0');
		else if (d >= 'a' && d <= 'f')
			value = value * 16 + (d - 'a') + 10;
		else if (d >= 'A' && d <= 'F')
			value = value * 16 + (d - 'A') + 10;
		else
			return -1;
		c->at++;
	}
	return value;
}

/* What follows \u: a character, or a pair of surrogates and its second \u. */
static int
unicode_escape(struct cursor *c)
{
	struct cursor first = *c;
	int unit = hex4(c), low;

	if (unit == -1)
		return fail(c, "four hexadecimal digits were expected");
	if (unit == 0)
		return fail(&first, "U+0000 is not allowed");
	if (unit < 0xd800 || unit > 0xdfff)
		return 0;
	low = take(c, '\\') && take(c, 'u') ? hex4(c) : -1;
	if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return fail(&first, "half of a surrogate pair");
	return 0;
}

/* escape ( %x22 / %x5C / %x2F / %x62 / ... / %x75 4HEXDIG ) */
static int
escape(struct cursor *c)
{
	c->at++;
	if (take(c, 'u'))
		return unicode_escape(c);
	if (peek(c) == '\0' || strchr("\"\\/bfnrt", *c->at) == NULL)
		return fail(c, "unknown escape in a string");
	c->at++;
	return 0;
}

/*
 * A character of two to four bytes (RFC 3629 section 4).  Only the range of
 * the second byte depends on the first: it keeps out overlong forms,
 * surrogates and what lies above U+10FFFF.
 */
static int
multibyte(struct cursor *c)
{
	const unsigned char *p = (const unsigned char *)c->at;
	unsigned char low = 0x80, high = 0xbf;
	int len = *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;

	if (*p == 0xe0)
		low = 0xa0;
	if (*p == 0xed)
		high = 0x9f;
	if (*p == 0xf0)
		low = 0x90;
	if (*p == 0xf4)
		high = 0x8f;
	if (*p < 0xc2 || *p > 0xf4 || c->end - c->at < len || p[1] < low ||
	    p[1] > high)
		return fail(c, "not UTF-8");
	for (int i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return fail(c, "not UTF-8");
	c->at += len;
	return 0;
}

/* A character that is not plain: an escape, beyond ASCII, or not allowed. */
static int
other_character(struct cursor *c)
{
	if (*c->at == '\\')
		return escape(c);
	if ((unsigned char)*c->at >= 0x80)
		return multibyte(c);
	return fail(c, "control character in a string");
}

/* string = quotation-mark *char quotation-mark */
static int
string(struct cursor *c)
{
	struct cursor first = *c;

	if (!take(c, '"'))
		return fail(c, "a string in double quotes was expected");
	for (;;) {
		c->at += plain_len(c->at, (size_t)(c->end - c->at));
		while (c->at < c->end && is_plain((unsigned char)*c->at))
			c->at++;
		if (take(c, '"'))
			return 0;
		if (c->at == c->end)
			return fail(&first, "this string has no end");
		if (other_character(c) == -1)
			return -1;
	}
}

/* QUOTED, a string that was read, is a name of the innermost object. */
static void
add_name(struct names *names, struct slice quoted)
{
	size_t size = names->size == 0 ? 32 : names->size * 2;

	if (names->a == NULL)
		names->a = arena_new();
	if (names->n == names->size) {
		names->list = arena_grow(names->a, names->list,
		    names->n * sizeof(*names->list),
		    size * sizeof(*names->list));
		names->size = size;
	}
	names->list[names->n++] =
	    (struct name){ walk_string(names->a, quoted), quoted.data };
}

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Equal without ASCII case is 0: SCIM names ignore it (CORE-01). */
static int
by_name(const void *x, const void *y)
{
	struct slice a = ((const struct name *)x)->text;
	struct slice b = ((const struct name *)y)->text;

	for (size_t i = 0; i < a.len && i < b.len; i++)
		if (lower(a.data[i]) != lower(b.data[i]))
			return lower(a.data[i]) - lower(b.data[i]);
	return a.len < b.len ? -1 : a.len > b.len;
}

static int
fail_twice(struct cursor *c, const char *at)
{
	c->at = at;
	return fail(c, "this name stands twice in its object");
}

/* Each with each: mostly their lengths differ. */
static int
check_few_names(struct cursor *c, const struct name *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (slice_equal_nocase(list[i].text, list[j].text))
				return fail_twice(c, list[i].at);
	return 0;
}

/*
 * The names of the innermost object, those from FIRST on, are different
 * (CORE-03).  Many are sorted, so that they cost little more than few.
 */
static int
check_names(struct cursor *c, size_t first)
{
	struct name *list = c->names->list + first;
	size_t n = c->names->n - first;

	if (n <= NAMES_FEW)
		return check_few_names(c, list, n);
	qsort(list, n, sizeof(*list), by_name);
	for (size_t i = 1; i < n; i++) {
		if (by_name(&list[i - 1], &list[i]) != 0)
			continue;
		return fail_twice(c,
		    list[i].at > list[i - 1].at ? list[i].at : list[i - 1].at);
	}
	return 0;
}

static int value(struct cursor *);

/* member = string name-separator value */
static int
member(struct cursor *c)
{
	struct slice name;

	white_space(c);
	name.data = c->at;
	if (string(c) == -1)
		return -1;
	name.len = (size_t)(c->at - name.data);
	add_name(c->names, name);
	white_space(c);
	if (!take(c, ':'))
		return fail(c, "':' was expected");
	return value(c);
}

/*
 * object = begin-object [ member *( value-separator member ) ] end-object
 * array  = begin-array [ value *( value-separator value ) ] end-array
 */
static int
container(struct cursor *c, int (*item)(struct cursor *), char close)
{
	if (c->depth == JSON_DEPTH_MAX)
		return fail(c, "too many values inside values");
	c->depth++;
	c->at++;
	white_space(c);
	if (!take(c, close)) {
		do {
			if (item(c) == -1)
				return -1;
		} while (take(c, ','));
		if (!take(c, close))
			return fail(c,
			    close == '}' ? "',' or '}' was expected"
					 : "',' or ']' was expected");
	}
	c->depth--;
	return 0;
}

static int
object(struct cursor *c)
{
	size_t first = c->names->n;

	if (container(c, member, '}') == -1)
		return -1;
	if (c->names->n - first > 1 && check_names(c, first) == -1)
		return -1;
	c->names->n = first;
	return 0;
}

/* value = false / null / true / object / array / number / string */
static int
bare_value(struct cursor *c)
{
	switch (peek(c)) {
	case '"':
		return string(c);
	case '{':
		return object(c);
	case '[':
		return container(c, value, ']');
	case 't':
		return literal(c, SLICE("true"));
	case 'f':
		return literal(c, SLICE("false"));
	case 'n':
		return literal(c, SLICE("null"));
	default:
		break;
	}
	if (peek(c) == '-' || is_digit(peek(c)))
		return number(c);
	return fail(c, "a value was expected");
}

static int
value(struct cursor *c)
{
	white_space(c);
	if (bare_value(c) == -1)
		return -1;
	white_space(c);
	return 0;
}

static int
whole_text(struct cursor *c)
{
	if (value(c) == -1)
		return -1;
	if (c->at < c->end)
		return fail(c, "text after the end of the value");
	return 0;
}

int
json_check(struct slice text, struct error *err)
{
	struct names names = { .a = NULL };
	struct cursor c = {
		.at = text.data, .start = text.data, .names = &names, .err = err
	};
	int rc;

	/* No arithmetic on a null pointer. */
	if (text.len == 0)
		return error_set(
		    err, ERR_INVALID_SYNTAX, "JSON: there is no text");
	c.end = text.data + text.len;
	rc = whole_text(&c);
	if (names.a != NULL)
		arena_free(names.a);
	return rc;
}
