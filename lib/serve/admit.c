/*
 * admit.c: who asks, and may they?
 *
 * Why somebody is refused stands in the log; the client gets one answer,
 * whatever it was.
 */
#include <string.h>

#include "auth/credential.h"
#include "base/log.h"
#include "identity/bound.h"
#include "serve/admit.h"
#include "serve/identify.h"
#include "serve/locate.h"
#include "serve/tenant.h"
#include "serve/throttle.h"
#include "store/tenants.h"
#include "tenancy/in_force.h"

static int
challenge(struct call *call, bool came_with_one, struct error *err)
{
	http_reply_header(call->reply, "WWW-Authenticate",
	    came_with_one ? SLICE("Bearer realm=\"scim\", "
				  "error=\"invalid_token\"")
			  : SLICE("Bearer realm=\"scim\""));
	if (call->settings->basic && call->endpoint->base == NULL)
		http_reply_header(call->reply, "WWW-Authenticate",
		    SLICE("Basic realm=\"scim\", charset=\"UTF-8\""));
	return error_set(err, ERR_UNAUTHORIZED,
	    "a valid bearer token is "
	    "needed: Authorization: Bearer mst_...");
}

static int
open_store(struct server *server, struct error *err)
{
	if (pipeline_open_store(server, err) == 0)
		return 0;
	/* A store that is not there is no resource that is not. */
	if (err->code == ERR_NOT_FOUND)
		err->code = ERR_INTERNAL;
	return -1;
}

/* The credential of the request, good now and from here. */
static int
find_any(struct server *server, struct call *call, const struct claim *claim,
    struct slice name, struct credential *c, struct error *err)
{
	if (server->kept == NULL) {
		if (identify(call, claim, name, c, err) == -1)
			return -1;
	} else {
		if (credential_find(server->identity.store, call->arena,
			server->kept->credential, c, err) == -1)
			return -1;
		c->narrowed = server->kept->narrowed;
	}
	call->known = c->id;
	call->known_tenant = c->tenant;
	return credential_check(
	    c, call->caller.now, call_client_address(call), err);
}

/*
 * The same, good for the tenant that the URL calls NAME; what is in force
 * there is so for CALL from now on.
 */
static int
find_credential(struct server *server, struct call *call,
    const struct claim *claim, struct slice name, struct credential *c,
    struct tenant *tenant, struct error *err)
{
	if (find_any(server, call, claim, name, c, err) == -1)
		return -1;
	if (c->tenant == TENANT_STORE)
		return error_set(err, ERR_UNAUTHORIZED,
		    "credential %.*s is an administrator's, of no tenant",
		    SLICE_ARG(c->id));
	return tenant_enter(server, call, c, name, tenant, err);
}

/*
 * An administrator, good now, from here, and over a tenant that is served, or
 * over all.  What is in force for a tenant is not so for who changes that.
 */
static int
find_administrator(struct server *server, struct call *call,
    const struct claim *claim, struct slice name, struct credential *c,
    struct tenant *tenant, struct error *err)
{
	*tenant = (struct tenant){ .number = TENANT_STORE };
	if (find_any(server, call, claim, name, c, err) == -1)
		return -1;
	call->caller.tenant = c->tenant;
	if (c->tenant == TENANT_STORE)
		return 0;
	return in_force_find(server->identity.store, call->arena, c->tenant,
	    SLICE(""), tenant, err);
}

/* A request does not fail because its time cannot be noted. */
static void
note_use(struct server *server, struct call *call, const struct credential *c)
{
	struct error err;

	if (credential_touch(
		server->identity.store, c, call->caller.now, &err) == -1)
		log_warning("last use of credential %.*s: %s", SLICE_ARG(c->id),
		    err.detail);
}

/* A filter that the schemas do not fit any more lets nothing through. */
static int
set_bound(struct call *call, const struct credential *c, struct error *err)
{
	if (c->filter.len == 0 && c->quarantined_at == 0)
		return 0;
	if (bound_make(call->arena, call->identity, c->filter,
		c->quarantined_at == 0 ? SLICE("") : credential_breaker(c),
		&call->caller.bound, err) == 0)
		return 0;
	err->code = ERR_INTERNAL;
	return error_prefix(err,
	    "the filter of credential %.*s: ", SLICE_ARG(call->caller.actor));
}

/* How a credential is looked for: find_credential, find_administrator. */
typedef int find_fn(struct server *server, struct call *call,
    const struct claim *claim, struct slice name, struct credential *c,
    struct tenant *tenant, struct error *err);

