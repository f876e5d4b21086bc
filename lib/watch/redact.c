/*
 * redact.c: what no log may hold.
 */
#include "json/json.h"
#include "watch/redact.h"

enum { BODY_MAX = 64 * 1024 * 1024 };

/* Within a name these hide it, in any case. */
static const struct slice secret_words[] = { { "password", 8 }, { "passwd", 6 },
	{ "passphrase", 10 }, { "secret", 6 }, { "token", 5 },
	{ "assertion", 9 }, { "authorization", 13 }, { "apikey", 6 },
	{ "api_key", 7 }, { "privatekey", 10 }, { "private_key", 11 } };

/* Within a value: our secrets, a header, a hash of a password. */
static const struct slice secret_marks[] = { { "mst_", 4 }, { "mcs_", 4 },
	{ "mat_", 4 }, { "bearer ", 7 }, { "$y$", 3 } };

/* One of them is in every mark, and in hardly any path, id or field. */
static const char in_marks[] = { '_', ' ', '$' };

/* Members that say which attribute their siblings are about. */
static const struct slice naming[] = { { "path", 4 }, { "name", 4 },
	{ "attribute", 9 }, { "attributename", 13 }, { "key", 3 } };

/* Members of a key, which has "kty", that are secret (RFC 7518 section 6). */
static const struct slice key_parts[] = { { "d", 1 }, { "p", 1 }, { "q", 1 },
	{ "dp", 2 }, { "dq", 2 }, { "qi", 2 }, { "oth", 3 }, { "k", 1 } };

/* Siblings that are shown whatever it is. */
static const struct slice harmless[] = { { "op", 2 }, { "path", 4 },
	{ "method", 6 }, { "bulkid", 6 }, { "version", 7 } };

/* Members whose texts may name an attribute and its value. */
static const struct slice expressions[] = { { "filter", 6 }, { "detail", 6 } };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* What a word, or a mark, can begin with; a large letter is taken as small. */
static const bool begins_word
    [256] = { ['p'] = true, ['s'] = true, ['t'] = true, ['a'] = true };
static const bool
    begins_mark[256] = { ['m'] = true, ['b'] = true, ['$'] = true };

static bool
begins_any(struct slice text, const struct slice *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text.len > 1 &&
		    (words[i].data[0] | 0x20) == (text.data[0] | 0x20) &&
		    (words[i].data[1] | 0x20) == (text.data[1] | 0x20) &&
		    slice_has_prefix_nocase(text, words[i]))
			return true;
	return false;
}

/*
 * Is one of WORDS, in lower case, which begin with what BEGINS says, somewhere
 * in TEXT?
 */
static bool
holds_any(struct slice text, const struct slice *words, size_t n,
    const bool begins[256])
{
	for (size_t i = 0; i < text.len; i++)
		if (begins[(unsigned char)text.data[i] | 0x20] &&
		    begins_any(slice_from(text, i), words, n))
			return true;
	return false;
}

static bool
is_any(struct slice text, const struct slice *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal_nocase(text, words[i]))
			return true;
	return false;
}

/* "emails" of "emails.value", "pin" of "urn:example:2.0:User:pin". */
static struct slice
attribute_of(struct slice name)
{
	struct slice attribute;
	size_t at = name.len;

	while (at > 0 && name.data[at - 1] != ':')
		at--;
	name = slice_trim(slice_from(name, at));
	return slice_next(&name, '.', &attribute) ? attribute : name;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '$';
}

/* Is WORD in TEXT, with no letter before it or behind it? */
static bool
holds_name(struct slice text, struct slice word)
{
	for (size_t i = 0; i + word.len <= text.len; i++) {
		size_t end = i + word.len;

		if (slice_has_prefix_nocase(slice_from(text, i), word) &&
		    (i == 0 || !is_letter(text.data[i - 1])) &&
		    (end == text.len || !is_letter(text.data[end])))
			return true;
	}
	return false;
}

bool
redact_is_hidden(struct slice name, struct slice names)
{
	struct slice item;

	if (holds_any(name, secret_words, COUNT(secret_words), begins_word))
		return true;
	while (slice_next(&names, ',', &item)) {
		item = attribute_of(slice_trim(item));
		if (item.len > 0 && holds_name(name, item))
			return true;
	}
	return false;
}

static bool
has(struct slice text, char c)
{
	return text.len > 0 && memchr(text.data, c, text.len) != NULL;
}

/* "eyJ...", and two dots behind it. */
static bool
holds_jwt(struct slice text)
{
	const char *at =
	    has(text, 'J') ? memmem(text.data, text.len, "eyJ", 3) : NULL;
	struct slice rest, part;

	if (at == NULL)
		return false;
	rest = slice_from(text, (size_t)(at - text.data));
	return slice_next(&rest, '.', &part) && slice_next(&rest, '.', &part) &&
	    rest.data != NULL;
}

static bool
holds_mark(struct slice text)
{
	bool may = false;

	for (size_t i = 0; !may && i < COUNT(in_marks); i++)
		may = has(text, in_marks[i]);
	return may &&
	    holds_any(text, secret_marks, COUNT(secret_marks), begins_mark);
}

