/*
 * main.c: the start of every program: settings, schemas, workers, loop.
 */
#include <malloc.h>

#include "auth/meter.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "http/loop.h"
#include "http/prefork.h"
#include "identity/recipe.h"
#include "serve/account.h"
#include "serve/pipeline.h"

enum {
	EXIT_CONFIG = 78,
	HEAP_PIECE_MAX = 132 * 1024 /* bytes: the buffer of most answers */
};

static void
leave(void *ctx)
{
	struct server *server = ctx;

	meter_close(server->meter);
	meter_close(server->failures);
	server->meter = server->failures = NULL;
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

/*
 * Schemas, types and profiles: what the program answers with.  A one-shot
 * reads no more than its request is likely to need (tenant.c).
 */
static int
load_catalog(struct server *server, struct arena *a, struct error *err)
{
	const char *list = server->settings.schemas;
	struct catalog *catalog;
	int rc;

	if (!needs_store(server->endpoint))
		rc = identity_load_catalog(a, list, &catalog, err);
	else if (server->endpoint->base == NULL && http_is_cgi())
		rc = identity_load_brief(a, list, &catalog, err);
	else
		rc = identity_load_types(a, list, &catalog, err);
	if (rc == -1)
		return -1;
	server->identity.catalog = catalog;
	server->identity.recipes = recipes_new(a);
	return 0;
}

/* Settings and schemas; read before the fork, shared by all workers. */
static int
load(struct server *server, struct arena *a, struct error *err)
{
	server->identity.schemas_read_at = clock_now_ms();
	if (settings_read(&server->settings, err) == -1 ||
	    load_catalog(server, a, err) == -1)
		return -1;
	settings_limits(&server->settings, &server->identity);
	if (server->endpoint->is_bulk)
		server->settings.body_max = server->settings.bulk_payload;
	if (server->endpoint->body_max != 0 &&
	    server->endpoint->body_max < server->settings.body_max)
		server->settings.body_max = server->endpoint->body_max;
	if (server->endpoint->segment != NULL &&
	    catalog_find_endpoint(server->identity.catalog,
		slice_of(server->endpoint->segment)) == NULL)
		return error_set(err, ERR_INTERNAL,
		    "%s: no resource type has the endpoint /%s",
		    server->settings.schemas, server->endpoint->segment);
	return 0;
}

/*
 * What a request has used is given back.  The C library would learn from one
 * large piece, as a checkpoint takes, to keep as much from then on.
 */
static void
limit_heap(void)
{
	mallopt(M_MMAP_THRESHOLD, HEAP_PIECE_MAX);
	mallopt(M_TRIM_THRESHOLD, 2 * HEAP_PIECE_MAX);
}

static int
run_fastcgi(struct server *server, const struct http_app *app)
{
	struct error err;
	int rc;

	limit_heap();
	if (server->settings.workers > 0) {
		crypto_share();
		http_prefork((unsigned)server->settings.workers,
		    server->settings.socket);
	}
	account_open(server);
	server->store_kind = STORE_WORKER;
	/* A store that cannot be joined now is tried again by requests. */
	if (needs_store(server->endpoint) &&
	    pipeline_open_store(server, &err) == -1)
		log_error("%s", err.detail);
	rc = http_serve_fastcgi(app, (size_t)server->settings.body_max,
	    (size_t)server->settings.requests_max);
	leave(server);
	account_close(server);
	return rc;
}

int
serve_main(const struct endpoint *endpoint)
{
	struct server server = { .endpoint = endpoint };
	struct http_app app = { &server, pipeline_handle, leave, account_write,
		idle };
	struct arena *a = arena_new();
	struct error err;
	int rc;

	log_open(endpoint->name, LOG_LEVEL_INFO);
	if (load(&server, a, &err) == -1) {
		log_error("%s", err.detail);
		arena_free(a);
		return EXIT_CONFIG;
	}
	settings_open_log(&server.settings, endpoint->name);
	if (http_is_cgi()) {
		account_open(&server);
		server.store_kind = STORE_ONESHOT;
		rc = http_serve_cgi(&app, (size_t)server.settings.body_max);
		account_close(&server);
	} else {
		rc = run_fastcgi(&server, &app);
	}
	arena_free(a);
	return rc;
}
