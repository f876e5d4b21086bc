/*
 * request.c: one HTTP request as CGI variables describe it.
 */
#include <stddef.h>
#include <string.h>

#include "base/nelem.h"
#include "base/number.h"
#include "http/request.h"

#define FIELD_PREFIX "HTTP_"
enum { FIELD_PREFIX_LEN = sizeof(FIELD_PREFIX) - 1 };

static const char *const method_names[] = {
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS",
};
_Static_assert(NELEM(method_names) == HTTP_METHOD_MAX, "a name a method");

const char *
http_method_name(enum http_method method)
{
	return method < HTTP_METHOD_MAX ? method_names[method] : "";
}

static enum http_method
find_method(struct slice name)
{
	for (size_t i = 0; i < NELEM(method_names); i++)
		if (slice_equal(name, slice_of(method_names[i])))
			return (enum http_method)i;
	return HTTP_METHOD_MAX;
}

struct slice
http_variable(const struct http_request *request, const char *name)
{
	struct slice wanted = slice_of(name);

	for (size_t i = 0; i < request->nvariables; i++)
		if (slice_equal(request->variables[i].name, wanted))
			return request->variables[i].value;
	return (struct slice){ NULL, 0 };
}

/* Is FIELD, as "IF_MATCH", the header field NAME, as "If-Match"? */
static bool
is_header(struct slice field, struct slice name)
{
	if (field.len != name.len)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (c == '-')
			c = '_';
		else if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (field.data[i] != c)
			return false;
	}
	return true;
}

struct slice
http_header(const struct http_request *request, const char *name)
{
	struct slice wanted = slice_of(name);

	for (size_t i = 0; i < request->nfields; i++)
		if (is_header(request->fields[i].name, wanted) &&
		    request->fields[i].value.len > 0)
			return request->fields[i].value;
	/* Apache passes it on under another name after a rewrite. */
	if (slice_equal_nocase(wanted, SLICE("Authorization")))
		return http_variable(request, "REDIRECT_HTTP_AUTHORIZATION");
	return (struct slice){ NULL, 0 };
}

/* Variables that requests begin with: met once, whatever their order. */
struct known {
	struct slice server_name, server_addr, server_port, server_software;
	struct slice https, request_scheme, request_uri, redirect_status;
};

/* clang-format off */
/* In the order in which lighttpd sends them. */
static const struct {
	struct slice	name;
	bool		is_ours;	/* of the request; else of struct known */
	size_t		offset;
} known_variables[] = {
#define OURS(text, member)						\
	{ { text, sizeof(text) - 1 }, true, offsetof(struct http_request, member) }
#define KNOWN(text, member)						\
	{ { text, sizeof(text) - 1 }, false, offsetof(struct known, member) }
	OURS("CONTENT_LENGTH", content_length),
	OURS("QUERY_STRING", query),
	KNOWN("REQUEST_URI", request_uri),
	KNOWN("REDIRECT_STATUS", redirect_status),
	OURS("SCRIPT_NAME", script_name),
	OURS("PATH_INFO", path_info),
	OURS("REQUEST_METHOD", method_name),
	KNOWN("SERVER_SOFTWARE", server_software),
	KNOWN("REQUEST_SCHEME", request_scheme),
	KNOWN("HTTPS", https),
	KNOWN("SERVER_PORT", server_port),
	KNOWN("SERVER_ADDR", server_addr),
	KNOWN("SERVER_NAME", server_name),
	OURS("REMOTE_ADDR", remote_addr),
	OURS("CONTENT_TYPE", content_type),
#undef OURS
#undef KNOWN
};
/* clang-format on */

/* The row of NAME, or NELEM; the one at NEXT is tried first. */
static size_t
find_known(struct slice name, size_t next)
{
	if (next < NELEM(known_variables) &&
	    slice_equal(name, known_variables[next].name))
		return next;
	for (size_t i = 0; i < NELEM(known_variables); i++)
		if (slice_equal(name, known_variables[i].name))
			return i;
	return NELEM(known_variables);
}

/* The first of a name counts. */
static void
take_variable(struct http_request *request, struct known *known, size_t row,
    struct slice value)
{
	void *base =
	    known_variables[row].is_ours ? (void *)request : (void *)known;
	struct slice *to =
	    (struct slice *)((char *)base + known_variables[row].offset);

	if (to->data == NULL)
		*to = value;
}

/* "HTTP_ACCEPT": the other variables are the web server's own. */
static bool
is_field(struct slice variable)
{
	return variable.len >= FIELD_PREFIX_LEN &&
	    memcmp(variable.data, FIELD_PREFIX, FIELD_PREFIX_LEN) == 0;
}

/* Header fields go apart, under their own names, and the rest where it is. */
static void
take_variables(struct http_request *request, struct known *known)
{
	struct http_variable *fields =
	    arena_alloc(request->arena, request->nvariables * sizeof(*fields));

	size_t row, next = 0;

	request->fields = fields;
	for (size_t i = 0; i < request->nvariables; i++) {
		const struct http_variable *v = &request->variables[i];

		if (is_field(v->name)) {
			fields[request->nfields++] = (struct http_variable){
				slice_from(v->name, FIELD_PREFIX_LEN), v->value
			};
			continue;
		}
		row = find_known(v->name, next);
		if (row == NELEM(known_variables))
			continue;
		take_variable(request, known, row, v->value);
		next = row + 1;
	}
}

