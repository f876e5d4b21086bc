/*
 * groups.c: the /Groups endpoint (RFC 7644 section 3, RFC 7643 section 4.2).
 */
#include "base/nelem.h"
#include "serve/serve.h"

/* clang-format off */
static const struct route routes[] = {
	/* method	path		scope		handler */
	{ HTTP_GET,	"/Groups",	SCOPE_READ,	serve_list },
	{ HTTP_POST,	"/Groups",	SCOPE_WRITE,	serve_create },
	{ HTTP_POST,	"/Groups/.search", SCOPE_READ,	serve_search },
	{ HTTP_GET,	"/Groups/:id",	SCOPE_READ,	serve_read },
	{ HTTP_GET,	"/Groups/:id/members", SCOPE_READ, serve_members },
	{ HTTP_PUT,	"/Groups/:id",	SCOPE_WRITE,	serve_replace },
	{ HTTP_PATCH,	"/Groups/:id",	SCOPE_WRITE,	serve_patch },
	{ HTTP_DELETE,	"/Groups/:id",	SCOPE_WRITE,	serve_delete },
};
/* clang-format on */

static const struct endpoint groups = {
	.name = "groups",
	.segment = "Groups",
	.routes = routes,
	.nroutes = NELEM(routes),
};

int
main(void)
{
	return serve_main(&groups);
}
