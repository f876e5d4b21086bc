/*
 * identify.c: who asks.
 */
#include "auth/access.h"
#include "auth/address.h"
#include "auth/certificate.h"
#include "auth/token.h"
#include "base/log.h"
#include "scim/binary.h"
#include "serve/identify.h"
#include "serve/issuer.h"
#include "serve/settings.h"
#include "store/tenants.h"

/* "Bearer X"; a pasted "Bearer " makes it "Bearer Bearer X" (ENTRA-A01). */
static struct claim
bearer_claim(struct slice authorization)
{
	struct claim claim = { .text = slice_trim(authorization) };

	while (slice_has_prefix_nocase(claim.text, SLICE("bearer "))) {
		claim.text = slice_trim(slice_from(claim.text, 7));
		claim.is_pasted = claim.kind == IDENTITY_BEARER;
		claim.kind = IDENTITY_BEARER;
	}
	return claim;
}

struct slice
call_client_address(const struct call *call)
{
	return address_of_client(call->request->remote_addr,
	    http_header(call->request, "X-Forwarded-For"),
	    slice_of(call->settings->proxies));
}

/*
 * Did the web server verify a certificate?  It says so in variables that no
 * header of a request can set.
 */
static bool
has_certificate(const struct call *call)
{
	return slice_equal(http_variable(call->request, "SSL_CLIENT_VERIFY"),
	    SLICE("SUCCESS"));
}

struct claim
identify_claim(const struct call *call)
{
	struct slice header = http_header(call->request, "Authorization");
	struct claim claim = bearer_claim(header);

	if (claim.kind == IDENTITY_BEARER)
		return claim;
	if (call->settings->basic &&
	    slice_has_prefix_nocase(header, SLICE("basic ")))
		return (struct claim){ .kind = IDENTITY_BASIC, .text = header };
	if (has_certificate(call))
		return (struct claim){ .kind = IDENTITY_CERTIFICATE };
	return (struct claim){ .kind = IDENTITY_NONE };
}

/*
 * The token of an issuer itself, when the secret was left blank (ENTRA-A04).
 * It does not say for which of our tenants it is: the URL does.
 */
static int
find_by_jwt(struct call *call, struct slice tenant, struct slice token,
    struct credential *c, struct error *err)
{
	struct client client;
	struct jwt jwt;

	if (tenant.len == 0)
		tenant = SLICE(TENANT_DEFAULT_NAME);
	if (jwt_parse(call->arena, token, &jwt, err) == -1 ||
	    client_find_issuer(call->identity->store, call->arena, tenant,
		jwt_claim(&jwt, "iss"), &client, err) == -1 ||
	    issuer_check(call, &client, &jwt, err) == -1)
		return -1;
	*c = client.credential;
	return 0;
}

/* The prefix tells what kind of token it is. */
static int
find_by_token(struct call *call, struct slice tenant, struct slice token,
    struct credential *c, struct error *err)
{
	struct store *store = call->identity->store;

	if (jwt_is(token))
		return find_by_jwt(call, tenant, token, c, err);

	if (slice_has_prefix_nocase(token, SLICE(ACCESS_PREFIX)))
		return access_find(
		    store, call->arena, call->caller.now, token, c, err);
	return token_find(store, call->arena, token, c, err);
}

static int
find_by_bearer(struct call *call, const struct claim *claim,
    struct slice tenant, struct credential *c, struct error *err)
{
	if (find_by_token(call, tenant, claim->text, c, err) == 0)
		return 0;
	return claim->is_pasted ? error_prefix(err, "with a pasted 'Bearer ': ")
				: -1;
}

/* One that is refused for something else has not been used. */
static void
note_use(const struct call *call, const struct client *client,
    const struct client_secret *secret)
{
	int64_t now = call->caller.now;
	struct error err;

	if (credential_check(&client->credential, now,
		call_client_address(call), &err) == 0 &&
	    client_touch_secret(
		call->identity->store, client, secret, now, &err) == -1)
		log_warning("last use of a secret of client %.*s: %s",
		    SLICE_ARG(client->credential.id), err.detail);
}

/* A client's id and secret, for one that has nothing better. */
static int
find_by_basic(struct call *call, struct slice header, struct credential *c,
    struct error *err)
{
	const struct client_secret *secret;
	struct client client;
	struct slice pair, id;

	if (binary_decode(
		call->arena, slice_trim(slice_from(header, 6)), &pair) == -1 ||
	    !slice_next(&pair, ':', &id))
		return error_set(
		    err, ERR_UNAUTHORIZED, "no id and secret in the header");
	if (client_find(call->identity->store, call->arena, id, &client, err) ==
		-1 ||
	    client_check_secret(
		&client, call->caller.now, pair, &secret, err) == -1)
		return -1;
	note_use(call, &client, secret);
	*c = client.credential;
	return 0;
}

/*
 * This very certificate, or any with its subject, in the tenant that the URL
 * names; where it names none, of the one that has it.
 */
static int
find_by_certificate(struct call *call, struct slice tenant,
    struct credential *c, struct error *err)
{
	struct store *store = call->identity->store;
	struct slice name;
	size_t n = 0;

	if (certificate_name(call->arena,
		http_variable(call->request, "SSL_CLIENT_CERT"), &name) == 0) {
		if (certificate_find(
			store, call->arena, tenant, name, c, &n, err) == 0)
			return 0;
		if (err->code != ERR_UNAUTHORIZED || n > 0)
			return -1;
	}
	name = certificate_subject(
	    call->arena, http_variable(call->request, "SSL_CLIENT_S_DN"));
	return certificate_find(store, call->arena, tenant, name, c, &n, err);
}

int
identify(struct call *call, const struct claim *claim, struct slice tenant,
    struct credential *c, struct error *err)
{
	switch (claim->kind) {
	case IDENTITY_BEARER:
		return find_by_bearer(call, claim, tenant, c, err);
	case IDENTITY_BASIC:
		return find_by_basic(call, claim->text, c, err);
	default:
		return find_by_certificate(call, tenant, c, err);
	}
}
