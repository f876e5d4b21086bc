/*
 * client.c: clients that get access tokens for their secrets.
 *
 * The record is that of a credential with more members.  It stands under the
 * SHA-256 of "client ID", among those of tokens.
 */
#include <stddef.h>
#include <string.h>

#include "auth/client.h"
#include "auth/credential_note.h"
#include "auth/credential_place.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "base/number.h"
#include "json/walk.h"
#include "store/credentials.h"
#include "store/tenants.h"
#include "store/vault.h"

void
client_key(struct arena *a, struct slice id, unsigned char key[DIGEST_LEN])
{
	digest_sha256(
	    slice_of(arena_printf(a, "client %.*s", SLICE_ARG(id))), key);
}

/* A tenant may be renamed: its number stays. */
static void
issuer_key_of(struct arena *a, uint32_t tenant, struct slice issuer,
    unsigned char key[DIGEST_LEN])
{
	digest_sha256(slice_of(arena_printf(
			  a, "issuer %u %.*s", tenant, SLICE_ARG(issuer))),
	    key);
}

static int
damaged(struct error *err)
{
	return error_set(err, ERR_INTERNAL, "a stored client is damaged");
}

static struct slice
text_of(struct arena *a, struct slice object, const char *name)
{
	struct slice value;

	return walk_find(object, slice_of(name), &value) ? walk_string(a, value)
							 : SLICE("");
}

static int64_t
number_of(struct slice object, const char *name)
{
	struct slice value;
	int64_t n = 0;

	if (walk_find(object, slice_of(name), &value))
		parse_int(value, 0, INT64_MAX, &n, NULL);
	return n;
}

/* The bytes of NAME, DIGEST_LEN of them; false when there are others. */
static bool
bytes_of(
    struct arena *a, struct slice object, const char *name, struct slice *out)
{
	out->data = (const char *)base64url_decode(
	    a, text_of(a, object, name), &out->len);
	return out->data != NULL && out->len == DIGEST_LEN;
}

static int
read_secret(
    struct arena *a, struct slice object, struct client *c, struct error *err)
{
	struct client_secret *s = &c->secrets[c->nsecrets++];

	*s = (struct client_secret){
		.id = text_of(a, object, "id"),
		.created = text_of(a, object, "created"),
		.expires_at = number_of(object, "expiresAt"),
		.used_at = number_of(object, "usedAt"),
	};
	return bytes_of(a, object, "hash", &s->hash) ? 0 : damaged(err);
}

/* clang-format off */
static const struct {
	const char	*name;
	size_t		 offset;
} trusts[] = {
	{ "issuer",	offsetof(struct trust, issuer) },
	{ "audiences",	offsetof(struct trust, audiences) },
	{ "subject",	offsetof(struct trust, subject) },
	{ "tenantId",	offsetof(struct trust, tenant_id) },
	{ "keys",	offsetof(struct trust, keys) },
	{ "keysUrl",	offsetof(struct trust, keys_url) },
};
/* clang-format on */

static void
read_trust(struct arena *a, struct slice object, struct trust *out)
{
	for (size_t i = 0; i < NELEM(trusts); i++) {
		struct slice text = text_of(a, object, trusts[i].name);

		memcpy((char *)out + trusts[i].offset, &text, sizeof(text));
	}
}

static struct json_object *
new_trust(struct arena *a, const struct trust *trust)
{
	struct json_object *v = json_new_object(a);
	struct slice text;

	for (size_t i = 0; i < NELEM(trusts); i++) {
		memcpy(&text, (const char *)trust + trusts[i].offset,
		    sizeof(text));
		json_set(v, slice_of(trusts[i].name), json_new_string(a, text));
	}
	return v;
}

/* A record without one is no client's: a token's, a certificate's. */
void
client_set(
    struct arena *a, const struct client *client, struct json_object *record)
{
	credential_set(a, &client->credential, record);
	if (client->lifetime != 0)
		json_set(record, SLICE("lifetime"),
		    json_new_integer(a, client->lifetime));
	if (client->trust.issuer.len > 0)
		json_set(record, SLICE("trust"), new_trust(a, &client->trust));
}

