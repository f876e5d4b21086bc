/*
 * poll.c: a receiver fetches its tokens.
 */
#include "base/log.h"
#include "base/nelem.h"
#include "feed/backlog.h"
#include "feed/jws.h"
#include "feed/poll.h"
#include "feed/signer.h"
#include "json/json.h"
#include "store/changes.h"

/* Tokens in an answer. */
enum { TOKENS_DEFAULT = 100, TOKENS_MAX = 1000 };

struct poll {
	const struct identity *identity;
	const struct caller *caller;
	const struct json_object *body;
	struct uuid id;
	size_t max;
	struct backlog backlog;
};

/* RFC 8936 section 2.2: every member may be left out. */
static int
check_body(const struct json_object *body, struct error *err)
{
	static const struct {
		const char *name;
		enum json_kind kind;
	} members[] = {
		{ "maxEvents", JSON_INTEGER },
		{ "returnImmediately", JSON_BOOLEAN },
		{ "ack", JSON_ARRAY },
		{ "setErrs", JSON_OBJECT },
	};

	if (json_kind(body) != JSON_OBJECT)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "a poll request is an object, not %s",
		    json_kind_name(json_kind(body)));
	for (size_t i = 0; i < NELEM(members); i++) {
		enum json_kind kind =
		    json_kind(json_get(body, members[i].name));

		if (kind != JSON_NULL && kind != members[i].kind)
			return error_set(err, ERR_INVALID_VALUE,
			    "'%s' must be %s, not %s", members[i].name,
			    json_kind_name(members[i].kind),
			    json_kind_name(kind));
	}
	if (json_integer(json_get(body, "maxEvents")) < 0)
		return error_set(
		    err, ERR_INVALID_VALUE, "'maxEvents' must not be negative");
	return 0;
}

static size_t
read_max(const struct json_object *body)
{
	const struct json_object *v = json_get(body, "maxEvents");
	int64_t max = json_integer(v);

	if (v == NULL)
		return TOKENS_DEFAULT;
	return max < TOKENS_MAX ? (size_t)max : TOKENS_MAX;
}

/*
 * What was acknowledged is settled, if ID is that of the token for the change
 * with that number.  1, 0, -1 after STORE_FAIL.
 */
static int
settle(struct kv_txn *txn, struct stream *stream, struct slice id)
{
	int64_t sequence = set_sequence(stream, id);
	char real_id[SET_ID_SIZE];
	struct slice change;
	enum store_status status;

	if (sequence == -1 || stream_is_settled(stream, sequence))
		return 0;
	status = change_get(txn, stream->tenant, (uint64_t)sequence, &change);
	if (status != STORE_OK)
		return status == STORE_FAIL ? -1 : 0;
	set_id(stream, sequence, change, real_id);
	if (!slice_equal(id, slice_of(real_id)))
		return 0;
	stream_settle(stream, sequence);
	return 1;
}

/*
 * What a receiver cannot take it will not take the next time either: that is
 * noted and settled (RFC 8936 section 2.4).
 */
static int
settle_error(struct kv_txn *txn, struct stream *stream, struct slice id,
    const struct json_object *problem)
{
	int rc = settle(txn, stream, id);

	if (rc == 1)
		stream_complain(stream, store_arena(txn), "%.*s: %.*s %.*s",
		    SLICE_ARG(id),
		    SLICE_ARG(json_string(json_get(problem, "err"))),
		    SLICE_ARG(json_string(json_get(problem, "description"))));
	return rc;
}

/* Did anything become settled?  1, 0, -1. */
static int
settle_all(
    struct kv_txn *txn, struct stream *stream, const struct json_object *body)
{
	const struct json_object *acks = json_get(body, "ack");
	struct json_member m = json_first(json_get(body, "setErrs"));
	int changed = 0, rc;

	for (size_t i = 0; i < json_len(acks); i++) {
		rc = settle(txn, stream, json_string(json_at(acks, i)));
		if (rc == -1)
			return -1;
		changed |= rc;
	}
	for (; m.entry != NULL; json_next(&m)) {
		rc = settle_error(txn, stream, m.name, m.value);
		if (rc == -1)
			return -1;
		changed |= rc;
	}
	return changed;
}

static int
poll_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct poll *p = arg;
	struct stream stream;
	bool moved;
	int changed;

	if (stream_load(txn, p->caller->tenant, &p->id, &stream, err) == -1)
		return -1;
	if (stream.url.len > 0)
		return error_set(err, ERR_NOT_FOUND,
		    "this stream is pushed to its receiver");
	changed = settle_all(txn, &stream, p->body);
	if (changed == -1 ||
	    backlog_read(txn, p->caller->arena, p->identity->catalog, &stream,
		p->max, &p->backlog, &moved) == -1)
		return -1;
	return changed == 1 || moved ? stream_save(txn, &stream) : 0;
}

/* What was found wrong is told to the administrator too. */
static void
log_errors(const struct json_object *errors)
{
	struct json_member m;

	for (m = json_first(errors); m.entry != NULL; json_next(&m))
		log_warning("token %.*s was refused: %.*s %.*s",
		    SLICE_ARG(m.name),
		    SLICE_ARG(json_string(json_get(m.value, "err"))),
		    SLICE_ARG(json_string(json_get(m.value, "description"))));
}

static void
print(struct poll *p, const struct sign_key *key, struct buf *out)
{
	buf_puts(out, "{\"sets\":{");
	for (size_t i = 0; i < p->backlog.n; i++) {
		const struct token *token = &p->backlog.tokens[i];

		if (i > 0)
			buf_putc(out, ',');
		buf_json_string(out, token->id);
		buf_putc(out, ':');
		buf_json_string(
		    out, jws_sign(p->caller->arena, key, token->payload));
	}
	buf_printf(
	    out, "},\"moreAvailable\":%s}", p->backlog.more ? "true" : "false");
}

int
poll_answer(const struct identity *identity, const struct caller *caller,
    struct slice id, const struct json_object *body, struct buf *out,
    struct error *err)
{
	struct poll p = {
		.identity = identity, .caller = caller, .body = body
	};
	struct sign_key *key;

	if (check_body(body, err) == -1)
		return -1;
	if (uuid_parse(id, &p.id) == -1)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no stream '%.*s'", SLICE_ARG(id));
	p.max = read_max(body);
	if (store_txn(identity->store, poll_body, &p, err) == -1 ||
	    signer_open(identity->store, caller->tenant, &key, err) == -1)
		return -1;
	log_errors(json_get(body, "setErrs"));
	print(&p, key, out);
	sign_key_free(key);
	return 0;
}
