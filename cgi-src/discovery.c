/*
 * discovery.c: /ServiceProviderConfig, /ResourceTypes and /Schemas (RFC 7644
 * section 4), and what a monitor asks for.
 */
#include "base/nelem.h"
#include "serve/serve.h"

/* clang-format off */
static const struct route routes[] = {
	{ HTTP_GET, "/ServiceProviderConfig", SCOPE_DISCOVERY, serve_provider_config },
	{ HTTP_GET, "/ResourceTypes",	  SCOPE_DISCOVERY, serve_resource_types },
	{ HTTP_GET, "/ResourceTypes/:id", SCOPE_DISCOVERY, serve_resource_type },
	{ HTTP_GET, "/Schemas",		  SCOPE_DISCOVERY, serve_schemas },
	{ HTTP_GET, "/Schemas/:id",	  SCOPE_DISCOVERY, serve_schema },
	{ HTTP_GET, "/healthz",		  SCOPE_NONE, serve_health },
	{ HTTP_GET, "/metrics",		  SCOPE_MONITOR, serve_metrics },
};
/* clang-format on */

static const struct endpoint discovery = {
	.name = "discovery",
	.routes = routes,
	.nroutes = NELEM(routes),
};

int
main(void)
{
	return serve_main(&discovery);
}
