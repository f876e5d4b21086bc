/*
 * replay.c: a request out of the request log, once more, and undone.
 */
#include <string.h>

#include "auth/token.h"
#include "json/json.h"
#include "serve/account.h"
#include "serve/async.h"
#include "serve/replay.h"
#include "store/tenants.h"
#include "watch/redact.h"

enum { CHANGES_MAX = 64 * 1024 * 1024 };

struct replaying {
	struct arena *a;
	const struct json_object *record;
	struct slice body;
	unsigned char key[DIGEST_LEN];
};

static struct slice
text(const struct replaying *r, const char *name)
{
	return json_string(json_get(r->record, name));
}

/* Whose request it was, who may be gone by now. */
static int
find_key(struct replaying *r, struct store *store, struct error *err)
{
	struct slice id = text(r, "credential");
	struct credential c;

	if (token_find_id(store, r->a, TENANT_STORE, id, &c, err) == 0) {
		memcpy(r->key, c.key, DIGEST_LEN);
		return 0;
	}
	return err->code != ERR_NOT_FOUND
	    ? -1
	    : error_set(err, ERR_NOT_FOUND,
		  "its credential '%.*s' is gone: it would be refused",
		  SLICE_ARG(id));
}

/* Can it be done again, and what was its body? */
static int
prepare(struct replaying *r, struct store *store, struct error *err)
{
	struct slice method = text(r, "method");
	struct slice why = text(r, "bodyMissing");
	const struct json_object *body = json_get(r->record, "body");

	if (!slice_equal(method, SLICE("POST")) &&
	    !slice_equal(method, SLICE("PUT")) &&
	    !slice_equal(method, SLICE("PATCH")) &&
	    !slice_equal(method, SLICE("DELETE")))
		return error_set(err, ERR_INVALID_VALUE,
		    "a %.*s changes nothing", SLICE_ARG(method));
	if (body == NULL && why.len > 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "its body was not kept: %.*s (MUSTER_LOG_BODIES=1 keeps "
		    "those of requests to come)",
		    SLICE_ARG(why));
	if (body != NULL)
		r->body = json_text(r->a, body);
	return find_key(r, store, err);
}

/* A CGI variable out of the record. */
static char *
variable(const struct replaying *r, const char *name, const char *member)
{
	return arena_printf(r->a, "%s=%.*s", name, SLICE_ARG(text(r, member)));
}

static void
run(const struct replaying *r, struct server *server, struct http_reply *reply)
{
	char *env[] = { variable(r, "REQUEST_METHOD", "method"),
		variable(r, "PATH_INFO", "path"),
		variable(r, "QUERY_STRING", "query"),
		variable(r, "CONTENT_TYPE", "contentType"),
		variable(r, "HTTP_IF_MATCH", "ifMatch"),
		variable(r, "HTTP_IF_NONE_MATCH", "ifNoneMatch"),
		variable(r, "REMOTE_ADDR", "address"), NULL };
	struct http_request request;

	http_request_init_env(&request, r->a, env);
	request.body = r->body;
	pipeline_handle(server, &request, reply);
}

static void
rehearse(const struct replaying *r, struct server *server, struct replay *out)
{
	struct http_reply reply;
	struct buf changes;

	buf_init(&changes, CHANGES_MAX);
	http_reply_init(&reply);
	store_rehearse(server->identity.store, &changes);
	run(r, server, &reply);
	store_rehearse(server->identity.store, NULL);
	*out = (struct replay){ .status = reply.status,
		.answer = arena_slice(r->a, buf_text(&reply.body)),
		.changes = arena_slice(r->a, buf_text(&changes)),
		.tolerances = account_tolerances(server),
		.is_redacted = memmem(r->body.data, r->body.len, REDACTED,
				   sizeof(REDACTED) - 1) != NULL };
	http_reply_fini(&reply);
	buf_fini(&changes);
}

int
replay_rehearse(const struct identity *identity,
    const struct settings *settings, struct arena *a, struct slice record,
    struct replay *out, struct error *err)
{
	struct replaying r = { .a = a, .body = SLICE("") };
	struct json_object *v;
	struct kept kept;
	struct server server = { .endpoint = &async_endpoint,
		.settings = *settings,
		.identity = *identity,
		.store_kind = STORE_TOOL,
		.kept = &kept };

	if (json_parse(a, record, &v, err) == -1)
		return -1;
	r.record = v;
	if (prepare(&r, identity->store, err) == -1)
		return -1;
	kept = (struct kept){ .request_id = text(&r, "id"),
		.base_url = text(&r, "base") };
	memcpy(kept.credential, r.key, DIGEST_LEN);
	server.settings.request_log = 1;
	server.identity.scan_max = settings->scan_max;
	server.identity.members_max = settings->members_max;
	rehearse(&r, &server, out);
	return 0;
}
