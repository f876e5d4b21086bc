/*
 * client.c: clients that get access tokens for their secrets.
 *
 * The record is that of a credential with more members.  It stands under the
 * SHA-256 of "client ID", among those of tokens.
 */
#include <string.h>

#include "auth/client.h"
#include "base/base64.h"
#include "base/clock.h"
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
	key_of(a, c->credential.id, c->credential.key);
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
	return credential_insert(txn, c->key, json_text(a, v)) == STORE_OK ? 0
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

	uuid_format(&id, text);
	clock_format(now, at);
	digest_random(seal_key, DIGEST_LEN);
	client->seal_key = (struct slice){ seal_key, DIGEST_LEN };
	c->kind = SLICE("client");
	c->id = slice_of(arena_strdup(a, text));
	c->created = slice_of(arena_strdup(a, at));
	key_of(a, c->id, c->key);
	return store_txn(store, create_body, &creation, err);
}

/* A change to the record of a client, as a tree. */
struct edit {
	struct slice id;
	unsigned char key[DIGEST_LEN];

	/* What is done to its "secrets". */
	int (*change)(struct arena *a, struct json_object *secrets, void *arg,
	    struct error *err);
	void *arg;
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
		return error_set(err, ERR_NOT_FOUND,
		    "there is no client '%.*s'", SLICE_ARG(e->id));
	if (status == STORE_FAIL || json_parse(a, text, &v, err) == -1 ||
	    e->change(a, json_get(v, "secrets"), e->arg, err) == -1)
		return -1;
	return credential_put(txn, e->key, json_text(a, v)) == STORE_OK ? 0
									: -1;
}

static int
edit_secrets(struct store *store, struct slice id,
    int (*change)(struct arena *, struct json_object *, void *, struct error *),
    void *arg, struct error *err)
{
	struct edit e = { .id = id, .change = change, .arg = arg };
	struct arena *a = arena_new();
	int rc;

	key_of(a, id, e.key);
	rc = store_txn(store, edit_body, &e, err);
	arena_free(a);
	return rc;
}

static int
append_secret(
    struct arena *a, struct json_object *secrets, void *arg, struct error *err)
{
	const struct client_secret *s = arg;
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
	return edit_secrets(store, id, append_secret, &s, err);
}

static int
delete_secret(
    struct arena *a, struct json_object *secrets, void *arg, struct error *err)
{
	const struct slice *id = arg;

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
	return edit_secrets(store, id, delete_secret, &secret_id, err);
}

struct search {
	struct arena *a;
	struct slice id;
	struct client *client;
	unsigned char key[DIGEST_LEN];
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
		return error_set(err, ERR_UNAUTHORIZED,
		    "there is no client '%.*s'", SLICE_ARG(s->id));
	default:
		return -1;
	}
}

int
client_find(struct store *store, struct arena *a, struct slice id,
    struct client *client, struct error *err)
{
	struct search search = { .a = a, .id = id, .client = client };

	key_of(a, id, search.key);
	return store_peek(store, find_body, &search, err);
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
