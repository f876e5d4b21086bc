/*
 * credentials.c: /admin/v1/credentials, of all kinds: list, show, take back;
 * and what the files beside it share.
 */
#include <stdlib.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/credential_form.h"
#include "admin/credentials.h"
#include "admin/grant.h"
#include "admin/listing.h"
#include "admin/visit.h"
#include "auth/token.h"

static bool
is_over(const struct call *call, const struct credential *c)
{
	return call->caller.tenant == TENANT_STORE ||
	    call->caller.tenant == c->tenant;
}

/* What only a client has; any other kind has none of it. */
static int
load_client(const struct call *call, const struct credential *c,
    struct client *client, struct error *err)
{
	*client = (struct client){ .credential = *c };
	if (!credential_is_client(c))
		return 0;
	return client_get(
	    call->identity->store, call->arena, c->key, client, err);
}

int
credentials_find(const struct call *call, struct slice id,
    struct client *client, struct error *err)
{
	struct credential c;

	if (token_find_id(call->identity->store, call->arena,
		call->caller.tenant, id, &c, err) == -1)
		return -1;
	return load_client(call, &c, client, err);
}

static int
check_role(const struct call *call, struct slice role, struct error *err)
{
	if (role_may_give(call->role, role))
		return 0;
	return error_set(err, ERR_FORBIDDEN,
	    "an administrator with the role %s has no say in what has the "
	    "role %.*s",
	    role_name(call->role), SLICE_ARG(role));
}

int
credentials_find_to_change(const struct call *call, struct slice id,
    struct client *client, struct error *err)
{
	struct conditions conditions;

	if (credentials_find(call, id, client, err) == -1 ||
	    check_role(call, client->credential.role, err) == -1 ||
	    answer_conditions(call, &conditions, err) == -1)
		return -1;
	return etag_check_match(
	    &conditions, (uint64_t)client->credential.version, err);
}

int
credentials_tenant(const struct call *call, uint32_t number,
    struct tenant *tenant, struct error *err)
{
	struct tenancy y = answer_tenancy(call);

	return tenancy_find_number(&y, number, tenant, err);
}

int
credentials_check(const struct call *call, const struct tenant *tenant,
    struct credential *c, struct error *err)
{
	if (grant_check(call->identity, &call->caller, tenant, c, err) == -1)
		return -1;
	return check_role(call, c->role, err);
}

int
credentials_answer(struct call *call, int status, const struct client *client,
    const char *secret, struct error *err)
{
	struct json_object *v;
	struct tenant tenant;

	if (credentials_tenant(call, client->credential.tenant, &tenant, err) ==
	    -1)
		return -1;
	v = credential_show(call, client, tenant.name);
	if (secret != NULL)
		json_set(v, SLICE("secret"),
		    json_new_string(call->arena, slice_of(secret)));
	return answer_versioned(
	    call, status, v, (uint64_t)client->credential.version);
}

int
admin_show_credential(struct call *call, struct error *err)
{
	struct client client;

	if (credentials_find(call, call->id, &client, err) == -1)
		return -1;
	return credentials_answer(call, 200, &client, NULL, err);
}

int
admin_revoke_credential(struct call *call, struct error *err)
{
	struct client client;

	if (credentials_find_to_change(call, call->id, &client, err) == -1 ||
	    token_revoke(call->identity->store, client.credential.id,
		client.credential.version, err) == -1)
		return -1;
	call->reply->status = 204;
	return 0;
}

/* Which credentials a list is of. */
struct wanted {
	const struct call *call;
	uint32_t tenant; /* TENANT_STORE: every one that there is a say in */
	unsigned kinds;
	struct credential *list;
	size_t n;
	size_t size;
};

static int
collect(const struct credential *c, void *arg, struct error *err)
{
	struct wanted *w = arg;
	size_t size = w->size == 0 ? 64 : 2 * w->size;

	(void)err;
	if (!credential_lets_in(c) || !is_over(w->call, c) ||
	    (credential_kind_of(c) & w->kinds) == 0 ||
	    (w->tenant != TENANT_STORE && w->tenant != c->tenant))
		return 0;
	if (w->n == w->size) {
		w->list = arena_grow(w->call->arena, w->list,
		    w->size * sizeof(*c), size * sizeof(*c));
		w->size = size;
	}
	w->list[w->n++] = *c;
	return 0;
}

/* Ids begin with their time: the oldest first. */
static int
compare(const void *x, const void *y)
{
	const struct credential *a = x, *b = y;
	size_t len = a->id.len < b->id.len ? a->id.len : b->id.len;

	return memcmp(a->id.data, b->id.data, len);
}

static int
read_wanted(const struct call *call, struct wanted *w, struct error *err)
{
	struct tenant tenant;
	struct slice kind;

	*w = (struct wanted){ .call = call, .kinds = ~0u };
	if (visit_find(call, &tenant, err) == -1 ||
	    call_parameter(call, "kind", &kind, err) == -1)
		return -1;
	w->tenant = tenant.number;
	if (kind.data != NULL && (w->kinds = credential_kind_find(kind)) == 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "there is no kind '%.*s'", SLICE_ARG(kind));
	return 0;
}

int
credentials_list(
    const struct call *call, struct credential_list *out, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct wanted w;

	if (read_wanted(call, &w, err) == -1 ||
	    token_each(call->identity->store, call->arena, w.tenant, collect,
		&w, err) == -1 ||
	    tenancy_list(&y, &out->tenants, &out->ntenants, err) == -1)
		return -1;
	if (w.n > 0)
		qsort(w.list, w.n, sizeof(*w.list), compare);
	out->list = w.list;
	out->n = w.n;
	return 0;
}

struct slice
credentials_tenant_name(const struct credential_list *list, uint32_t number)
{
	for (size_t i = 0; i < list->ntenants; i++)
		if (list->tenants[i].number == number)
			return list->tenants[i].name;
	return SLICE("");
}

static int
show_listed(struct call *call, size_t i, void *arg, struct json_object **out,
    struct error *err)
{
	const struct credential_list *found = arg;
	const struct credential *c = &found->list[i];
	struct client client;

	if (load_client(call, c, &client, err) == -1)
		return -1;
	/* They are long; who wants them asks for that client. */
	client.trust.keys = SLICE("");
	*out = credential_show(
	    call, &client, credentials_tenant_name(found, c->tenant));
	return 0;
}

int
admin_list_credentials(struct call *call, struct error *err)
{
	struct credential_list found;

	if (credentials_list(call, &found, err) == -1)
		return -1;
	return listing_answer(call, found.n, show_listed, &found, err);
}
