/*
 * bundle.h: several requests to a target in one: POST /Bulk (RFC 7644 section
 * 3.7; spec scim.md CLI-21).
 *
 * Requests wait until as many are there as one may have, or nothing else is
 * under way.  Each is answered as if it had been sent alone, and is sent alone
 * where its answer is to be tried again, where there is none, or where the
 * target takes no bulk requests.  No bulk request has more operations or bytes
 * than the target's ServiceProviderConfig says, and after 413 half of them.
 */
#ifndef SYNC_BUNDLE_H
#define SYNC_BUNDLE_H

#include "sync/target_private.h"

/* Up to OPERATIONS in one request to T, which outlives it. */
struct bundle	*bundle_open(struct target *t, int operations);

/* What waits is forgotten; after the requests of T are. */
void	bundle_close(struct bundle *b);

/* R waits for others; false: it is to be sent alone. */
bool	bundle_take(struct bundle *b, struct target_request *r);

/* Send what is to be sent now. */
void	bundle_turn(struct bundle *b);

#endif
