/*
 * tenant.h: the tenant of a request, and what is in force for it.
 */
#ifndef SERVE_TENANT_H
#define SERVE_TENANT_H

#include "auth/credential.h"
#include "serve/pipeline.h"
#include "tenancy/in_force.h"

/*
 * CALL is one of the tenant of the credential C, with the lower limits of
 * both; NAME is what the URL calls the tenant, or "".  *TENANT is that tenant.
 *
 * Errors: ERR_UNAUTHORIZED when it is not served, or not called so; then
 *         CALL is as it was.  Those of store_peek.
 */
int	tenant_enter(const struct server *server, struct call *call,
    const struct credential *c, struct slice name, struct tenant *tenant,
    struct error *err);

#endif
