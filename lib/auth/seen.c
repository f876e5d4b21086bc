/*
 * seen.c: assertions that a client has used.
 *
 * One record a client, under the SHA-256 of "seen ID": what expired is left
 * out when it is written again.
 */
#include "auth/seen.h"
#include "base/base64.h"
#include "json/json.h"
#include "store/credentials.h"

struct use {
	const struct credential *client;
	struct slice jti;
	int64_t now;
	int64_t expires_at;
};

static struct slice
hash_name(struct arena *a, struct slice jti)
{
	unsigned char hash[DIGEST_LEN];

	digest_sha256(jti, hash);
	return base64url_encode(a, hash, sizeof(hash));
}

static void
key_of(struct arena *a, struct slice id, unsigned char key[DIGEST_LEN])
{
	digest_sha256(
	    slice_of(arena_printf(a, "seen %.*s", SLICE_ARG(id))), key);
}

/* The uses in OLD that have not expired. */
static struct json_object *
live_ones(struct arena *a, const struct json_object *old, int64_t now)
{
	struct json_object *uses = json_new_object(a);
	struct json_member m;

	for (m = json_first(old); m.entry != NULL; json_next(&m))
		if (json_integer(m.value) > now)
			json_set(uses, m.name, m.value);
	return uses;
}

static int
note_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct use *use = arg;
	struct arena *a = store_arena(txn);
	struct json_object *record = json_new_object(a), *uses;
	struct slice text, name = hash_name(a, use->jti);
	unsigned char key[DIGEST_LEN];
	enum store_status status;

	key_of(a, use->client->id, key);
	status = credential_get(txn, key, true, &text);
	if (status == STORE_FAIL ||
	    (status == STORE_OK && json_parse(a, text, &record, err) == -1))
		return -1;
	uses = live_ones(a, json_get(record, "uses"), use->now);
	if (json_get(uses, arena_strndup(a, name.data, name.len)) != NULL)
		return error_set(err, ERR_UNAUTHORIZED,
		    "JWT: client %.*s has used it before",
		    SLICE_ARG(use->client->id));
	if (json_len(uses) >= SEEN_MAX)
		return error_set(err, ERR_UNAUTHORIZED,
		    "JWT: client %.*s has used %d that have not expired",
		    SLICE_ARG(use->client->id), SEEN_MAX);
	json_set(uses, name, json_new_integer(a, use->expires_at));
	json_set(record, SLICE("id"), json_new_string(a, use->client->id));
	json_set(record, SLICE("kind"), json_new_string(a, SLICE("seen")));
	json_set(
	    record, SLICE("tenant"), json_new_integer(a, use->client->tenant));
	json_set(record, SLICE("uses"), uses);
	return credential_put(txn, key, json_text(a, record)) == STORE_OK ? 0
									  : -1;
}

int
seen_note(struct store *store, int64_t now, const struct credential *client,
    struct slice jti, int64_t expires_at, struct error *err)
{
	struct use use = { client, jti, now, expires_at };

	return store_txn(store, note_body, &use, err);
}

int
seen_forget(struct kv_txn *txn, struct slice client)
{
	unsigned char key[DIGEST_LEN];

	key_of(store_arena(txn), client, key);
	return credential_delete(txn, key) == STORE_FAIL ? -1 : 0;
}
