/*
 * account.c: what is kept of every request.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "http/status.h"
#include "identity/identity.h"
#include "serve/account.h"
#include "serve/locate.h"
#include "serve/strange.h"
#include "watch/redact.h"

void
account_open(struct server *server)
{
	struct account *account = &server->account;

	const struct settings *s = &server->settings;
	const char *comma =
	    s->sensitive[0] != '\0' && s->log_redact[0] != '\0' ? "," : "";

	if (asprintf(&account->hidden, "%s%s%s", s->sensitive, comma,
		s->log_redact) == -1 ||
	    asprintf(&account->logs, "%s/log", s->store) == -1)
		fatal("out of memory");
	account->writer = (struct lines_writer){ .above = account->logs,
		.age_ms = s->log_age_ms,
		.len_max = (uint64_t)s->log_len_max,
		.space_min = (uint64_t)s->space_min };
	account->metrics = metrics_open(s->store, server->endpoint->name);
}

void
account_close(struct server *server)
{
	struct account *account = &server->account;

	lines_writer_close(&account->writer);
	beats_close(&account->beats);
	metrics_close(account->metrics);
	free(account->hidden);
	free(account->logs);
	account->metrics = NULL;
	account->hidden = account->logs = NULL;
}

static uint64_t
reads_of(const struct server *server)
{
	return server->identity.store == NULL
	    ? 0
	    : store_touched(server->identity.store)->reads[KV_RESOURCES];
}

static uint64_t
writes_of(const struct server *server)
{
	return server->identity.store == NULL
	    ? 0
	    : store_touched(server->identity.store)->writes[KV_RESOURCES];
}

void
account_begin(struct server *server, struct call *call)
{
	struct account *account = &server->account;

	account->nshapes = 0;
	account->was_checked = false;
	account->record = (struct request_record){ .read = reads_of(server),
		.written = writes_of(server) };
	call->caller.profile =
	    profile_watch(call->arena, call->caller.profile, &call->fired);
}

/* What handles a PATCH changes its body. */
void
account_look(struct server *server, const struct call *call)
{
	struct account *account = &server->account;

	account->was_checked =
	    server->settings.request_log && call->caller.actor.len > 0;
	account->path = call->path;
	account->id = call->id;
	if (account->was_checked && call->request->method == HTTP_PATCH)
		account->nshapes = shape_list(call, account->shapes);
}

void
account_note(struct server *server, const struct call *call,
    const struct error *err, int64_t us)
{
	struct account *account = &server->account;
	struct request_record *r = &account->record;

	account->has_record = true;
	account->had_store = server->identity.store != NULL;
	account->call = *call;
	/* What the store keeps of it is gone when this is written. */
	account->call.known = arena_slice(call->arena, call->known);
	account->err.code = err->code;
	if (err->code != ERR_NONE)
		account->err = *err;
	r->duration_us = us;
	r->read = reads_of(server) - r->read;
	r->written = writes_of(server) - r->written;
}

/* ["op-in-any-case"], or "" */
struct slice
account_tolerances(const struct server *server)
{
	const struct call *call = &server->account.call;
	const char *list = "";

	if (call->fired == 0)
		return SLICE("");
	for (int i = 0; i < TOL_MAX; i++)
		if ((call->fired >> i & 1) != 0)
			list = arena_printf(call->arena, "%s%s\"%s\"", list,
			    list[0] == '\0' ? "" : ",",
			    profile_tolerance_name((enum tolerance)i));
	return slice_of(arena_printf(call->arena, "[%s]", list));
}

/* The id in the path, or of what was made. */
static struct slice
resource_of(const struct call *call)
{
	struct slice location = call->reply->location;
	size_t at = location.len;

	if (call->id.len > 0)
		return call->id;
	while (at > 0 && location.data[at - 1] != '/')
		at--;
	return call->type != NULL ? slice_from(location, at) : SLICE("");
}

static bool
is_query(const struct call *call)
{
	return call->type != NULL && call->id.len == 0 &&
	    call->request->method == HTTP_GET;
}

/* What the client said, which may be anything. */
static void
take_request(
    struct request_record *r, const struct call *call, struct slice names)
{
	const struct http_request *q = call->request;
	struct arena *a = call->arena;

	if (q->query.len > 0 &&
	    redact_query(http_decode(a, q->query), names).data[0] == '(')
		r->query = SLICE(REDACTED);
	else
		r->query = q->query;
	r->address = call_client_address(call);
	r->agent = redact_query(http_header(q, "User-Agent"), names);
	r->content_type = redact_query(q->content_type, names);
	r->if_match = redact_text(http_header(q, "If-Match"));
	r->if_none_match = redact_text(http_header(q, "If-None-Match"));
	r->in_len = q->body.len;
}

/* Why it was refused; who is not let in is not told, but the log is. */
static struct slice
detail_of(const struct call *call, const struct error *err, struct slice hidden)
{
	if (call->refusal.len > 0)
		return call->refusal;
	if (err->code == ERR_UNAUTHORIZED)
		return SLICE("it came without a credential");
	return redact_query(slice_of(err->detail), hidden);
}

