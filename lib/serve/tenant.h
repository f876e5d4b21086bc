/*
 * tenant.h: the tenant of a request, and what is in force for it.
 */
#ifndef SERVE_TENANT_H
#define SERVE_TENANT_H

#include "serve/pipeline.h"

/*
 * CALL is one of the tenant NUMBER, by a credential of PROFILE ("": the
 * tenant's); NAME is what the URL calls the tenant, or "".
 *
 * Errors: ERR_UNAUTHORIZED when it is not served, or not called so; then
 *         CALL is as it was.  Those of store_peek.
 */
int	tenant_enter(const struct server *server, struct call *call,
    uint32_t number, struct slice name, struct slice profile,
    struct error *err);

#endif
