/*
 * visit.c: the tenant that a request is about.
 */
#include "admin/visit.h"

int
visit_find(const struct call *call, struct tenant *tenant, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct slice name;

	if (call_parameter(call, "tenant", &name, err) == -1)
		return -1;
	if (name.data != NULL)
		return answer_tenant(call, name, tenant, err);
	return tenancy_find_number(&y, call->caller.tenant, tenant, err);
}

int
visit_find_one(
    const struct call *call, struct tenant *tenant, struct error *err)
{
	if (visit_find(call, tenant, err) == -1)
		return -1;
	return tenant->number != TENANT_STORE
	    ? 0
	    : error_set(
		  err, ERR_INVALID_VALUE, "say of which tenant: ?tenant=NAME");
}

int
visit_list(const struct call *call, const struct tenant *tenant,
    struct tenant **list, size_t *n, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct tenant *all;
	size_t nall;

	if (tenancy_list(&y, &all, &nall, err) == -1)
		return -1;
	*list = all;
	*n = 0;
	for (size_t i = 0; i < nall; i++)
		if (all[i].state < TENANT_DELETING &&
		    (tenant->number == TENANT_STORE ||
			tenant->number == all[i].number))
			all[(*n)++] = all[i];
	return 0;
}

struct visit
visit_tenant(const struct call *call, const struct tenant *tenant)
{
	struct visit v = { *call->identity, call->caller };

	v.identity.catalog =
	    catalog_narrow(call->arena, v.identity.catalog, &tenant->choice);
	v.caller.tenant = tenant->number;
	v.caller.tenant_version = tenant->version;
	return v;
}
