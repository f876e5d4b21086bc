/*
 * client_edit.c: the secrets of a client, and the keys that it trusts, are
 * changed for others.
 */
#include "auth/client.h"
#include "base/base64.h"
#include "base/clock.h"
#include "json/json.h"
#include "store/credentials.h"

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

	client_key(a, id, key);
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
