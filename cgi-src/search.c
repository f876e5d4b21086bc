/*
 * search.c: queries over all resource types: POST to /.search and GET on the
 * base URL (RFC 7644 sections 3.4.2.1 and 3.4.3).
 */
#include "base/nelem.h"
#include "serve/serve.h"

/* clang-format off */
static const struct route routes[] = {
	/* method	path		scope		handler */
	{ HTTP_GET,	"",		SCOPE_READ,	serve_list },
	{ HTTP_POST,	"/.search",	SCOPE_READ,	serve_search },
	/* /scim/X/.search: to the web server, X may be a tenant. */
	{ HTTP_POST,	"/:type/.search", SCOPE_READ,	serve_search },
};
/* clang-format on */

static const struct endpoint search = {
	.name = "search",
	.routes = routes,
	.nroutes = NELEM(routes),
};

int
main(void)
{
	return serve_main(&search);
}
