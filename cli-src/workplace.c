/*
 * workplace.c: the store that a verb works on.
 */
#include "base/clock.h"
#include "store/tenants.h"
#include "verb.h"

struct tenant_search {
	struct slice name;
	uint32_t tenant;
	bool create;
	bool created;
};

static int
tenant_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct tenant_search *search = arg;
	enum store_status status;

	search->created = false;
	status = tenant_find(txn, search->name, &search->tenant);
	if (status == STORE_NOTFOUND && search->create) {
		status = tenant_insert(txn, search->name, &search->tenant);
		search->created = status == STORE_OK;
	}
	if (status == STORE_NOTFOUND)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no tenant '%.*s'", SLICE_ARG(search->name));
	return status == STORE_OK ? 0 : -1;
}

static int
find_tenant(struct workplace *w, const char *name, bool create, bool *created,
    struct error *err)
{
	struct tenant_search search = { .name = slice_of(name),
		.create = create };
	int rc;

	if (create && !tenant_is_name(search.name))
		return error_set(err, ERR_INVALID_VALUE,
		    "a tenant's name "
		    "has lower-case letters, digits and '-', and is no "
		    "version such as v2");
	rc = create ? store_txn(w->identity.store, tenant_body, &search, err)
		    : store_view(w->identity.store, tenant_body, &search, err);

	w->caller.tenant = search.tenant;
	if (created != NULL)
		*created = search.created;
	return rc;
}

static int
open_all(struct workplace *w, const char *store, const char *tenant,
    struct store_options wish, bool *created, struct error *err)
{
	struct store_options options;
	struct catalog *catalog;

	if (settings_read(&w->settings, err) == -1)
		return -1;
	if (store != NULL)
		w->settings.store = store;
	w->identity.schemas_read_at = w->caller.now;
	options = settings_store(&w->settings, wish.kind);
	options.create = wish.create;
	options.upgrade = wish.upgrade;
	if (identity_load_catalog(
		w->arena, w->settings.schemas, &catalog, err) == -1 ||
	    store_open(&options, &w->identity.store, err) == -1)
		return -1;
	w->identity.catalog = catalog;
	w->caller.profile = profile_default(catalog);
	if (tenant == NULL)
		return 0;
	return find_tenant(w, tenant, options.create, created, err);
}

static int
open_with(struct workplace *w, const char *store, const char *tenant,
    struct store_options options, bool *created)
{
	struct error err;

	*w = (struct workplace){ .arena = arena_new() };
	w->caller = (struct caller){ .arena = w->arena,
		.actor = SLICE("muster"),
		.request_id = SLICE(""),
		.base_url = SLICE(""),
		.now = clock_now_ms() };
	if (open_all(w, store, tenant, options, created, &err) == 0)
		return 0;
	verb_failed(&err);
	workplace_close(w);
	return -1;
}

int
workplace_open(struct workplace *w, const char *store, const char *tenant,
    bool create, bool *created)
{
	return open_with(w, store, tenant,
	    (struct store_options){ .kind = STORE_TOOL, .create = create },
	    created);
}

int
workplace_open_old(struct workplace *w, const char *store)
{
	return open_with(w, store, NULL,
	    (struct store_options){ .kind = STORE_TOOL, .upgrade = true },
	    NULL);
}

void
workplace_close(struct workplace *w)
{
	store_close(w->identity.store);
	arena_free(w->arena);
}

int
workplace_run(const char *store, const char *tenant,
    int (*run)(struct workplace *w, const void *arg), const void *arg)
{
	struct workplace w;
	int rc;

	if (workplace_open(&w, store, tenant, false, NULL) == -1)
		return EXIT_FAILED;
	rc = run(&w, arg);
	workplace_close(&w);
	return rc;
}
