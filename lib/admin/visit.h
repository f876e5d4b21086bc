/*
 * visit.h: the tenant that a request is about, and what is in force there.
 */
#ifndef ADMIN_VISIT_H
#define ADMIN_VISIT_H

#include "admin/answer.h"

/*
 * The tenant of CALL: ?tenant=NAME, or the one that who asks is over.  An
 * administrator of all who names none gets TENANT_STORE, without a name.
 *
 * Errors: ERR_NOT_FOUND, those of store_view.
 */
int	visit_find(const struct call *call, struct tenant *tenant,
	    struct error *err);

/* The same of a request that is about one: ERR_INVALID_VALUE without. */
int	visit_find_one(const struct call *call, struct tenant *tenant,
	    struct error *err);

/*
 * Those that CALL may be about: TENANT, or with TENANT_STORE all there are,
 * but for those that are deleted, or are about to be.
 *
 * Owner: *LIST lives in the arena of CALL.
 */
int	visit_list(const struct call *call, const struct tenant *tenant,
	    struct tenant **list, size_t *n, struct error *err);

/* Who asks, in a tenant. */
struct visit {
	struct identity	identity;
	struct caller	caller;
};
struct visit	visit_tenant(const struct call *call,
		    const struct tenant *tenant);

#endif
