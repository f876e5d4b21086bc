/*
 * stream.c: a stream of events in the store.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/nelem.h"
#include "base/text.h"
#include "feed/set.h"
#include "feed/stream.h"
#include "json/json.h"
#include "store/note.h"
#include "store/streams.h"
#include "store/tally.h"
#include "store/vault.h"

enum { COMPLAINT_MAX = 300 };

/* The texts and numbers of a stored stream; "ahead" stands beside them. */
static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{ "label", offsetof(struct stream, label) },
	{ "issuer", offsetof(struct stream, issuer) },
	{ "audience", offsetof(struct stream, audience) },
	{ "types", offsetof(struct stream, types) },
	{ "events", offsetof(struct stream, events) },
	{ "url", offsetof(struct stream, url) },
	{ "authorization", offsetof(struct stream, authorization) },
	{ "lastError", offsetof(struct stream, last_error) },
}, numbers[] = {
	{ "position", offsetof(struct stream, position) },
	{ "failures", offsetof(struct stream, failures) },
	{ "nextAt", offsetof(struct stream, next_at) },
};

/* What a push says to the receiver is sealed, for its stream. */
static struct slice
seal_place(struct arena *a, const struct stream *s)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(&s->id, id);
	return ARENA_JOIN(a, SLICE("stream "), slice_of(id));
}

static struct slice
to_text(const struct vault *vault, struct arena *a, const struct stream *s)
{
	struct json_object *v = json_new_object(a), *ahead = json_new_array(a);
	struct slice text;
	int64_t number;

	for (size_t i = 0; i < NELEM(texts); i++) {
		memcpy(&text, (const char *)s + texts[i].offset, sizeof(text));
		json_set(v, slice_of(texts[i].name), json_new_string(a, text));
	}
	for (size_t i = 0; i < NELEM(numbers); i++) {
		memcpy(&number, (const char *)s + numbers[i].offset,
		    sizeof(number));
		json_set(
		    v, slice_of(numbers[i].name), json_new_integer(a, number));
	}
	for (size_t i = 0; i < s->nahead; i++)
		json_append(ahead, json_new_integer(a, s->ahead[i]));
	if (s->authorization.len > 0)
		json_set(v, SLICE("authorization"),
		    json_new_string(a,
			vault_seal(
			    vault, a, seal_place(a, s), s->authorization)));
	json_set(v, SLICE("full"), json_new_boolean(a, s->is_full));
	json_set(v, SLICE("ahead"), ahead);
	return json_text(a, v);
}

static int
from_text(const struct vault *vault, struct arena *a, struct slice text,
    struct stream *s, struct error *err)
{
	struct json_object *v, *ahead;
	struct slice value;
	int64_t number;

	if (json_parse(a, text, &v, err) == -1)
		return error_set(
		    err, ERR_INTERNAL, "a stored stream is damaged");
	for (size_t i = 0; i < NELEM(texts); i++) {
		value = arena_slice(a, json_string(json_get(v, texts[i].name)));
		memcpy((char *)s + texts[i].offset, &value, sizeof(value));
	}
	for (size_t i = 0; i < NELEM(numbers); i++) {
		number = json_integer(json_get(v, numbers[i].name));
		memcpy((char *)s + numbers[i].offset, &number, sizeof(number));
	}
	s->is_full = json_boolean(json_get(v, "full"));
	ahead = json_get(v, "ahead");
	s->nahead = 0;
	while (s->nahead < STREAM_AHEAD_MAX && s->nahead < json_len(ahead)) {
		s->ahead[s->nahead] = json_integer(json_at(ahead, s->nahead));
		s->nahead++;
	}
	return vault_open(vault, a, seal_place(a, s), s->authorization,
	    &s->authorization, err);
}

static int
check_texts(const struct stream *s, struct error *err)
{
	struct slice text;

	for (size_t i = 0; i < NELEM(texts); i++) {
		memcpy(&text, (const char *)s + texts[i].offset, sizeof(text));
		if (!text_is_utf8(text))
			return error_set(err, ERR_INVALID_VALUE,
			    "the %s of a stream must be UTF-8", texts[i].name);
	}
	return 0;
}

int
stream_check(const struct stream *stream, struct error *err)
{
	struct slice rest = stream->events, item;

	if (check_texts(stream, err) == -1)
		return -1;
	while (stream->events.len > 0 && slice_next(&rest, ',', &item))
		if (!set_is_event(item))
			return error_set(err, ERR_INVALID_VALUE,
			    "there is no event '%.*s', only create, patch, "
			    "put, delete, activate, deactivate, asyncresp "
			    "and breaker",
			    SLICE_ARG(item));
	return 0;
}

void
stream_complain(struct stream *stream, struct arena *a, const char *fmt, ...)
{
	char text[COMPLAINT_MAX];
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* A character that was cut goes. */
	for (len = strlen(text); len > 0 && !text_is_utf8(slice_of(text)) &&
	     (text[len - 1] & 0x80) != 0;)
		text[--len] = '\0';
	stream->last_error = text_is_utf8(slice_of(text))
	    ? slice_of(arena_strdup(a, text))
	    : SLICE("(not UTF-8)");
}

/* RECORD without what its receiver knows us by; "" stays "". */
static struct slice
shown(struct arena *a, struct slice record)
{
	struct json_object *v;
	struct error err;

	if (record.len == 0 || json_parse(a, record, &v, &err) == -1)
		return SLICE("");
	json_delete(v, SLICE("authorization"));
	return json_text(a, v);
}

