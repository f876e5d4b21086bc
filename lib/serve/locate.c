/*
 * locate.c: where a request points to.
 */
#include "base/nelem.h"
#include "scim/schema.h"
#include "serve/locate.h"

/* What is no type of resource (RFC 7644 section 3.2). */
static const struct slice endpoints[] = {
	{ ".search", 7 },
	{ "Bulk", 4 },
	{ "Me", 2 },
	{ "ResourceTypes", 13 },
	{ "Schemas", 7 },
	{ "ServiceProviderConfig", 21 },
};

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

/* "v2", or "v1.1": a 'v' and a number. */
static bool
is_version(struct slice segment)
{
	if (segment.len < 2 || segment.data[0] != 'v' || segment.data[1] == '.')
		return false;
	for (size_t i = 1; i < segment.len; i++)
		if ((segment.data[i] < '0' || segment.data[i] > '9') &&
		    segment.data[i] != '.')
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

static bool
is_endpoint(const struct catalog *catalog, struct slice segment)
{
	for (size_t i = 0; i < NELEM(endpoints); i++)
		if (slice_equal(endpoints[i], segment))
			return true;
	return catalog_find_endpoint(catalog, segment) != NULL;
}

/*
 * The endpoint behind /scim or /scim/TENANT, where a version is left out, in
 * *AT; behind a bare /scim, its end.  A single word there is no tenant: it is
 * more likely an endpoint that was misspelt.
 */
static bool
find_endpoint(
    const struct segments *s, const struct catalog *catalog, size_t *at)
{
	size_t i = 0;

	while (i < s->n && !slice_equal(s->list[i], SLICE("scim")))
		i++;
	if (i == s->n)
		return false;
	*at = i + 1;
	if (*at < s->n && !is_endpoint(catalog, s->list[*at]))
		++*at;
	return *at == i + 1 ||
	    (*at < s->n && is_endpoint(catalog, s->list[*at]));
}

/* /scim/TENANT before AT; without TENANT or "scim" it is not named. */
static struct slice
tenant_before(const struct segments *s, size_t at)
{
	if (at >= 2 && slice_equal(s->list[at - 2], SLICE("scim")))
		return s->list[at - 1];
	return SLICE("");
}

/* Neither version nor "scim": the program's own place is the endpoint. */
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
locate(struct arena *a, const struct http_request *request,
    const struct catalog *catalog, const char *segment, struct location *out)
{
	struct segments s;
	size_t version, at;

	split(ARENA_JOIN(a, request->script_name, request->path_info), &s);
	version = find_version(&s);
	*out = (struct location){ .version_ok = true };
	if (find_endpoint(&s, catalog, &at) && at <= version) {
		out->base = join(a, &s, 0, at);
		out->tenant = tenant_before(&s, at);
		out->path = join(a, &s, at, s.n);
	} else if (version == s.n) {
		locate_plain(a, request, segment, &s, out);
	} else {
		out->base = join(a, &s, 0, version + 1);
		out->tenant = tenant_before(&s, version);
		out->path = join(a, &s, version + 1, s.n);
		out->version_ok = slice_equal(s.list[version], SLICE("v2"));
	}
}

static bool
begins_with(
    const struct segments *s, size_t from, const struct segments *prefix)
{
	for (size_t i = 0; i < prefix->n; i++)
		if (from + i >= s->n ||
		    !slice_equal(s->list[from + i], prefix->list[i]))
			return false;
	return true;
}

void
locate_below(struct arena *a, const struct http_request *request,
    const char *base, struct location *out)
{
	struct segments s, prefix;
	size_t at = 0;

	split(slice_of(base), &prefix);
	split(ARENA_JOIN(a, request->script_name, request->path_info), &s);
	while (at < s.n && !begins_with(&s, at, &prefix))
		at++;
	*out = (struct location){ .tenant = SLICE(""), .version_ok = true };
	if (at < s.n)
		at += prefix.n;
	else {
		split(request->script_name, &prefix);
		at = prefix.n;
	}
	out->base = join(a, &s, 0, at);
	out->path = join(a, &s, at, s.n);
}

/* Ids never begin with a dot: ".search" is no id. */
static bool
segment_fits(
    struct slice want, struct slice segment, struct slice *in, struct slice *id)
{
	if (slice_equal(want, SLICE(":type")))
		return segment.len > 0;
	if (slice_equal(want, SLICE(":in")))
		*in = segment;
	else if (slice_equal(want, SLICE(":id")))
		*id = segment;
	else
		return slice_equal(want, segment);
	return segment.len > 0 && segment.data[0] != '.';
}

bool
locate_match(
    const char *pattern, struct slice path, struct slice *in, struct slice *id)
{
	struct slice want = slice_of(pattern), w, p;

	*in = *id = SLICE("");
	for (;;) {
		bool more_want = slice_next(&want, '/', &w);
		bool more_path = slice_next(&path, '/', &p);

		if (!more_want || !more_path)
			return more_want == more_path;
		if (!segment_fits(w, p, in, id))
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
