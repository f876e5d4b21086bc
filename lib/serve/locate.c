/*
 * locate.c: where a request points to.
 */
#include "serve/locate.h"

enum { SEGMENTS_MAX = 32 };

struct segments {
	struct slice list[SEGMENTS_MAX];
	size_t n;
};

static void
split(struct slice path, struct segments *s)
{
	struct slice segment;

	s->n = 0;
	while (s->n < SEGMENTS_MAX && slice_next(&path, '/', &segment))
		if (segment.len > 0)
			s->list[s->n++] = segment;
}

static struct slice
join(struct arena *a, const struct segments *s, size_t from, size_t to)
{
	struct slice parts[SEGMENTS_MAX * 2];
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		parts[n++] = SLICE("/");
		parts[n++] = s->list[i];
	}
	return arena_join(a, parts, n);
}

/* "v2": a 'v' and digits. */
static bool
is_version(struct slice segment)
{
	if (segment.len < 2 || segment.data[0] != 'v')
		return false;
	for (size_t i = 1; i < segment.len; i++)
		if (segment.data[i] < '0' || segment.data[i] > '9')
			return false;
	return true;
}

/* The first segment that is a version, or the number of segments. */
static size_t
find_version(const struct segments *s)
{
	size_t i = 0;

	while (i < s->n && !is_version(s->list[i]))
		i++;
	return i;
}

/* /scim/TENANT/v2; without TENANT, or without "scim", it is not named. */
static struct slice
tenant_before(const struct segments *s, size_t version)
{
	if (version >= 2 && slice_equal(s->list[version - 2], SLICE("scim")))
		return s->list[version - 1];
	return SLICE("");
}

/* A URL without version: the program's own place is the endpoint. */
static void
locate_plain(struct arena *a, const struct http_request *request,
    const char *segment, const struct segments *s, struct location *out)
{
	struct segments script, rest;

	*out = (struct location){ .base = SLICE(""),
		.tenant = SLICE(""),
		.path = join(a, s, 0, s->n),
		.version_ok = true };
	if (segment == NULL)
		return;
	split(request->script_name, &script);
	split(request->path_info, &rest);
	out->base = join(a, &script, 0, script.n == 0 ? 0 : script.n - 1);
	out->path = ARENA_JOIN(
	    a, SLICE("/"), slice_of(segment), join(a, &rest, 0, rest.n));
}

void
locate(struct arena *a, const struct http_request *request, const char *segment,
    struct location *out)
{
	struct segments s;
	size_t version;

	split(ARENA_JOIN(a, request->script_name, request->path_info), &s);
	version = find_version(&s);
	if (version == s.n) {
		locate_plain(a, request, segment, &s, out);
		return;
	}
	out->base = join(a, &s, 0, version + 1);
	out->tenant = tenant_before(&s, version);
	out->path = join(a, &s, version + 1, s.n);
	out->version_ok = slice_equal(s.list[version], SLICE("v2"));
}

/* Ids never begin with a dot: ".search" is no id. */
static bool
segment_fits(struct slice want, struct slice segment, struct slice *id)
{
	if (slice_equal(want, SLICE(":type")))
		return segment.len > 0;
	if (!slice_equal(want, SLICE(":id")))
		return slice_equal(want, segment);
	*id = segment;
	return segment.len > 0 && segment.data[0] != '.';
}

bool
locate_match(const char *pattern, struct slice path, struct slice *id)
{
	struct slice want = slice_of(pattern), w, p;

	*id = SLICE("");
	for (;;) {
		bool more_want = slice_next(&want, '/', &w);
		bool more_path = slice_next(&path, '/', &p);

		if (!more_want || !more_path)
			return more_want == more_path;
		if (!segment_fits(w, p, id))
			return false;
	}
}

struct slice
locate_segment(struct slice path)
{
	struct slice segment = SLICE("");

	if (slice_next(&path, '/', &segment))
		slice_next(&path, '/', &segment);
	return segment;
}
