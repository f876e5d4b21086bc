/*
 * push.h: tokens are brought to their receivers (RFC 8935).
 */
#ifndef FEED_PUSH_H
#define FEED_PUSH_H

#include "identity/identity.h"

struct push {
	const struct identity	*identity;
	int64_t					 now;	/* ms UTC */

	/* As http_post.wait: may this go on? */
	bool					(*wait)(void *arg);
	void					*arg;
};

/*
 * Bring every stream that is due its oldest tokens, one after the other, and
 * note what its receiver has taken (202) before the next one is sent.  A
 * receiver that does not take one gets it again later, and nothing else
 * before: after 10 s, then after twice as long each time, an hour at most.
 *
 * One process at a time may do this; when it is killed between the answer and
 * the note, the token is sent once more.
 *
 * Errors: those of store_txn; what receivers do is noted in their streams.
 */
int	push_run(const struct push *push, struct error *err);

#endif
