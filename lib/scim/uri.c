/*
 * uri.c: references (RFC 3986 sections 3, 5.2.4 and 6.2).
 */
#include <string.h>

#include "base/buf.h"
#include "base/nelem.h"
#include "scim/uri.h"

/* Room for any URI that came in a request. */
enum { URI_MAX = 64 * 1024 * 1024 };

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 3986 section 2.3. */
static bool
is_unreserved(char c)
{
	return is_alpha(c) || is_digit(c) ||
	    (c != '\0' && strchr("-._~", c) != NULL);
}

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static int
hex(char c)
{
	c = lower(c);
	return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that "%41" at the start of TEXT stands for, or -1. */
static int
encoded(struct slice text)
{
	if (text.len < 3 || text.data[0] != '%' || hex(text.data[1]) == -1 ||
	    hex(text.data[2]) == -1)
		return -1;
	return hex(text.data[1]) * 16 + hex(text.data[2]);
}

static struct slice
take_text(struct arena *a, struct buf *b)
{
	struct slice text = arena_slice(a, buf_text(b));

	buf_fini(b);
	return text;
}

/*
 * Section 6.2.2.2; with ALL everything that is encoded, not for reading.  A
 * '%' that encodes nothing must not begin to with what follows it then.
 */
static struct slice
decode(struct arena *a, struct slice text, bool all)
{
	struct buf b;

	buf_init(&b, URI_MAX);
	while (text.len > 0) {
		int c = encoded(text);

		if (c > 0 && (all || is_unreserved((char)c)))
			buf_putc(&b, (char)c);
		else if (c != -1)
			buf_printf(&b, "%%%02X", (unsigned)c);
		else if (*text.data == '%' && !all)
			buf_puts(&b, "%25");
		else
			buf_putc(&b, *text.data);
		text = slice_from(text, c == -1 ? 1 : 3);
	}
	return take_text(a, &b);
}

/* The pieces of a URI; SCHEME has its ':', AUTHORITY its "//". */
struct uri {
	struct slice scheme;
	struct slice authority;
	struct slice path;
	struct slice rest; /* query and fragment */
};

/* Cut what comes before the first of ENDS, or all, off TEXT. */
static struct slice
cut(struct slice *text, const char *ends)
{
	struct slice head = { text->data, 0 };

	while (
	    head.len < text->len && strchr(ends, text->data[head.len]) == NULL)
		head.len++;
	*text = slice_from(*text, head.len);
	return head;
}

static struct slice
cut_scheme(struct slice *text)
{
	size_t n = 0;

	while (n < text->len &&
	    (is_alpha(text->data[n]) ||
		(n > 0 &&
		    (is_digit(text->data[n]) || text->data[n] == '+' ||
			text->data[n] == '-' || text->data[n] == '.'))))
		n++;
	if (n == 0 || n == text->len || text->data[n] != ':')
		return SLICE("");
	*text = slice_from(*text, n + 1);
	return (struct slice){ text->data - n - 1, n + 1 };
}

static struct uri
split(struct slice text)
{
	struct uri u = { .authority = SLICE("") };

	u.scheme = cut_scheme(&text);
	if (slice_has_prefix_nocase(text, SLICE("//"))) {
		struct slice rest = slice_from(text, 2);

		u.authority =
		    (struct slice){ text.data, cut(&rest, "/?#").len + 2 };
		text = rest;
	}
	u.path = cut(&text, "?#");
	u.rest = text;
	return u;
}

static void
put_lower(struct buf *b, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_putc(b, lower(text.data[i]));
}

/* Do digits behind a ':' end the first LEN bytes of HOST? */
static bool
has_port(struct slice host, size_t len)
{
	size_t n = len;

	while (n > 0 && is_digit(host.data[n - 1]))
		n--;
	return n < len && n > 0 && host.data[n - 1] == ':';
}

/* Section 6.2.3: the port that is meant anyway. */
static struct slice
without_port(struct slice scheme, struct slice authority)
{
	static const struct {
		struct slice scheme, port;
	} ports[] = {
		{ { "http:", 5 }, { ":80", 3 } },
		{ { "https:", 6 }, { ":443", 4 } },
	};

	for (size_t i = 0; i < NELEM(ports); i++) {
		size_t n = ports[i].port.len;

		if (slice_equal_nocase(scheme, ports[i].scheme) &&
		    authority.len > n &&
		    slice_equal(slice_from(authority, authority.len - n),
			ports[i].port) &&
		    authority.data[authority.len - n - 1] != ':' &&
		    !has_port(authority, authority.len - n))
			authority.len -= n;
	}
	return authority;
}

/* The name and password of a user have a case, the host has none. */
static void
put_authority(struct buf *b, struct slice scheme, struct slice authority)
{
	size_t host = authority.len;

	while (host > 0 && authority.data[host - 1] != '@')
		host--;
	buf_add(b, authority.data, host);
	put_lower(b, without_port(scheme, slice_from(authority, host)));
}

/* Section 5.2.4, for a path that begins with '/'. */
static void
put_path(struct buf *b, struct slice path)
{
	size_t start = b->len;

	while (path.len > 0) {
		struct slice rest = slice_from(path, 1);
		struct slice segment = cut(&rest, "/");
		bool up = slice_equal(segment, SLICE(".."));

		if (!up && !slice_equal(segment, SLICE("."))) {
			buf_add(b, path.data, segment.len + 1);
		} else {
			while (
			    up && b->len > start && b->data[b->len - 1] != '/')
				buf_truncate(b, b->len - 1);
			if (up && b->len > start)
				buf_truncate(b, b->len - 1);
			if (rest.len == 0)
				buf_putc(b, '/');
		}
		path = rest;
	}
}

/* A path that now begins with "//" would be taken for a host (section 5.3). */
static void
put_whole_path(struct arena *a, struct buf *b, const struct uri *u)
{
	struct buf path;
	struct slice text;

	buf_init(&path, URI_MAX);
	put_path(&path, u->path);
	text = take_text(a, &path);
	if (u->authority.len == 0 && slice_has_prefix_nocase(text, SLICE("//")))
		buf_puts(b, "/.");
	buf_slice(b, text);
}

struct slice
uri_normalise(struct arena *a, struct slice text)
{
	struct uri u = split(decode(a, text, false));
	struct buf b;

	buf_init(&b, URI_MAX);
	put_lower(&b, u.scheme);
	put_authority(&b, u.scheme, u.authority);
	if (u.path.len > 0 && u.path.data[0] == '/')
		put_whole_path(a, &b, &u);
	else if (u.path.len == 0 && u.authority.len > 0)
		buf_putc(&b, '/');
	else
		buf_slice(&b, u.path);
	buf_slice(&b, u.rest);
	return take_text(a, &b);
}

bool
uri_equal(struct arena *a, struct slice x, struct slice y)
{
	return slice_equal(x, y) ||
	    slice_equal(uri_normalise(a, x), uri_normalise(a, y));
}

/* "v2", "v2.1" */
static bool
is_version(struct slice segment)
{
	if (segment.len < 2 || lower(segment.data[0]) != 'v' ||
	    !is_digit(segment.data[1]))
		return false;
	for (size_t i = 2; i < segment.len; i++)
		if (!is_digit(segment.data[i]) && segment.data[i] != '.')
			return false;
	return true;
}

/* Where the last segment of PATH before byte END begins. */
static size_t
segment_before(struct slice path, size_t end)
{
	while (end > 0 && path.data[end - 1] != '/')
		end--;
	return end;
}

/* TEXT without the version that stands before its type and id. */
static struct slice
without_version(struct arena *a, struct slice text)
{
	size_t id = segment_before(text, text.len);
	size_t type = id == 0 ? 0 : segment_before(text, id - 1);
	size_t version = type == 0 ? 0 : segment_before(text, type - 1);

	if (type == 0 ||
	    !is_version(
		(struct slice){ text.data + version, type - 1 - version }))
		return text;
	return slice_of(arena_printf(a, "%.*s%.*s", (int)version, text.data,
	    SLICE_ARG(slice_from(text, type))));
}

/* Is REFERENCE, relative as it came, the end of URI from a '/' on? */
static bool
ends_with(struct slice uri, struct slice reference)
{
	if (reference.len == 0 || reference.len > uri.len ||
	    memchr(reference.data, '/', reference.len) == NULL ||
	    !slice_equal(slice_from(uri, uri.len - reference.len), reference))
		return false;
	return uri.len == reference.len ||
	    uri.data[uri.len - reference.len - 1] == '/';
}

/* What follows the places where a relative reference may start. */
static struct slice
relative_part(struct arena *a, struct slice text)
{
	while (text.len > 0 && text.data[0] == '/')
		text = slice_from(text, 1);
	text = uri_normalise(
	    a, slice_of(arena_printf(a, "/%.*s", SLICE_ARG(text))));
	return without_version(a, slice_from(text, 1));
}

bool
uri_same_resource(struct arena *a, struct slice x, struct slice y)
{
	bool x_absolute = split(x).scheme.len > 0;
	bool y_absolute = split(y).scheme.len > 0;
	struct slice u = x_absolute ? without_version(a, uri_normalise(a, x))
				    : relative_part(a, x);
	struct slice v = y_absolute ? without_version(a, uri_normalise(a, y))
				    : relative_part(a, y);

	return slice_equal(u, v) || (!x_absolute && ends_with(v, u)) ||
	    (!y_absolute && ends_with(u, v));
}

struct slice
uri_resource_id(struct arena *a, struct slice text)
{
	struct slice path = split(text).path;

	while (path.len > 0 && path.data[path.len - 1] == '/')
		path.len--;
	return decode(
	    a, slice_from(path, segment_before(path, path.len)), true);
}
