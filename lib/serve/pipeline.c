/*
 * pipeline.c: one request from its first check to its log line.
 *
 * Each step stands once, in the order in which it happens; the first that
 * fails ends the request, which then has changed nothing.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "base/text.h"
#include "http/accept.h"
#include "json/json.h"
#include "serve/account.h"
#include "serve/admit.h"
#include "serve/confine.h"
#include "serve/configured.h"
#include "serve/locate.h"
#include "serve/pipeline.h"
#include "serve/problem.h"
#include "serve/throttle.h"

enum { URL_LEN_MAX = 32768 };

/* A thread for the store is made when it is opened: files come before. */
int
pipeline_open_store(struct server *server, struct error *err)
{
	const struct settings *settings = &server->settings;
	struct store_options options =
	    settings_store(settings, server->store_kind);
	const char *const files[] = { settings->key_file, settings->keys_ca,
		NULL };
	bool confine = server->store_kind == STORE_WORKER && settings->confine;

	if (server->identity.store != NULL)
		return 0;
	if (confine && !server->is_confined)
		server->is_confined =
		    confine_files(settings->store, settings->schemas, files);
	if (store_open(&options, &server->identity.store, err) == -1)
		return -1;
	if (confine)
		confine_calls(settings->keys_hosts[0] != '\0');
	configured_note(server);
	return 0;
}

static int
check_limits(const struct http_request *request, struct error *err)
{
	if (request->path_info.len + request->script_name.len +
		request->query.len >
	    URL_LEN_MAX)
		return error_set(err, ERR_TOO_LARGE,
		    "the URL is longer than %d bytes", URL_LEN_MAX);
	if (!text_is_utf8(request->script_name) ||
	    !text_is_utf8(request->path_info))
		return error_set(
		    err, ERR_INVALID_VALUE, "the path of the URL is not UTF-8");
	return 0;
}

/* Does PATTERN stand for the path of CALL?  ":type" only for a type. */
static bool
path_fits(const char *pattern, const struct call *call, struct slice *in,
    struct slice *id)
{
	if (strncmp(pattern, "/:type", 6) == 0 && call->type == NULL)
		return false;
	return locate_match(pattern, call->path, in, id);
}

/*
 * The methods that the path of CALL has, for Allow; "" for none.  HEAD comes
 * with GET, and OPTIONS with any.
 */
static const char *
allowed_methods(const struct endpoint *endpoint, const struct call *call)
{
	const char *allowed = "";
	struct slice in, id;

	for (size_t i = 0; i < endpoint->nroutes; i++) {
		enum http_method method = endpoint->routes[i].method;

		if (path_fits(endpoint->routes[i].path, call, &in, &id) &&
		    method != HTTP_METHOD_MAX)
			allowed = arena_printf(call->arena, "%s%s%s, ", allowed,
			    http_method_name(method),
			    method == HTTP_GET ? ", HEAD" : "");
	}
	return allowed[0] == '\0'
	    ? ""
	    : arena_printf(call->arena, "%sOPTIONS", allowed);
}

/* "/Users, /Groups, ": the endpoints of the catalog. */
static const char *
endpoints(const struct call *call)
{
	const struct resource_type *type;
	const char *list = "";

	for (size_t i = 0;
	     (type = catalog_type(call->identity->catalog, i)) != NULL; i++)
		list = arena_printf(
		    call->arena, "%s%.*s, ", list, SLICE_ARG(type->endpoint));
	return list;
}

int
pipeline_nothing_here(const struct call *call, struct error *err)
{
	if (call->endpoint->base != NULL)
		return error_set(err, ERR_NOT_FOUND, "nothing is at '%.*s'",
		    SLICE_ARG(call->path));
	return error_set(err, ERR_NOT_FOUND,
	    "nothing is at '%.*s' below the SCIM base URL %.*s; "
	    "endpoints there are %s/Me, /Bulk, /.search, "
	    "/ServiceProviderConfig, /ResourceTypes and /Schemas",
	    SLICE_ARG(call->path), SLICE_ARG(call->base_url), endpoints(call));
}

static int
no_route(const struct endpoint *endpoint, struct call *call, struct error *err)
{
	const char *allowed = allowed_methods(endpoint, call);

	if (allowed[0] == '\0')
		return pipeline_nothing_here(call, err);
	http_reply_header(call->reply, "Allow", slice_of(allowed));
	return error_set(err, ERR_METHOD, "%.*s is not possible here, only %s",
	    SLICE_ARG(call->request->method_name), allowed);
}

