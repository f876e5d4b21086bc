/*
 * spans.c: walks over the values of an indexed attribute.
 */
#include <string.h>

#include "store/key.h"
#include "store/spans.h"

/* The part of TEXT that a key holds as it is. */
static struct slice
kept(struct slice text)
{
	if (text.len > KEY_TEXT_MAX)
		text.len = KEY_TEXT_MAX;
	return text;
}

static void
begin(struct span_walk *walk, struct key *prefix, const struct index_key *key,
    bool unique, const struct span *span)
{
	key_init(prefix, key->tenant);
	key_add_text(prefix, key->type);
	key_add_text(prefix, key->attribute);
	*walk = (struct span_walk){
		.skip = key_slice(prefix).len, .unique = unique, .span = *span
	};
}

enum store_status
span_open(struct kv_txn *txn, const struct index_key *key, bool unique,
    const struct span *span, struct span_walk *walk)
{
	struct key prefix, from;

	begin(walk, &prefix, key, unique, span);
	from = prefix;
	key_add_start(&prefix, kept(span->prefix));
	key_add_start(
	    &from, kept(span->from.len > 0 ? span->from : span->prefix));
	return kv_range_open(txn, unique ? KV_UNIQUES : KV_INDEXES,
	    key_slice(&prefix), key_slice(&from), true, &walk->range);
}

enum store_status
span_open_back(struct kv_txn *txn, const struct index_key *key, bool unique,
    const struct span *span, struct span_walk *walk)
{
	struct key prefix, from;

	begin(walk, &prefix, key, unique, span);
	walk->span.to = SLICE("");
	from = prefix;
	key_add_start(&from, kept(span->to));
	return kv_range_open_back(txn, unique ? KV_UNIQUES : KV_INDEXES,
	    key_slice(&prefix), key_slice(&from), &walk->range);
}

int
span_compare(const struct span_walk *walk, struct slice text)
{
	struct slice start = kept(text);
	size_t len = start.len < walk->text.len ? start.len : walk->text.len;
	int order = len == 0 ? 0 : memcmp(start.data, walk->text.data, len);

	if (order != 0 || start.len < text.len || len == walk->text.len)
		return order;
	/* TEXT ends here; the value in the key may go on. */
	return walk->text.data[len] == '\0' ? 0 : -1;
}

enum store_status
span_next(struct span_walk *walk, struct uuid *id)
{
	struct slice key, value;
	enum store_status status = kv_range_next(walk->range, &key, &value);

	if (status != STORE_OK)
		return status;
	walk->text = slice_from(key, walk->skip);
	if (walk->span.to.len > 0 && span_compare(walk, walk->span.to) < 0)
		return STORE_NOTFOUND;
	*id = key_last_uuid(walk->unique ? value : key);
	return STORE_OK;
}
