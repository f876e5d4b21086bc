/*
 * request_log.c: what was asked and answered, a record a request.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "base/number.h"
#include "base/text.h"
#include "base/uuid.h"
#include "json/check.h"
#include "json/walk.h"
#include "watch/line.h"
#include "watch/request_log.h"

enum { RECORD_MAX = 4 * 1024 * 1024, ID_AHEAD_MS = 24 * 3600 * 1000 };

#define FIELD(name) offsetof(struct request_record, name)
#define KEY(name)                                              \
	{                                                      \
		",\"" name "\":", sizeof(",\"" name "\":") - 1 \
	}

/* clang-format off */
/* The texts of a record, before and behind its numbers. */
static const struct text_row {
	struct slice	key;	/* ',"NAME":' */
	size_t		offset;
} head_texts[] = {
	{ KEY("credential"),	FIELD(credential) },
	{ KEY("program"),	FIELD(program) },
	{ KEY("method"),	FIELD(method) },
	{ KEY("path"),	FIELD(path) },
	{ KEY("query"),	FIELD(query) },
	{ KEY("type"),	FIELD(type) },
	{ KEY("resource"),	FIELD(resource) },
}, tail_texts[] = {
	{ KEY("scimType"),	FIELD(scim_type) },
	{ KEY("detail"),	FIELD(detail) },
	{ KEY("shape"),	FIELD(shape) },
	{ KEY("address"),	FIELD(address) },
	{ KEY("agent"),	FIELD(agent) },
	{ KEY("base"),	FIELD(base_url) },
	{ KEY("contentType"),	FIELD(content_type) },
	{ KEY("ifMatch"),	FIELD(if_match) },
	{ KEY("ifNoneMatch"),	FIELD(if_none_match) },
	{ KEY("bodyMissing"),	FIELD(body_missing) },
};

/* Its numbers; 0 is shown too. */
static const struct {
	struct slice	key;
	size_t		offset;
} numbers[] = {
	{ KEY("us"),	FIELD(duration_us) },
	{ KEY("in"),	FIELD(in_len) },
	{ KEY("out"),	FIELD(out_len) },
	{ KEY("read"),	FIELD(read) },
	{ KEY("written"),	FIELD(written) },
};

/* And its JSON. */
static const struct {
	struct slice	key;
	size_t		offset;
} values[] = {
	{ KEY("tolerances"),	FIELD(tolerances) },
	{ KEY("body"),	FIELD(body) },
	{ KEY("answer"),	FIELD(answer) },
};
/* clang-format on */

/* A text that is long, cut at a character. */
static struct slice
cut(struct slice text)
{
	if (text.len <= REQUEST_LOG_TEXT_MAX)
		return text;
	text.len = REQUEST_LOG_TEXT_MAX;
	while (
	    text.len > 0 && ((unsigned char)text.data[text.len] & 0xc0) == 0x80)
		text.len--;
	return text;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of each of the 8 bytes of V that is below N, up to 0x80. */
static uint64_t
below(uint64_t v, uint64_t n)
{
	return (v - EACH(n)) & ~v;
}

/*
 * The high bit of each of the 8 bytes of V that is to be escaped.  A borrow
 * from one byte to the next tells of one too many, and hides none.
 */
static uint64_t
escapes(uint64_t v)
{
	return (v | below(v, ' ') | below(v ^ EACH(0x7f), 1) |
		   below(v ^ EACH('"'), 1) | below(v ^ EACH('\\'), 1)) &
	    EACH(0x80);
}

/* Nothing to escape: mostly it is so. */
static bool
is_plain(struct slice text)
{
	const char *at = text.data, *end = text.data + text.len;
	uint64_t found = 0, v;

	for (; end - at >= (ptrdiff_t)sizeof(v); at += sizeof(v)) {
		memcpy(&v, at, sizeof(v));
		found |= escapes(v);
	}
	v = EACH(' ');
	memcpy(&v, at, (size_t)(end - at));
	return (found | escapes(v)) == 0;
}

/* "\\u001b".  The quotes of an ETag are in every conditional request. */
static void
put_unicode(struct buf *b, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	char escape[] = { '\\', 'u', '0', '0', digits[c >> 4],
		digits[c & 0x0f] };

	buf_add(b, escape, sizeof(escape));
}

static void
put_escaped(struct buf *b, struct slice text)
{
	bool is_utf8 = text_is_utf8(text);

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		/* C1 controls are U+0080 to U+009F: 0xC2 and one of these. */
		if (c == 0xc2 && is_utf8 &&
		    (unsigned char)text.data[i + 1] < 0xa0)
			put_unicode(b, (unsigned char)text.data[++i]);
		else if (c == '\0')
			buf_putc(b, '?');
		else if (c < ' ' || c == 0x7f || c == '"' || c == '\\')
			put_unicode(b, c);
		else
			buf_putc(b, c >= 0x80 && !is_utf8 ? '?' : (char)c);
	}
}

