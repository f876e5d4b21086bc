/*
 * set.c: a record of the change log as a security event token.
 */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/nelem.h"
#include "base/number.h"
#include "feed/event.h"
#include "feed/set.h"
#include "json/walk.h"
#include "scim/event_uri.h"

enum { SET_MAX = 8 * 1024 * 1024 };

/* Which names of a stream's list stand for which operation of the log. */
static const struct {
	const char *operation;
	const char *name;
} operations[] = {
	{ "create", "create" },
	{ "patch", "patch" },
	{ "replace", "put" },
	{ "delete", "delete" },
	{ "async", "asyncresp" },
	{ "breaker", "breaker" },
};

bool
set_is_event(struct slice name)
{
	for (size_t i = 0; i < NELEM(operations); i++)
		if (slice_equal(name, slice_of(operations[i].name)))
			return true;
	return slice_equal(name, SLICE("activate")) ||
	    slice_equal(name, SLICE("deactivate"));
}

void
set_id(const struct stream *stream, int64_t sequence, struct slice change,
    char id[SET_ID_SIZE])
{
	unsigned char hash[DIGEST_LEN];
	struct arena *a = arena_new();

	digest_sha256(change, hash);
	uuid_format(&stream->id, id);
	snprintf(id + UUID_TEXT_LEN, SET_ID_SIZE - UUID_TEXT_LEN, ".%lld.%.*s",
	    (long long)sequence,
	    SLICE_ARG(base64url_encode(a, hash, SET_MARK_LEN * 3 / 4)));
	arena_free(a);
}

int64_t
set_sequence(const struct stream *stream, struct slice id)
{
	char own[UUID_TEXT_SIZE];
	struct slice part;
	int64_t sequence;

	uuid_format(&stream->id, own);
	if (!slice_next(&id, '.', &part) || !slice_equal(part, slice_of(own)) ||
	    !slice_next(&id, '.', &part) ||
	    parse_int(part, 1, INT64_MAX, &sequence, NULL) == -1)
		return -1;
	return sequence;
}

/* Does the list, "" for everything, hold NAME? */
static bool
is_listed(struct slice list, struct slice name)
{
	struct slice item;

	if (list.len == 0)
		return true;
	while (slice_next(&list, ',', &item))
		if (slice_equal(item, name))
			return true;
	return false;
}

/* The member NAME of CHANGE, a string; "" when there is none. */
static struct slice
text_of(struct arena *a, struct slice change, const char *name)
{
	struct slice value;

	return walk_find(change, slice_of(name), &value) ? walk_string(a, value)
							 : SLICE("");
}

/* What a stream calls the operation of the log; NULL for none. */
static const char *
find_name(struct slice operation)
{
	for (size_t i = 0; i < NELEM(operations); i++)
		if (slice_equal(operation, slice_of(operations[i].operation)))
			return operations[i].name;
	return NULL;
}

static int64_t
seconds_of(struct slice at)
{
	struct instant instant;

	return clock_parse(at, &instant) == -1 ? 0 : instant.seconds;
}

/*
 * "txn" is one for all that a request did (EVT-04); what no request did
 * stands for itself.
 */
static struct slice
transaction_of(struct arena *a, const struct stream *stream, int64_t sequence,
    struct slice change)
{
	struct slice request = text_of(a, change, "request");

	return request.len > 0
	    ? request
	    : slice_of(arena_printf(
		  a, "%u.%lld", (unsigned)stream->tenant, (long long)sequence));
}

static void
put_text(struct buf *out, const char *name, struct slice text)
{
	buf_printf(out, "\"%s\":", name);
	buf_json_string(out, text);
	buf_putc(out, ',');
}

/* EVT-01, EVT-02: everything but the events. */
static void
put_claims(struct arena *a, struct buf *out, const struct stream *stream,
    int64_t sequence, struct slice change, struct slice uri)
{
	char id[SET_ID_SIZE];

	set_id(stream, sequence, change, id);
	buf_putc(out, '{');
	put_text(out, "iss", stream->issuer);
	buf_printf(out, "\"iat\":%lld,",
	    (long long)seconds_of(text_of(a, change, "at")));
	put_text(out, "jti", slice_of(id));
	put_text(out, "aud", stream->audience);
	put_text(out, "txn", transaction_of(a, stream, sequence, change));
	buf_puts(out, "\"sub_id\":{\"format\":\"scim\",\"uri\":");
	buf_json_string(out, uri);
	buf_puts(out, "},\"events\":{");
}

/* The outcome of a request that was answered later, as the log has it. */
static bool
put_outcome(struct buf *out, struct slice change)
{
	struct slice outcome;

	if (!walk_find(change, SLICE("outcome"), &outcome))
		return false;
	buf_puts(out, "\"" EVENT_URI "misc:asyncresp\":");
	buf_slice(out, outcome);
	return true;
}

/* No event of the RFC: only for who asks for it. */
static bool
put_breaker(struct buf *out, const struct stream *stream, struct slice change)
{
	struct slice what, taken;

	if (stream->events.len == 0 ||
	    !is_listed(stream->events, SLICE("breaker")) ||
	    !walk_find(change, SLICE("breaker"), &what) ||
	    !walk_find(change, SLICE("taken"), &taken))
		return false;
	buf_printf(out, "\"" EVENT_BREAKER "\":{\"state\":%.*s,\"taken\":%.*s}",
	    SLICE_ARG(what), SLICE_ARG(taken));
	return true;
}

/* The events of CHANGE that the stream wants; false when there is none. */
static bool
put_events(struct arena *a, struct buf *out, const struct stream *stream,
    const struct resource_type *type, const char *name, struct slice change)
{
	const char *activation = event_activation(change);
	bool any = is_listed(stream->events, slice_of(name));

	if (strcmp(name, "asyncresp") == 0)
		return any && put_outcome(out, change);
	if (strcmp(name, "breaker") == 0)
		return put_breaker(out, stream, change);
	if (any)
		event_put(a, out, type, name, change, stream->is_full);
	if (activation == NULL ||
	    !is_listed(stream->events, slice_of(activation)))
		return any;
	buf_printf(
	    out, "%s\"" EVENT_URI "prov:%s\":{}", any ? "," : "", activation);
	return true;
}

/* "/Users/ID", or where a request went to; "" for a type that is gone. */
static struct slice
subject(struct arena *a, const struct resource_type *type, struct slice change)
{
	if (type == NULL)
		return text_of(a, change, "uri");
	return slice_of(arena_printf(a, "%.*s/%.*s", SLICE_ARG(type->endpoint),
	    SLICE_ARG(text_of(a, change, "id"))));
}

bool
set_build(struct arena *a, const struct catalog *catalog,
    const struct stream *stream, int64_t sequence, struct slice change,
    struct slice *payload)
{
	const struct resource_type *type =
	    catalog_find_type(catalog, text_of(a, change, "type"));
	const char *name = find_name(text_of(a, change, "operation"));
	struct slice uri = subject(a, type, change);
	struct buf out;
	bool wanted;

	if (name == NULL || uri.len == 0 ||
	    (type != NULL && !is_listed(stream->types, type->name)))
		return false;
	buf_init(&out, SET_MAX);
	put_claims(a, &out, stream, sequence, change, uri);
	wanted = put_events(a, &out, stream, type, name, change);
	buf_puts(&out, "}}");
	*payload = arena_slice(a, buf_text(&out));
	buf_fini(&out);
	return wanted;
}
