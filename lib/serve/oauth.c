/*
 * oauth.c: the token endpoint: a client gets an access token for its secret
 * (RFC 6749 section 4.4, ENTRA-A02).
 *
 * Errors have the form of that RFC, section 5.2.  A client that is refused is
 * not told why; the log is.
 */
#include "auth/access.h"
#include "auth/seen.h"
#include "base/log.h"
#include "scim/binary.h"
#include "serve/issuer.h"
#include "serve/serve.h"
#include "serve/throttle.h"
#include "tenancy/in_force.h"

/* RFC 7523 section 2.2. */
#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* A request that is refused: 400, or 401 for "invalid_client". */
struct refusal {
	const char *error;
	const char *description;
};

/* What the form and the header say. */
struct form {
	struct slice grant_type;
	struct slice client_id;
	struct slice client_secret;
	struct slice assertion;
	struct slice assertion_type;
	struct slice scope;
	bool is_basic; /* the client came by the header */
	int ways;      /* in which it says who it is */
};

static int
refuse(struct refusal *r, const char *error, const char *description)
{
	*r = (struct refusal){ error, description };
	return -1;
}

/* One without a value is as if it were not there (section 3.2). */
static int
read_field(const struct call *call, const char *name, struct slice *out,
    struct refusal *r)
{
	*out = (struct slice){ NULL, 0 };
	if (http_form(call->request, name, out) > 1)
		return refuse(r, "invalid_request", "a parameter comes twice");
	if (out->len == 0)
		out->data = NULL;
	return 0;
}

/*
 * "Basic base64(id:secret)", both encoded as in a form (section 2.3.1).  The
 * form may say the id again, but no other one.
 */
static int
read_basic(const struct call *call, struct form *f, struct refusal *r)
{
	struct slice header = http_header(call->request, "Authorization");
	struct slice pair, id;

	if (!slice_has_prefix_nocase(header, SLICE("basic ")))
		return 0;
	f->is_basic = true;
	f->ways++;
	if (binary_decode(
		call->arena, slice_trim(slice_from(header, 6)), &pair) == -1 ||
	    !slice_next(&pair, ':', &id) || pair.data == NULL)
		return refuse(r, "invalid_client", "the client is not known");
	id = http_decode(call->arena, id);
	if (f->client_id.len > 0 && !slice_equal(f->client_id, id))
		return refuse(r, "invalid_request",
		    "client_id: not the client of the header");
	f->client_id = id;
	f->client_secret = http_decode(call->arena, pair);
	return 0;
}

static int
read_form(const struct call *call, struct form *f, struct refusal *r)
{
	struct slice media_type = call->request->content_type, type;

	*f = (struct form){ .is_basic = false };
	if (!slice_next(&media_type, ';', &type) ||
	    !slice_equal_nocase(
		slice_trim(type), SLICE("application/x-www-form-urlencoded")))
		return refuse(r, "invalid_request",
		    "the body must be application/x-www-form-urlencoded");
	if (read_field(call, "grant_type", &f->grant_type, r) == -1 ||
	    read_field(call, "client_id", &f->client_id, r) == -1 ||
	    read_field(call, "client_secret", &f->client_secret, r) == -1 ||
	    read_field(call, "scope", &f->scope, r) == -1 ||
	    read_field(call, "client_assertion", &f->assertion, r) == -1 ||
	    read_field(call, "client_assertion_type", &f->assertion_type, r) ==
		-1)
		return -1;
	f->ways +=
	    (f->client_secret.data != NULL) + (f->assertion.data != NULL);
	if (read_basic(call, f, r) == -1)
		return -1;
	if (f->ways > 1)
		return refuse(
		    r, "invalid_request", "two ways to say who the client is");
	if (f->assertion.data != NULL &&
	    !slice_equal(f->assertion_type, SLICE(ASSERTION_TYPE)))
		return refuse(r, "invalid_request",
		    "client_assertion_type: only jwt-bearer");
	if (f->grant_type.len == 0)
		return refuse(r, "invalid_request", "there is no grant_type");
	if (!slice_equal(f->grant_type, SLICE("client_credentials")))
		return refuse(r, "unsupported_grant_type",
		    "only client_credentials is supported");
	return 0;
}

