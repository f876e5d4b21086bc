/*
 * credential_quarantine.c: a credential is put into quarantine, or let out,
 * with all that it was changed for.
 */
#include <string.h>

#include "auth/credential.h"
#include "json/json.h"
#include "json/walk.h"
#include "store/credentials.h"

/* The keys of the records of a breaker. */
struct finding {
	struct slice id;
	unsigned char (*keys)[DIGEST_LEN];
	size_t n;
};

static bool
has(struct arena *a, struct slice credential, struct slice name,
    struct slice text)
{
	struct slice value;

	return walk_find(credential, name, &value) &&
	    slice_equal(walk_string(a, value), text);
}

static bool
is_of(struct arena *a, struct slice credential, struct slice id)
{
	return (has(a, credential, SLICE("id"), id) ||
		   has(a, credential, SLICE("breaker"), id)) &&
	    !has(a, credential, SLICE("kind"), SLICE("seen")) &&
	    !has(a, credential, SLICE("kind"), SLICE("keys"));
}

static void
add_key(struct arena *a, struct finding *f, const unsigned char *key)
{
	size_t len = f->n * DIGEST_LEN;

	f->keys = arena_grow(a, f->keys, len, len + DIGEST_LEN);
	memcpy(f->keys[f->n++], key, DIGEST_LEN);
}

/* In a store that is older than the places of credentials. */
static int
find_by_walk(struct kv_txn *txn, struct finding *f)
{
	struct arena *a = store_arena(txn);
	unsigned char key[DIGEST_LEN];
	enum store_status status;
	struct kv_range *range;
	struct slice text;

	if (credentials_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = credentials_next(range, key, &text)) == STORE_OK)
		if (is_of(a, text, f->id))
			add_key(a, f, key);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* The one with that id, and those that were made in its place. */
static int
find_by_place(struct kv_txn *txn, struct finding *f)
{
	unsigned char key[DIGEST_LEN];
	uint32_t tenant;
	enum store_status status =
	    credential_get_place(txn, f->id, key, &tenant);
	struct kv_range *range;

	if (status == STORE_OK)
		add_key(store_arena(txn), f, key);
	if (status == STORE_FAIL ||
	    credential_open_rotations(txn, f->id, &range) != STORE_OK)
		return -1;
	while ((status = credential_next_key(range, key)) == STORE_OK)
		add_key(store_arena(txn), f, key);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static int
find_keys(struct kv_txn *txn, struct finding *f)
{
	int placed = credentials_are_placed(txn);

	if (placed == -1)
		return -1;
	return placed == 1 ? find_by_place(txn, f) : find_by_walk(txn, f);
}

/* A place that is not true any more leads to nobody, or to another. */
static int
set_one(struct kv_txn *txn, const struct finding *f, size_t i, int64_t at,
    struct error *err)
{
	const unsigned char *key = f->keys[i];
	struct arena *a = store_arena(txn);
	struct json_object *record;
	struct slice text;

	switch (credential_get(txn, key, true, &text)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
	if (!is_of(a, text, f->id))
		return 0;
	if (json_parse(a, text, &record, err) == -1)
		return -1;
	if (at == 0)
		json_delete(record, SLICE("quarantinedAt"));
	else
		json_set(
		    record, SLICE("quarantinedAt"), json_new_integer(a, at));
	return credential_put(txn, key, json_text(a, record)) == STORE_OK ? 0
									  : -1;
}

int
credential_set_quarantine(
    struct kv_txn *txn, struct slice id, int64_t at, struct error *err)
{
	struct finding f = { .id = id };

	if (find_keys(txn, &f) == -1)
		return -1;
	for (size_t i = 0; i < f.n; i++)
		if (set_one(txn, &f, i, at, err) == -1)
			return -1;
	return 0;
}
