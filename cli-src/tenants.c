/*
 * tenants.c: the tenants that a verb goes through.
 */
#include "verb.h"

/* None that is deleted, or about to be. */
int
workplace_tenants(struct workplace *w, const char *name,
    struct named_tenants *out, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	struct slice wanted = slice_of(name);
	struct tenant *all;
	size_t n;

	if (tenancy_list(&y, &all, &n, err) == -1)
		return -1;
	*out = (struct named_tenants){ .list = arena_calloc(w->arena, n + 1,
					   sizeof(*out->list)) };
	for (size_t i = 0; i < n; i++)
		if (all[i].state < TENANT_DELETING &&
		    (name == NULL || slice_equal(all[i].name, wanted)))
			out->list[out->n++] =
			    (struct named_tenant){ all[i].name, all[i].number };
	if (name != NULL && out->n == 0)
		return error_set(
		    err, ERR_NOT_FOUND, "there is no tenant '%s'", name);
	return 0;
}

struct slice
workplace_tenant_name(struct workplace *w, uint32_t number)
{
	struct error err;

	if (number == TENANT_STORE)
		return SLICE("(all)");
	if (w->tenants.list == NULL &&
	    workplace_tenants(w, NULL, &w->tenants, &err) == -1)
		return SLICE("?");
	for (size_t i = 0; i < w->tenants.n; i++)
		if (w->tenants.list[i].number == number)
			return w->tenants.list[i].name;
	return SLICE("?");
}