int
client_check_lifetime(int64_t seconds, struct error *err)
{
	if (seconds >= CLIENT_LIFETIME_MIN && seconds <= CLIENT_LIFETIME_MAX)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "an access token lives for %d to %d minutes",
	    CLIENT_LIFETIME_MIN / 60, CLIENT_LIFETIME_MAX / 60);
}

/* The key that seals access tokens is itself sealed, for its client. */
static int
read_seal_key(const struct vault *vault, struct arena *a, struct slice text,
    struct client *c, struct error *err)
{
	struct slice sealed = text_of(a, text, "sealKey"), plain;
	unsigned char *key;
	size_t len = 0;

	if (vault_open(vault, a, c->credential.id, sealed, &plain, err) == -1)
		return -1;
	key = base64url_decode(a, plain, &len);
	if (key == NULL || len != DIGEST_LEN)
		return damaged(err);
	c->seal_key = (struct slice){ (const char *)key, len };
	return 0;
}

static struct slice
seal_seal_key(
    const struct vault *vault, struct arena *a, const struct client *c)
{
	return vault_seal(vault, a, c->credential.id,
	    base64url_encode(a, c->seal_key.data, DIGEST_LEN));
}

static int
read_client(const struct vault *vault, struct arena *a, struct slice text,
    struct client *c, struct error *err)
{
	struct slice list, item;
	struct walk w;

	text = arena_slice(a, text);
	*c = (struct client){ .nsecrets = 0 };
	if (credential_parse(a, text, &c->credential, err) == -1)
		return -1;
	if (walk_find(text, SLICE("trust"), &item))
		read_trust(a, item, &c->trust);
	c->lifetime = number_of(text, "lifetime");
	if (read_seal_key(vault, a, text, c, err) == -1)
		return -1;
	c->secrets = arena_calloc(a, CLIENT_SECRETS_MAX, sizeof(*c->secrets));
	if (!walk_find(text, SLICE("secrets"), &list))
		return 0;
	w = walk_enter(list);
	while (walk_element(&w, &item))
		if (c->nsecrets == CLIENT_SECRETS_MAX ||
		    read_secret(a, item, c, err) == -1)
			return damaged(err);
	return 0;
}

struct creation {
	struct arena *a;
	struct client *client;
};

static int
create_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct creation *creation = arg;
	struct credential *c = &creation->client->credential;
	struct arena *a = store_arena(txn);
	struct json_object *v = json_new_object(a);
	enum store_status status;

	if (credential_place(txn, c, err) == -1)
		return -1;
	if (slice_equal(c->kind, SLICE("issuer")))
		issuer_key_of(
		    a, c->tenant, creation->client->trust.issuer, c->key);
	client_set(a, creation->client, v);
	json_set(v, SLICE("sealKey"),
	    json_new_string(
		a, seal_seal_key(kv_txn_vault(txn), a, creation->client)));
	json_set(v, SLICE("secrets"), json_new_array(a));
	status = credential_keep(txn, c, json_text(a, v));
	if (status == STORE_EXISTS)
		return error_set(err, ERR_UNIQUENESS,
		    "the tenant has one for this issuer already");
	return status == STORE_OK
	    ? credential_note(txn, SLICE(""), json_text(a, v), err)
	    : -1;
}

int
client_create(struct store *store, struct arena *a, int64_t now,
    struct client *client, struct error *err)
{
	struct creation creation = { a, client };
	struct credential *c = &client->credential;
	char *seal_key = arena_alloc(a, DIGEST_LEN);
	struct uuid id = uuid_new(now);
	char text[UUID_TEXT_SIZE], at[CLOCK_TEXT_SIZE];

	if (client_check_lifetime(client->lifetime, err) == -1)
		return -1;
	uuid_format(&id, text);
	clock_format(now, at);
	digest_random(seal_key, DIGEST_LEN);
	client->seal_key = (struct slice){ seal_key, DIGEST_LEN };
	c->id = slice_of(arena_strdup(a, text));
	c->created = slice_of(arena_strdup(a, at));
	client_key(a, c->id, c->key);
	return store_txn(store, create_body, &creation, err);
}

