/*
 * request.c: one HTTP request as CGI variables describe it.
 */
#include <string.h>

#include "base/nelem.h"
#include "base/number.h"
#include "http/request.h"

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

/* The value of the CGI variable NAME; .data is NULL when it is not set. */
static struct slice
variable(char *const *env, const char *name)
{
	size_t len = strlen(name);

	for (; *env != NULL; env++)
		if (**env == *name && strncmp(*env, name, len) == 0 &&
		    (*env)[len] == '=')
			return slice_of(*env + len + 1);
	return (struct slice){ NULL, 0 };
}

static struct slice
find_host(char *const *env)
{
	struct slice host = variable(env, "HTTP_HOST");

	return host.len > 0 ? host : variable(env, "SERVER_NAME");
}

/* Where the client has connected to, by the web server's word. */
static struct slice
find_address(struct arena *a, char *const *env)
{
	struct slice address = variable(env, "SERVER_ADDR");
	struct slice port = variable(env, "SERVER_PORT");
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
find_refused(char *const *env)
{
	int64_t status;

	if (parse_int(
		variable(env, "REDIRECT_STATUS"), 0, 599, &status, NULL) == -1)
		return 0;
	return status >= 400 ? (int)status : 0;
}

static struct slice
find_scheme(char *const *env)
{
	struct slice https = variable(env, "HTTPS");
	struct slice scheme = variable(env, "REQUEST_SCHEME");

	if (slice_equal_nocase(https, SLICE("on")) ||
	    slice_equal_nocase(scheme, SLICE("https")))
		return SLICE("https");
	return SLICE("http");
}

/* Web servers decode the path before anybody can see where it is split. */
static bool
has_hidden_slash(char *const *env)
{
	struct slice url = variable(env, "REQUEST_URI"), path, piece;

	if (!slice_next(&url, '?', &path) || !slice_next(&path, '%', &piece))
		return false;
	while (slice_next(&path, '%', &piece))
		if (slice_has_prefix_nocase(piece, SLICE("2f")))
			return true;
	return false;
}

void
http_request_init(
    struct http_request *request, struct arena *a, char *const *env)
{
	*request = (struct http_request){ .arena = a, .env = env };
	request->method_name = variable(env, "REQUEST_METHOD");
	request->method = find_method(request->method_name);
	request->script_name = variable(env, "SCRIPT_NAME");
	request->path_info = variable(env, "PATH_INFO");
	request->query = variable(env, "QUERY_STRING");
	request->content_type = variable(env, "CONTENT_TYPE");
	request->content_length = variable(env, "CONTENT_LENGTH");
	request->remote_addr = variable(env, "REMOTE_ADDR");
	request->host = find_host(env);
	request->scheme = find_scheme(env);
	request->has_hidden_slash = has_hidden_slash(env);
	request->from_apache = slice_has_prefix_nocase(
	    variable(env, "SERVER_SOFTWARE"), SLICE("Apache"));
	request->refused = find_refused(env);
	request->address = find_address(a, env);
}

struct slice
http_header(const struct http_request *request, const char *name)
{
	size_t len = strlen(name);
	char *key = arena_alloc(request->arena, len + sizeof("HTTP_"));
	struct slice value;

	memcpy(key, "HTTP_", 5);
	memcpy(key + 5, name, len + 1);
	for (char *p = key; *p != '\0'; p++) {
		if (*p == '-')
			*p = '_';
		else if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
	value = variable(request->env, key);
	/* Apache passes it on under another name after a rewrite. */
	if (value.len == 0 && strcmp(key, "HTTP_AUTHORIZATION") == 0)
		value = variable(request->env, "REDIRECT_HTTP_AUTHORIZATION");
	return value;
}

struct slice
http_variable(const struct http_request *request, const char *name)
{
	return variable(request->env, name);
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

/* The first value of NAME in TEXT; how often it is there. */
static size_t
find_parameter(
    struct arena *a, struct slice text, const char *name, struct slice *value)
{
	struct slice pair, key;
	size_t n = 0;

	while (slice_next(&text, '&', &pair)) {
		struct slice after = pair;

		slice_next(&after, '=', &key);
		if (!slice_equal(http_decode(a, key), slice_of(name)))
			continue;
		if (n++ == 0)
			*value = after.data == NULL ? SLICE("")
						    : http_decode(a, after);
	}
	return n;
}

size_t
http_query(
    const struct http_request *request, const char *name, struct slice *value)
{
	return find_parameter(request->arena, request->query, name, value);
}

size_t
http_form(
    const struct http_request *request, const char *name, struct slice *value)
{
	return find_parameter(request->arena, request->body, name, value);
}
