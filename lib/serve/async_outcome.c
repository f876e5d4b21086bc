/*
 * async_outcome.c: what became of a request that is answered later, in the
 * form of a bulk result (RFC 9967 section 2.5.1.3).
 */
#include "base/clock.h"
#include "identity/change.h"
#include "json/walk.h"
#include "serve/async_outcome.h"

struct slice
async_text(const struct async_run *r, const char *name)
{
	return json_string(json_get(r->record, name));
}

static struct json_object *
new_text(const struct async_run *r, struct slice text)
{
	return json_new_string(r->a, text);
}

static bool
is_bulk(const struct async_run *r)
{
	return slice_equal(async_text(r, "path"), SLICE("/Bulk"));
}

/* One outcome, in the form of a bulk result (RFC 9967 section 2.5.1.3). */
static struct json_object *
add_outcome(struct async_run *r, struct slice method, struct slice location,
    struct slice version, int status)
{
	struct json_object *v = json_new_object(r->a);

	json_set(v, SLICE("method"), new_text(r, method));
	if (location.len > 0)
		json_set(v, SLICE("location"), new_text(r, location));
	if (version.len > 0)
		json_set(v, SLICE("version"), new_text(r, version));
	json_set(v, SLICE("status"),
	    new_text(r, slice_of(arena_printf(r->a, "%d", status))));
	json_append(r->outcomes, v);
	return v;
}

/* An Error message as the "response" of OUTCOME. */
static void
set_response(
    struct async_run *r, struct json_object *outcome, struct slice text)
{
	struct json_object *v;
	struct error err;

	if (json_parse(r->a, text, &v, &err) == 0)
		json_set(outcome, SLICE("response"), v);
}

static const struct json_object *
bulk_operations(const struct async_run *r)
{
	struct json_object *body;
	struct error err;

	if (!is_bulk(r) ||
	    json_parse(r->a, async_text(r, "body"), &body, &err) == -1)
		return NULL;
	return json_attr(body, SLICE("Operations"));
}

/* Where the resource at PATH is; a POST that failed made none. */
static struct slice
location_of(const struct async_run *r, struct slice method, struct slice path)
{
	if (path.len == 0 || slice_equal_nocase(method, SLICE("POST")))
		return SLICE("");
	return slice_of(arena_printf(r->a, "%.*s%s%.*s",
	    SLICE_ARG(async_text(r, "baseUrl")), path.data[0] == '/' ? "" : "/",
	    SLICE_ARG(path)));
}

static void
add_failure(struct async_run *r, struct slice method, struct slice path,
    int status, struct slice response)
{
	set_response(r,
	    add_outcome(
		r, method, location_of(r, method, path), SLICE(""), status),
	    response);
}

/*
 * RESPONSE, an Error message, for every operation that was asked for; for the
 * request itself when there are none, or too many.
 */
static void
add_failures(struct async_run *r, int status, struct slice response)
{
	const struct json_object *ops = bulk_operations(r), *op;
	size_t n = json_len(ops);

	r->is_split = json_kind(ops) == JSON_ARRAY && n > 0 &&
	    (int64_t)n <= r->settings->bulk_operations;
	for (size_t i = 0; i < n && r->is_split; i++) {
		op = json_at(ops, i);
		add_failure(r, json_string(json_attr(op, SLICE("method"))),
		    json_string(json_attr(op, SLICE("path"))), status,
		    response);
	}
	if (!r->is_split)
		add_failure(r, async_text(r, "method"), async_text(r, "path"),
		    status, response);
}

/* The server is to blame. */
void
async_add_faults(struct async_run *r, const char *detail)
{
	add_failures(r, 500,
	    slice_of(arena_printf(r->a,
		"{\"schemas\":[\"" URN_ERROR "\"],\"status\":\"500\","
		"\"detail\":\"%s\"}",
		detail)));
}