static int
check_credential(struct server *server, struct call *call, find_fn *find,
    const struct claim *claim, struct slice tenant, struct error *err)
{
	struct credential c;
	struct tenant in_force;

	if (claim->kind == IDENTITY_NONE && server->kept == NULL)
		return challenge(call, false, err);
	if (throttle_again(call, tenant, claim->text, err) == -1 ||
	    open_store(server, err) == -1)
		return -1;
	if (find(server, call, claim, tenant, &c, &in_force, err) == -1) {
		if (err->code != ERR_UNAUTHORIZED)
			return -1;
		log_warning("refused: %s", err->detail);
		call->refusal =
		    slice_of(arena_strdup(call->arena, err->detail));
		return challenge(call, true, err);
	}
	call->caller.actor = c.id;
	call->caller.breaker = c.breaker;
	call->user = c.user;
	call->scope = c.scope;
	call->narrowed = c.narrowed;
	call->role = role_find(c.role);
	memcpy(call->credential, c.key, DIGEST_LEN);
	if (throttle_enter(call, &c, in_force.limits, err) == -1)
		return -1;
	store_act_as(server->identity.store, c.id, call->caller.request_id);
	note_use(server, call, &c);
	return set_bound(call, &c, err);
}

bool
call_may_take(const struct call *call, const struct route *route)
{
	unsigned roles = route->scope >> SCOPE_ROLES_SHIFT;
	bool of_all =
	    (route->scope & ((1 << SCOPE_ROLES_SHIFT) - 1)) == SCOPE_OF_ALL;

	return (roles & 1u << call->role) != 0 &&
	    (!of_all || call->caller.tenant == TENANT_STORE);
}

/* A token may be narrowed to what is not "admin". */
static bool
is_administrator(const struct call *call)
{
	static const struct slice word = { "admin", 5 };

	return scope_has(call->scope, word) &&
	    (call->narrowed.len == 0 || scope_has(call->narrowed, word)) &&
	    call->user.len == 0 && call->caller.bound == NULL;
}

/*
 * Administrators come with a bearer token only: what a browser sends by
 * itself, HTTP Basic or a certificate, lets another page's request in.
 */
static int
admit_administrator(struct server *server, struct call *call,
    const struct route *route, struct error *err)
{
	struct claim claim = identify_claim(call);

	if (claim.kind != IDENTITY_BEARER)
		claim.kind = IDENTITY_NONE;
	if (check_credential(
		server, call, find_administrator, &claim, SLICE(""), err) == -1)
		return -1;
	if (!is_administrator(call))
		call->role = ROLE_MAX;
	if (call_may_take(call, route))
		return 0;
	http_reply_header(call->reply, "WWW-Authenticate",
	    SLICE("Bearer realm=\"scim\", error=\"insufficient_scope\""));
	return error_set(err, ERR_FORBIDDEN,
	    call->role == ROLE_MAX
		? "this credential is no administrator's"
		: "this role may not do this, or not for all tenants");
}

/* Discovery shows what a tenant has in force to who may ask it (AUTH-06). */
static int
take_credential(struct server *server, struct call *call, struct slice tenant,
    struct error *err)
{
	struct claim claim = identify_claim(call);
	struct credential c;
	struct tenant in_force;

	if (claim.kind == IDENTITY_NONE)
		return 0;
	if (open_store(server, err) == -1)
		return -1;
	if (find_credential(server, call, &claim, tenant, &c, &in_force, err) ==
		0 ||
	    err->code == ERR_UNAUTHORIZED)
		return 0;
	return -1;
}

/* A type that is not in force for the tenant is not there. */
static int
check_type(struct call *call, struct error *err)
{
	if (call->type == NULL)
		return 0;
	call->type = catalog_find_endpoint(
	    call->identity->catalog, locate_segment(call->path));
	return call->type != NULL ? 0 : pipeline_nothing_here(call, err);
}

bool
call_may(const struct call *call, const struct resource_type *type,
    enum scope_verb verb)
{
	return scope_allows(call->scope, type->endpoint, verb) &&
	    scope_allows(call->narrowed, type->endpoint, verb);
}

int
call_forbidden(const struct call *call, const struct resource_type *type,
    enum scope_verb verb, struct error *err)
{
	http_reply_header(call->reply, "WWW-Authenticate",
	    SLICE("Bearer realm=\"scim\", error=\"insufficient_scope\""));
	return error_set(err, ERR_FORBIDDEN, "this credential may not %s %.*s",
	    verb == SCOPE_TO_READ ? "read" : "write",
	    SLICE_ARG(type->endpoint));
}

/* Does ROUTE change nothing, asked as CALL does? */
static enum scope_verb
verb_of(const struct call *call, const struct route *route)
{
	return route->scope == SCOPE_READ ||
		call->request->method == HTTP_GET ||
		call->request->method == HTTP_HEAD
	    ? SCOPE_TO_READ
	    : SCOPE_TO_WRITE;
}

/* A query over all types finds those that may be read: one at least. */
static int
check_any_type(const struct call *call, struct error *err)
{
	const struct catalog *catalog = call->identity->catalog;
	const struct resource_type *type;

	for (size_t i = 0; (type = catalog_type(catalog, i)) != NULL; i++)
		if (call_may(call, type, SCOPE_TO_READ))
			return 0;
	return call_forbidden(
	    call, catalog_type(catalog, 0), SCOPE_TO_READ, err);
}

/*
 * What is about no type is about all of them: events and the like, which no
 * filter bounds.  A query leaves out what may not be read.
 */