static int
seal_body(struct kv_txn *txn, void *key, struct error *err)
{
	const struct vault *vault = kv_txn_vault(txn);
	struct arena *a = store_arena(txn);
	struct json_object *v;
	struct client c;
	struct slice text, seal_key;
	enum store_status status = credential_get(txn, key, true, &text);

	if (status != STORE_OK || !walk_find(text, SLICE("sealKey"), &seal_key))
		return status == STORE_FAIL ? -1 : 0;
	if (read_client(vault, a, text, &c, err) == -1 ||
	    json_parse(a, text, &v, err) == -1)
		return -1;
	json_set(v, SLICE("sealKey"),
	    json_new_string(a, seal_seal_key(vault, a, &c)));
	return credential_put(txn, key, json_text(a, v)) == STORE_OK ? 0 : -1;
}

int
client_seal(
    struct store *store, const unsigned char key[DIGEST_LEN], struct error *err)
{
	unsigned char copy[DIGEST_LEN];

	memcpy(copy, key, sizeof(copy));
	return store_txn(store, seal_body, copy, err);
}

struct search {
	struct arena *a;
	struct client *client;
	const unsigned char *key;
};

static int
find_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct search *s = arg;
	struct slice text;

	switch (credential_get(txn, s->key, false, &text)) {
	case STORE_OK:
		return read_client(
		    kv_txn_vault(txn), s->a, text, s->client, err);
	case STORE_NOTFOUND:
		return error_set(
		    err, ERR_UNAUTHORIZED, "there is no such client");
	default:
		return -1;
	}
}

int
client_get(struct store *store, struct arena *a,
    const unsigned char key[DIGEST_LEN], struct client *client,
    struct error *err)
{
	struct search search = { a, client, key };

	if (store_peek(store, find_body, &search, err) == -1)
		return -1;
	memcpy(client->credential.key, key, DIGEST_LEN);
	return 0;
}

int
client_find(struct store *store, struct arena *a, struct slice id,
    struct client *client, struct error *err)
{
	unsigned char key[DIGEST_LEN];

	client_key(a, id, key);
	if (client_get(store, a, key, client, err) == 0)
		return 0;
	return err->code == ERR_UNAUTHORIZED
	    ? error_set(err, ERR_UNAUTHORIZED, "there is no client '%.*s'",
		  SLICE_ARG(id))
	    : -1;
}

struct tenant_search {
	struct slice name;
	uint32_t tenant;
};

static int
tenant_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct tenant_search *search = arg;

	switch (tenant_find(txn, search->name, &search->tenant)) {
	case STORE_OK:
		return 0;
	case STORE_NOTFOUND:
		return error_set(err, ERR_UNAUTHORIZED, "no such tenant");
	default:
		return -1;
	}
}

int
client_find_issuer(struct store *store, struct arena *a,
    struct slice tenant_name, struct slice issuer, struct client *client,
    struct error *err)
{
	struct tenant_search search = { .name = tenant_name };
	unsigned char key[DIGEST_LEN];

	if (store_peek(store, tenant_body, &search, err) == 0) {
		issuer_key_of(a, search.tenant, issuer, key);
		if (client_get(store, a, key, client, err) == 0)
			return 0;
	}
	return err->code == ERR_UNAUTHORIZED
	    ? error_set(err, ERR_UNAUTHORIZED,
		  "JWT: the tenant '%.*s' trusts no issuer '%.*s'",
		  SLICE_ARG(tenant_name),
		  issuer.len > 128 ? 128 : (int)issuer.len, issuer.data)
	    : -1;
}

int
client_check_secret(const struct client *client, int64_t now,
    struct slice secret, const struct client_secret **which, struct error *err)
{
	const char *fault = secret_fault(CLIENT_SECRET_PREFIX, secret);
	unsigned char hash[DIGEST_LEN];

	digest_sha256(secret, hash);
	for (size_t i = 0; i < client->nsecrets; i++) {
		*which = &client->secrets[i];
		if (!digest_equal(hash, (*which)->hash.data, DIGEST_LEN))
			continue;
		if (now < (*which)->expires_at)
			return 0;
		fault = "it has expired";
	}
	return error_set(err, ERR_UNAUTHORIZED,
	    "no such secret of client %.*s: %s",
	    SLICE_ARG(client->credential.id),
	    fault != NULL ? fault : "it was taken back, or is of another");
}

const struct client_secret *
client_secret_find(const struct client *client, struct slice id)
{
	for (size_t i = 0; i < client->nsecrets; i++)
		if (slice_equal(client->secrets[i].id, id))
			return &client->secrets[i];
	return NULL;
}