/* What a single write that was interrupted would have answered. */
static void
add_traced(struct async_run *r)
{
	struct slice method = async_text(r, "method"), value = SLICE("");
	const struct resource_type *type;
	struct slice location, version = SLICE("");
	bool is_delete = slice_equal(method, SLICE("DELETE"));

	walk_find(r->done, SLICE("type"), &value);
	type =
	    catalog_find_type(r->identity->catalog, walk_string(r->a, value));
	walk_find(r->done, SLICE("id"), &value);
	location = slice_of(arena_printf(r->a, "%.*s%.*s/%.*s",
	    SLICE_ARG(async_text(r, "baseUrl")),
	    SLICE_ARG(type != NULL ? type->endpoint : SLICE("")),
	    SLICE_ARG(walk_string(r->a, value))));
	if (!is_delete && walk_find(r->done, SLICE("version"), &value))
		version = slice_of(
		    arena_printf(r->a, "W/\"%.*s\"", SLICE_ARG(value)));
	add_outcome(r, method, location, version,
	    is_delete				     ? 204
		: slice_equal(method, SLICE("POST")) ? 201
						     : 200);
}

void
async_add_interrupted(struct async_run *r)
{
	if (is_bulk(r))
		async_add_faults(r,
		    "the server was interrupted; what was done until then "
		    "is told by events of its own");
	else
		add_traced(r);
}

struct slice
async_header(const struct http_reply *reply, const char *name)
{
	struct slice rest = buf_text(&reply->headers), line, key;

	while (slice_next(&rest, '\n', &line)) {
		if (!slice_next(&line, ':', &key) ||
		    !slice_equal(key, slice_of(name)))
			continue;
		if (line.len > 0 && line.data[line.len - 1] == '\r')
			line.len--;
		return slice_trim(line);
	}
	return SLICE("");
}

void
async_add_reply(struct async_run *r, const struct http_reply *reply)
{
	struct json_object *response;
	struct slice location;
	struct error err;

	if (is_bulk(r) && reply->status == 200 &&
	    json_parse(r->a, buf_text(&reply->body), &response, &err) == 0) {
		r->outcomes = json_get(response, "Operations");
		r->is_split = true;
		return;
	}
	if (is_bulk(r) || reply->status >= 400) {
		add_failures(r, reply->status, buf_text(&reply->body));
		return;
	}
	location = reply->location.len > 0
	    ? reply->location
	    : location_of(r, async_text(r, "method"), async_text(r, "path"));
	add_outcome(r, async_text(r, "method"), location,
	    async_header(reply, "ETag"), reply->status);
}

/* What an event is about: a path below the base URL. */
static struct slice
subject_of(const struct async_run *r, const struct json_object *ops, size_t i)
{
	struct slice base = async_text(r, "baseUrl");
	struct slice uri =
	    json_string(json_get(json_at(r->outcomes, i), "location"));

	if (uri.len > base.len && slice_has_prefix_nocase(uri, base))
		return slice_from(uri, base.len);
	uri = json_string(json_attr(json_at(ops, i), SLICE("path")));
	return uri.len > 0 ? uri : async_text(r, "path");
}

int
async_tell(struct kv_txn *txn, const struct async_run *r)
{
	const struct json_object *ops = bulk_operations(r);
	struct caller caller = { .actor = async_text(r, "actor"),
		.tenant = r->tenant,
		.now = clock_now_ms() };

	for (size_t i = 0; i < json_len(r->outcomes); i++) {
		caller.request_id = !r->is_split
		    ? r->id_text
		    : slice_of(arena_printf(store_arena(txn), "%.*s:%zu",
			  SLICE_ARG(r->id_text), i));
		if (change_write_outcome(txn, &caller, &r->id,
			subject_of(r, r->is_split ? ops : NULL, i),
			json_text(store_arena(txn), json_at(r->outcomes, i))) ==
		    -1)
			return -1;
	}
	return 0;
}
