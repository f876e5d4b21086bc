/*
 * backlog.h: what a stream has not been told yet: the changes behind its
 * position, as tokens.
 */
#ifndef FEED_BACKLOG_H
#define FEED_BACKLOG_H

#include "feed/set.h"

struct token {
	int64_t		 sequence;
	struct slice	 id;		/* "jti" */
	struct slice	 payload;	/* JSON */
};

struct backlog {
	struct token	*tokens;	/* the oldest first */
	size_t		 n;
	bool		 more;		/* there are, or may be, others */
};

/*
 * The oldest changes that are not settled, MAX at most, in the transaction
 * TXN.  What STREAM does not want is settled on the way, so STREAM may have
 * changed: *MOVED.  One call looks at a bounded part of the log.
 *
 * Owner:   the tokens live in A, which outlives TXN.
 * Returns: 0, or -1 after STORE_FAIL.
 */
int	backlog_read(struct kv_txn *txn, struct arena *a,
	    const struct catalog *catalog, struct stream *stream, size_t max,
	    struct backlog *out, bool *moved);

#endif