/* HEAD goes where GET goes (HTTP-13). */
static bool
method_fits(const struct route *route, enum http_method method)
{
	return route->method == method || route->method == HTTP_METHOD_MAX ||
	    (route->method == HTTP_GET && method == HTTP_HEAD);
}

/*
 * A script of a listed origin may read the answer, as browser-based
 * validators do (spec clients.md section 7.1).
 */
static void
allow_origin(struct call *call)
{
	struct slice origin = http_header(call->request, "Origin"), item;
	struct slice rest = slice_of(call->settings->cors_origins);

	while (origin.len > 0 && slice_next(&rest, ',', &item)) {
		if (!slice_equal(slice_trim(item), origin))
			continue;
		http_reply_header(
		    call->reply, "Access-Control-Allow-Origin", origin);
		http_reply_header(call->reply, "Access-Control-Allow-Headers",
		    SLICE("Authorization, Content-Type, If-Match, "
			  "If-None-Match, Prefer"));
		http_reply_header(call->reply, "Access-Control-Expose-Headers",
		    SLICE("Location, Content-Location, ETag, "
			  "Request-Id, Set-Txn, Preference-Applied, "
			  "Retry-After, RateLimit-Limit, "
			  "RateLimit-Remaining, RateLimit-Reset"));
		http_reply_header(call->reply, "Vary", SLICE("Origin"));
		return;
	}
}

/*
 * What is not SCIM's is for no page of another origin, and no page is to show
 * it: scripts of the console ask for it and read JSON.
 */
