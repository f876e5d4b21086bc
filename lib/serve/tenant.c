/*
 * tenant.c: the tenant of a request, and what is in force for it.
 */
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/nelem.h"
#include "serve/tenant.h"

/* Where a limit of the server stands, which others make another one. */
/* clang-format off */
static const struct {
	enum limit	limit;
	size_t		offset;
} of_identity[] = {
	{ LIMIT_SCAN,		offsetof(struct identity, scan_max) },
	{ LIMIT_MEMBERS,	offsetof(struct identity, members_max) },
	{ LIMIT_RESULTS,	offsetof(struct identity, results_max) },
	{ LIMIT_FILTER_COST,	offsetof(struct identity, filter_cost) },
	{ LIMIT_BREAKER_COUNT,	offsetof(struct identity, breaker_count) },
	{ LIMIT_BREAKER_PERCENT, offsetof(struct identity, breaker_percent) },
	{ LIMIT_BREAKER_WINDOW,	offsetof(struct identity, breaker_window) },
	{ LIMIT_BREAKER_QUARANTINE,
	    offsetof(struct identity, breaker_quarantine) },
}, of_settings[] = {
	{ LIMIT_BODY,		offsetof(struct settings, body_max) },
	{ LIMIT_BULK_OPERATIONS, offsetof(struct settings, bulk_operations) },
	{ LIMIT_BULK_PAYLOAD,	offsetof(struct settings, bulk_payload) },
	{ LIMIT_RESULTS,	offsetof(struct settings, results_max) },
};
/* clang-format on */

static void
lower(void *base, size_t offset, enum limit limit, const struct tenant *tenant,
    const struct credential *c)
{
	char *at = (char *)base + offset;
	int64_t number;

	memcpy(&number, at, sizeof(number));
	number = limit_in_force(limit, number, tenant->limits, c->limits);
	memcpy(at, &number, sizeof(number));
}

static bool
has_choice(const struct tenant *tenant)
{
	return tenant->choice.types.len > 0 || tenant->choice.without.len > 0;
}

/*
 * What is in force for the tenant and the credential of CALL, beside what is
 * so for the server: fewer schemas, lower limits.
 */
static void
take_settings(const struct server *server, struct call *call,
    const struct tenant *tenant, const struct credential *c)
{
	struct identity *identity = arena_alloc(call->arena, sizeof(*identity));
	struct settings *settings = arena_alloc(call->arena, sizeof(*settings));

	*identity = server->identity;
	/* All but the buffer at its end, which its text may point to. */
	memcpy(settings, &server->settings,
	    offsetof(struct settings, tree_schemas));
	if (has_choice(tenant))
		identity->catalog = catalog_narrow(
		    call->arena, server->identity.catalog, &tenant->choice);
	for (size_t i = 0; i < NELEM(of_identity); i++)
		lower(identity, of_identity[i].offset, of_identity[i].limit,
		    tenant, c);
	for (size_t i = 0; i < NELEM(of_settings); i++)
		lower(settings, of_settings[i].offset, of_settings[i].limit,
		    tenant, c);
	if (server->endpoint->is_bulk)
		settings->body_max = settings->bulk_payload;
	if (tenant->log_bodies.len > 0)
		settings->log_bodies = tenancy_log_bodies(tenant->log_bodies);
	call->identity = identity;
	call->settings = settings;
}

/* Has anybody anything that is not as the server has it? */
static bool
is_special(const struct tenant *tenant, const struct credential *c)
{
	for (int i = 0; i < LIMIT_MAX; i++)
		if (tenant->limits[i] != 0 || c->limits[i] != 0)
			return true;
	return tenant->log_bodies.len > 0 || has_choice(tenant);
}

/* Those of a one-shot are read when a credential names one (load.c). */
static int
find_profile(const struct server *server, struct arena *a, struct slice name,
    const struct profile **out, struct error *err)
{
	*out = profile_find(server->identity.catalog, name);
	if (*out != NULL || server->store_kind != STORE_ONESHOT)
		return 0;
	return identity_load_profile(
	    a, server->settings.schemas, name, out, err);
}

/* One whose file is gone is served as one that names no profile. */
static int
take_profile(const struct server *server, struct call *call, struct slice name,
    const struct tenant *tenant, struct error *err)
{
	const struct profile *p;

	if (name.len == 0)
		name = tenant->profile;
	if (name.len == 0)
		return 0;
	if (find_profile(server, call->arena, name, &p, err) == -1)
		return -1;
	if (p == NULL)
		log_warning("there is no profile '%.*s', which a credential "
			    "of tenant %u has; '" PROFILE_DEFAULT "' serves it",
		    SLICE_ARG(name), tenant->number);
	else
		call->caller.profile =
		    profile_watch(call->arena, p, &call->fired);
	return 0;
}

int
tenant_enter(const struct server *server, struct call *call,
    const struct credential *c, struct slice name, struct tenant *tenant,
    struct error *err)
{
	if (in_force_find(server->identity.store, call->arena, c->tenant, name,
		tenant, err) == -1)
		return -1;
	call->caller.tenant = c->tenant;
	call->caller.tenant_version = tenant->version;
	if (is_special(tenant, c))
		take_settings(server, call, tenant, c);
	return take_profile(server, call, c->profile, tenant, err);
}
