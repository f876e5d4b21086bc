/*
 * identify.h: who asks: what a request has to say so, and whose it is.
 */
#ifndef SERVE_IDENTIFY_H
#define SERVE_IDENTIFY_H

#include "auth/credential.h"
#include "serve/serve.h"

enum identity_kind {
	IDENTITY_NONE,
	IDENTITY_BEARER,	/* RFC 6750 */
	IDENTITY_BASIC,		/* RFC 7617, where that is switched on */
	IDENTITY_CERTIFICATE	/* that the web server has verified */
};

/* What CALL says who asks by. */
enum identity_kind	identify_kind(const struct call *call);

/*
 * The credential of CALL, which came by KIND, to the URL of TENANT ("": none
 * named).  The store is open.
 *
 * Errors: ERR_UNAUTHORIZED with a detail for the log, those of the store.
 */
int	identify(struct call *call, enum identity_kind kind,
	    struct slice tenant, struct credential *c, struct error *err);

#endif
