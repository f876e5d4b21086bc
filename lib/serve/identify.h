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

/* What a request says who asks. */
struct claim {
	enum identity_kind	 kind;
	struct slice		 text;	/* the bearer token; of IDENTITY_BASIC
					   the header field */
	bool			 is_pasted; /* "Bearer Bearer" */
};

struct claim	identify_claim(const struct call *call);

/*
 * The credential of CLAIM, which came with CALL to the URL of TENANT ("":
 * none named).  The store is open.
 *
 * Errors: ERR_UNAUTHORIZED with a detail for the log, those of the store.
 */
int	identify(struct call *call, const struct claim *claim,
	    struct slice tenant, struct credential *c, struct error *err);

#endif
