/*
 * tenant.c: the tenant of a request, and what is in force for it.
 */
#include "base/log.h"
#include "serve/tenant.h"
#include "tenancy/in_force.h"

/*
 * What is in force for the tenant of CALL, beside what is so for the server:
 * fewer schemas, lower limits.
 */
static void
take_settings(
    const struct server *server, struct call *call, const struct tenant *tenant)
{
	struct identity *identity = arena_alloc(call->arena, sizeof(*identity));
	struct settings *settings = arena_alloc(call->arena, sizeof(*settings));

	*identity = server->identity;
	*settings = server->settings;
	identity->catalog = catalog_narrow(
	    call->arena, server->identity.catalog, &tenant->choice);
	identity->scan_max =
	    in_force_limit(tenant, LIMIT_SCAN, identity->scan_max);
	identity->members_max =
	    in_force_limit(tenant, LIMIT_MEMBERS, identity->members_max);
	settings->bulk_operations = in_force_limit(
	    tenant, LIMIT_BULK_OPERATIONS, settings->bulk_operations);
	settings->bulk_payload =
	    in_force_limit(tenant, LIMIT_BULK_PAYLOAD, settings->bulk_payload);
	settings->body_max = server->endpoint->is_bulk
	    ? settings->bulk_payload
	    : in_force_limit(tenant, LIMIT_BODY, settings->body_max);
	call->identity = identity;
	call->settings = settings;
}

/* Does TENANT have anything that is not as the server has it? */
static bool
is_special(const struct tenant *tenant)
{
	for (int i = 0; i < TENANT_LIMIT_MAX; i++)
		if (tenant->limits[i] != 0)
			return true;
	return tenant->choice.types.len > 0 || tenant->choice.without.len > 0;
}

/* One whose file is gone is served as one that names no profile. */
static void
take_profile(const struct server *server, struct call *call, struct slice name,
    const struct tenant *tenant)
{
	const struct profile *p;

	if (name.len == 0)
		name = tenant->profile;
	if (name.len == 0)
		return;
	p = profile_find(server->identity.catalog, name);
	if (p == NULL)
		log_warning("there is no profile '%.*s', which a credential "
			    "of tenant %u has; '" PROFILE_DEFAULT "' serves it",
		    SLICE_ARG(name), tenant->number);
	else
		call->caller.profile = p;
}

int
tenant_enter(const struct server *server, struct call *call, uint32_t number,
    struct slice name, struct slice profile, struct error *err)
{
	struct tenant tenant;

	if (in_force_find(server->identity.store, call->arena, number, name,
		&tenant, err) == -1)
		return -1;
	call->caller.tenant = number;
	call->caller.tenant_version = tenant.version;
	if (is_special(&tenant))
		take_settings(server, call, &tenant);
	take_profile(server, call, profile, &tenant);
	return 0;
}
