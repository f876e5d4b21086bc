/*
 * grant.h: what a credential may do, as an administrator says it: by the
 * command and by the API alike.
 */
#ifndef ADMIN_GRANT_H
#define ADMIN_GRANT_H

#include "auth/credential.h"
#include "identity/identity.h"
#include "tenancy/tenancy.h"

/*
 * Can C of TENANT be so: its filter, scope, role, addresses, profile and user?
 * IDENTITY has the catalog of the server, of which a part is in force there.
 * A role without a scope gets "admin".
 *
 * Errors: ERR_INVALID_VALUE, ERR_INVALID_FILTER, ERR_NOT_FOUND (the user),
 *         those of store_view.
 */
int	grant_check(const struct identity *identity,
	    const struct caller *caller, const struct tenant *tenant,
	    struct credential *c, struct error *err);

/*
 * "90d" or "12h" from NOW on, a date or a dateTime, which must be to come; 0
 * for "", which is never.  NAME is what an administrator calls it.
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	grant_read_expiry(struct arena *a, int64_t now, const char *name,
	    struct slice text, int64_t *at, struct error *err);

#endif
