/*
 * me.c: who asks: its role, what it is over, and the routes that it may take,
 * so that the console shows nobody a button that is refused.
 */
#include "admin/admin.h"
#include "admin/answer.h"
#include "auth/credential.h"
#include "tenancy/in_force.h"

static struct json_object *
text_of(const struct call *call, const char *text)
{
	return json_new_string(call->arena, slice_of(text));
}

/* "GET /tenants", and so on. */
static struct json_object *
routes_of(const struct call *call)
{
	struct json_object *list = json_new_array(call->arena);

	for (size_t i = 0; i < call->endpoint->nroutes; i++) {
		const struct route *route = &call->endpoint->routes[i];

		if (call_may_take(call, route))
			json_append(list,
			    text_of(call,
				arena_printf(call->arena, "%s %s",
				    http_method_name(route->method),
				    route->path)));
	}
	return list;
}

/* The name that its tenant has now; "" for one of all tenants. */
static int
name_tenant(const struct call *call, struct slice *name, struct error *err)
{
	struct tenant tenant;

	*name = SLICE("");
	if (call->caller.tenant == TENANT_STORE)
		return 0;
	if (in_force_find(call->identity->store, call->arena,
		call->caller.tenant, SLICE(""), &tenant, err) == -1)
		return -1;
	*name = tenant.name;
	return 0;
}

int
admin_me(struct call *call, struct error *err)
{
	struct json_object *v = json_new_object(call->arena);
	struct credential c;
	struct slice tenant;

	if (credential_find(call->identity->store, call->arena,
		call->credential, &c, err) == -1 ||
	    name_tenant(call, &tenant, err) == -1)
		return -1;
	json_set(v, SLICE("id"), json_new_string(call->arena, c.id));
	json_set(v, SLICE("label"), json_new_string(call->arena, c.label));
	json_set(v, SLICE("role"), text_of(call, role_name(call->role)));
	if (call->caller.tenant == TENANT_STORE)
		json_set(v, SLICE("allTenants"),
		    json_new_boolean(call->arena, true));
	else
		json_set(
		    v, SLICE("tenant"), json_new_string(call->arena, tenant));
	json_set(v, SLICE("routes"), routes_of(call));
	return answer_object(call, 200, v);
}
