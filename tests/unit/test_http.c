/*
 * test_http.c: requests, replies, statuses, and where a URL points to.
 */
#include <string.h>

#include "base/nelem.h"
#include "http/accept.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/status.h"
#include "fixture.h"
#include "serve/locate.h"
#include "tap.h"

static char *const env[] = {
	(char[]){ "REQUEST_METHOD=PATCH" },
	(char[]){ "SCRIPT_NAME=/scim" },
	(char[]){ "PATH_INFO=/v2/Users" },
	(char[]){ "QUERY_STRING=filter=a+b%2Bc%22&empty=&bare&filter=2&x%79=1"
		  "&broken=%zz%4" },
	(char[]){ "HTTP_IF_MATCH=W/\"1\"" },
	(char[]){ "REDIRECT_HTTP_AUTHORIZATION=Bearer t" },
	(char[]){ "HTTP_HOST=h:8080" },
	(char[]){ "HTTPS=on" },
	NULL,
};

static const struct {
	const char *name;
	const char *value; /* NULL: not there */
} queries[] = {
	{ "filter", "a b+c\"" },
	{ "empty", "" },
	{ "bare", "" },
	{ "xy", "1" },
	{ "broken", "%zz%4" },
	{ "nosuch", NULL },
	{ "FILTER", NULL },
};

static void
test_request(struct arena *a)
{
	struct http_request r;
	struct slice value;

	http_request_init_env(&r, a, env);
	tap_ok(r.method == HTTP_PATCH &&
		slice_equal(r.scheme, SLICE("https")) &&
		slice_equal(r.host, SLICE("h:8080")),
	    "method, scheme and host");
	for (size_t i = 0; i < NELEM(queries); i++) {
		bool there = http_query(&r, queries[i].name, &value) > 0;

		tap_ok(there == (queries[i].value != NULL) &&
			(!there ||
			    slice_equal(value, slice_of(queries[i].value))),
		    "HTTP-14 query parameter %s", queries[i].name);
	}
	tap_ok(slice_equal(http_header(&r, "If-Match"), SLICE("W/\"1\"")),
	    "a header by its name");
	tap_ok(slice_equal(http_header(&r, "Authorization"), SLICE("Bearer t")),
	    "Authorization after a rewrite");
	tap_ok(http_header(&r, "Accept").len == 0, "no such header");
}

static void
test_reply(void)
{
	static const char want[] =
	    "Status: 404 Not Found\r\n"
	    "Content-Type: text/plain\r\nContent-Length: 2\r\n"
	    "X: a  b\r\n\r\nhi";
	struct http_reply reply;
	struct buf out;

	http_reply_init(&reply);
	buf_init(&out, 1000);
	reply.status = 404;
	reply.content_type = "text/plain";
	http_reply_header(&reply, "X", SLICE("a\r\nb"));
	buf_puts(&reply.body, "hi");
	http_reply_print(&reply, &out);
	tap_ok(slice_equal(buf_text(&out), slice_of(want)),
	    "an answer; a line break in a header is a space");
	reply.head_only = true;
	buf_clear(&out);
	http_reply_print(&reply, &out);
	tap_ok(out.len == strlen(want) - 2, "HTTP-13 HEAD: no body");
	http_reply_clear(&reply);
	tap_ok(!reply.head_only && reply.content_type == NULL &&
		reply.headers.len == 0 && reply.body.len == 0,
	    "a cleared answer has nothing of the one before");
	reply.status = 204;
	buf_clear(&out);
	http_reply_print(&reply, &out);
	tap_ok(slice_equal(
		   buf_text(&out), SLICE("Status: 204 No Content\r\n\r\n")),
	    "204 has no length");
	buf_fini(&out);
	http_reply_fini(&reply);
}

static void
test_location(void)
{
	struct http_reply reply;
	struct buf out;

	http_reply_init(&reply);
	buf_init(&out, 1000);
	reply.location = SLICE("http://a/b");
	http_reply_print(&reply, &out);
	tap_ok(strstr(out.data, "\r\nLocation: http://a/b\r\n") != NULL,
	    "HTTP-17 a Location");
	reply.front_redirects = true;
	buf_clear(&out);
	http_reply_print(&reply, &out);
	tap_ok(
	    strstr(out.data, "\r\nResource-Location: http://a/b\r\n") != NULL,
	    "HTTP-17 whose name does not make Apache redirect");
	reply.status = 201;
	buf_clear(&out);
	http_reply_print(&reply, &out);
	tap_ok(strstr(out.data, "\r\nLocation: http://a/b\r\n") != NULL,
	    "POST-01 a new one has a Location everywhere");
	buf_fini(&out);
	http_reply_fini(&reply);
}

