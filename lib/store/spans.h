/*
 * spans.h: walks over the values of an indexed attribute, unique or not, in
 * the order of their compared forms: those that begin with a text, or lie
 * between two, or all.
 */
#ifndef STORE_SPANS_H
#define STORE_SPANS_H

#include <stdbool.h>

#include "store/uniques.h"

/* Which values; empty texts bound nothing. */
struct span {
	struct slice	prefix;
	struct slice	from;	/* included */
	struct slice	to;	/* included */
};

struct span_walk {
	struct kv_range	*range;
	size_t		 skip;	/* bytes of a key before the value */
	bool		 unique;
	struct span	 span;
	struct slice	 text;	/* the value that span_next was at, with
				   what follows it in the key */
};

/*
 * Walk the values in SPAN of the attribute that KEY names; its value does not
 * count.  Values over KEY_TEXT_MAX bytes are known by their start only, so
 * there may be some more than asked for, never less.  Locks are given up
 * behind the walk.  Close walk->range with kv_range_close.
 */
enum store_status	span_open(struct kv_txn *txn,
			    const struct index_key *key, bool unique,
			    const struct span *span, struct span_walk *walk);

/* The same backwards, from the end of SPAN on; what begins it is not used. */
enum store_status	span_open_back(struct kv_txn *txn,
			    const struct index_key *key, bool unique,
			    const struct span *span, struct span_walk *walk);

/* How TEXT stands to the value that span_next was at, as far as keys tell. */
int			span_compare(const struct span_walk *walk,
			    struct slice text);

/* Who has the next value; STORE_NOTFOUND at the end. */
enum store_status	span_next(struct span_walk *walk, struct uuid *id);

#endif