static int
note(struct kv_txn *txn, const char *operation, const struct stream *s,
    struct slice before, struct slice after)
{
	struct arena *a = store_arena(txn);
	char id[UUID_TEXT_SIZE];

	uuid_format(&s->id, id);
	return note_append(txn,
		   &(struct note){ .operation = operation,
		       .type = "Stream",
		       .id = slice_of(id),
		       .tenant = s->tenant,
		       .before = shown(a, before),
		       .after = shown(a, after) }) == STORE_OK
	    ? 0
	    : -1;
}

static int
create_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct stream *s = arg;
	struct slice text;

	(void)err;
	if (tally_sequence(txn, s->tenant, &s->position) != STORE_OK ||
	    stream_save(txn, s) == -1 ||
	    stream_get(txn, s->tenant, &s->id, false, &text) != STORE_OK)
		return -1;
	return note(txn, "create", s, SLICE(""), text);
}

int
stream_create(
    struct store *store, int64_t now, struct stream *stream, struct error *err)
{
	stream->id = uuid_new(now);
	return store_txn(store, create_body, stream, err);
}

static int
not_found(struct slice id, struct error *err)
{
	return error_set(
	    err, ERR_NOT_FOUND, "there is no stream '%.*s'", SLICE_ARG(id));
}

static int
remove_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct stream *s = arg;
	char id[UUID_TEXT_SIZE];
	struct slice before = SLICE("");

	uuid_format(&s->id, id);
	if (stream_get(txn, s->tenant, &s->id, true, &before) == STORE_FAIL)
		return -1;
	switch (stream_delete(txn, s->tenant, &s->id)) {
	case STORE_OK:
		return note(txn, "delete", s, before, SLICE(""));
	case STORE_NOTFOUND:
		return not_found(slice_of(id), err);
	default:
		return -1;
	}
}

int
stream_remove(
    struct store *store, uint32_t tenant, struct slice id, struct error *err)
{
	struct stream s = { .tenant = tenant };

	if (uuid_parse(id, &s.id) == -1)
		return not_found(id, err);
	return store_txn(store, remove_body, &s, err);
}

struct listing {
	struct arena *a;
	struct stream_row {
		uint32_t tenant;
		struct uuid id;
		struct slice text;
		struct stream_row *next;
	} * first, **last;
};

static int
list_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct listing *l = arg;
	struct stream_row row = { .tenant = 0 }, *copy;
	struct kv_range *range;
	enum store_status status;

	(void)err;
	l->first = NULL;
	l->last = &l->first;
	if (streams_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = streams_next(
		    range, &row.tenant, &row.id, &row.text)) == STORE_OK) {
		copy = arena_alloc(l->a, sizeof(*copy));
		*copy = row;
		copy->text = arena_slice(l->a, row.text);
		*l->last = copy;
		l->last = &copy->next;
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

int
stream_each(struct store *store, struct arena *a, stream_fn *fn, void *arg,
    struct error *err)
{
	struct listing l = { .a = a };

	if (store_view(store, list_body, &l, err) == -1)
		return -1;
	for (struct stream_row *row = l.first; row != NULL; row = row->next) {
		struct stream s = { .tenant = row->tenant, .id = row->id };

		if (from_text(store_vault(store), a, row->text, &s, err) ==
			-1 ||
		    fn(&s, arg, err) == -1)
			return -1;
	}
	return 0;
}

int
stream_load(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct stream *stream, struct error *err)
{
	struct slice text;
	char id_text[UUID_TEXT_SIZE];

	stream->tenant = tenant;
	stream->id = *id;
	uuid_format(id, id_text);
	switch (stream_get(txn, tenant, id, true, &text)) {
	case STORE_OK:
		return from_text(
		    kv_txn_vault(txn), store_arena(txn), text, stream, err);
	case STORE_NOTFOUND:
		return not_found(slice_of(id_text), err);
	default:
		return -1;
	}
}

int
stream_save(struct kv_txn *txn, const struct stream *stream)
{
	return stream_put(txn, stream->tenant, &stream->id,
		   to_text(kv_txn_vault(txn), store_arena(txn), stream)) ==
		STORE_OK
	    ? 0
	    : -1;
}

/* Where SEQUENCE stands ahead, or would stand. */
static size_t
place_ahead(const struct stream *s, int64_t sequence)
{
	size_t i = 0;

	while (i < s->nahead && s->ahead[i] < sequence)
		i++;
	return i;
}

bool
stream_is_settled(const struct stream *s, int64_t sequence)
{
	size_t i = place_ahead(s, sequence);

	return sequence <= s->position ||
	    (i < s->nahead && s->ahead[i] == sequence);
}

/* The position moves over what is settled right behind it. */
static void
close_up(struct stream *s)
{
	size_t n = 0;

	while (n < s->nahead && s->ahead[n] == s->position + 1) {
		s->position++;
		n++;
	}
	memmove(s->ahead, s->ahead + n, (s->nahead - n) * sizeof(*s->ahead));
	s->nahead -= n;
}

void
stream_settle(struct stream *s, int64_t sequence)
{
	size_t i = place_ahead(s, sequence);

	if (stream_is_settled(s, sequence))
		return;
	if (sequence == s->position + 1) {
		s->position = sequence;
		close_up(s);
	} else if (s->nahead < STREAM_AHEAD_MAX) {
		memmove(s->ahead + i + 1, s->ahead + i,
		    (s->nahead - i) * sizeof(*s->ahead));
		s->ahead[i] = sequence;
		s->nahead++;
	}
}
