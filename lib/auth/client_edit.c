/*
 * client_edit.c: the secrets of a client, and the keys that it trusts, are
 * changed for others.
 */
#include "auth/client.h"
#include "auth/credential_change.h"
#include "base/base64.h"
#include "base/clock.h"
#include "json/json.h"
#include "store/credentials.h"

static int
edit_client(struct store *store, struct slice id, int64_t version,
    credential_change_fn *change, const void *arg, struct error *err)
{
	unsigned char key[DIGEST_LEN];
	struct arena *a = arena_new();

	client_key(a, id, key);
	arena_free(a);
	return credential_change(store, key, version, change, arg, err);
}

static int
set_all(struct arena *a, struct json_object *record, const void *arg,
    struct error *err)
{
	(void)err;
	client_set(a, arg, record);
	return 0;
}

int
client_update(
    struct store *store, const struct client *client, struct error *err)
{
	return credential_change(store, client->credential.key,
	    client->credential.version, set_all, client, err);
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
	json_delete(trust, SLICE("keysUrl"));
	return 0;
}

int
client_set_keys(struct store *store, const unsigned char key[DIGEST_LEN],
    struct slice keys, struct error *err)
{
	return credential_change(
	    store, key, CREDENTIAL_ANY, set_keys, &keys, err);
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
    int64_t version, int64_t expires_at, char secret[SECRET_SIZE],
    struct error *err)
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
	return edit_client(store, id, version, append_secret, &s, err);
}

/* Where the one with ID is among SECRETS, or their number. */
static size_t
find_secret(const struct json_object *secrets, struct slice id)
{
	size_t i = 0;

	while (i < json_len(secrets) &&
	    !slice_equal(json_string(json_get(json_at(secrets, i), "id")), id))
		i++;
	return i;
}

static int
delete_secret(struct arena *a, struct json_object *client, const void *arg,
    struct error *err)
{
	const struct slice *id = arg;
	struct json_object *secrets = json_get(client, "secrets");
	size_t i = find_secret(secrets, *id);

	(void)a;
	if (i < json_len(secrets)) {
		json_delete_at(secrets, i);
		return 0;
	}
	return error_set(err, ERR_NOT_FOUND,
	    "the client has no secret with the id '%.*s'", SLICE_ARG(*id));
}

int
client_drop_secret(struct store *store, struct slice id, int64_t version,
    struct slice secret_id, struct error *err)
{
	return edit_client(store, id, version, delete_secret, &secret_id, err);
}

struct use {
	const struct client *client;
	const struct client_secret *secret;
	int64_t now;
};

/* One that was taken back meanwhile stays gone; the version stays. */
static int
use_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct use *use = arg;
	const unsigned char *key = use->client->credential.key;
	struct arena *a = store_arena(txn);
	struct json_object *v, *secrets;
	struct slice text;
	size_t i;
	enum store_status status = credential_get(txn, key, true, &text);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (json_parse(a, text, &v, err) == -1)
		return error_set(
		    err, ERR_INTERNAL, "a stored client is damaged");
	secrets = json_get(v, "secrets");
	i = find_secret(secrets, use->secret->id);
	if (i == json_len(secrets))
		return 0;
	json_set(json_at(secrets, i), SLICE("usedAt"),
	    json_new_integer(a, use->now));
	return credential_put(txn, key, json_text(a, v)) == STORE_OK ? 0 : -1;
}

int
client_touch_secret(struct store *store, const struct client *client,
    const struct client_secret *secret, int64_t now, struct error *err)
{
	struct use use = { client, secret, now };

	if (now - secret->used_at < CREDENTIAL_TOUCH_MS)
		return 0;
	return store_txn(store, use_body, &use, err);
}
