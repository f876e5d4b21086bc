/*
 * issued_keys.c: the keys of an issuer that were fetched from it.
 *
 * The record stands under the SHA-256 of "keys ID", among those of clients.
 * Keys of another URL, which the client had before, count for nothing.
 */
#include "auth/issued_keys.h"
#include "base/number.h"
#include "json/walk.h"
#include "store/credentials.h"

static void
key_of_id(struct arena *a, struct slice id, unsigned char key[DIGEST_LEN])
{
	digest_sha256(
	    slice_of(arena_printf(a, "keys %.*s", SLICE_ARG(id))), key);
}

static void
key_of(
    struct arena *a, const struct client *client, unsigned char key[DIGEST_LEN])
{
	key_of_id(a, client->credential.id, key);
}

/* The record of CLIENT, to be changed, or a new one for it. */
static int
read_record(struct kv_txn *txn, const struct client *client,
    struct json_object **out, struct error *err)
{
	struct arena *a = store_arena(txn);
	unsigned char key[DIGEST_LEN];
	struct slice text;
	enum store_status status;

	key_of(a, client, key);
	status = credential_get(txn, key, true, &text);
	if (status == STORE_FAIL)
		return -1;
	if (status == STORE_OK) {
		if (json_parse(a, text, out, err) == -1)
			return error_set(err, ERR_INTERNAL,
			    "a stored set of keys is damaged");
		if (slice_equal(json_string(json_get(*out, "url")),
			client->trust.keys_url))
			return 0;
	}
	*out = json_new_object(a);
	json_set(*out, SLICE("id"), json_new_string(a, client->credential.id));
	json_set(*out, SLICE("kind"), json_new_string(a, SLICE("keys")));
	json_set(*out, SLICE("tenant"),
	    json_new_integer(a, client->credential.tenant));
	json_set(
	    *out, SLICE("url"), json_new_string(a, client->trust.keys_url));
	return 0;
}

static int
write_record(
    struct kv_txn *txn, const struct client *client, struct json_object *v)
{
	struct arena *a = store_arena(txn);
	unsigned char key[DIGEST_LEN];

	key_of(a, client, key);
	return credential_put(txn, key, json_text(a, v)) == STORE_OK ? 0 : -1;
}

struct loading {
	struct arena *a;
	const struct client *client;
	struct issued_keys *out;
};

/* Every request with a JWT does this: the text is walked, no tree is built. */
static int
load_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct loading *l = arg;
	unsigned char key[DIGEST_LEN];
	struct slice text, value;
	enum store_status status;

	(void)err;
	*l->out = (struct issued_keys){ .text = SLICE("") };
	key_of(store_arena(txn), l->client, key);
	status = credential_get(txn, key, false, &text);
	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	text = arena_slice(l->a, text);
	if (!walk_find(text, SLICE("url"), &value) ||
	    !slice_equal(walk_string(l->a, value), l->client->trust.keys_url))
		return 0;
	if (walk_find(text, SLICE("keys"), &value))
		l->out->text = walk_string(l->a, value);
	if (walk_find(text, SLICE("fetchedAt"), &value))
		parse_int(value, 0, INT64_MAX, &l->out->fetched_at, NULL);
	return 0;
}

int
issued_keys_load(struct store *store, struct arena *a,
    const struct client *client, struct issued_keys *out, struct error *err)
{
	struct loading l = { a, client, out };

	return store_peek(store, load_body, &l, err);
}

struct claim {
	const struct client *client;
	int64_t now;
	int64_t again_ms;
	bool is_ours;
};

static int
claim_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct claim *c = arg;
	struct json_object *v;

	if (read_record(txn, c->client, &v, err) == -1)
		return -1;
	c->is_ours =
	    c->now - json_integer(json_get(v, "triedAt")) >= c->again_ms;
	if (!c->is_ours)
		return 0;
	json_set(
	    v, SLICE("triedAt"), json_new_integer(store_arena(txn), c->now));
	return write_record(txn, c->client, v);
}

int
issued_keys_claim(struct store *store, const struct client *client, int64_t now,
    int64_t again_ms, struct error *err)
{
	struct claim c = { client, now, again_ms, false };

	if (store_txn(store, claim_body, &c, err) == -1)
		return -1;
	return c.is_ours;
}

struct putting {
	const struct client *client;
	int64_t now;
	struct slice text;
};

static int
put_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct putting *p = arg;
	struct arena *a = store_arena(txn);
	struct json_object *v;

	if (read_record(txn, p->client, &v, err) == -1)
		return -1;
	json_set(v, SLICE("keys"), json_new_string(a, p->text));
	json_set(v, SLICE("fetchedAt"), json_new_integer(a, p->now));
	return write_record(txn, p->client, v);
}

int
issued_keys_put(struct store *store, const struct client *client, int64_t now,
    struct slice text, struct error *err)
{
	struct putting p = { client, now, text };

	return store_txn(store, put_body, &p, err);
}

int
issued_keys_forget(struct kv_txn *txn, struct slice client)
{
	unsigned char key[DIGEST_LEN];

	key_of_id(store_arena(txn), client, key);
	return credential_delete(txn, key) == STORE_FAIL ? -1 : 0;
}
