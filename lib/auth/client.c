/*
 * client.c: clients that get access tokens for their secrets.
 *
 * The record is that of a credential with more members.  It stands under the
 * SHA-256 of "client ID", among those of tokens.
 */
#include <stddef.h>
#include <string.h>

#include "auth/client.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "base/number.h"
#include "json/walk.h"
#include "store/credentials.h"
#include "store/tenants.h"

static void
key_of(struct arena *a, struct slice id, unsigned char key[DIGEST_LEN])
{
	digest_sha256(
	    slice_of(arena_printf(a, "client %.*s", SLICE_ARG(id))), key);
}

static void
issuer_key_of(struct arena *a, struct slice tenant_name, struct slice issuer,
    unsigned char key[DIGEST_LEN])
{
	digest_sha256(slice_of(arena_printf(a, "issuer %.*s %.*s",
			  SLICE_ARG(tenant_name), SLICE_ARG(issuer))),
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

static int
read_client(
    struct arena *a, struct slice text, struct client *c, struct error *err)
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
	if (!bytes_of(a, text, "sealKey", &c->seal_key))
		return damaged(err);
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
	struct json_object *v;
	enum store_status status;

	status = tenant_find(txn, c->tenant_name, &c->tenant);
	if (status == STORE_NOTFOUND)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no tenant '%.*s'", SLICE_ARG(c->tenant_name));
	if (status == STORE_FAIL ||
	    json_parse(a, credential_text(a, c), &v, err) == -1)
		return -1;
	json_set(v, SLICE("lifetime"),
	    json_new_integer(a, creation->client->lifetime));
	json_set(v, SLICE("sealKey"),
	    json_new_string(a,
		base64url_encode(
		    a, creation->client->seal_key.data, DIGEST_LEN)));
	json_set(v, SLICE("secrets"), json_new_array(a));
	if (creation->client->trust.issuer.len > 0)
		json_set(
		    v, SLICE("trust"), new_trust(a, &creation->client->trust));
	status = credential_insert(txn, c->key, json_text(a, v));
	if (status == STORE_EXISTS)
		return error_set(err, ERR_UNIQUENESS,
		    "the tenant has one for this issuer already");
	return status == STORE_OK ? 0 : -1;
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

	uuid_format(&id, text);
	clock_format(now, at);
	digest_random(seal_key, DIGEST_LEN);
	client->seal_key = (struct slice){ seal_key, DIGEST_LEN };
	c->id = slice_of(arena_strdup(a, text));
	c->created = slice_of(arena_strdup(a, at));
	if (slice_equal(c->kind, SLICE("issuer")))
		issuer_key_of(a, c->tenant_name, client->trust.issuer, c->key);
	else
		key_of(a, c->id, c->key);
	return store_txn(store, create_body, &creation, err);
}

/* A change to the record of a client, as a tree. */
typedef int edit_fn(struct arena *a, struct json_object *client,
    const void *arg, struct error *err);

struct edit {
	const unsigned char *key;
	edit_fn *change;
	const void *arg;
};

static int
edit_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct edit *e = arg;
	struct arena *a = store_arena(txn);
	struct json_object *v;
	struct slice text;
	enum store_status status = credential_get(txn, e->key, true, &text);

	if (status == STORE_NOTFOUND)
		return error_set(err, ERR_NOT_FOUND, "there is no such client");
	if (status == STORE_FAIL || json_parse(a, text, &v, err) == -1 ||
	    e->change(a, v, e->arg, err) == -1)
		return -1;
	return credential_put(txn, e->key, json_text(a, v)) == STORE_OK ? 0
									: -1;
}

static int
edit_client(struct store *store, struct slice id, edit_fn *change,
    const void *arg, struct error *err)
{
	unsigned char key[DIGEST_LEN];
	struct edit e = { key, change, arg };
	struct arena *a = arena_new();

	key_of(a, id, key);
	arena_free(a);
	return store_txn(store, edit_body, &e, err);
}

static int
set_keys(struct arena *a, struct json_object *client, const void *arg,
    struct error *err)
{
	const struct slice *keys = arg;
	struct json_object *trust = json_get(client, "trust");

	if (trust == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "the client has secrets, and trusts no issuer");
	json_set(trust, SLICE("keys"), json_new_string(a, *keys));
	return 0;
}

int
client_set_keys(struct store *store, const unsigned char key[DIGEST_LEN],
    struct slice keys, struct error *err)
{
	struct edit e = { key, set_keys, &keys };

	return store_txn(store, edit_body, &e, err);
}

static int
append_secret(struct arena *a, struct json_object *client, const void *arg,
    struct error *err)
{
	const struct client_secret *s = arg;
	struct json_object *secrets = json_get(client, "secrets");
	struct json_object *v = json_new_object(a);

	if (json_len(secrets) >= CLIENT_SECRETS_MAX)
		return error_set(err, ERR_TOO_MANY,
		    "the client has %d secrets; take one back first",
		    CLIENT_SECRETS_MAX);
	json_set(v, SLICE("id"), json_new_string(a, s->id));
	json_set(v, SLICE("created"), json_new_string(a, s->created));
	json_set(v, SLICE("expiresAt"), json_new_integer(a, s->expires_at));
	json_set(v, SLICE("hash"),
	    json_new_string(a, base64url_encode(a, s->hash.data, s->hash.len)));
	json_append(secrets, v);
	return 0;
}

int
client_add_secret(struct store *store, int64_t now, struct slice id,
    int64_t expires_at, char secret[SECRET_SIZE], struct error *err)
{
	unsigned char hash[DIGEST_LEN];
	struct uuid uuid = uuid_new(now);
	char text[UUID_TEXT_SIZE], at[CLOCK_TEXT_SIZE];
	struct client_secret s = { .expires_at = expires_at };

	uuid_format(&uuid, text);
	clock_format(now, at);
	secret_make(CLIENT_SECRET_PREFIX, secret);
	digest_sha256(slice_of(secret), hash);
	s.id = slice_of(text);
	s.created = slice_of(at);
	s.hash = (struct slice){ (const char *)hash, DIGEST_LEN };
	return edit_client(store, id, append_secret, &s, err);
}

static int
delete_secret(struct arena *a, struct json_object *client, const void *arg,
    struct error *err)
{
	const struct slice *id = arg;
	struct json_object *secrets = json_get(client, "secrets");

	(void)a;
	for (size_t i = 0; i < json_len(secrets); i++)
		if (slice_equal(
			json_string(json_get(json_at(secrets, i), "id")),
			*id)) {
			json_delete_at(secrets, i);
			return 0;
		}
	return error_set(err, ERR_NOT_FOUND,
	    "the client has no secret with the id '%.*s'", SLICE_ARG(*id));
}

int
client_drop_secret(struct store *store, struct slice id, struct slice secret_id,
    struct error *err)
{
	return edit_client(store, id, delete_secret, &secret_id, err);
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
		return read_client(s->a, text, s->client, err);
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

	key_of(a, id, key);
	if (client_get(store, a, key, client, err) == 0)
		return 0;
	return err->code == ERR_UNAUTHORIZED
	    ? error_set(err, ERR_UNAUTHORIZED, "there is no client '%.*s'",
		  SLICE_ARG(id))
	    : -1;
}

int
client_find_issuer(struct store *store, struct arena *a,
    struct slice tenant_name, struct slice issuer, struct client *client,
    struct error *err)
{
	unsigned char key[DIGEST_LEN];

	issuer_key_of(a, tenant_name, issuer, key);
	if (client_get(store, a, key, client, err) == 0)
		return 0;
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
