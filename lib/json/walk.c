/*
 * walk.c: read JSON text in place.
 *
 * The text was checked before, so nothing is reported here;
 * but no byte outside it is ever read, whatever it holds: a text that is
 * not JSON merely ends early.
 */
#include <limits.h>
#include <string.h>

#include "base/plain.h"
#include "json/walk.h"
#include "json/wide.h"

enum { WORD = sizeof(uint64_t), NEAR_WORDS = 4 };

/* Outside strings nothing else is below '!'.  The store has none at all. */
static inline void
white_space(struct walk *w)
{
	while (w->at < w->end && (unsigned char)*w->at <= ' ')
		w->at++;
}

/* Does an odd number of backslashes stand before AT, from START on? */
static bool
is_escaped(const char *start, const char *at)
{
	const char *p = at;

	while (p > start && p[-1] == '\\')
		p--;
	return (at - p) % 2 != 0;
}

/*
 * The first quote from AT on, or NULL.  Most are near: eight bytes are looked
 * at together, here, before memchr is worth its call.
 */
static inline const char *
find_quote(const char *at, const char *end)
{
	const uint64_t ones = UINT64_MAX / 255, tops = ones << 7;
	uint64_t bytes, found;

	for (int i = 0; i < NEAR_WORDS && end - at >= WORD; i++, at += WORD) {
		memcpy(&bytes, at, WORD);
		bytes ^= ones * '"';
		/* A borrow tells of others, but only behind the first. */
		found = (bytes - ones) & ~bytes & tops;
		if (found != 0) {
			at += first_of(found);
			break;
		}
	}
	return at < end && *at == '"' ? at
				      : memchr(at, '"', (size_t)(end - at));
}

/* From an opening quote to behind its closing quote. */
static inline void
skip_string(struct walk *w)
{
	const char *start = w->at + 1, *quote = start;

	while ((quote = find_quote(quote, w->end)) != NULL) {
		if (quote[-1] != '\\' || !is_escaped(start, quote)) {
			w->at = quote + 1;
			return;
		}
		quote++;
	}
	w->at = w->end;
}

/* What a container is cut at: the rest is white space, or in a scalar. */
static const bool is_mark[UCHAR_MAX + 1] = { ['"'] = true,
	['{'] = true,
	['['] = true,
	['}'] = true,
	[']'] = true };

static void
skip_to_mark(struct walk *w)
{
	const char *at = w->at, *end = w->end;

	while (at < end && !is_mark[(unsigned char)*at])
		at++;
	w->at = at;
}

/* From an opening bracket to behind its closing bracket. */
static void
skip_container(struct walk *w)
{
	size_t depth = 0;

	for (skip_to_mark(w); w->at < w->end; skip_to_mark(w)) {
		char c = *w->at;

		if (c == '"') {
			skip_string(w);
			continue;
		}
		w->at++;
		if (c == '{' || c == '[')
			depth++;
		else if (--depth == 0)
			return;
	}
}

static void
skip_scalar(struct walk *w)
{
	while (w->at < w->end && *w->at != ',' && *w->at != ']' &&
	    *w->at != '}' && (unsigned char)*w->at > ' ')
		w->at++;
}

/* Cut the value that begins at W; empty at the end of the container. */
static inline struct slice
cut_value(struct walk *w)
{
	struct slice value;

	value.data = w->at;
	if (w->at < w->end) {
		if (*w->at == '"')
			skip_string(w);
		else if (*w->at == '{' || *w->at == '[')
			skip_container(w);
		else
			skip_scalar(w);
	}
	value.len = (size_t)(w->at - value.data);
	return value;
}

static inline bool
separator(struct walk *w, char c)
{
	white_space(w);
	if (w->at == w->end || *w->at != c)
		return false;
	w->at++;
	white_space(w);
	return true;
}

bool
walk_sign(struct walk *w, char c)
{
	return separator(w, c);
}

struct slice
walk_scalar(struct walk *w)
{
	struct slice token = { w->at, 0 };

	if (w->at < w->end && *w->at == '"')
		skip_string(w);
	else
		skip_scalar(w);
	token.len = (size_t)(w->at - token.data);
	return token;
}

