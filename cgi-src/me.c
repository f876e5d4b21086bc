/*
 * me.c: /Me, the user that a credential belongs to (RFC 7644 section 3.11).
 */
#include "base/nelem.h"
#include "serve/serve.h"

/* clang-format off */
static const struct route routes[] = {
	/* method	path		scope		handler */
	{ HTTP_GET,		"/Me",	SCOPE_ME,	serve_me },
	{ HTTP_PUT,		"/Me",	SCOPE_ME,	serve_me },
	{ HTTP_PATCH,		"/Me",	SCOPE_ME,	serve_me },
	{ HTTP_DELETE,		"/Me",	SCOPE_ME,	serve_me },
	{ HTTP_METHOD_MAX,	"/Me",	SCOPE_ME,	serve_me },
};
/* clang-format on */

static const struct endpoint me = {
	.name = "me",
	.routes = routes,
	.nroutes = NELEM(routes),
};

int
main(void)
{
	return serve_main(&me);
}
