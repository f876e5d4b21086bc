/*
 * oauth.cgi: the token endpoint of OAuth 2.0 (RFC 6749 section 3.2).
 */
#include "base/nelem.h"
#include "serve/serve.h"

/* clang-format off */
static const struct route routes[] = {
	/* method	path		scope		handler */
	{ HTTP_POST,	"/oauth2/token", SCOPE_CLIENT,	serve_token },
};
/* clang-format on */

static const struct endpoint oauth = {
	.name = "oauth",
	.routes = routes,
	.nroutes = NELEM(routes),
};

int
main(void)
{
	return serve_main(&oauth);
}