/*
 * A text of a client: one line whatever it holds, nothing that a terminal
 * obeys, UTF-8, not too long.
 */
static void
put_text(struct buf *b, struct slice key, struct slice text)
{
	char *to;

	text = cut(text);
	if (!is_plain(text)) {
		buf_slice(b, key);
		buf_putc(b, '"');
		put_escaped(b, text);
		buf_putc(b, '"');
		return;
	}
	to = buf_extend(b, key.len + text.len + 2);
	if (to == NULL)
		return;
	memcpy(to, key.data, key.len);
	to[key.len] = '"';
	memcpy(to + key.len + 1, text.data, text.len);
	to[key.len + 1 + text.len] = '"';
}

static void
put_number(struct buf *b, struct slice key, int64_t number)
{
	buf_slice(b, key);
	buf_number(b, number > 0 ? (uint64_t)number : 0);
}

static void
put_texts(struct buf *b, const struct request_record *r,
    const struct text_row *rows, size_t n)
{
	struct slice text;

	for (size_t i = 0; i < n; i++) {
		memcpy(&text, (const char *)r + rows[i].offset, sizeof(text));
		if (text.len > 0)
			put_text(b, rows[i].key, text);
	}
}

static void
put_record(struct buf *b, const struct request_record *r)
{
	static const struct slice tenant = KEY("tenant"),
				  status = KEY("status");
	char at[CLOCK_TEXT_SIZE];
	struct slice value;
	int64_t number;

	clock_format(r->at, at);
	buf_puts(b, "{\"at\":\"");
	buf_add(b, at, CLOCK_TEXT_SIZE - 1);
	buf_putc(b, '"');
	if (r->id.len > 0)
		put_text(b, (struct slice)KEY("id"), r->id);
	put_number(b, tenant, r->tenant);
	put_texts(b, r, head_texts, NELEM(head_texts));
	put_number(b, status, r->status);
	for (size_t i = 0; i < NELEM(numbers); i++) {
		memcpy(&number, (const char *)r + numbers[i].offset,
		    sizeof(number));
		put_number(b, numbers[i].key, number);
	}
	put_texts(b, r, tail_texts, NELEM(tail_texts));
	if (r->is_new)
		buf_puts(b, ",\"isNew\":true");
	for (size_t i = 0; i < NELEM(values); i++) {
		memcpy(
		    &value, (const char *)r + values[i].offset, sizeof(value));
		if (value.len == 0)
			continue;
		buf_slice(b, values[i].key);
		buf_slice(b, value);
	}
	buf_putc(b, '}');
}

static void
directory_of(const char *store, uint32_t tenant, char dir[4096])
{
	snprintf(dir, 4096, "%s/log/%u", store, tenant);
}

/* What a process that was killed left of a record is none. */
static bool
is_whole(struct slice line)
{
	struct error err;

	return json_check(line, &err) == 0;
}

/*
 * The record, without its bodies if they make it none that can be read again:
 * too long, too deep.  Nobody shall hide what he asked by its form.
 */
