/*
 * workplace.c: the store that a verb works on.
 */
#include <pwd.h>
#include <unistd.h>

#include "base/clock.h"
#include "verb.h"

struct tenancy
workplace_tenancy(struct workplace *w)
{
	return (struct tenancy){ .store = w->identity.store,
		.catalog = w->catalog,
		.arena = w->arena,
		.actor = w->caller.actor,
		.now = w->caller.now };
}

/* What is in force for TENANT is so for a verb too, but for its limits. */
void
workplace_enter(struct workplace *w, const struct tenant *tenant)
{
	w->identity.catalog =
	    catalog_narrow(w->arena, w->catalog, &tenant->choice);
	w->caller.tenant = tenant->number;
	w->caller.tenant_version = tenant->version;
}

static int
find_tenant(struct workplace *w, const char *name, bool create, bool *created,
    struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	struct tenant tenant;
	int rc = tenancy_find(&y, slice_of(name), &tenant, err);

	if (rc == -1 && create && err->code == ERR_NOT_FOUND) {
		tenant = (struct tenant){ .name = slice_of(name) };
		rc = tenancy_create(&y, &tenant, err);
		*created = rc == 0;
	}
	if (rc == -1)
		return -1;
	if (tenant.state >= TENANT_DELETING)
		return error_set(err, ERR_NOT_FOUND,
		    "tenant '%s' is being deleted; to end that, run: muster "
		    "tenant delete %s",
		    name, name);
	workplace_enter(w, &tenant);
	return 0;
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
	store_act_as(w->identity.store, w->caller.actor, SLICE(""));
	w->catalog = w->identity.catalog = catalog;
	w->caller.profile = profile_default(catalog);
	if (tenant == NULL)
		return 0;
	return find_tenant(w, tenant, options.create, created, err);
}

/* "cli:anna": who runs the command, by the kernel's word. */
static struct slice
who(struct arena *a)
{
	const struct passwd *user = getpwuid(getuid());

	if (user == NULL)
		return slice_of(arena_printf(a, "cli:%u", (unsigned)getuid()));
	return slice_of(arena_printf(a, "cli:%s", user->pw_name));
}

static int
open_with(struct workplace *w, const char *store, const char *tenant,
    struct store_options options, bool *created)
{
	struct error err;

	if (created != NULL)
		*created = false;
	*w = (struct workplace){ .arena = arena_new() };
	w->caller = (struct caller){ .arena = w->arena,
		.actor = who(w->arena),
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
