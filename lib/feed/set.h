/*
 * set.h: a record of the change log as a security event token (RFC 9967
 * section 2, RFC 8417).
 *
 * One change is one token, which may hold two events: what was done, and that
 * an account became usable or ceased to be.  Pure: the same change makes the
 * same token for a stream, whenever it is sent.
 */
#ifndef FEED_SET_H
#define FEED_SET_H

#include "feed/stream.h"
#include "scim/schema.h"

/* Bytes of "<stream>.<sequence>.<mark>" and its NUL. */
enum { SET_MARK_LEN = 12, SET_ID_SIZE = UUID_TEXT_LEN + 21 + 13 + 1 };

/* Is NAME that of an event in a stream's list: "create", "deactivate"? */
bool	set_is_event(struct slice name);

/*
 * "jti" of the token for CHANGE, record SEQUENCE, in STREAM (EVT-04).  Its
 * mark is made of the change: in a store that was restored another one may
 * get the number of one that a receiver has been told of.
 */
void	set_id(const struct stream *stream, int64_t sequence,
	    struct slice change, char id[SET_ID_SIZE]);

/* The sequence in a "jti" of STREAM; -1 when it cannot be one. */
int64_t	set_sequence(const struct stream *stream, struct slice id);

/*
 * The payload of the token for CHANGE, the text of record SEQUENCE.
 *
 * Owner:   *PAYLOAD lives in A.
 * Returns: false when STREAM does not want it.
 */
bool	set_build(struct arena *a, const struct catalog *catalog,
	    const struct stream *stream, int64_t sequence, struct slice change,
	    struct slice *payload);

#endif
