/*
 * push.c: tokens are brought to their receivers.
 */
#include "base/log.h"
#include "feed/backlog.h"
#include "feed/jws.h"
#include "feed/push.h"
#include "feed/signer.h"
#include "http/client.h"
#include "json/json.h"
#include "store/tenants.h"

enum {
	BATCH_MAX = 50,
	TURN_MAX = 20,	  /* batches, then another stream's turn */
	LIMIT_MS = 10000, /* for one token */
	ANSWER_MAX = 16 * 1024,
	PAUSE_MS = 10000,
	PAUSE_MAX_MS = 3600 * 1000
};

/* One stream's turn. */
struct turn {
	const struct push *push;
	struct arena *a; /* of a batch */
	struct sign_key *key;
	struct http_client *client;
	struct stream stream;
	struct backlog backlog;
	size_t turns;

	/* What became of the last token. */
	int64_t sequence;
	bool taken;
	struct slice problem;
};

static int
backlog_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct turn *t = arg;
	struct stream stream;
	bool moved;
	int served = tenant_is_served(txn, t->stream.tenant);

	t->backlog = (struct backlog){ .n = 0 };
	if (served != 1)
		return served;
	if (stream_load(txn, t->stream.tenant, &t->stream.id, &stream, err) ==
		-1 ||
	    backlog_read(txn, t->a, t->push->identity->catalog, &stream,
		BATCH_MAX, &t->backlog, &moved) == -1)
		return -1;
	return moved ? stream_save(txn, &stream) : 0;
}

static int64_t
pause_ms(int64_t failures)
{
	int64_t ms = PAUSE_MS;

	while (failures-- > 1 && ms < PAUSE_MAX_MS)
		ms *= 2;
	return ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS;
}

static int
note_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct turn *t = arg;
	struct stream stream;

	if (stream_load(txn, t->stream.tenant, &t->stream.id, &stream, err) ==
	    -1)
		return -1;
	if (t->taken) {
		stream_settle(&stream, t->sequence);
		stream.failures = 0;
		stream.next_at = 0;
	} else {
		stream.failures++;
		stream.next_at = t->push->now + pause_ms(stream.failures);
		stream_complain(
		    &stream, store_arena(txn), "%.*s", SLICE_ARG(t->problem));
	}
	return stream_save(txn, &stream);
}

/* RFC 8935 section 2.3: {"err": "invalid_key", "description": "..."}. */
static struct slice
read_problem(struct arena *a, int status, struct slice body)
{
	struct json_object *v;
	struct error err;
	struct slice word = SLICE(""), text = SLICE("");

	if (status == 400 && json_parse(a, body, &v, &err) == 0) {
		word = json_string(json_get(v, "err"));
		text = json_string(json_get(v, "description"));
	}
	return slice_of(arena_printf(a, "answered %d %.*s %.*s", status,
	    SLICE_ARG(word), SLICE_ARG(text)));
}

/* Send TOKEN; what became of it stands in T. */
static void
send(struct turn *t, const struct token *token)
{
	struct http_post post = { .url = t->stream.url.data,
		.content_type = "application/secevent+jwt",
		.accept = "application/json",
		.authorization = t->stream.authorization,
		.body = jws_sign(t->a, t->key, token->payload),
		.limit_ms = LIMIT_MS,
		.wait = t->push->wait,
		.arg = t->push->arg };
	struct error err;
	struct buf answer;
	int status;

	buf_init(&answer, ANSWER_MAX);
	t->sequence = token->sequence;
	t->taken = false;
	if (!http_url_is_safe(post.url))
		t->problem = SLICE("its URL is not https");
	else if (http_post_send(t->client, &post, &status, &answer, &err) == -1)
		t->problem = slice_of(arena_strdup(t->a, err.detail));
	else if (status == 202)
		t->taken = true;
	else
		t->problem = read_problem(t->a, status, buf_text(&answer));
	buf_fini(&answer);
}

static void
log_problem(const struct turn *t)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(&t->stream.id, id);
	log_warning("stream %s: token %lld was not taken: %.*s", id,
	    (long long)t->sequence, SLICE_ARG(t->problem));
}

/* The oldest tokens; *MORE when this was not all and all were taken. */
static int
push_batch(struct turn *t, bool *more, struct error *err)
{
	struct store *store = t->push->identity->store;

	*more = false;
	arena_reset(t->a);
	if (store_txn(store, backlog_body, t, err) == -1)
		return -1;
	for (size_t i = 0; i < t->backlog.n; i++) {
		send(t, &t->backlog.tokens[i]);
		/* Whoever is told to end has not heard from the receiver. */
		if (!t->taken && !t->push->wait(t->push->arg))
			return 0;
		if (!t->taken)
			log_problem(t);
		if (store_txn(store, note_body, t, err) == -1)
			return -1;
		if (!t->taken)
			return 0;
	}
	*more = t->backlog.more;
	return 0;
}

static int
push_stream(struct stream *stream, void *arg, struct error *err)
{
	const struct push *push = arg;
	struct turn t = { .push = push, .stream = *stream };
	bool more = true;
	int rc;

	if (stream->url.len == 0 || stream->next_at > push->now)
		return 0;
	if (signer_open(push->identity->store, stream->tenant, &t.key, err) ==
	    -1)
		return -1;
	t.a = arena_new();
	t.client = http_client_open();
	for (rc = 0; rc == 0 && more && t.turns < TURN_MAX; t.turns++)
		rc = push_batch(&t, &more, err);
	http_client_close(t.client);
	arena_free(t.a);
	sign_key_free(t.key);
	/* It was taken back meanwhile. */
	return rc == -1 && err->code == ERR_NOT_FOUND ? 0 : rc;
}

int
push_run(const struct push *push, struct error *err)
{
	struct arena *a = arena_new();
	struct push copy = *push;
	int rc = stream_each(push->identity->store, a, push_stream, &copy, err);

	arena_free(a);
	return rc;
}
