/*
 * poll.h: a receiver fetches its tokens (RFC 8936).
 */
#ifndef FEED_POLL_H
#define FEED_POLL_H

#include "identity/identity.h"

/*
 * Answer the poll request BODY, of the receiver of the stream ID of CALLER's
 * tenant, into OUT: what it acknowledges, or has found wrong, is settled; the
 * oldest of what is not are sent, some of them again.
 *
 * The answer never waits for a change, whatever "returnImmediately" says: a
 * worker serves one request at a time, so a few receivers that wait would
 * take all of them (RFC 8936 section 2.2 lets a transmitter answer early).
 *
 * Errors: ERR_INVALID_VALUE, ERR_NOT_FOUND, and those of store_txn.
 */
int	poll_answer(const struct identity *identity, const struct caller *caller,
	    struct slice id, const struct json_object *body, struct buf *out,
	    struct error *err);

#endif