static bool
holds_secret(struct slice text)
{
	return holds_mark(text) || holds_jwt(text);
}

struct slice
redact_text(struct slice text)
{
	return holds_secret(text) ? SLICE(REDACTED) : text;
}

struct slice
redact_query(struct slice text, struct slice names)
{
	return redact_is_hidden(text, names) ? SLICE(REDACTED)
					     : redact_text(text);
}

/* A filter, a message or JSON within a string: a name, and what is quoted. */
static bool
is_hidden_value(struct slice text, struct slice names)
{
	return holds_secret(text) ||
	    (has(text, '"') && redact_is_hidden(text, names));
}

/* Does V name it, in whatever form the client made of a path? */
static bool
names_hidden(const struct json_object *v, struct slice names)
{
	struct json_member m;
	bool found = redact_is_hidden(json_string(v), names);

	for (size_t i = 0; !found && i < json_len(v); i++)
		found = names_hidden(json_at(v, i), names);
	for (m = json_first(v); !found && m.entry != NULL; json_next(&m))
		found = names_hidden(m.value, names);
	return found;
}

/* Does a member of OBJECT say that the others are about what is hidden? */
static bool
is_about_hidden(const struct json_object *object, struct slice names)
{
	struct json_member m;

	for (m = json_first(object); m.entry != NULL; json_next(&m))
		if (is_any(m.name, naming, COUNT(naming)) &&
		    names_hidden(m.value, names))
			return true;
	return false;
}

static void put_value(
    struct buf *b, const struct json_object *v, struct slice names);

/* A path may hold a value too: emails[value eq "..."], pin eq 1. */
static bool
is_shown(const struct json_member *m, bool about_hidden, struct slice names)
{
	struct slice text = json_string(m->value);

	if (redact_is_hidden(m->name, names) ||
	    (is_any(m->name, expressions, COUNT(expressions)) &&
		redact_is_hidden(text, names)))
		return false;
	if (!about_hidden)
		return true;
	return is_any(m->name, harmless, COUNT(harmless)) && text.len > 0 &&
	    !has(text, '"') && !has(text, ' ');
}

/*
 * A key of a PATCH without path may be one, with a value in its filter.  What
 * looks as if it had been hidden is hidden, so that no name stands twice.
 */
static bool
is_hidden_name(struct slice name, struct slice names)
{
	struct slice shown =
	    has(name, '"') ? redact_query(name, names) : redact_text(name);

	return slice_has_prefix_nocase(name, SLICE("(redacted")) ||
	    !slice_equal(shown, name);
}

/* The Nth name of an object that is hidden. */
static void
put_hidden_name(struct buf *b, unsigned n)
{
	if (n == 1)
		buf_puts(b, "\"" REDACTED "\"");
	else
		buf_printf(b, "\"(redacted %u)\"", n);
}

static void
put_object(struct buf *b, const struct json_object *object, struct slice names)
{
	bool about_hidden = is_about_hidden(object, names), first = true;
	bool is_key = json_has(object, SLICE("kty"));
	unsigned hidden = 0;
	struct json_member m;

	buf_putc(b, '{');
	for (m = json_first(object); m.entry != NULL; json_next(&m)) {
		if (!first)
			buf_putc(b, ',');
		first = false;
		if (is_hidden_name(m.name, names))
			put_hidden_name(b, ++hidden);
		else
			buf_json_string(b, m.name);
		buf_putc(b, ':');
		if (is_shown(&m, about_hidden, names) &&
		    !(is_key && is_any(m.name, key_parts, COUNT(key_parts))))
			put_value(b, m.value, names);
		else
			buf_puts(b, "\"" REDACTED "\"");
	}
	buf_putc(b, '}');
}

static void
put_array(struct buf *b, const struct json_object *array, struct slice names)
{
	buf_putc(b, '[');
	for (size_t i = 0; i < json_len(array); i++) {
		if (i > 0)
			buf_putc(b, ',');
		put_value(b, json_at(array, i), names);
	}
	buf_putc(b, ']');
}

/* As deep as json_parse lets it be. */
static void
put_value(struct buf *b, const struct json_object *v, struct slice names)
{
	enum json_kind kind = json_kind(v);

	if (kind == JSON_OBJECT)
		put_object(b, v, names);
	else if (kind == JSON_ARRAY)
		put_array(b, v, names);
	else if (kind == JSON_STRING && is_hidden_value(json_string(v), names))
		buf_puts(b, "\"" REDACTED "\"");
	else
		json_print(b, v);
}

int
redact_body(struct arena *a, struct slice body, struct slice names,
    struct slice *out, struct error *err)
{
	struct json_object *v;
	struct buf b;

	if (json_parse(a, body, &v, err) == -1)
		return -1;
	buf_init(&b, BODY_MAX);
	put_value(&b, v, names);
	*out = arena_slice(a, buf_text(&b));
	buf_fini(&b);
	return 0;
}
