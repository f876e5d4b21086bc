/*
 * async.c: requests that are answered later: kept, and asked for.
 */
#include "base/clock.h"
#include "base/nelem.h"
#include "base/number.h"
#include "identity/change.h"
#include "json/json.h"
#include "serve/async.h"
#include "serve/problem.h"
#include "store/requests.h"

enum { HEX_LEN = 2 * DIGEST_LEN };

/* The preference NAME, as "wait=10"; .data NULL when it is not there. */
static struct slice
preference(const struct call *call, struct slice name)
{
	struct slice rest = http_header(call->request, "Prefer"), item, word;

	while (slice_next(&rest, ',', &item))
		while (slice_next(&item, ';', &word)) {
			word = slice_trim(word);
			if (slice_has_prefix_nocase(word, name))
				return slice_from(word, name.len);
		}
	return (struct slice){ NULL, 0 };
}

static bool
changes_something(enum http_method method)
{
	return method == HTTP_POST || method == HTTP_PUT ||
	    method == HTTP_PATCH || method == HTTP_DELETE;
}

/*
 * RFC 7240 section 4.3: who can wait for N seconds gets the answer to one
 * write within them; a bulk request may take longer.
 */
static bool
can_wait(const struct call *call, const struct route *route)
{
	struct slice seconds = preference(call, SLICE("wait="));
	int64_t n;

	return route->scope == SCOPE_WRITE && seconds.data != NULL &&
	    parse_int(seconds, 0, INT64_MAX, &n, NULL) == 0 && n > 0;
}

bool
async_is_wanted(const struct call *call, const struct route *route)
{
	struct slice rest = preference(call, SLICE("respond-async"));

	return call->settings->async && !call->is_kept &&
	    changes_something(call->request->method) &&
	    (route->scope == SCOPE_WRITE || route->scope == SCOPE_BULK) &&
	    rest.data != NULL && rest.len == 0 && !can_wait(call, route);
}

/* Does TEXT hold NAME, whatever the case? */
static bool
mentions(struct slice text, struct slice name)
{
	for (size_t i = 0; i + name.len <= text.len; i++)
		if (slice_has_prefix_nocase(slice_from(text, i), name))
			return true;
	return false;
}

static bool
mentions_secret(struct slice text, const struct schema *schema)
{
	for (size_t i = 0; i < schema->nattrs; i++)
		if ((schema->attrs[i].returned == RET_NEVER ||
			schema->attrs[i].mutability == MUT_WRITE_ONLY) &&
		    mentions(text, schema->attrs[i].name))
			return true;
	return false;
}

/* The body is printed again, so that no escape hides a name. */
bool
async_can_keep(const struct call *call)
{
	struct slice text;
	const struct schema *schema;

	if (call->user.len > 0)
		return false;
	if (call->body == NULL)
		return true;
	text = json_text(call->arena, call->body);
	for (size_t i = 0;
	     (schema = catalog_schema(call->identity->catalog, i)) != NULL; i++)
		if (mentions_secret(text, schema))
			return false;
	return true;
}

static struct slice
to_hex(struct arena *a, const unsigned char hash[DIGEST_LEN])
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(a, HEX_LEN);

	for (size_t i = 0; i < DIGEST_LEN; i++) {
		text[2 * i] = digits[hash[i] >> 4];
		text[2 * i + 1] = digits[hash[i] & 15];
	}
	return (struct slice){ text, HEX_LEN };
}

static struct slice
to_record(const struct call *call)
{
	const struct http_request *r = call->request;
	const struct {
		const char *name;
		struct slice value;
	} members[] = {
		{ "actor", call->caller.actor },
		{ "credential", to_hex(call->arena, call->credential) },
		{ "narrowed", call->narrowed },
		{ "address", call_client_address(call) },
		{ "baseUrl", call->base_url },
		{ "method", r->method_name },
		{ "path", call->path },
		{ "query", r->query },
		{ "contentType", r->content_type },
		{ "ifMatch", http_header(r, "If-Match") },
		{ "ifNoneMatch", http_header(r, "If-None-Match") },
		{ "body", r->body },
	};
	struct json_object *v = json_new_object(call->arena);

	for (size_t i = 0; i < NELEM(members); i++)
		json_set(v, slice_of(members[i].name),
		    json_new_string(call->arena, members[i].value));
	json_set(v, SLICE("tries"), json_new_integer(call->arena, 0));
	return json_text(call->arena, v);
}

struct acceptance {
	const struct caller *caller;
	struct uuid id;
	struct slice text;
};

static int
accept_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct acceptance *a = arg;

	if (change_begin(txn, a->caller, err) == -1)
		return -1;
	return request_insert(txn, a->caller->tenant, &a->id, a->text) ==
		STORE_OK
	    ? 0
	    : -1;
}

int
async_accept(struct call *call, struct error *err)
{
	struct acceptance a = { .caller = &call->caller,
		.text = to_record(call) };
	struct slice id = call->caller.request_id;

	uuid_parse(id, &a.id);
	if (store_txn(call->identity->store, accept_body, &a, err) == -1)
		return -1;
	call->reply->status = 202;
	call->reply->location =
	    slice_of(arena_printf(call->arena, "%.*s/.events/results/%.*s",
		SLICE_ARG(call->base_url), SLICE_ARG(id)));
	http_reply_header(call->reply, "Set-Txn", id);
	http_reply_header(
	    call->reply, "Preference-Applied", SLICE("respond-async"));
	return 0;
}

struct lookup {
	const struct call *call;
	struct uuid id;
	struct json_object *record;
};

/* What another credential has asked for is as if it were not there. */
static int
lookup_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct lookup *l = arg;
	const struct call *call = l->call;
	enum store_status status;
	struct slice text;

	status = request_get(txn, call->caller.tenant, &l->id, false, &text);
	if (status == STORE_FAIL)
		return -1;
	if (status == STORE_OK &&
	    json_parse(call->arena, text, &l->record, err) == -1)
		return -1;
	if (status == STORE_OK &&
	    slice_equal(
		json_string(json_get(l->record, "actor")), call->caller.actor))
		return 0;
	return error_set(err, ERR_NOT_FOUND, "there is no result '%.*s'",
	    SLICE_ARG(call->id));
}

int
serve_result(struct call *call, struct error *err)
{
	struct lookup l = { .call = call };
	const struct json_object *outcomes;

	if (uuid_parse(call->id, &l.id) == -1)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no result '%.*s'", SLICE_ARG(call->id));
	if (store_view(call->identity->store, lookup_body, &l, err) == -1)
		return -1;
	outcomes = json_get(l.record, "outcomes");
	if (outcomes == NULL) {
		call->reply->status = 202;
		http_reply_header(call->reply, "Retry-After", SLICE("1"));
		return 0;
	}
	buf_puts(&call->reply->body,
	    "{\"schemas\":[\"" URN_BULK_RESPONSE "\"],\"Operations\":");
	json_print(&call->reply->body, outcomes);
	buf_putc(&call->reply->body, '}');
	call->reply->content_type = SCIM_MEDIA_TYPE;
	return 0;
}
