/*
 * admit.h: who asks, and may they?  The two steps of the pipeline between
 * route and media type: tenant and credential (401), then scope (403).
 */
#ifndef SERVE_ADMIT_H
#define SERVE_ADMIT_H

#include "serve/pipeline.h"

/*
 * Find the credential of CALL, which must be one of the tenant that the URL
 * names ("": the credential's own), and hold it against ROUTE.  Fills
 * call->caller and what else depends on the credential.
 *
 * Errors: ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_NOT_IMPLEMENTED (/Me), and
 *         those of the store.
 */
int	admit(struct server *server, struct call *call, struct slice tenant,
	    const struct route *route, struct error *err);

#endif