/* Does REQUESTED ask for something that ALLOWED has not? */
static bool
exceeds(
    const struct catalog *catalog, struct slice requested, struct slice allowed)
{
	static const struct slice words[] = { { "bulk", 4 }, { "admin", 5 } };
	const struct resource_type *t;

	for (size_t i = 0; (t = catalog_type(catalog, i)) != NULL; i++)
		for (int verb = SCOPE_TO_READ; verb <= SCOPE_TO_WRITE; verb++)
			if (scope_allows(requested, t->endpoint,
				(enum scope_verb)verb) &&
			    !scope_allows(
				allowed, t->endpoint, (enum scope_verb)verb))
				return true;
	for (size_t i = 0; i < 2; i++)
		if (scope_has(requested, words[i]) &&
		    !scope_has(allowed, words[i]))
			return true;
	return false;
}

static bool
is_type(const void *catalog, struct slice name)
{
	const struct resource_type *t;

	for (size_t i = 0; (t = catalog_type(catalog, i)) != NULL; i++)
		if (slice_equal_nocase(slice_from(t->endpoint, 1), name))
			return true;
	return false;
}

/* The scope of the token: "" for all of the client's, which "scim" means. */
static int
narrow(const struct call *call, struct slice requested,
    const struct client *client, struct slice *out, struct refusal *r)
{
	const struct catalog *catalog = call->identity->catalog;
	struct error err;

	*out = SLICE("");
	requested = slice_trim(requested);
	if (requested.len == 0 || slice_equal(requested, SLICE("scim")))
		return 0;
	*out = requested;
	if (requested.len > ACCESS_SCOPE_MAX ||
	    scope_check(requested, is_type, catalog, &err) == -1 ||
	    exceeds(catalog, requested, client->credential.scope))
		return refuse(
		    r, "invalid_scope", "the client may not ask for this");
	return 0;
}

/* By the secret; the token then ends with it. */
static int
check_secret(const struct call *call, const struct form *f,
    const struct client *client, struct access *access, struct error *err)
{
	const struct client_secret *secret;

	if (client_check_secret(
		client, call->caller.now, f->client_secret, &secret, err) == -1)
		return -1;
	access->secret_id = secret->id;
	access->expires_at = secret->expires_at;
	return 0;
}

/* By the word of an issuer that the client trusts (ENTRA-A03). */
static int
check_assertion(const struct call *call, const struct form *f,
    const struct client *client, struct error *err)
{
	struct jwt jwt;
	struct slice jti;

	if (jwt_parse(call->arena, f->assertion, &jwt, err) == -1 ||
	    issuer_check(call, client, &jwt, err) == -1)
		return -1;
	jti = jwt_claim(&jwt, "jti");
	if (jti.len == 0)
		return 0;
	return seen_note(call->identity->store, call->caller.now,
	    &client->credential, jti, jwt_expires_at(&jwt) + JWT_SKEW * 1000,
	    err);
}

/* The client that the form names, if the form proves it. */
static int
find_client(struct call *call, const struct form *f, struct client *client,
    struct tenant *tenant, struct access *access, struct error *err)
{
	if (f->client_id.len == 0 || f->ways == 0)
		return error_set(
		    err, ERR_UNAUTHORIZED, "no client, or no secret");
	if (client_find(call->identity->store, call->arena, f->client_id,
		client, err) == -1)
		return -1;
	call->known = client->credential.id;
	call->known_tenant = client->credential.tenant;
	if (credential_check(&client->credential, call->caller.now,
		call_client_address(call), err) == -1 ||
	    in_force_find(call->identity->store, call->arena,
		client->credential.tenant, SLICE(""), tenant, err) == -1)
		return -1;
	return f->assertion.data != NULL
	    ? check_assertion(call, f, client, err)
	    : check_secret(call, f, client, access, err);
}

