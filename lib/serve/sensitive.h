/*
 * sensitive.h: attributes that shall not stand in URLs, which proxies and
 * servers log (RFC 7644 section 7.5.2, LIST-10).
 */
#ifndef SERVE_SENSITIVE_H
#define SERVE_SENSITIVE_H

#include "serve/serve.h"

/*
 * May FILTER stand in the URL of CALL?  One that cannot be read is left to
 * whoever reads it.
 *
 * Errors: ERR_SENSITIVE names the attribute.
 */
int	sensitive_check(struct call *call, struct slice filter,
	    struct error *err);

#endif
