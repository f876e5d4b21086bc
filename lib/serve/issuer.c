/*
 * issuer.c: JWTs of issuers, whose keys are fetched by HTTPS from hosts that
 * are listed in the settings (ENTRA-A03), never from one that a token names.
 */
#include "auth/address.h"
#include "auth/issued_keys.h"
#include "base/log.h"
#include "http/fetch.h"
#include "serve/issuer.h"
#include "serve/settings.h"

enum {
	FRESH_MS = 3600 * 1000,
	STALE_MS = 7 * 24 * 3600 * 1000,
	AGAIN_MS = 60 * 1000,
	FETCH_MS = 3000
};

/* Is SERVER, "host" or "host:port", in LIST? */
static bool
is_listed(struct slice list, struct slice server)
{
	struct slice item;

	while (slice_next(&list, ',', &item))
		if (slice_equal_nocase(slice_trim(item), server))
			return true;
	return false;
}

/* "192.0.2.1" of "192.0.2.1:8443"; one of IPv6 stands in brackets then. */
static struct slice
without_port(struct slice server)
{
	struct slice rest = server, host = server;

	if (server.len > 0 && server.data[0] == '[') {
		rest = slice_from(server, 1);
		slice_next(&rest, ']', &host);
		return host;
	}
	slice_next(&rest, ':', &host);
	return rest.data == NULL || memchr(rest.data, ':', rest.len) != NULL
	    ? server
	    : host;
}

/* A listed name may not lead inside, but where that address is listed too. */
static bool
may_reach(void *arg, const char *address)
{
	struct slice list = slice_of(arg), item;

	if (address_is_public(slice_of(address)))
		return true;
	while (slice_next(&list, ',', &item))
		if (address_is_in(
			without_port(slice_trim(item)), slice_of(address)))
			return true;
	return false;
}

static int
fetch(const struct call *call, const struct client *client, struct slice *text,
    struct error *err)
{
	struct fetch f = { .url = arena_strndup(call->arena,
			       client->trust.keys_url.data,
			       client->trust.keys_url.len),
		.accept = "application/jwk-set+json, application/json",
		.ca_file = call->settings->keys_ca,
		.limit_ms = FETCH_MS,
		.may_reach = may_reach,
		.arg = arena_strdup(call->arena, call->settings->keys_hosts) };
	struct slice server;
	struct buf out;
	int rc;

	if (fetch_server(call->arena, f.url, &server, err) == -1)
		return -1;
	if (!is_listed(slice_of(call->settings->keys_hosts), server))
		return error_set(err, ERR_FORBIDDEN,
		    "%s: MUSTER_KEYS_HOSTS does not list '%.*s'", f.url,
		    SLICE_ARG(server));
	buf_init(&out, JWKS_LEN_MAX);
	rc = fetch_send(&f, &out, err);
	if (rc == 0) {
		*text = arena_slice(call->arena, buf_text(&out));
		rc = jwks_check(call->arena, *text, err);
	}
	buf_fini(&out);
	return rc;
}

/* What cannot be had changes nothing; the log says why. */
static int
renew(const struct call *call, const struct client *client,
    struct issued_keys *keys, struct error *err)
{
	struct store *store = call->identity->store;
	struct slice text;
	int ours =
	    issued_keys_claim(store, client, call->caller.now, AGAIN_MS, err);

	if (ours != 1)
		return ours;
	if (fetch(call, client, &text, err) == -1) {
		log_warning("keys of client %.*s: %s",
		    SLICE_ARG(client->credential.id), err->detail);
		return 0;
	}
	*keys = (struct issued_keys){ text, call->caller.now };
	return issued_keys_put(store, client, call->caller.now, text, err);
}

static int
find_keys(const struct call *call, const struct client *client,
    struct slice kid, struct slice *text, struct error *err)
{
	struct issued_keys keys;
	int64_t age;

	if (issued_keys_load(
		call->identity->store, call->arena, client, &keys, err) == -1)
		return -1;
	age = call->caller.now - keys.fetched_at;
	if ((age >= FRESH_MS || !jwks_has(call->arena, keys.text, kid)) &&
	    renew(call, client, &keys, err) == -1)
		return -1;
	if (call->caller.now - keys.fetched_at >= STALE_MS)
		return error_set(err, ERR_UNAUTHORIZED,
		    "JWT: the keys of its issuer cannot be had from %.*s",
		    SLICE_ARG(client->trust.keys_url));
	*text = keys.text;
	return 0;
}

int
issuer_check(const struct call *call, const struct client *client,
    const struct jwt *jwt, struct error *err)
{
	struct trust trust = client->trust;

	/* Nobody is asked for a token that another one has issued. */
	if (trust.keys_url.len > 0 &&
	    slice_equal(jwt_claim(jwt, "iss"), trust.issuer) &&
	    find_keys(call, client, jwt->kid, &trust.keys, err) == -1)
		return -1;
	return jwt_check(call->arena, call->caller.now, jwt, &trust, err);
}
