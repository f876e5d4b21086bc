/*
 * resources.c: the endpoints of resource types that exist only as files in
 * schemas/, and the answer to every path that nothing else stands for.
 */
#include "base/nelem.h"
#include "serve/serve.h"

/* clang-format off */
static const struct route routes[] = {
	/* method	path		scope		handler */
	{ HTTP_GET,	"/:type",	SCOPE_READ,	serve_list },
	{ HTTP_POST,	"/:type",	SCOPE_WRITE,	serve_create },
	{ HTTP_POST,	"/:type/.search", SCOPE_READ,	serve_search },
	{ HTTP_GET,	"/:type/:id",	SCOPE_READ,	serve_read },
	{ HTTP_PUT,	"/:type/:id",	SCOPE_WRITE,	serve_replace },
	{ HTTP_PATCH,	"/:type/:id",	SCOPE_WRITE,	serve_patch },
	{ HTTP_DELETE,	"/:type/:id",	SCOPE_WRITE,	serve_delete },
};
/* clang-format on */

static const struct endpoint resources = {
	.name = "resources",
	.routes = routes,
	.nroutes = NELEM(routes),
};

int
main(void)
{
	return serve_main(&resources);
}
