/*
 * function_text.c: functions that cut and join text; they count characters,
 * from 1.
 */
#include "base/text_letter.h"
#include "sync/function.h"

int
function_append(struct call *c, struct datum *out)
{
	struct slice source, suffix;

	if (call_text(c, 0, &source) == -1 || call_text(c, 1, &suffix) == -1)
		return -1;
	if (source.data == NULL)
		return 0;
	*out = datum_text(ARENA_JOIN(c->r->a, source, suffix));
	return 0;
}

int
function_cstr(struct call *c, struct datum *out)
{
	struct slice text;

	if (call_text(c, 0, &text) == -1)
		return -1;
	if (text.data != NULL)
		*out = datum_text(text);
	return 0;
}

/* Where WHAT begins in TEXT behind the first FROM bytes; or TEXT.len. */
static size_t
find(struct slice text, struct slice what, size_t from)
{
	const char *at;

	if (from > text.len)
		return text.len;
	at = memmem(text.data + from, text.len - from, what.data, what.len);
	return at == NULL ? text.len : (size_t)(at - text.data);
}

/* TEXT in small letters, one for one, so that positions stay. */
static struct slice
lowered(struct arena *a, struct slice text)
{
	struct slice out;
	struct buf b;
	int32_t letter;

	/* A small letter may have a byte more than its capital. */
	buf_init(&b, 2 * EXPRESSION_TEXT_MAX);
	while (letter_next(&text, &letter))
		letter_put(&b, letter_lower(letter));
	out = arena_slice(a, b.len > 0 ? buf_text(&b) : SLICE(""));
	buf_fini(&b);
	return out;
}

/* 0 when it is not there; of "" where the search starts, as in VBA. */
int
function_in_str(struct call *c, struct datum *out)
{
	struct slice text, what;
	int64_t start = 1, compare = 0;
	bool no_start, no_compare;
	size_t at;

	if (call_text(c, 0, &text) == -1 || call_text(c, 1, &what) == -1 ||
	    call_integer(c, 2, &start, &no_start) == -1 ||
	    call_integer(c, 3, &compare, &no_compare) == -1)
		return -1;
	*out = datum_integer(0);
	if (text.data == NULL || what.data == NULL)
		return 0;
	if (no_start)
		start = 1;
	if (start < 1)
		return call_fail(c, "positions begin with 1");
	if (compare == 1) {
		text = lowered(c->r->a, text);
		what = lowered(c->r->a, what);
	}
	at = letter_part(text, 0, (size_t)start - 1).len;
	at = find(text, what, at);
	if (at < text.len)
		*out = datum_integer(
		    (int64_t)letter_count((struct slice){ text.data, at }) + 1);
	return 0;
}

int
function_left(struct call *c, struct datum *out)
{
	struct slice text;
	int64_t n;
	bool is_null;

	if (call_text(c, 0, &text) == -1 ||
	    call_integer(c, 1, &n, &is_null) == -1)
		return -1;
	if (text.data == NULL)
		text = SLICE("");
	if (n >= 0)
		text = letter_part(text, 0, (size_t)n);
	*out = datum_text(text);
	return 0;
}

int
function_mid(struct call *c, struct datum *out)
{
	struct slice text;
	int64_t start, len;
	bool is_null;

	if (call_text(c, 0, &text) == -1 ||
	    call_integer(c, 1, &start, &is_null) == -1 ||
	    call_integer(c, 2, &len, &is_null) == -1)
		return -1;
	if (start < 1)
		return call_fail(c, "positions begin with 1");
	if (len < 0)
		return call_fail(c, "a length of %lld", (long long)len);
	*out = datum_text(letter_part(text.data == NULL ? SLICE("") : text,
	    (size_t)start - 1, (size_t)len));
	return 0;
}

int
function_strip_spaces(struct call *c, struct datum *out)
{
	struct slice text;
	struct buf b;

	if (call_text(c, 0, &text) == -1)
		return -1;
	if (text.data == NULL)
		return 0;
	buf_init(&b, EXPRESSION_TEXT_MAX);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] != ' ')
			buf_putc(&b, text.data[i]);
	return call_take_text(c, &b, out);
}

/* Is C one of the characters of SET? */
static bool
is_in(struct slice set, int32_t c)
{
	int32_t one;

	while (letter_next(&set, &one))
		if (one == c)
			return true;
	return false;
}

/* Cut the next word off *TEXT: what lies between delimiters, if any. */
static bool
next_word(struct slice *text, struct slice delimiters, struct slice *word)
{
	struct slice rest = *text;
	int32_t c;

	while (letter_next(&rest, &c) && is_in(delimiters, c))
		*text = rest;
	if (text->len == 0)
		return false;
	*word = *text;
	for (rest = *text; letter_next(&rest, &c); *text = rest)
		if (is_in(delimiters, c))
			break;
	word->len -= text->len;
	return word->len > 0;
}

int
function_word(struct call *c, struct datum *out)
{
	struct slice text, delimiters, word = SLICE("");
	int64_t n;
	bool is_null;

	if (call_text(c, 0, &text) == -1 ||
	    call_integer(c, 1, &n, &is_null) == -1 ||
	    call_text(c, 2, &delimiters) == -1 ||
	    run_charge(c->r, c->node, text.len / 64 * delimiters.len) == -1)
		return -1;
	*out = datum_text(SLICE(""));
	while (
	    n >= 1 && text.data != NULL && next_word(&text, delimiters, &word))
		if (--n == 0)
			out->text = word;
	return 0;
}