static int
check_types(
    const struct call *call, const struct route *route, struct error *err)
{
	const struct catalog *catalog = call->identity->catalog;
	const struct resource_type *type;

	if (route->handler == serve_list || route->handler == serve_search)
		return check_any_type(call, err);
	for (size_t i = 0; (type = catalog_type(catalog, i)) != NULL; i++)
		if (!call_may(call, type, SCOPE_TO_READ))
			return call_forbidden(call, type, SCOPE_TO_READ, err);
	if (!bound_has_filter(call->caller.bound))
		return 0;
	return error_set(err, ERR_FORBIDDEN,
	    "this credential may not read what is about all resources");
}

static int
check_bulk(const struct call *call, struct error *err)
{
	if (scope_has(call->scope, SLICE("bulk")) &&
	    scope_has(call->narrowed, SLICE("bulk")))
		return 0;
	http_reply_header(call->reply, "WWW-Authenticate",
	    SLICE("Bearer realm=\"scim\", error=\"insufficient_scope\""));
	return error_set(
	    err, ERR_FORBIDDEN, "this credential may not use /Bulk");
}

/*
 * A credential does what its scope has (AUTH-09), and one of a person is
 * good for that person only (AUTH-10); without a person there is no /Me,
 * whatever the body (ME-01).
 */
static int
check_scope(struct call *call, const struct route *route, struct error *err)
{
	const struct resource_type *type = call->type;
	enum scope_verb verb = verb_of(call, route);

	if (route->scope == SCOPE_ME) {
		if (call->user.len == 0)
			return serve_not_implemented(call, err);
		type =
		    catalog_find_type(call->identity->catalog, SLICE("User"));
	}
	if (route->scope == SCOPE_BULK)
		return check_bulk(call, err);
	if (type != NULL && !call_may(call, type, verb))
		return call_forbidden(call, type, verb, err);
	if (type == NULL && check_types(call, route, err) == -1)
		return -1;
	if (call->user.len == 0 || route->scope == SCOPE_ME)
		return 0;
	return error_set(err, ERR_FORBIDDEN,
	    "this credential belongs to one user, whose place is /Me");
}

struct tenant_search {
	struct slice name;
	uint32_t *tenant;
};

static int
tenant_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct tenant_search *search = arg;
	enum store_status status =
	    tenant_find(txn, search->name, search->tenant);
	int gone = 1;

	(void)err;
	if (status == STORE_OK)
		gone = tenant_is_gone(txn, *search->tenant);
	if (status != STORE_OK || gone == 1)
		*search->tenant = TENANT_STORE;
	return status == STORE_FAIL || gone == -1 ? -1 : 0;
}

/*
 * Without a credential the URL says which tenant is meant.  Whether there is
 * one is not said: TENANT_STORE stands for none.
 */
static int
enter_tenant(struct server *server, struct call *call, struct slice tenant,
    struct error *err)
{
	struct tenant_search search = { .tenant = &call->caller.tenant };

	call->tenant_name =
	    tenant.len > 0 ? tenant : SLICE(TENANT_DEFAULT_NAME);
	search.name = call->tenant_name;
	if (open_store(server, err) == -1)
		return -1;
	return store_peek(server->identity.store, tenant_body, &search, err);
}

/* To a monitor a store that is not there is one that does not answer. */
static int
open_or_busy(struct server *server, struct error *err)
{
	if (open_store(server, err) == 0)
		return 0;
	err->code = ERR_BUSY;
	return -1;
}

/* What is counted is of all tenants, and names none. */
static int
admit_monitor(struct server *server, struct call *call, struct slice tenant,
    struct error *err)
{
	struct claim claim;

	if (call_is_local(call))
		return open_or_busy(server, err);
	claim = identify_claim(call);
	if (check_credential(
		server, call, find_administrator, &claim, tenant, err) == -1)
		return -1;
	return is_administrator(call)
	    ? 0
	    : error_set(err, ERR_FORBIDDEN,
		  "this credential may not read what is counted");
}

static int
admit_client(struct server *server, struct call *call, struct slice tenant,
    const struct route *route, struct error *err)
{
	struct claim claim = identify_claim(call);

	if (check_credential(
		server, call, find_credential, &claim, tenant, err) == -1 ||
	    check_type(call, err) == -1)
		return -1;
	return check_scope(call, route, err);
}

int
admit(struct server *server, struct call *call, struct slice tenant,
    const struct route *route, struct error *err)
{
	if (route->scope == SCOPE_NONE)
		return open_or_busy(server, err);
	if (route->scope == SCOPE_MONITOR)
		return admit_monitor(server, call, tenant, err);
	if (route->scope == SCOPE_CLIENT)
		return open_store(server, err);
	if (route->scope == SCOPE_PUBLIC)
		return enter_tenant(server, call, tenant, err);
	if (route->scope == SCOPE_DISCOVERY)
		return take_credential(server, call, tenant, err);
	if (route->scope >= SCOPE_OF_ONE)
		return admit_administrator(server, call, route, err);
	return admit_client(server, call, tenant, route, err);
}
