/*
 * users.c: the /Users endpoint (RFC 7644 section 3, RFC 7643 section 4.1).
 */
#include "base/nelem.h"
#include "serve/serve.h"

/* clang-format off */
static const struct route routes[] = {
	/* method	path		scope		handler */
	{ HTTP_GET,	"/Users",	SCOPE_READ,	serve_list },
	{ HTTP_POST,	"/Users",	SCOPE_WRITE,	serve_create },
	{ HTTP_POST,	"/Users/.search", SCOPE_READ,	serve_search },
	{ HTTP_GET,	"/Users/:id",	SCOPE_READ,	serve_read },
	{ HTTP_PUT,	"/Users/:id",	SCOPE_WRITE,	serve_replace },
	{ HTTP_PATCH,	"/Users/:id",	SCOPE_WRITE,	serve_patch },
	{ HTTP_DELETE,	"/Users/:id",	SCOPE_WRITE,	serve_delete },
};
/* clang-format on */

static const struct endpoint users = {
	.name = "users",
	.segment = "Users",
	.routes = routes,
	.nroutes = NELEM(routes),
};

int
main(void)
{
	return serve_main(&users);
}
