/*
 * issuer.h: JWTs of issuers that an administrator trusts, with the keys that
 * he brought, or that the issuer has at a URL.
 */
#ifndef SERVE_ISSUER_H
#define SERVE_ISSUER_H

#include "auth/client.h"
#include "serve/serve.h"

/*
 * jwt_check of JWT by what CLIENT trusts.  Keys at a URL are fetched when
 * there are none yet, when they are old, and when JWT names one that is
 * unknown, but not again and again; when they cannot be had, those from
 * before are good for a week.
 *
 * Errors: ERR_UNAUTHORIZED, with a detail for the log; those of the store.
 */
int	issuer_check(const struct call *call, const struct client *client,
	    const struct jwt *jwt, struct error *err);

#endif
