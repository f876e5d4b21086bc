/*
 * main.c: the start of every program: settings, schemas, workers, loop.
 */
#include "base/clock.h"
#include "base/log.h"
#include "http/loop.h"
#include "http/prefork.h"
#include "serve/pipeline.h"

enum { EXIT_CONFIG = 78 };

static void
leave(void *ctx)
{
	struct server *server = ctx;

	store_close(server->identity.store);
	server->identity.store = NULL;
}

static void
idle(void *ctx)
{
	struct server *server = ctx;

	if (server->identity.store != NULL)
		store_idle(server->identity.store);
}

/* Discovery needs no credential, so it needs no store. */
static bool
needs_store(const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->nroutes; i++)
		if (endpoint->routes[i].scope > SCOPE_PUBLIC)
			return true;
	return false;
}

/* Settings and schemas; read before the fork, shared by all workers. */
static int
load(struct server *server, struct arena *a, struct error *err)
{
	struct catalog *catalog;
	int rc;

	server->identity.schemas_read_at = clock_now_ms();
	if (settings_read(&server->settings, err) == -1)
		return -1;
	rc = needs_store(server->endpoint)
	    ? identity_load_types(a, server->settings.schemas, &catalog, err)
	    : identity_load_catalog(a, server->settings.schemas, &catalog, err);
	if (rc == -1)
		return -1;
	server->identity.catalog = catalog;
	server->identity.scan_max = server->settings.scan_max;
	server->identity.scan_ms = server->settings.scan_ms;
	server->identity.members_max = server->settings.members_max;
	if (server->endpoint->is_bulk)
		server->settings.body_max = server->settings.bulk_payload;
	if (server->endpoint->segment != NULL &&
	    catalog_find_endpoint(
		catalog, slice_of(server->endpoint->segment)) == NULL)
		return error_set(err, ERR_INTERNAL,
		    "%s: no resource type has the endpoint /%s",
		    server->settings.schemas, server->endpoint->segment);
	return 0;
}

static int
run_fastcgi(struct server *server, const struct http_app *app)
{
	struct error err;
	int rc;

	if (server->settings.workers > 0)
		http_prefork((unsigned)server->settings.workers,
		    server->settings.socket);
	server->store_kind = STORE_WORKER;
	/* A store that cannot be joined now is tried again by requests. */
	if (needs_store(server->endpoint) &&
	    pipeline_open_store(server, &err) == -1)
		log_error("%s", err.detail);
	rc = http_serve_fastcgi(app, (size_t)server->settings.body_max,
	    (size_t)server->settings.requests_max);
	leave(server);
	return rc;
}

int
serve_main(const struct endpoint *endpoint)
{
	struct server server = { .endpoint = endpoint };
	struct http_app app = { &server, pipeline_handle, leave, idle };
	struct arena *a = arena_new();
	struct error err;
	int rc;

	log_open(endpoint->name, LOG_LEVEL_INFO);
	if (load(&server, a, &err) == -1) {
		log_error("%s", err.detail);
		arena_free(a);
		return EXIT_CONFIG;
	}
	log_open(endpoint->name, (enum log_level)server.settings.log_level);
	if (http_is_cgi()) {
		server.store_kind = STORE_ONESHOT;
		rc = http_serve_cgi(&app, (size_t)server.settings.body_max);
	} else {
		rc = run_fastcgi(&server, &app);
	}
	arena_free(a);
	return rc;
}
