/*
 * async_run.c: requests that are answered later: run, and their outcomes.
 *
 * A request leaves the queue in the transaction that notes its outcome, for
 * who asks, and in the change log, for who listens (EVT-08).  Its writes were
 * done before, each in a transaction of its own; one that is still in the
 * queue although it was begun has them in the change log, under its id.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "http/reply.h"
#include "identity/change.h"
#include "json/json.h"
#include "json/walk.h"
#include "serve/async.h"
#include "serve/pipeline.h"
#include "serve/problem.h"
#include "store/changes.h"
#include "store/counters.h"
#include "store/requests.h"

enum {
	TRIES_MAX = 3, /* one that ends its process each time is given up */
	KEEP_MS = 24 * 3600 * 1000,
	EXPIRE_MAX = 500 /* in a transaction */
};

/* One request of the queue. */
struct run {
	const struct identity *identity;
	const struct settings *settings;
	struct arena *a;
	uint32_t tenant;
	struct uuid id;
	struct slice id_text;
	bool found;
	struct json_object *record;
	int64_t tries;
	int64_t from;	   /* the last change before it was begun */
	struct slice done; /* the change it left before it was interrupted */
	struct json_object *outcomes;
	bool is_split; /* one for each operation of a bulk request */
};

static struct slice
text_of(const struct run *r, const char *name)
{
	return json_string(json_get(r->record, name));
}

static struct json_object *
new_text(const struct run *r, struct slice text)
{
	return json_new_string(r->a, text);
}

static int
save_record(struct kv_txn *txn, const struct run *r,
    const struct json_object *record, bool leave)
{
	return request_put(txn, r->tenant, &r->id,
		   json_text(store_arena(txn), record), leave) == STORE_OK
	    ? 0
	    : -1;
}

static int
first_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct run *r = arg;
	enum store_status status = request_first(txn, &r->tenant, &r->id);

	(void)err;
	r->found = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

/* It is begun: once more, from the end of the log as it is now. */
static int
begin_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct run *r = arg;
	struct slice text;

	if (request_get(txn, r->tenant, &r->id, true, &text) != STORE_OK ||
	    json_parse(r->a, text, &r->record, err) == -1 ||
	    counter_get(txn, r->tenant, SLICE("sequence"), &r->from) !=
		STORE_OK)
		return -1;
	r->tries = json_integer(json_get(r->record, "tries"));
	if (r->tries > 0)
		r->from = json_integer(json_get(r->record, "from"));
	json_set(
	    r->record, SLICE("tries"), json_new_integer(r->a, r->tries + 1));
	json_set(r->record, SLICE("from"), json_new_integer(r->a, r->from));
	return save_record(txn, r, r->record, false);
}

static bool
is_bulk(const struct run *r)
{
	return slice_equal(text_of(r, "path"), SLICE("/Bulk"));
}

static bool
is_text(struct slice object, const char *name, struct slice wanted)
{
	struct slice value;

	/* Ids and words need no escapes: the quotes are all there is. */
	return walk_find(object, slice_of(name), &value) &&
	    value.len == wanted.len + 2 &&
	    slice_equal((struct slice){ value.data + 1, wanted.len }, wanted);
}

/* A delete leaves groups, in other transactions if there are many. */
static bool
is_own_change(const struct run *r, struct slice change)
{
	return is_text(change, "request", r->id_text) &&
	    (!slice_equal(text_of(r, "method"), SLICE("DELETE")) ||
		is_text(change, "operation", SLICE("delete")));
}

static int
trace_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct run *r = arg;
	struct kv_range *range;
	enum store_status status;
	struct slice change;
	uint64_t sequence;

	(void)err;
	r->done = SLICE("");
	if (changes_open(txn, r->tenant, (uint64_t)r->from, &range) != STORE_OK)
		return -1;
	while ((status = changes_next(range, &sequence, &change)) == STORE_OK)
		if (is_own_change(r, change))
			r->done = arena_slice(r->a, change);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* One outcome, in the form of a bulk result (RFC 9967 section 2.5.1.3). */
