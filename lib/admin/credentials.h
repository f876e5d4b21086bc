/*
 * credentials.h: which credentials an administrator sees, and may change.
 */
#ifndef ADMIN_CREDENTIALS_H
#define ADMIN_CREDENTIALS_H

#include "admin/answer.h"
#include "auth/client.h"

/*
 * The credential ID, of any kind, if the administrator who asks is over its
 * tenant; for any other one it is not there.
 *
 * Errors: ERR_NOT_FOUND, those of store_view.
 */
int	credentials_find(const struct call *call, struct slice id,
	    struct client *client, struct error *err);

/*
 * The same, if the role may change it, and If-Match, which must be there, has
 * its version.
 *
 * Errors: ERR_FORBIDDEN, ERR_NO_PRECONDITION, ERR_PRECONDITION too.
 */
int	credentials_find_to_change(const struct call *call, struct slice id,
	    struct client *client, struct error *err);

/*
 * Those that who asks sees, the oldest first: ?tenant=, ?kind=.
 *
 * Owner:  all of it lives in the arena of CALL.
 * Errors: ERR_NOT_FOUND, ERR_INVALID_VALUE, those of store_view.
 */
struct credential_list {
	struct credential	*list;
	size_t			 n;
	struct tenant		*tenants;	/* all there are */
	size_t			 ntenants;
};
int	credentials_list(const struct call *call, struct credential_list *out,
	    struct error *err);

/* "" for TENANT_STORE. */
struct slice	credentials_tenant_name(const struct credential_list *list,
		    uint32_t number);

/*
 * The tenant NUMBER of all there are; TENANT_STORE is one without a name.
 *
 * Errors: ERR_NOT_FOUND, those of store_view.
 */
int	credentials_tenant(const struct call *call, uint32_t number,
	    struct tenant *tenant, struct error *err);

/*
 * Can C of TENANT be so, and may the role give its role?  grant_check, with
 * what is in force for TENANT.
 */
int	credentials_check(const struct call *call, const struct tenant *tenant,
	    struct credential *c, struct error *err);

/* Answer CLIENT with STATUS, and with SECRET, which is shown now only. */
int	credentials_answer(struct call *call, int status,
	    const struct client *client, const char *secret,
	    struct error *err);

#endif