/* A token does not fail because its time cannot be noted. */
static void
note_use(const struct call *call, const struct client *client,
    const struct access *access)
{
	const struct client_secret *secret =
	    client_secret_find(client, access->secret_id);
	struct error err;

	if (secret != NULL &&
	    client_touch_secret(call->identity->store, client, secret,
		call->caller.now, &err) == -1)
		log_warning("last use of a secret of client %.*s: %s",
		    SLICE_ARG(client->credential.id), err.detail);
}

/* No token outlives what it was given for. */
static void
bound_expiry(
    const struct call *call, const struct client *client, struct access *access)
{
	int64_t end = call->caller.now + client->lifetime * 1000;

	if (access->expires_at == 0 || access->expires_at > end)
		access->expires_at = end;
	if (client->credential.expires_at != 0 &&
	    access->expires_at > client->credential.expires_at)
		access->expires_at = client->credential.expires_at;
}

static void
answer(
    struct call *call, const struct client *client, const struct access *access)
{
	struct buf *out = &call->reply->body;
	struct slice token = access_seal(call->arena, client, access);
	struct slice scope =
	    access->scope.len > 0 ? access->scope : SLICE("scim");

	buf_printf(out,
	    "{\"access_token\":\"%.*s\",\"token_type\":\"Bearer\","
	    "\"expires_in\":%lld,\"scope\":",
	    SLICE_ARG(token),
	    (long long)(access->expires_at - call->caller.now) / 1000);
	buf_json_string(out, scope);
	buf_putc(out, '}');
}

static void
answer_refusal(struct call *call, const struct form *f, const struct refusal *r)
{
	bool unknown = slice_equal(slice_of(r->error), SLICE("invalid_client"));

	if (call->refusal.len == 0)
		call->refusal = slice_of(arena_printf(
		    call->arena, "%s: %s", r->error, r->description));
	call->reply->status = unknown ? 401 : 400;
	if (unknown && f->is_basic)
		http_reply_header(call->reply, "WWW-Authenticate",
		    SLICE("Basic realm=\"scim\""));
	buf_printf(&call->reply->body,
	    "{\"error\":\"%s\",\"error_description\":\"%s\"}", r->error,
	    r->description);
}

/* -1 with R set, or with ERR set where nobody's request is to blame. */
static int
give_token(struct call *call, const struct form *f, struct refusal *r,
    struct error *err)
{
	struct client client;
	struct tenant tenant;
	struct access access = { .expires_at = 0 };

	if (find_client(call, f, &client, &tenant, &access, err) == -1) {
		if (err->code != ERR_UNAUTHORIZED)
			return -1;
		log_warning("token refused: %s", err->detail);
		call->refusal =
		    slice_of(arena_strdup(call->arena, err->detail));
		if (throttle_failed(call, err) == -1)
			return -1;
		return refuse(r, "invalid_client", "the client is not known");
	}
	if (throttle_enter(call, &client.credential, tenant.limits, err) == -1)
		return -1;
	if (narrow(call, f->scope, &client, &access.scope, r) == -1)
		return -1;
	bound_expiry(call, &client, &access);
	call->caller.actor = client.credential.id;
	note_use(call, &client, &access);
	answer(call, &client, &access);
	return 0;
}

int
serve_token(struct call *call, struct error *err)
{
	struct form form;
	struct refusal refusal = { NULL, NULL };

	http_reply_header(call->reply, "Pragma", SLICE("no-cache"));
	call->reply->content_type = "application/json;charset=UTF-8";
	if (read_form(call, &form, &refusal) == 0 &&
	    give_token(call, &form, &refusal, err) == 0)
		return 0;
	if (refusal.error == NULL)
		return -1;
	answer_refusal(call, &form, &refusal);
	return 0;
}
