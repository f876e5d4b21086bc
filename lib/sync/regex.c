/*
 * regex.c: regular expressions, by PCRE2.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/log.h"
#include "base/number.h"
#include "sync/regex.h"

enum {
	MATCH_STEPS_MAX = 100000,
	MATCHES_MAX = 1000, /* of one replacement */
	MATCH_DEPTH_MAX = 1000,
	MATCH_HEAP_KIB = 4096,
	PATTERN_DEPTH_MAX = 50,
	NAME_LEN_MAX = 32
};

struct regex {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

static void
release(void *arg)
{
	struct regex *re = arg;

	pcre2_code_free(re->code);
	pcre2_match_data_free(re->match);
	pcre2_match_context_free(re->limits);
}

static pcre2_code *
compile(struct slice pattern, int *code, size_t *at)
{
	pcre2_compile_context *limits = pcre2_compile_context_create(NULL);
	pcre2_code *compiled;

	if (limits == NULL)
		fatal("out of memory (regular expression)");
	pcre2_set_parens_nest_limit(limits, PATTERN_DEPTH_MAX);
	pcre2_set_max_pattern_length(limits, REGEX_PATTERN_MAX);
	compiled = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.len,
	    PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, code, at, limits);
	pcre2_compile_context_free(limits);
	return compiled;
}

int
regex_compile(struct arena *a, struct slice pattern, struct regex **out,
    struct error *err)
{
	struct regex *re = arena_calloc(a, 1, sizeof(*re));
	PCRE2_UCHAR text[128];
	size_t at;
	int code;

	re->code = compile(pattern, &code, &at);
	if (re->code == NULL) {
		pcre2_get_error_message(code, text, sizeof(text));
		return error_set(err, ERR_INVALID_VALUE,
		    "regular expression, byte %zu: %s", at, (char *)text);
	}
	re->match = pcre2_match_data_create_from_pattern(re->code, NULL);
	re->limits = pcre2_match_context_create(NULL);
	if (re->match == NULL || re->limits == NULL)
		fatal("out of memory (regular expression)");
	pcre2_set_match_limit(re->limits, MATCH_STEPS_MAX);
	pcre2_set_depth_limit(re->limits, MATCH_DEPTH_MAX);
	pcre2_set_heap_limit(re->limits, MATCH_HEAP_KIB);
	arena_defer(a, release, re);
	*out = re;
	return 0;
}

/* The number of a group by name or number, or -1. */
static int
group_number(const struct regex *re, struct slice group)
{
	char name[NAME_LEN_MAX + 1] = { 0 };
	uint32_t count = 0;
	int64_t n;
	int rc;

	pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &count);
	if (parse_int(group, 0, count, &n, NULL) == 0)
		return (int)n;
	if (group.len == 0 || group.len > NAME_LEN_MAX)
		return -1;
	memcpy(name, group.data, group.len);
	rc = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)name);
	return rc > 0 ? rc : -1;
}

bool
regex_has_group(const struct regex *re, struct slice group)
{
	return group_number(re, group) >= 0;
}

/* Match from FROM on: 1, 0, -1. */
static int
match_at(const struct regex *re, struct slice text, size_t from,
    uint32_t options, struct error *err)
{
	int rc = pcre2_match(re->code,
	    (PCRE2_SPTR)(text.data == NULL ? "" : text.data), text.len, from,
	    options, re->match, re->limits);

	if (rc >= 0)
		return 1;
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	return error_set(err, ERR_TOO_MANY,
	    "the regular expression tries too much on this text");
}

/* What group N of the last match is; no data when it took no part. */
static struct slice
matched(const struct regex *re, struct slice text, int n)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(re->match);

	if (n < 0 || (uint32_t)n >= pcre2_get_ovector_count(re->match) ||
	    at[2 * n] == PCRE2_UNSET || at[2 * n + 1] < at[2 * n])
		return (struct slice){ NULL, 0 };
	return (
	    struct slice){ text.data + at[2 * n], at[2 * n + 1] - at[2 * n] };
}

int
regex_search(const struct regex *re, struct slice text, struct error *err)
{
	return match_at(re, text, 0, 0, err);
}

int
regex_extract(const struct regex *re, struct slice text, struct slice group,
    struct slice *found, struct error *err)
{
	int met = match_at(re, text, 0, 0, err);

	if (met == 1)
		*found = matched(re, text, group_number(re, group));
	return met == 1 && found->data == NULL ? 0 : met;
}

/* The group that REFERENCE, behind a dollar, begins with; its length. */
static size_t
reference(const struct regex *re, struct slice rest, int *group)
{
	size_t n = 0;

	*group = -1;
	if (rest.len > 0 && rest.data[0] == '&') {
		*group = 0;
		return 1;
	}
	if (rest.len > 0 && rest.data[0] == '{') {
		while (n < rest.len && rest.data[n] != '}')
			n++;
		if (n < rest.len)
			*group = group_number(
			    re, (struct slice){ rest.data + 1, n - 1 });
		return n + 1;
	}
	while (
	    n < 2 && n < rest.len && rest.data[n] >= '0' && rest.data[n] <= '9')
		n++;
	*group = group_number(re, (struct slice){ rest.data, n });
	return n;
}

static void
expand(const struct regex *re, struct slice text, struct slice replacement,
    struct buf *out)
{
	for (size_t i = 0; i < replacement.len; i++) {
		struct slice rest = slice_from(replacement, i + 1);
		int group;
		size_t used;

		if (replacement.data[i] != '$') {
			buf_putc(out, replacement.data[i]);
			continue;
		}
		used = reference(re, rest, &group);
		if (group >= 0) {
			buf_slice(out, matched(re, text, group));
			i += used;
			continue;
		}
		buf_putc(out, '$');
		i += rest.len > 0 && rest.data[0] == '$';
	}
}

/* Bytes of the character at AT. */
static size_t
character_len(struct slice text, size_t at)
{
	size_t n = 1;

	while (at + n < text.len && (text.data[at + n] & 0xc0) == 0x80)
		n++;
	return n;
}

int
regex_replace(const struct regex *re, struct slice text, struct slice group,
    struct slice replacement, struct buf *out, struct error *err)
{
	int number = group.data == NULL ? 0 : group_number(re, group), met;
	size_t at = 0, from = 0, end; /* copied up to, searched up to */
	int n = 0;

	while (from <= text.len && !buf_overflowed(out) &&
	    (met = match_at(re, text, from, 0, err)) != 0) {
		struct slice all, part;

		if (met == -1)
			return -1;
		if (++n > MATCHES_MAX)
			return error_set(err, ERR_TOO_MANY,
			    "more than %d matches", MATCHES_MAX);
		all = matched(re, text, 0);
		part = matched(re, text, number);
		/* \K may set the start of a match behind its end. */
		if (part.data != NULL && part.data >= text.data + at) {
			buf_add(out, text.data + at,
			    (size_t)(part.data - text.data) - at);
			expand(re, text, replacement, out);
			at = (size_t)(part.data - text.data) + part.len;
		}
		if (all.data == NULL)
			break;
		end = (size_t)(all.data - text.data) + all.len;
		end = end < at ? at : end;
		/* Behind a match of nothing it goes on a character later. */
		from = end > from && all.len > 0
		    ? end
		    : (end > from ? end : from) + character_len(text, from);
	}
	buf_slice(out, slice_from(text, at));
	return 0;
}
