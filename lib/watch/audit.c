/*
 * audit.c: an entry of the audit, as a line and in a search.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/number.h"
#include "json/walk.h"
#include "watch/audit_private.h"
#include "watch/line.h"

/* The end of a line: ,"previous":"...","hash":"..."} */
static const char previous_text[] = ",\"previous\":\"";
static const char hash_text[] = ",\"hash\":\"";
static const char zero_hash[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

enum {
	HASH_PART_LEN = sizeof(hash_text) - 1 + AUDIT_HASH_LEN + 2,
	PREVIOUS_PART_LEN = sizeof(previous_text) - 1 + AUDIT_HASH_LEN + 1
};

void
audit_path(const char *dir, const char *name, char path[4096])
{
	snprintf(
	    path, 4096, "%s/audit%s%s", dir, name[0] == '\0' ? "" : "/", name);
}

static void
hash_line(struct slice text, char hash[AUDIT_HASH_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[DIGEST_LEN];

	digest_sha256(text, digest);
	for (size_t i = 0; i < DIGEST_LEN; i++) {
		hash[2 * i] = digits[digest[i] >> 4];
		hash[2 * i + 1] = digits[digest[i] & 15];
	}
	hash[AUDIT_HASH_LEN] = '\0';
}

static const char *
hash_before(const struct audit_head *head)
{
	return head->n == 0 ? zero_hash : head->hash;
}

void
audit_put(struct buf *b, const struct audit_entry *e, struct audit_head *head)
{
	size_t start = b->len;

	buf_printf(b, "{\"n\":%llu,\"log\":%u,\"sequence\":%llu,\"change\":",
	    (unsigned long long)e->n, e->log, (unsigned long long)e->sequence);
	buf_slice(b, e->change);
	buf_printf(b, "%s%s\"", previous_text, hash_before(head));
	if (buf_overflowed(b))
		return;
	hash_line(
	    (struct slice){ b->data + start, b->len - start }, head->hash);
	head->n = e->n;
	buf_printf(b, "%s%s\"}\n", hash_text, head->hash);
}

static int
take_number(struct slice *text, const char *before, uint64_t *number)
{
	size_t len = strlen(before), digits = 0;
	int64_t value;

	if (text->len < len || memcmp(text->data, before, len) != 0)
		return -1;
	*text = slice_from(*text, len);
	while (digits < text->len && text->data[digits] >= '0' &&
	    text->data[digits] <= '9')
		digits++;
	if (parse_int((struct slice){ text->data, digits }, 0, INT64_MAX,
		&value, NULL) == -1)
		return -1;
	*text = slice_from(*text, digits);
	*number = (uint64_t)value;
	return 0;
}

/* {"n":17,"log":1,"sequence":4711,"change": */
static int
take_numbers(struct slice *text, struct audit_entry *e)
{
	static const char change[] = ",\"change\":";
	uint64_t log;

	if (take_number(text, "{\"n\":", &e->n) == -1 ||
	    take_number(text, ",\"log\":", &log) == -1 || log > UINT32_MAX ||
	    take_number(text, ",\"sequence\":", &e->sequence) == -1 ||
	    text->len < sizeof(change) - 1 ||
	    memcmp(text->data, change, sizeof(change) - 1) != 0)
		return -1;
	e->log = (uint32_t)log;
	*text = slice_from(*text, sizeof(change) - 1);
	return 0;
}

/* Does PART stand in LINE at byte AT, then a hash? */
static bool
has_hash(struct slice line, size_t at, const char *part, const char *hash)
{
	size_t len = strlen(part);

	return memcmp(line.data + at, part, len) == 0 &&
	    memcmp(line.data + at + len, hash, AUDIT_HASH_LEN) == 0;
}

const char *
audit_take(struct slice line, struct audit_head *head, struct audit_entry *e)
{
	struct slice rest = line;
	char hash[AUDIT_HASH_SIZE];
	size_t hash_at, previous_at;

	if (take_numbers(&rest, e) == -1 ||
	    rest.len < HASH_PART_LEN + PREVIOUS_PART_LEN)
		return "this is no entry";
	hash_at = line.len - HASH_PART_LEN;
	previous_at = hash_at - PREVIOUS_PART_LEN;
	e->change = (struct slice){ rest.data,
		(size_t)(line.data + previous_at - rest.data) };
	hash_line((struct slice){ line.data, hash_at }, hash);
	if (!has_hash(line, hash_at, hash_text, hash) ||
	    memcmp(line.data + line.len - 2, "\"}", 2) != 0)
		return "the entry was changed: it has another hash";
	if (e->n != head->n + 1)
		return "entries are missing before this one";
	if (!has_hash(line, previous_at, previous_text, hash_before(head)))
		return "the entry before this one is another";
	head->n = e->n;
	memcpy(head->hash, hash, sizeof(hash));
	return NULL;
}

int
audit_head_parse(struct slice text, struct audit_head *head)
{
	struct slice number;
	int64_t n;

	if (!slice_next(&text, ':', &number) || text.len != AUDIT_HASH_LEN ||
	    parse_int(number, 1, INT64_MAX, &n, NULL) == -1)
		return -1;
	head->n = (uint64_t)n;
	memcpy(head->hash, text.data, AUDIT_HASH_LEN);
	head->hash[AUDIT_HASH_LEN] = '\0';
	return 0;
}

/* A change of the store itself may be about a tenant: it names it. */
static bool
is_of_tenant(struct slice line, struct slice change, uint32_t tenant)
{
	int64_t log, about;

	if (parse_int(line_text(line, "log"), 0, UINT32_MAX, &log, NULL) == -1)
		return false;
	if (log != 0)
		return log == tenant;
	return parse_int(line_text(change, "tenant"), 0, UINT32_MAX, &about,
		   NULL) == 0 &&
	    about == tenant;
}

static bool
is_found(struct slice line, const void *what)
{
	const struct audit_search *s = what;
	struct slice change;

	return walk_find(line, SLICE("change"), &change) &&
	    (s->all || is_of_tenant(line, change, s->tenant)) &&
	    ((s->since == 0 && s->until == 0) ||
		line_is_in_time(change, s->since, s->until)) &&
	    line_is(change, "type", s->type) && line_is(change, "id", s->id) &&
	    line_is(change, "actor", s->actor) &&
	    line_is(change, "operation", s->operation) &&
	    line_is(change, "request", s->request);
}

int
audit_search(const char *dir, const struct audit_search *s, bool back,
    struct lines_place *place, search_fn *fn, void *arg, struct error *err)
{
	char path[4096];
	struct search search = { .dir = path,
		.back = back,
		.since = s->since,
		.ends_at = s->ends_at,
		.is_found = is_found,
		.what = s };

	audit_path(dir, "", path);
	return search_run(&search, place, fn, arg, err);
}