static void
test_status(void)
{
	tap_ok(http_status(ERR_UNIQUENESS) == 409 &&
		strcmp(http_scim_type(ERR_UNIQUENESS), "uniqueness") == 0,
	    "POST-05 uniqueness is 409");
	tap_ok(http_scim_type(ERR_NOT_FOUND) == NULL,
	    "ERR-02 no scimType where the RFC has none");
	for (int code = ERR_NONE; code < ERR_MAX; code++)
		tap_ok(http_status((enum error_code)code) >= 400 &&
			strcmp(http_reason(http_status((enum error_code)code)),
			    "Status") != 0,
		    "code %d has a status with a name", code);
}

static const struct {
	const char *accept;
	int scim; /* thousandths */
	int json;
} accepts[] = {
	{ "", 1000, 1000 },
	{ " , ", 1000, 1000 },
	{ "*/*", 1000, 1000 },
	{ "application/scim+json", 1000, 0 },
	{ "Application/JSON", 0, 1000 },
	{ "application/*;q=0.5", 500, 500 },
	{ "text/*, text/html", 0, 0 },
	{ "application/scim+json;q=0.5, application/json", 500, 1000 },
	{ "application/json; q=0.2 , */*;q=0.1", 100, 200 },
	{ "application/scim+json;q=0, */*", 0, 1000 },
	{ "application/scim+json;q=0.0, application/*;q=0.3, */*", 0, 300 },
	{ "*/*;q=0", 0, 0 },
	{ "*/*;q=0, application/json;q=0.001", 0, 1 },
	{ "application/json;charset=utf-8;Q=0.25;x=1", 0, 250 },
	{ "application/json;q=0.1, application/json;q=0.7", 0, 700 },
	{ "application/json;q=abc", 0, 1000 },
	{ "application/json;q=0.1234", 0, 1000 },
	{ "application/json;q=7", 0, 1000 },
	{ "application/json;q=", 0, 1000 },
	{ "application, /*, *", 0, 0 },
	{ "applicatio/*", 0, 0 },
};

static void
test_accept(void)
{
	for (size_t i = 0; i < NELEM(accepts); i++) {
		struct slice accept = slice_of(accepts[i].accept);

		tap_ok(accept_weight(accept, SLICE("application/scim+json")) ==
			    accepts[i].scim &&
			accept_weight(accept, SLICE("application/json")) ==
			    accepts[i].json,
		    "HTTP-02 Accept: %s", accepts[i].accept);
	}
}

static const struct {
	const char *script;
	const char *info;
	const char *segment;
	const char *base;
	const char *tenant;
	const char *path;
	bool version_ok;
} locations[] = {
	{ "", "/scim/v2/Users", "Users", "/scim/v2", "", "/Users", true },
	{ "/scim/v2/Users", "", "Users", "/scim/v2", "", "/Users", true },
	{ "/scim/v2/Users", "/ID", "Users", "/scim/v2", "", "/Users/ID", true },
	{ "/scim", "/acme/v2//Users//ID/", "Users", "/scim/acme/v2", "acme",
	    "/Users/ID", true },
	{ "", "/scim/v1/Users", "Users", "/scim/v1", "", "/Users", false },
	{ "", "/api/v2/Users", "Users", "/api/v2", "", "/Users", true },
	{ "/cgi-bin/users", "/ID", "Users", "/cgi-bin", "", "/Users/ID", true },
	{ "/cgi-bin/users", "", "Users", "/cgi-bin", "", "/Users", true },
	{ "/scim", "/acme/v2", NULL, "/scim/acme/v2", "acme", "", true },
	{ "", "//scim//v2//Groups//", "Groups", "/scim/v2", "", "/Groups",
	    true },
	{ "", "", NULL, "", "", "", true },
	{ "", "/healthz", NULL, "", "", "/healthz", true },
	{ "", "/scim/v2", NULL, "/scim/v2", "", "", true },
	{ "", "/scim/Users/ID", "Users", "/scim", "", "/Users/ID", true },
	{ "", "/scim/acme/Users", "Users", "/scim/acme", "acme", "/Users",
	    true },
	{ "", "/scim/acme/.search", NULL, "/scim/acme", "acme", "/.search",
	    true },
	{ "", "/x/scim/Schemas/urn:x:v3", NULL, "/x/scim", "",
	    "/Schemas/urn:x:v3", true },
	{ "", "/scim/", NULL, "/scim", "", "", true },
	{ "", "/scim/Users/v1", "Users", "/scim", "", "/Users/v1", true },
	{ "", "/scim/v1.1/Users", "Users", "/scim/v1.1", "", "/Users", false },
	{ "", "/scim/users", NULL, "", "", "/scim/users", true },
	{ "", "/scim/acme/users", NULL, "", "", "/scim/acme/users", true },
	{ "", "/scim/v2/Schemas/urn:x:v3", NULL, "/scim/v2", "",
	    "/Schemas/urn:x:v3", true },
};

