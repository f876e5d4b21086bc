/*
 * bulk.c: /Bulk, many operations in one request (RFC 7644 section 3.7).
 */
#include "base/nelem.h"
#include "serve/serve.h"

/* clang-format off */
static const struct route routes[] = {
	/* method	path		scope		handler */
	{ HTTP_POST,	"/Bulk",	SCOPE_BULK,	serve_bulk },
};
/* clang-format on */

static const struct endpoint bulk = {
	.name = "bulk",
	.routes = routes,
	.nroutes = NELEM(routes),
	.is_bulk = true,
};

int
main(void)
{
	return serve_main(&bulk);
}