static void
put_readable(struct buf *b, const struct request_record *r)
{
	struct request_record bare = *r;

	put_record(b, r);
	if (r->body.len + r->answer.len == 0 ||
	    (!buf_overflowed(b) && is_whole(buf_text(b))))
		return;
	bare.body = bare.answer = SLICE("");
	bare.body_missing = SLICE("it cannot stand in a record");
	buf_clear(b);
	put_record(b, &bare);
}

int
request_log_append(
    struct lines_writer *w, const struct request_record *r, struct error *err)
{
	struct buf *b = lines_writer_line(w, RECORD_MAX);

	put_readable(b, r);
	return lines_writer_append(w, r->tenant, r->at, buf_text(b), err);
}

int
request_search_check(const struct request_search *s, struct error *err)
{
	struct slice text = s->status;
	int64_t number;

	if (text.len == 0 ||
	    (text.len == 3 && text.data[0] >= '1' && text.data[0] <= '5' &&
		slice_equal_nocase(slice_from(text, 1), SLICE("xx"))) ||
	    parse_int(text, 100, 599, &number, NULL) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "a status is a number as 404, or 4xx for all of them");
}

static bool
is_status(struct slice line, struct slice wanted)
{
	struct slice status = line_text(line, "status");

	if (status.len != 3 || wanted.len != 3)
		return false;
	if (wanted.data[1] == 'x' || wanted.data[1] == 'X')
		return status.data[0] == wanted.data[0];
	return slice_equal(status, wanted);
}

static bool
is_part(struct slice text, struct slice part)
{
	return memmem(text.data, text.len, part.data, part.len) != NULL;
}

/* The dateTimes of a record sort as their texts do. */
static bool
is_found(struct slice line, const void *what)
{
	const struct request_search *s = what;

	if (line.data[0] != '{' || line.data[line.len - 1] != '}' ||
	    !line_is_in_time(line, s->since, s->until))
		return false;
	if (s->status.len > 0 && !is_status(line, s->status))
		return false;
	if (s->id.len > 0 && !slice_equal(line_text(line, "id"), s->id) &&
	    !slice_equal(line_text(line, "resource"), s->id))
		return false;
	return line_is(line, "credential", s->credential) &&
	    line_is(line, "id", s->request) &&
	    line_is(line, "method", s->method) &&
	    line_is(line, "type", s->type) &&
	    (s->path.len == 0 || is_part(line_text(line, "path"), s->path)) &&
	    is_whole(line);
}

int
request_log_search(const char *store, const struct request_search *s, bool back,
    struct lines_place *place, search_fn *fn, void *arg, struct error *err)
{
	char dir[4096];
	struct search search = { .dir = dir,
		.back = back,
		.since = s->since,
		.ends_at = s->ends_at,
		.is_found = is_found,
		.what = s };

	directory_of(store, s->tenant, dir);
	return search_run(&search, place, fn, arg, err);
}

int
request_log_find(struct arena *a, const char *store, uint32_t tenant,
    struct slice id, struct slice *line, struct error *err)
{
	struct request_search s = { .tenant = tenant, .request = id };
	struct lines_place place = { .file = "" };
	struct search_found found = { .arena = a, .max = 1 };
	struct uuid uuid;

	/* The id was made when the request came: by a clock that may differ. */
	if (uuid_parse(id, &uuid) == 0)
		s.since = uuid_time(&uuid) - ID_AHEAD_MS;
	if (id.len > 0 &&
	    request_log_search(
		store, &s, true, &place, search_keep, &found, err) == -1)
		return -1;
	if (found.n == 0)
		return error_set(err, ERR_NOT_FOUND,
		    "the request log has no request '%.*s'", SLICE_ARG(id));
	*line = found.list[0];
	return 0;
}

void
request_log_prune(
    const char *store, int64_t now, int64_t age_ms, uint64_t len_max)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/log", store);
	lines_prune_each(path, now, age_ms, len_max);
}
