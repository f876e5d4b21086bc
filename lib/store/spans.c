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

enum store_status
span_open(struct kv_txn *txn, const struct index_key *key, bool unique,
    const struct span *span, struct span_walk *walk)
{
	struct key prefix, from;

	key_init(&prefix, key->tenant);
	key_add_text(&prefix, key->type);
	key_add_text(&prefix, key->attribute);
	*walk = (struct span_walk){
		.skip = key_slice(&prefix).len, .unique = unique, .span = *span
	};
	from = prefix;
	key_add_start(&prefix, kept(span->prefix));
	key_add_start(
	    &from, kept(span->from.len > 0 ? span->from : span->prefix));
	return kv_range_open(txn, unique ? KV_UNIQUES : KV_INDEXES,
	    key_slice(&prefix), key_slice(&from), true, &walk->range);
}

/* Does KEY stand behind every value that begins with the end of the span? */
static bool
is_behind(const struct span_walk *walk, struct slice key)
{
	struct slice text = slice_from(key, walk->skip);
	struct slice to = kept(walk->span.to);
	size_t len = text.len < to.len ? text.len : to.len;

	return len > 0 && memcmp(text.data, to.data, len) > 0;
}

enum store_status
span_next(struct span_walk *walk, struct uuid *id)
{
	struct slice key, value;
	enum store_status status = kv_range_next(walk->range, &key, &value);

	if (status != STORE_OK)
		return status;
	if (is_behind(walk, key))
		return STORE_NOTFOUND;
	*id = key_last_uuid(walk->unique ? value : key);
	return STORE_OK;
}