/* Where the client has connected to, by the web server's word. */
static struct slice
find_address(struct arena *a, const struct known *known)
{
	struct slice address = known->server_addr, port = known->server_port;
	bool is_v6 =
	    address.len > 0 && memchr(address.data, ':', address.len) != NULL;

	if (address.len == 0)
		return SLICE("localhost");
	if (port.len == 0 || slice_equal(port, SLICE("80")) ||
	    slice_equal(port, SLICE("443")))
		port = SLICE("");
	return ARENA_JOIN(a, slice_of(is_v6 ? "[" : ""), address,
	    slice_of(is_v6 ? "]" : ""), slice_of(port.len > 0 ? ":" : ""),
	    port);
}

/*
 * The web server sends what it has refused to its error document, with the
 * status that it would have answered.
 */
static int
find_refused(const struct known *known)
{
	int64_t status;

	if (parse_int(known->redirect_status, 0, 599, &status, NULL) == -1)
		return 0;
	return status >= 400 ? (int)status : 0;
}

static struct slice
find_scheme(const struct known *known)
{
	if (slice_equal_nocase(known->https, SLICE("on")) ||
	    slice_equal_nocase(known->request_scheme, SLICE("https")))
		return SLICE("https");
	return SLICE("http");
}

/* Web servers decode the path before anybody can see where it is split. */
static bool
has_hidden_slash(struct slice url)
{
	struct slice path, piece;

	if (!slice_next(&url, '?', &path) || !slice_next(&path, '%', &piece))
		return false;
	while (slice_next(&path, '%', &piece))
		if (slice_has_prefix_nocase(piece, SLICE("2f")))
			return true;
	return false;
}

void
http_request_init(struct http_request *request, struct arena *a,
    const struct http_variable *variables, size_t n)
{
	struct known known = { .https = { NULL, 0 } };

	*request = (struct http_request){
		.arena = a, .variables = variables, .nvariables = n
	};
	take_variables(request, &known);
	request->method = find_method(request->method_name);
	request->host = http_header(request, "Host");
	if (request->host.len == 0)
		request->host = known.server_name;
	request->scheme = find_scheme(&known);
	request->has_hidden_slash = has_hidden_slash(known.request_uri);
	request->from_apache =
	    slice_has_prefix_nocase(known.server_software, SLICE("Apache"));
	request->refused = find_refused(&known);
	request->address = find_address(a, &known);
}

void
http_request_init_env(
    struct http_request *request, struct arena *a, char *const *env)
{
	struct http_variable *variables;
	size_t n = 0, size = 0;

	while (env[size] != NULL)
		size++;
	variables = arena_alloc(a, (size + 1) * sizeof(*variables));
	for (size_t i = 0; i < size; i++) {
		struct slice rest = slice_of(env[i]), name;

		if (!slice_next(&rest, '=', &name) || rest.data == NULL)
			continue;
		variables[n++] = (struct http_variable){ name, rest };
	}
	http_request_init(request, a, variables, n);
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* '+' is a space, then "%XX"; a broken escape stays. */
struct slice
http_decode(struct arena *a, struct slice text)
{
	char *out = arena_strndup(a, text.data, text.len);
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		int high, low;

		out[n] = text.data[i] == '+' ? ' ' : text.data[i];
		if (text.data[i] == '%' && i + 2 < text.len) {
			high = hex_value(text.data[i + 1]);
			low = hex_value(text.data[i + 2]);
			if (high >= 0 && low >= 0) {
				out[n] = (char)(high << 4 | low);
				i += 2;
			}
		}
		n++;
	}
	out[n] = '\0';
	return (struct slice){ out, n };
}

/* Hardly any key needs decoding. */
static bool
is_key(struct arena *a, struct slice key, struct slice name)
{
	if (slice_equal(key, name))
		return true;
	return key.len > name.len && memchr(key.data, '%', key.len) != NULL &&
	    slice_equal(http_decode(a, key), name);
}

/* VALUE of KEY is the one that was wanted, if any was. */
static void
take_parameter(struct arena *a, struct slice key, struct slice value,
    struct http_parameter *wanted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_key(a, key, wanted[i].name))
			continue;
		if (wanted[i].n++ == 0)
			*wanted[i].value = value.data == NULL
			    ? SLICE("")
			    : http_decode(a, value);
		return;
	}
}

static void
find_parameters(
    struct arena *a, struct slice text, struct http_parameter *wanted, size_t n)
{
	struct slice pair, key;

	while (slice_next(&text, '&', &pair)) {
		slice_next(&pair, '=', &key);
		take_parameter(a, key, pair, wanted, n);
	}
}

void
http_queries(
    const struct http_request *request, struct http_parameter *wanted, size_t n)
{
	find_parameters(request->arena, request->query, wanted, n);
}

size_t
http_query(
    const struct http_request *request, const char *name, struct slice *value)
{
	struct http_parameter wanted = { slice_of(name), value, 0 };

	http_queries(request, &wanted, 1);
	return wanted.n;
}

size_t
http_form(
    const struct http_request *request, const char *name, struct slice *value)
{
	struct http_parameter wanted = { slice_of(name), value, 0 };

	find_parameters(request->arena, request->body, &wanted, 1);
	return wanted.n;
}