/* What every record and every line has. */
static void
take_call(struct request_record *r, const struct call *call)
{
	r->at = call->caller.now;
	r->tenant = call->known_tenant;
	r->credential = call->known;
	r->id = call->caller.request_id;
	r->status = call->reply->status;
	r->program = slice_of(call->endpoint->name);
	r->method = call->request->method_name;
	r->path = redact_text(ARENA_JOIN(
	    call->arena, call->request->script_name, call->request->path_info));
	r->out_len = call->reply->body.len;
}

static void
take_outcome(struct request_record *r, const struct call *call,
    const struct error *err, struct slice hidden)
{
	const char *scim_type = http_scim_type(err->code);

	r->type = call->type != NULL ? call->type->name : SLICE("");
	r->resource = redact_text(resource_of(call));
	r->base_url = call->base_url;
	if (err->code == ERR_NONE && call->refusal.len == 0)
		return;
	if (scim_type != NULL)
		r->scim_type = slice_of(scim_type);
	r->detail = detail_of(call, err, hidden);
}

/* The body, if it is to be kept and can be. */
static void
take_body(
    struct request_record *r, const struct call *call, struct slice hidden)
{
	const struct http_request *request = call->request;
	struct error err;

	if (request->body_too_large)
		r->body_missing = SLICE("it was too large");
	if (request->body.len == 0)
		return;
	if (call->settings->log_bodies == 0)
		r->body_missing = SLICE("bodies are not kept");
	else if (call->is_form)
		r->body_missing = SLICE("a form may hold secrets");
	else if (request->body.len > REQUEST_LOG_BODY_MAX)
		r->body_missing = SLICE("it is too long to be kept");
	else if (redact_body(request->arena, request->body, hidden, &r->body,
		     &err) == -1)
		r->body_missing = SLICE("it is no JSON");
}

/* An answer holds what a token is, at the token endpoint. */
static void
take_answer(
    struct request_record *r, const struct call *call, struct slice hidden)
{
	const struct buf *body = &call->reply->body;
	struct error err;

	if (call->settings->log_bodies < 2 || body->len == 0 ||
	    body->len > REQUEST_LOG_BODY_MAX)
		return;
	if (redact_body(
		call->arena, buf_text(body), hidden, &r->answer, &err) == -1)
		r->answer = SLICE("");
}

/* What it asked, as it came: /Me is somebody's id since. */
static void
take_shapes(struct account *account)
{
	struct call *call = &account->call;

	if (!account->was_checked || account->nshapes > 0)
		return;
	call->path = account->path;
	call->id = account->id;
	account->nshapes = shape_list(call, account->shapes);
}

/* What the credential asks, and whether it has ever asked that before. */
static void
note_beat(struct server *server, struct request_record *r)
{
	struct account *account = &server->account;
	enum beat_kind kind;
	int i;

	if (r->credential.len == 0)
		return;
	kind = beat_kind(r->status, is_query(&account->call));
	take_shapes(account);
	if (account->nshapes > 0)
		r->shape = account->shapes[0];
	i = beat_note(&account->beats, server->settings.store, r->tenant,
	    r->credential, r->at, kind, account->shapes, account->nshapes);
	if (i == -1)
		return;
	r->is_new = true;
	r->shape = account->shapes[i];
	log_warning("credential %.*s asks what it has not asked before: %.*s",
	    SLICE_ARG(r->credential), SLICE_ARG(r->shape));
	strange_note(server, r);
}

/* Where requests are not recorded, or cannot be, the log has a line. */
static void
log_line(const struct request_record *r)
{
	log_info("%.*s %.*s %d %llu bytes %lld us %.*s", SLICE_ARG(r->method),
	    SLICE_ARG(r->path), r->status, (unsigned long long)r->out_len,
	    (long long)r->duration_us, SLICE_ARG(r->credential));
}

static void
record(struct server *server)
{
	struct account *account = &server->account;
	struct request_record *r = &account->record;
	struct slice hidden = slice_of(account->hidden);
	struct error err;

	take_request(r, &account->call, hidden);
	take_outcome(r, &account->call, &account->err, hidden);
	r->tolerances = account_tolerances(server);
	take_body(r, &account->call, hidden);
	take_answer(r, &account->call, hidden);
	note_beat(server, r);
	if (request_log_append(&account->writer, r, &err) == 0) {
		account->has_failed = false;
		return;
	}
	/* Once, and not where the store itself could not be had. */
	if (!account->has_failed && account->had_store)
		log_warning("no record: %s", err.detail);
	account->has_failed = true;
	log_line(r);
}

void
account_write(void *ctx, struct http_request *request, struct http_reply *reply)
{
	struct server *server = ctx;
	struct account *account = &server->account;
	struct request_record *r = &account->record;

	if (!account->has_record)
		return;
	account->has_record = false;
	account->call.request = request;
	account->call.reply = reply;
	take_call(r, &account->call);
	metrics_count(account->metrics, r->status, r->duration_us);
	if (server->settings.request_log)
		record(server);
	else
		log_line(r);
	log_request(NULL);
}
