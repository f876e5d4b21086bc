/*
 * render.h: a stored resource becomes the JSON that a client sees: the body
 * as it is stored, the attributes that are computed, and the projection.
 */
#ifndef IDENTITY_RENDER_H
#define IDENTITY_RENDER_H

#include "identity/identity.h"
#include "scim/match.h"
#include "store/resources.h"

/* Append the resource to OUT. */
int	render_resource(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    const struct projection *projection, const struct uuid *id,
	    const struct record *record, struct buf *out);

/* The same for one that TXN makes: it is in no group. */
int	render_created(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    const struct projection *projection, const struct uuid *id,
	    const struct record *record, struct buf *out);

/* One element of ATTR ("members"), whole; in the arena of TXN. */
int	render_member(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct attr *attr,
	    const struct uuid *id, struct slice *text);

/*
 * What a filter asks for and the body does not hold.  SUBJECT stays in
 * place as long as the source is used.
 */
struct render_subject {
	struct kv_txn			*txn;
	struct arena			*a;	/* of what is asked for */
	const struct identity		*identity;
	const struct caller		*caller;
	const struct resource_type	*type;
	const struct uuid		*id;
	const struct record		*record;

	/* What was asked for last: a filter asks for it again and again. */
	const struct attr		*cached;
	struct slice			 value;
	bool				 is_too_large; /* to be looked at */
};
struct match_source	render_source(struct render_subject *subject);

#endif
