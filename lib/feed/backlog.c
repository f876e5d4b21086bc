/*
 * backlog.c: what a stream has not been told yet.
 */
#include "feed/backlog.h"
#include "store/changes.h"

/* Changes, and bytes of tokens, that one call looks at. */
enum { LOOK_MAX = 5000, BYTES_MAX = 4 * 1024 * 1024 };

struct look {
	struct arena *a;
	const struct catalog *catalog;
	struct stream *stream;
	size_t max;
	struct backlog *out;
	size_t bytes;
};

static bool
is_full(const struct look *l)
{
	return l->out->n == l->max || l->bytes > BYTES_MAX ||
	    l->out->n + l->stream->nahead >= STREAM_AHEAD_MAX;
}

/* One change: a token, or settled; false when there is no room for it. */
static bool
take(struct look *l, int64_t sequence, struct slice change)
{
	struct token *token = &l->out->tokens[l->out->n];
	char id[SET_ID_SIZE];

	if (stream_is_settled(l->stream, sequence))
		return true;
	if (!set_build(l->a, l->catalog, l->stream, sequence, change,
		&token->payload)) {
		/* One behind a token is looked at again, which is cheap. */
		if (l->out->n == 0)
			stream_settle(l->stream, sequence);
		return true;
	}
	if (is_full(l))
		return false;
	set_id(l->stream, sequence, change, id);
	token->sequence = sequence;
	token->id = slice_of(arena_strdup(l->a, id));
	l->bytes += token->payload.len;
	l->out->n++;
	return true;
}

int
backlog_read(struct kv_txn *txn, struct arena *a, const struct catalog *catalog,
    struct stream *stream, size_t max, struct backlog *out, bool *moved)
{
	struct look l = { .a = a,
		.catalog = catalog,
		.stream = stream,
		.max = max,
		.out = out };
	int64_t position = stream->position;
	enum store_status status;
	struct kv_range *range;
	uint64_t sequence;
	struct slice change;
	size_t looked = 0;

	*out = (struct backlog){ .tokens = arena_calloc(
				     a, max + 1, sizeof(*out->tokens)) };
	if (changes_open(txn, stream->tenant, (uint64_t)position, &range) !=
	    STORE_OK)
		return -1;
	while ((status = changes_next(range, &sequence, &change)) == STORE_OK &&
	    looked++ < LOOK_MAX && take(&l, (int64_t)sequence, change))
		continue;
	kv_range_close(range);
	out->more = status == STORE_OK;
	*moved = stream->position != position;
	return status == STORE_FAIL ? -1 : 0;
}