enum json_kind
walk_kind(struct slice value)
{
	if (value.len == 0)
		return JSON_NULL;
	switch (value.data[0]) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
	case 'f':
		return JSON_BOOLEAN;
	case 'n':
		return JSON_NULL;
	default:
		break;
	}
	for (size_t i = 0; i < value.len; i++)
		if (strchr(".eE", value.data[i]) != NULL)
			return JSON_DECIMAL;
	return wide_is(value) ? JSON_DECIMAL : JSON_INTEGER;
}

struct walk
walk_enter(struct slice container)
{
	enum json_kind kind = walk_kind(container);

	if (kind != JSON_OBJECT && kind != JSON_ARRAY)
		return (struct walk){ NULL, NULL };
	return (
	    struct walk){ container.data + 1, container.data + container.len };
}

bool
walk_member(struct walk *w, struct slice *name, struct slice *value)
{
	separator(w, ',');
	if (w->at == w->end || *w->at != '"')
		return false;
	*name = cut_value(w);
	if (name->len < 2)
		return false;
	*name = (struct slice){ name->data + 1, name->len - 2 };
	separator(w, ':');
	*value = cut_value(w);
	return value->len > 0;
}

bool
walk_named(struct walk *w, struct slice printed, struct slice *value)
{
	struct walk at = *w;

	separator(&at, ',');
	if ((size_t)(at.end - at.at) < printed.len ||
	    memcmp(at.at, printed.data, printed.len) != 0)
		return false;
	at.at += printed.len;
	*value = cut_value(&at);
	if (value->len == 0)
		return false;
	*w = at;
	return true;
}

bool
walk_element(struct walk *w, struct slice *value)
{
	separator(w, ',');
	*value = cut_value(w);
	return value->len > 0;
}

bool
walk_find(struct slice object, struct slice name, struct slice *value)
{
	struct walk w;
	struct slice member;

	if (walk_kind(object) != JSON_OBJECT)
		return false;
	w = walk_enter(object);
	while (walk_member(&w, &member, value))
		if (slice_equal(member, name))
			return true;
	return false;
}

/* The value of up to four hexadecimal digits that json_check has seen. */
static unsigned
hex4(struct slice digits)
{
	unsigned unit = 0;

	for (size_t i = 0; i < 4 && i < digits.len; i++) {
		unsigned d = (unsigned char)digits.data[i];

		unit = unit * 16 + (d <= '9' ? d - '0' : (d & 7) + 9) % 16;
	}
	return unit;
}

/* The UTF-8 of C (RFC 3629 section 3); returns the bytes. */
static size_t
put_utf8(char *out, unsigned c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Decode the escape at the start of TEXT; returns the bytes it took. */
static size_t
decode(struct slice text, char *out, size_t *out_len)
{
	static const char letters[] = "bfnrt", controls[] = "\b\f\n\r\t";
	const char *letter;
	unsigned unit;

	if (text.data[1] != 'u') {
		letter = memchr(letters, text.data[1], sizeof(letters) - 1);
		*out =
		    letter == NULL ? text.data[1] : controls[letter - letters];
		*out_len = 1;
		return 2;
	}
	unit = hex4(slice_from(text, 2));
	if (unit < 0xd800 || unit > 0xdbff || text.len < 12) {
		*out_len = put_utf8(out, unit);
		return text.len < 6 ? text.len : 6;
	}
	unit = 0x10000 + ((unit - 0xd800) << 10) +
	    (hex4(slice_from(text, 8)) & 0x3ff);
	*out_len = put_utf8(out, unit);
	return 12;
}

struct slice
walk_string(struct arena *a, struct slice value)
{
	struct slice text, out;
	char *copy;
	size_t n;

	if (value.len < 2 || value.data[0] != '"')
		return SLICE("");
	text = (struct slice){ value.data + 1, value.len - 2 };
	if (memchr(text.data, '\\', text.len) == NULL)
		return text;
	/* An escape is never shorter than what it stands for. */
	out.data = copy = arena_alloc(a, text.len + 1);
	out.len = 0;
	while (text.len > 0) {
		if (*text.data == '\\' && text.len > 1) {
			size_t used = decode(text, copy + out.len, &n);

			text = slice_from(text, used);
			out.len += n;
		} else {
			copy[out.len++] = *text.data;
			text = slice_from(text, 1);
		}
	}
	copy[out.len] = '\0';
	return out;
}