static struct json_object *
add_outcome(struct run *r, struct slice method, struct slice location,
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
set_response(struct run *r, struct json_object *outcome, struct slice text)
{
	struct json_object *v;
	struct error err;

	if (json_parse(r->a, text, &v, &err) == 0)
		json_set(outcome, SLICE("response"), v);
}

static const struct json_object *
bulk_operations(const struct run *r)
{
	struct json_object *body;
	struct error err;

	if (!is_bulk(r) ||
	    json_parse(r->a, text_of(r, "body"), &body, &err) == -1)
		return NULL;
	return json_attr(body, SLICE("Operations"));
}

/*
 * RESPONSE, an Error message, for every operation that was asked for; for the
 * request itself when there are none, or too many.
 */
static void
add_failures(struct run *r, int status, struct slice response)
{
	const struct json_object *ops = bulk_operations(r), *method;
	size_t n = json_len(ops);

	r->is_split = json_kind(ops) == JSON_ARRAY && n > 0 &&
	    (int64_t)n <= r->settings->bulk_operations;
	for (size_t i = 0; i < n && r->is_split; i++) {
		method = json_attr(json_at(ops, i), SLICE("method"));
		set_response(r,
		    add_outcome(
			r, json_string(method), SLICE(""), SLICE(""), status),
		    response);
	}
	if (!r->is_split)
		set_response(r,
		    add_outcome(
			r, text_of(r, "method"), SLICE(""), SLICE(""), status),
		    response);
}

/* The server is to blame. */
static void
add_faults(struct run *r, const char *detail)
{
	add_failures(r, 500,
	    slice_of(arena_printf(r->a,
		"{\"schemas\":[\"" URN_ERROR "\"],\"status\":\"500\","
		"\"detail\":\"%s\"}",
		detail)));
}

/* What a single write that was interrupted would have answered. */
static void
add_traced(struct run *r)
{
	struct slice method = text_of(r, "method"), value = SLICE("");
	const struct resource_type *type;
	struct slice location, version = SLICE("");
	bool is_delete = slice_equal(method, SLICE("DELETE"));

	walk_find(r->done, SLICE("type"), &value);
	type =
	    catalog_find_type(r->identity->catalog, walk_string(r->a, value));
	walk_find(r->done, SLICE("id"), &value);
	location = slice_of(arena_printf(r->a, "%.*s%.*s/%.*s",
	    SLICE_ARG(text_of(r, "baseUrl")),
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

static void
add_interrupted(struct run *r)
{
	if (is_bulk(r))
		add_faults(r,
		    "the server was interrupted; what was done until then "
		    "is told by events of its own");
	else
		add_traced(r);
}

/* A header field of REPLY, which the handlers have put there. */
static struct slice
header_of(const struct http_reply *reply, const char *name)
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

/* Where the resource of a single request is; a POST that failed has none. */
static struct slice
location_of(const struct run *r, const struct http_reply *reply)
{
	if (reply->location.len > 0 ||
	    slice_equal(text_of(r, "method"), SLICE("POST")))
		return reply->location;
	return slice_of(arena_printf(r->a, "%.*s%.*s",
	    SLICE_ARG(text_of(r, "baseUrl")), SLICE_ARG(text_of(r, "path"))));
}

static void
add_reply(struct run *r, const struct http_reply *reply)
{
	struct json_object *v, *response;
	struct error err;

	if (is_bulk(r) && reply->status == 200 &&
	    json_parse(r->a, buf_text(&reply->body), &response, &err) == 0) {
		r->outcomes = json_get(response, "Operations");
		r->is_split = true;
		return;
	}
	if (is_bulk(r)) {
		add_failures(r, reply->status, buf_text(&reply->body));
		return;
	}
	v = add_outcome(r, text_of(r, "method"), location_of(r, reply),
	    header_of(reply, "ETag"), reply->status);
	if (reply->status >= 400)
		set_response(r, v, buf_text(&reply->body));
}

/* The routes of every program that writes. */
/* clang-format off */
static const struct route routes[] = {
	{ HTTP_POST,	"/Bulk",	SCOPE_SELF,	serve_bulk },
	{ HTTP_POST,	"/:type",	SCOPE_WRITE,	serve_create },
	{ HTTP_PUT,	"/:type/:id",	SCOPE_WRITE,	serve_replace },
	{ HTTP_PATCH,	"/:type/:id",	SCOPE_WRITE,	serve_patch },
	{ HTTP_DELETE,	"/:type/:id",	SCOPE_WRITE,	serve_delete },
};
/* clang-format on */

static const struct endpoint endpoint = {
	.name = "work",
	.routes = routes,
	.nroutes = NELEM(routes),
};

static int
hex_value(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static void
read_credential(const struct run *r, unsigned char hash[DIGEST_LEN])
{
	struct slice hex = text_of(r, "credential");

	for (size_t i = 0; i < DIGEST_LEN && 2 * i + 1 < hex.len; i++)
		hash[i] = (unsigned char)(hex_value(hex.data[2 * i]) << 4 |
		    hex_value(hex.data[2 * i + 1]));
}

/* A CGI variable out of the record. */
static char *
variable(const struct run *r, const char *name, const char *member)
{
	return arena_printf(
	    r->a, "%s=%.*s", name, SLICE_ARG(text_of(r, member)));
}

/* The way of any request, with the credential that came with this one. */
static void
serve_kept(struct run *r, struct http_reply *reply)
{
	char *env[] = { variable(r, "REQUEST_METHOD", "method"),
		arena_strdup(r->a, "SCRIPT_NAME=/scim/v2"),
		variable(r, "PATH_INFO", "path"),
		variable(r, "QUERY_STRING", "query"),
		variable(r, "CONTENT_TYPE", "contentType"),
		variable(r, "HTTP_IF_MATCH", "ifMatch"),
		variable(r, "HTTP_IF_NONE_MATCH", "ifNoneMatch"), NULL };
	struct kept kept = { .request_id = r->id_text,
		.base_url = text_of(r, "baseUrl") };
	struct server server = { .endpoint = &endpoint,
		.settings = *r->settings,
		.identity = *r->identity,
		.store_kind = STORE_TOOL,
		.kept = &kept };
	struct http_request request;

	read_credential(r, kept.credential);
	server.identity.scan_max = r->settings->scan_max;
	server.identity.members_max = r->settings->members_max;
	http_request_init(&request, r->a, env);
	request.body = text_of(r, "body");
	pipeline_handle(&server, &request, reply);
}

/* What an event is about: a path below the base URL. */
static struct slice
subject_of(const struct run *r, const struct json_object *ops, size_t i)
{
	struct slice base = text_of(r, "baseUrl");
	struct slice uri =
	    json_string(json_get(json_at(r->outcomes, i), "location"));

	if (uri.len > base.len && slice_has_prefix_nocase(uri, base))
		return slice_from(uri, base.len);
	uri = json_string(json_attr(json_at(ops, i), SLICE("path")));
	return uri.len > 0 ? uri : text_of(r, "path");
}

/* EVT-08, EVT-09: an event for each, with a transaction of its own in bulk. */
static int
tell(struct kv_txn *txn, const struct run *r)
{
	const struct json_object *ops = bulk_operations(r);
	struct caller caller = { .actor = text_of(r, "actor"),
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

static int
finish_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct run *r = arg;
	struct json_object *record = json_new_object(store_arena(txn));

	(void)err;
	json_set(record, SLICE("actor"),
	    json_new_string(store_arena(txn), text_of(r, "actor")));
	json_set(record, SLICE("outcomes"),
	    json_copy(store_arena(txn), r->outcomes));
	if (save_record(txn, r, record, true) == -1)
		return -1;
	return tell(txn, r);
}

/* Run it, unless it was; *AGAIN when the store had no room for it now. */
static int
get_outcomes(struct run *r, bool *again, struct error *err)
{
	struct http_reply reply;

	*again = false;
	r->outcomes = json_new_array(r->a);
	if (r->tries > 0 &&
	    store_view(r->identity->store, trace_body, r, err) == -1)
		return -1;
	if (r->done.len > 0) {
		add_interrupted(r);
		return 0;
	}
	if (r->tries >= TRIES_MAX) {
		add_faults(r, "the server was interrupted each time");
		return 0;
	}
	http_reply_init(&reply);
	serve_kept(r, &reply);
	*again = header_of(&reply, "Retry-After").len > 0;
	if (!*again)
		add_reply(r, &reply);
	http_reply_fini(&reply);
	return 0;
}

static int
run_first(struct run *r, bool *again, struct error *err)
{
	struct store *store = r->identity->store;
	char id[UUID_TEXT_SIZE];

	if (store_view(store, first_body, r, err) == -1)
		return -1;
	if (!r->found)
		return 0;
	uuid_format(&r->id, id);
	r->id_text = slice_of(arena_strdup(r->a, id));
	if (store_txn(store, begin_body, r, err) == -1 ||
	    get_outcomes(r, again, err) == -1)
		return -1;
	return *again ? 0 : store_txn(store, finish_body, r, err);
}

int
async_run(const struct identity *identity, const struct settings *settings,
    bool (*go_on)(void *arg), void *arg, struct error *err)
{
	struct run r = { .found = true };
	struct arena *a = arena_new();
	bool again = false;
	int rc = 0;

	while (rc == 0 && r.found && !again && go_on(arg)) {
		arena_reset(a);
		r = (struct run){
			.identity = identity, .settings = settings, .a = a
		};
		rc = run_first(&r, &again, err);
	}
	arena_free(a);
	return rc;
}

struct expiry {
	int64_t before;
	size_t n;
};

/* An id begins with its time, 48 bits (RFC 9562 section 5.7). */
static int64_t
time_of(const struct uuid *id)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id->bytes[i];
	return ms;
}

static int
expire_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct expiry *e = arg;
	struct {
		uint32_t tenant;
		struct uuid id;
	} row, rows[EXPIRE_MAX];
	struct slice text, value;
	struct kv_range *range;
	enum store_status status = STORE_OK;

	(void)err;
	e->n = 0;
	if (requests_open(txn, &range) != STORE_OK)
		return -1;
	while (e->n < EXPIRE_MAX &&
	    (status = requests_next(range, &row.tenant, &row.id, &text)) ==
		STORE_OK)
		if (time_of(&row.id) < e->before &&
		    walk_find(text, SLICE("outcomes"), &value))
			rows[e->n++] = row;
	kv_range_close(range);
	for (size_t i = 0; status != STORE_FAIL && i < e->n; i++)
		status = request_delete(txn, rows[i].tenant, &rows[i].id);
	return status == STORE_FAIL ? -1 : 0;
}

int
async_expire(const struct identity *identity, int64_t now, struct error *err)
{
	struct expiry e = { .before = now - KEEP_MS };

	do {
		if (store_txn(identity->store, expire_body, &e, err) == -1)
			return -1;
	} while (e.n == EXPIRE_MAX);
	return 0;
}
