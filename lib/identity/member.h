/*
 * member.h: memberships: what a client says about "members" becomes edges
 * (RFC 7643 section 4.2).  Whatever the size of the group, k members cost k
 * edges.
 */
#ifndef IDENTITY_MEMBER_H
#define IDENTITY_MEMBER_H

#include "identity/change.h"
#include "identity/identity.h"

/*
 * What a request wants of the members of one group: a list of ids in the
 * order of the request, each to be in or out, after all others were taken
 * out or not.  Made before the transaction; not changed in it.
 */
struct member_wish {
	struct uuid	id;
	struct slice	type;	/* that the client says; "": none */
	struct slice	endpoint; /* and by its "$ref": "Users"; "" */
	bool		in;
	size_t		order;
	const struct patch_op *op;	/* that wishes it, or NULL */
	bool		is_in;		/* already, if that was seen */
};

struct member_plan {
	const struct attr	*attr;		/* "members"; NULL: none */
	struct member_wish	*wishes;
	size_t			 n;
	size_t			 size;
	bool			 clear;		/* all others go out */
	size_t			 ignored;	/* ids that are no ids */
	const struct patch_op	*op;		/* of the next wishes, or NULL */
};

/*
 * Members that one request may add and take out: a transaction of more would
 * keep others waiting for seconds.
 */
enum { MEMBER_CHANGES_MAX = 100000 };

/* The attribute of TYPE that is kept as edges, or NULL. */
const struct attr	*member_attr(const struct resource_type *type);

/*
 * Plan for the "members" of BODY, a POST or PUT that was validated: with
 * REPLACE all others go.
 *
 * Errors: ERR_INVALID_VALUE for an element without value, and for ids that
 *         cannot exist where the profile does not pass over them.
 */
int	member_plan_body(const struct caller *caller,
	    const struct resource_type *type, const struct json_object *body,
	    bool replace, struct member_plan *plan, struct error *err);

/*
 * BODY, to replace a group by, must not be one that muster has shown without
 * some of its members (truncate.c).
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	truncate_check(const struct json_object *body, struct error *err);

/*
 * Run what the plan says on GROUP: check that new members exist, write the
 * edges that change and list them in CHANGE.  Whether they make a circle is
 * the caller's question (nesting.h).
 *
 * Errors: ERR_INVALID_VALUE names unknown members where the profile does
 *         not pass over them; *IGNORED counts those passed over.
 *         ERR_TOO_LARGE: more than MEMBER_CHANGES_MAX edges change.
 */
int	member_apply_plan(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct member_plan *plan,
	    struct change *change, size_t *ignored, struct error *err);

/* Run the operations of PATCH that concern members of CHANGE->id. */
int	member_apply_patch(struct kv_txn *txn,
	    const struct identity *identity, const struct caller *caller,
	    const struct resource_type *type, const struct patch *patch,
	    struct change *change, size_t *ignored, struct error *err);

/*
 * Is the member ID of GROUP hidden from CALLER, who is bounded (bound.h)?
 *
 * Returns: 1, 0, or -1 when that could not be told.
 */
int	member_is_hidden(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct attr *attr,
	    const struct uuid *group, const struct uuid *id);

/* Members that were taken out of the group of CHANGE are put in again. */
int	member_put_back(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct change *change,
	    const struct id_list *members);

/* Does PATCH say anything about members? */
bool	member_in_patch(const struct patch *patch);

#endif