static void
test_locate(struct arena *a)
{
	const struct catalog *catalog = fixture_catalog(a);

	for (size_t i = 0; i < NELEM(locations); i++) {
		struct http_request r = { .script_name =
					      slice_of(locations[i].script),
			.path_info = slice_of(locations[i].info) };
		struct location l;

		locate(a, &r, catalog, locations[i].segment, &l);
		tap_ok(slice_equal(l.base, slice_of(locations[i].base)) &&
			slice_equal(l.tenant, slice_of(locations[i].tenant)) &&
			slice_equal(l.path, slice_of(locations[i].path)) &&
			l.version_ok == locations[i].version_ok,
		    "ENTRA-G18 HTTP-05 '%s' '%s': base '%.*s' tenant '%.*s' "
		    "path '%.*s'",
		    locations[i].script, locations[i].info, SLICE_ARG(l.base),
		    SLICE_ARG(l.tenant), SLICE_ARG(l.path));
	}
}

static void
test_below(struct arena *a)
{
	static const struct {
		const char *script;
		const char *info;
		const char *base;
		const char *path;
	} rows[] = {
		{ "", "/admin/v1/tenants/x", "/admin/v1", "/tenants/x" },
		{ "/admin/v1", "/tenants", "/admin/v1", "/tenants" },
		{ "/cgi-bin/admin/v1", "//me/", "/cgi-bin/admin/v1", "/me" },
		{ "/cgi-bin/admin", "/me", "/cgi-bin/admin", "/me" },
		{ "", "/admin/v1", "/admin/v1", "" },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct http_request r = { .script_name =
					      slice_of(rows[i].script),
			.path_info = slice_of(rows[i].info) };
		struct location l;

		locate_below(a, &r, "/admin/v1", &l);
		tap_ok(slice_equal(l.base, slice_of(rows[i].base)) &&
			slice_equal(l.path, slice_of(rows[i].path)),
		    "'%s' '%s' is '%.*s' below '%.*s'", rows[i].script,
		    rows[i].info, SLICE_ARG(l.path), SLICE_ARG(l.base));
	}
}

static void
test_match(void)
{
	struct slice in, id;

	tap_ok(locate_match("/Users/:id", SLICE("/Users/x"), &in, &id) &&
		slice_equal(id, SLICE("x")),
	    ":id takes a segment");
	tap_ok(locate_match("/a/:in/b/:id", SLICE("/a/x/b/y"), &in, &id) &&
		slice_equal(in, SLICE("x")) && slice_equal(id, SLICE("y")) &&
		!locate_match("/a/:in/b/:id", SLICE("/a/.x/b/y"), &in, &id),
	    ":in another before it");
	tap_ok(!locate_match("/Users/:id", SLICE("/Users"), &in, &id) &&
		!locate_match("/Users/:id", SLICE("/Users/x/y"), &in, &id) &&
		!locate_match("/Users", SLICE("/users"), &in, &id) &&
		locate_match("/Users", SLICE("/Users"), &in, &id),
	    "HTTP-15 the rest matches exactly");
}

int
main(void)
{
	struct arena *a = arena_new();

	test_request(a);
	test_reply();
	test_location();
	test_status();
	test_accept();
	test_locate(a);
	test_below(a);
	test_match();
	arena_free(a);
	return tap_done();
}
