/*
 * identify.c: who asks.
 */
#include "auth/access.h"
#include "auth/address.h"
#include "auth/certificate.h"
#include "auth/token.h"
#include "scim/binary.h"
#include "serve/identify.h"
#include "serve/settings.h"
#include "store/tenants.h"

/*
 * "Bearer X"; a pasted "Bearer " makes it "Bearer Bearer X" (ENTRA-A01):
 * *WORDS of them.
 */
static struct slice
bearer_token(struct slice authorization, unsigned *words)
{
	*words = 0;
	authorization = slice_trim(authorization);
	while (slice_has_prefix_nocase(authorization, SLICE("bearer "))) {
		authorization = slice_trim(slice_from(authorization, 7));
		++*words;
	}
	return *words > 0 ? authorization : (struct slice){ NULL, 0 };
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

enum identity_kind
identify_kind(const struct call *call)
{
	struct slice header = http_header(call->request, "Authorization");
	unsigned words;

	if (bearer_token(header, &words).data != NULL)
		return IDENTITY_BEARER;
	if (call->settings->basic &&
	    slice_has_prefix_nocase(header, SLICE("basic ")))
		return IDENTITY_BASIC;
	return has_certificate(call) ? IDENTITY_CERTIFICATE : IDENTITY_NONE;
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
	    jwt_check(
		call->arena, call->caller.now, &jwt, &client.trust, err) == -1)
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
find_by_bearer(struct call *call, struct slice tenant, struct credential *c,
    struct error *err)
{
	unsigned words;
	struct slice token =
	    bearer_token(http_header(call->request, "Authorization"), &words);

	if (find_by_token(call, tenant, token, c, err) == 0)
		return 0;
	return words > 1 ? error_prefix(err, "with a pasted 'Bearer ': ") : -1;
}

/* A client's id and secret, for one that has nothing better. */
static int
find_by_basic(struct call *call, struct credential *c, struct error *err)
{
	struct slice header = http_header(call->request, "Authorization");
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
	*c = client.credential;
	return 0;
}

/* This very certificate, or any with its subject. */
static int
find_by_certificate(struct call *call, struct credential *c, struct error *err)
{
	struct store *store = call->identity->store;
	struct slice name;

	if (certificate_name(call->arena,
		http_variable(call->request, "SSL_CLIENT_CERT"), &name) == 0) {
		if (certificate_find(store, call->arena, name, c, err) == 0)
			return 0;
		if (err->code != ERR_UNAUTHORIZED)
			return -1;
	}
	name = certificate_subject(
	    call->arena, http_variable(call->request, "SSL_CLIENT_S_DN"));
	return certificate_find(store, call->arena, name, c, err);
}

int
identify(struct call *call, enum identity_kind kind, struct slice tenant,
    struct credential *c, struct error *err)
{
	switch (kind) {
	case IDENTITY_BEARER:
		return find_by_bearer(call, tenant, c, err);
	case IDENTITY_BASIC:
		return find_by_basic(call, c, err);
	default:
		return find_by_certificate(call, c, err);
	}
}