static void
close_to_pages(struct call *call)
{
	static const struct {
		const char *name;
		const char *value;
	} fields[] = {
		{ "X-Content-Type-Options", "nosniff" },
		{ "Content-Security-Policy",
		    "default-src 'none'; frame-ancestors 'none'" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Referrer-Policy", "no-referrer" },
	};

	for (size_t i = 0; i < NELEM(fields); i++)
		http_reply_header(
		    call->reply, fields[i].name, slice_of(fields[i].value));
}

/* OPTIONS, which needs no credential: the methods that a path has. */
static int
answer_options(
    const struct endpoint *endpoint, struct call *call, struct error *err)
{
	const char *allowed = allowed_methods(endpoint, call);

	if (allowed[0] == '\0')
		return no_route(endpoint, call, err);
	http_reply_header(call->reply, "Allow", slice_of(allowed));
	if (endpoint->base == NULL)
		http_reply_header(call->reply, "Access-Control-Allow-Methods",
		    slice_of(allowed));
	call->reply->status = 204;
	return 0;
}

/* /Users/ID.scim asks for the only format there is (HTTP-04). */
static struct slice
without_suffix(struct slice id)
{
	static const char suffix[] = ".scim";
	size_t len = sizeof(suffix) - 1;

	if (id.len > len &&
	    slice_equal(slice_from(id, id.len - len), slice_of(suffix)))
		id.len -= len;
	return id;
}

static int
find_route(const struct endpoint *endpoint, struct call *call,
    const struct location *location, const struct route **route,
    struct error *err)
{
	if (!location->version_ok)
		return error_set(err, ERR_INVALID_VERS,
		    "the version in '%.*s' is not supported, only v2",
		    SLICE_ARG(location->base));
	/* It splits nothing, and no id holds a '/' (HTTP-15). */
	if (call->request->has_hidden_slash)
		return error_set(err, ERR_NOT_FOUND,
		    "nothing has an encoded '/' in its path");
	for (size_t i = 0; i < endpoint->nroutes; i++) {
		*route = &endpoint->routes[i];
		if (method_fits(*route, call->request->method) &&
		    path_fits((*route)->path, call, &call->in, &call->id)) {
			call->id = without_suffix(call->id);
			return 0;
		}
	}
	return no_route(endpoint, call, err);
}

/* NAME without ":8080"; an address of IPv6 stands in brackets. */
static struct slice
without_port(struct slice name)
{
	size_t len = name.len;

	while (
	    len > 0 && name.data[len - 1] >= '0' && name.data[len - 1] <= '9')
		len--;
	if (len > 1 && name.data[len - 1] == ':')
		name.len = len - 1;
	return name;
}

/*
 * Host is the client's word: a name counts only if the administrator knows
 * it, or if it means this machine (HTTP-06).
 */
static struct slice
host_of(const struct settings *settings, const struct http_request *request)
{
	static const struct slice loopback[] = { { "localhost", 9 },
		{ "127.0.0.1", 9 }, { "[::1]", 5 } };
	struct slice name = without_port(request->host), item;
	struct slice rest = slice_of(settings->hosts);

	for (size_t i = 0; i < NELEM(loopback); i++)
		if (slice_equal_nocase(name, loopback[i]))
			return request->host;
	while (name.len > 0 && slice_next(&rest, ',', &item)) {
		item = slice_trim(item);
		if (slice_equal_nocase(item, name) ||
		    slice_equal_nocase(item, request->host))
			return request->host;
	}
	return request->address;
}

static struct slice
base_url(struct arena *a, const struct settings *settings,
    const struct http_request *request, const struct location *location)
{
	struct slice host = host_of(settings, request);
	size_t len = strlen(settings->base_url);

	while (len > 0 && settings->base_url[len - 1] == '/')
		len--;
	if (len > 0)
		return ARENA_JOIN(a, (struct slice){ settings->base_url, len },
		    location->base);
	return ARENA_JOIN(
	    a, request->scheme, SLICE("://"), host, location->base);
}

/* The part of a media type before its parameters. */
static struct slice
without_parameters(struct slice media_type)
{
	struct slice type;

	if (!slice_next(&media_type, ';', &type))
		return SLICE("");
	return slice_trim(type);
}

/*
 * What the client can read (HTTP-02): who likes plain JSON better gets it
 * under that name.
 */
static int
check_accept(struct call *call, struct error *err)
{
	struct slice accept = http_header(call->request, "Accept");
	int scim = accept_weight(accept, SLICE(SCIM_MEDIA_TYPE));
	int json = accept_weight(accept, SLICE("application/json"));

	call->takes_json = json > scim;
	return scim > 0 || json > 0
	    ? 0
	    : error_set(err, ERR_NOT_ACCEPTABLE,
		  "only " SCIM_MEDIA_TYPE " and application/json can be had");
}

/* No charset is given, or utf-8 (HTTP-03). */
static bool
is_utf8_charset(struct slice media_type)
{
	struct slice parameter, value;

	while (slice_next(&media_type, ';', &parameter)) {
		parameter = slice_trim(parameter);
		if (!slice_has_prefix_nocase(parameter, SLICE("charset=")))
			continue;
		value = slice_from(parameter, 8);
		if (value.len >= 2 && value.data[0] == '"')
			value = (struct slice){ value.data + 1, value.len - 2 };
		return slice_equal_nocase(value, SLICE("utf-8")) ||
		    slice_equal_nocase(value, SLICE("utf8"));
	}
	return true;
}

static int
check_media_type(const struct http_request *request, struct error *err)
{
	struct slice type = without_parameters(request->content_type);

	if (!is_utf8_charset(request->content_type))
		return error_set(err, ERR_MEDIA_TYPE,
		    "the body must be in UTF-8, not '%.*s'",
		    SLICE_ARG(request->content_type));
	if (type.len == 0 ||
	    slice_equal_nocase(type, SLICE("application/scim+json")) ||
	    slice_equal_nocase(type, SLICE("application/json")))
		return 0;
	return error_set(err, ERR_MEDIA_TYPE,
	    "the body must be application/scim+json, not '%.*s'",
	    SLICE_ARG(type));
}

static bool
has_body(enum http_method method)
{
	return method == HTTP_POST || method == HTTP_PUT ||
	    method == HTTP_PATCH;
}

static int
read_body(struct call *call, bool is_form, struct error *err)
{
	struct slice text = call->request->body;

	if (call->request->body_too_large ||
	    (int64_t)text.len > call->settings->body_max)
		return error_set(err, ERR_TOO_LARGE,
		    "the body is longer than %lld bytes",
		    (long long)call->settings->body_max);
	if (is_form || !has_body(call->request->method))
		return 0;
	if (check_media_type(call->request, err) == -1)
		return -1;
	if (call->request->body_cut)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "the body ended before its Content-Length");
	if (text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
		text = slice_from(text, 3);
	if (text.len == 0)
		return error_set(err, ERR_INVALID_SYNTAX, "the body is empty");
	return json_parse(call->arena, text, &call->body, err);
}

static void
find_place(
    const struct endpoint *endpoint, struct call *call, struct location *out)
{
	if (endpoint->base != NULL)
		locate_below(call->arena, call->request, endpoint->base, out);
	else
		locate(call->arena, call->request, call->identity->catalog,
		    endpoint->segment, out);
}

static int
handle(struct server *server, struct call *call, struct error *err)
{
	struct location location;
	const struct route *route = NULL;
	bool wants_later;

	if (check_limits(call->request, err) == -1)
		return -1;
	find_place(server->endpoint, call, &location);
	call->path = location.path;
	call->base_url =
	    base_url(call->arena, &server->settings, call->request, &location);
	if (server->kept != NULL)
		call->base_url = server->kept->base_url;
	call->caller.base_url = call->base_url;
	call->type = catalog_find_endpoint(
	    call->identity->catalog, locate_segment(call->path));
	if (server->endpoint->base == NULL)
		allow_origin(call);
	else
		close_to_pages(call);
	if (call->request->method == HTTP_OPTIONS)
		return answer_options(server->endpoint, call, err);
	if (find_route(server->endpoint, call, &location, &route, err) == -1)
		return -1;
	wants_later = async_is_wanted(call, route);
	/* 202 has no body, whatever the client can read (EVT-07). */
	if (!wants_later && check_accept(call, err) == -1)
		return -1;
	if (admit(server, call, location.tenant, route, err) == -1)
		return -1;
	call->is_form = route->scope == SCOPE_CLIENT;
	if (read_body(call, call->is_form, err) == -1)
		return -1;
	account_look(server, call);
	if (wants_later && async_can_keep(call))
		return async_accept(call, err);
	if (wants_later && check_accept(call, err) == -1)
		return -1;
	return route->handler(call, err);
}

/* Every media type of ours is JSON too. */
static void
name_media_type(struct call *call)
{
	if (call->takes_json && call->reply->content_type != NULL &&
	    strcmp(call->reply->content_type, SCIM_MEDIA_TYPE) == 0)
		call->reply->content_type = "application/json";
}

/* What was answered does not fit: the client gets a short answer. */
static void
check_reply(struct http_reply *reply)
{
	struct error err;

	if (!buf_overflowed(&reply->body) && !buf_overflowed(&reply->headers))
		return;
	if (buf_overflowed(&reply->headers))
		buf_clear(&reply->headers);
	error_set(&err, ERR_INTERNAL, "the answer is longer than %d bytes",
	    HTTP_BODY_MAX);
	problem_reply(reply, &err);
}

void
pipeline_handle(
    void *ctx, struct http_request *request, struct http_reply *reply)
{
	struct server *server = ctx;
	int64_t started = clock_monotonic_us();
	struct error err = { .code = ERR_NONE };
	struct call call = { .request = request,
		.reply = reply,
		.endpoint = server->endpoint,
		.arena = request->arena,
		.identity = &server->identity,
		.settings = &server->settings,
		.meter = &server->meter,
		.failures = &server->failures,
		.refused = &server->refused,
		.is_kept = server->kept != NULL };
	struct uuid id = uuid_new(clock_now_ms());
	char *request_id = arena_alloc(request->arena, UUID_TEXT_SIZE);

	uuid_format(&id, request_id);
	if (server->kept != NULL)
		snprintf(request_id, UUID_TEXT_SIZE, "%.*s",
		    SLICE_ARG(server->kept->request_id));
	log_request(request_id);
	call.caller = (struct caller){ .arena = request->arena,
		.profile = profile_default(server->identity.catalog),
		.actor = SLICE(""),
		.request_id = slice_of(request_id),
		.now = clock_now_ms() };
	account_begin(server, &call);
	http_reply_header(reply, "Request-Id", slice_of(request_id));
	http_reply_header(reply, "Cache-Control", SLICE("no-store"));
	reply->head_only = request->method == HTTP_HEAD;
	reply->front_redirects = request->from_apache;
	if (request->refused != 0)
		problem_reply_refused(reply, request->refused);
	else if (handle(server, &call, &err) == -1) {
		throttle_failed(&call, &err);
		problem_reply(reply, &err);
	}
	throttle_leave(server);
	check_reply(reply);
	name_media_type(&call);
	account_note(server, &call, &err, clock_monotonic_us() - started);
}
