/*
 * change.h: one record of the change log (DESIGN section 5): who did what to
 * which resource, and the attributes before and after.
 */
#ifndef IDENTITY_CHANGE_H
#define IDENTITY_CHANGE_H

#include "identity/id_list.h"
#include "identity/identity.h"
#include "store/resources.h"

struct change {
	const char			*operation;	/* "create", ... */
	const struct resource_type	*type;
	struct uuid			 id;
	const struct record		*before;	/* or NULL */
	const struct record		*after;		/* or NULL */
	struct id_list			 added;		/* members */
	struct id_list			 removed;
	struct id_list			 nested; /* of ADDED: the groups */
};

/*
 * The first thing of a transaction that writes: the tenant is there and is
 * what CALLER was told of it, to the end of the transaction.
 *
 * Errors: ERR_UNAUTHORIZED when it is being deleted; ERR_BUSY when its
 *         settings are others by now.
 */
int	change_begin(struct kv_txn *txn, const struct caller *caller,
	    struct error *err);

/*
 * Append CHANGE to the log, in the transaction that made it.  Of two bodies
 * only the attributes that differ are kept; of secrets only that they
 * changed.
 */
int	change_write(struct kv_txn *txn, const struct caller *caller,
	    const struct change *change);

/*
 * Append what became of the breaker of the credential ID (breaker.h): WHAT is
 * "held" or "released", TAKEN what it has taken away.
 */
int	change_write_breaker(struct kv_txn *txn, const struct caller *caller,
	    const struct uuid *id, const char *what, int64_t taken);

/*
 * Append the OUTCOME, JSON, of a request that was answered later: ID is that
 * of the request, CALLER's request_id its transaction, URI what it is about.
 */
int	change_write_outcome(struct kv_txn *txn, const struct caller *caller,
	    const struct uuid *id, struct slice uri, struct slice outcome);

#endif
