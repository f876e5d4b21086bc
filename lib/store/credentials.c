/*
 * credentials.c: what lets a client in.
 *
 * key:   SHA-256 of the secret
 * value: the credential, JSON
 */
#include <string.h>

#include "store/credentials.h"
#include "store/scan.h"
#include "store/store.h"

static struct slice
key_of(const unsigned char hash[DIGEST_LEN])
{
	return (struct slice){ (const char *)hash, DIGEST_LEN };
}

enum store_status
credential_get(struct kv_txn *txn, const unsigned char hash[DIGEST_LEN],
    bool for_update, struct slice *text)
{
	return kv_get(txn, KV_CREDENTIALS, key_of(hash), for_update, text);
}

enum store_status
credential_put(
    struct kv_txn *txn, const unsigned char hash[DIGEST_LEN], struct slice text)
{
	return kv_put(txn, KV_CREDENTIALS, key_of(hash), text);
}

enum store_status
credential_insert(
    struct kv_txn *txn, const unsigned char hash[DIGEST_LEN], struct slice text)
{
	return kv_insert(txn, KV_CREDENTIALS, key_of(hash), text);
}

enum store_status
credential_delete(struct kv_txn *txn, const unsigned char hash[DIGEST_LEN])
{
	return kv_delete(txn, KV_CREDENTIALS, key_of(hash));
}

/* "credential" NUL id, in KV_META: begins with no number of a tenant. */
enum { PREFIX_LEN = 11, ID_MAX = 64 };

static struct slice
place_key(char key[PREFIX_LEN + ID_MAX], struct slice id)
{
	size_t len = id.len < ID_MAX ? id.len : ID_MAX;

	memcpy(key, "credential", PREFIX_LEN);
	if (len > 0)
		memcpy(key + PREFIX_LEN, id.data, len);
	return (struct slice){ key, PREFIX_LEN + len };
}

enum { PLACE_LEN = DIGEST_LEN + 4 };

enum store_status
credential_get_place(struct kv_txn *txn, struct slice id,
    unsigned char hash[DIGEST_LEN], uint32_t *tenant)
{
	char key[PREFIX_LEN + ID_MAX];
	struct slice value;
	enum store_status status =
	    kv_get(txn, KV_META, place_key(key, id), false, &value);

	if (status != STORE_OK)
		return status;
	if (value.len != PLACE_LEN)
		return STORE_NOTFOUND;
	memcpy(hash, value.data, DIGEST_LEN);
	*tenant = 0;
	for (int i = 0; i < 4; i++)
		*tenant =
		    *tenant << 8 | (unsigned char)value.data[DIGEST_LEN + i];
	return STORE_OK;
}

enum store_status
credential_put_place(struct kv_txn *txn, struct slice id,
    const unsigned char hash[DIGEST_LEN], uint32_t tenant)
{
	char key[PREFIX_LEN + ID_MAX], value[PLACE_LEN];

	memcpy(value, hash, DIGEST_LEN);
	for (int i = 0; i < 4; i++)
		value[DIGEST_LEN + i] = (char)(tenant >> (24 - 8 * i));
	return kv_put(txn, KV_META, place_key(key, id),
	    (struct slice){ value, sizeof(value) });
}

enum store_status
credential_delete_place(struct kv_txn *txn, struct slice id)
{
	char key[PREFIX_LEN + ID_MAX];

	return kv_delete(txn, KV_META, place_key(key, id));
}

/* "rotation" NUL breaker NUL id, in KV_META. */
enum { ROTATION_LEN = 9, ROTATION_SIZE = ROTATION_LEN + 2 * (ID_MAX + 1) };

static size_t
add_id(char *key, struct slice id)
{
	size_t len = id.len < ID_MAX ? id.len : ID_MAX;

	if (len > 0)
		memcpy(key, id.data, len);
	return len;
}

/* Of all with BREAKER, or the one with ID. */
static struct slice
rotation_key(char key[ROTATION_SIZE], struct slice breaker, struct slice id)
{
	size_t len = ROTATION_LEN;

	memcpy(key, "rotation", ROTATION_LEN);
	len += add_id(key + len, breaker);
	key[len++] = '\0';
	len += add_id(key + len, id);
	return (struct slice){ key, len };
}

enum store_status
credential_put_rotation(struct kv_txn *txn, struct slice breaker,
    struct slice id, const unsigned char hash[DIGEST_LEN])
{
	char key[ROTATION_SIZE];

	return kv_put(
	    txn, KV_META, rotation_key(key, breaker, id), key_of(hash));
}

enum store_status
credential_delete_rotation(
    struct kv_txn *txn, struct slice breaker, struct slice id)
{
	char key[ROTATION_SIZE];

	return kv_delete(txn, KV_META, rotation_key(key, breaker, id));
}

enum store_status
credential_open_rotations(
    struct kv_txn *txn, struct slice breaker, struct kv_range **out)
{
	char key[ROTATION_SIZE];

	return kv_range_open(txn, KV_META,
	    rotation_key(key, breaker, SLICE("")), SLICE(""), true, out);
}

/* "owner" NUL tenant id, in KV_META. */
enum { OWNER_LEN = 6, OWNER_SIZE = OWNER_LEN + 4 + ID_MAX };

/* Of all that TENANT has, or the one with ID. */
static struct slice
owner_key(char key[OWNER_SIZE], uint32_t tenant, struct slice id)
{
	memcpy(key, "owner", OWNER_LEN);
	for (int i = 0; i < 4; i++)
		key[OWNER_LEN + i] = (char)(tenant >> (24 - 8 * i));
	return (struct slice){ key,
		OWNER_LEN + 4 + add_id(key + OWNER_LEN + 4, id) };
}

enum store_status
credential_put_owner(struct kv_txn *txn, uint32_t tenant, struct slice id,
    const unsigned char hash[DIGEST_LEN])
{
	char key[OWNER_SIZE];

	return kv_put(txn, KV_META, owner_key(key, tenant, id), key_of(hash));
}

enum store_status
credential_delete_owner(struct kv_txn *txn, uint32_t tenant, struct slice id)
{
	char key[OWNER_SIZE];

	return kv_delete(txn, KV_META, owner_key(key, tenant, id));
}

enum store_status
credential_open_owned(
    struct kv_txn *txn, uint32_t tenant, struct kv_range **out)
{
	char key[OWNER_SIZE];

	return kv_range_open(txn, KV_META, owner_key(key, tenant, SLICE("")),
	    SLICE(""), true, out);
}

static const struct slice placed = { "credentials\0placed", 18 };

/* "1" was before there were owners. */
static const struct slice placed_form = { "2", 1 };

int
credentials_are_placed(struct kv_txn *txn)
{
	struct slice value;

	switch (kv_get(txn, KV_META, placed, false, &value)) {
	case STORE_OK:
		return slice_equal(value, placed_form);
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

enum store_status
credentials_set_placed(struct kv_txn *txn)
{
	return kv_put(txn, KV_META, placed, placed_form);
}

/* "certificate" NUL hash tenant, in KV_META as well. */
enum { MARK_LEN = 12, MARK_SIZE = MARK_LEN + DIGEST_LEN + 4 };

static void
start_mark(char key[MARK_SIZE], const unsigned char name[DIGEST_LEN])
{
	memcpy(key, "certificate", MARK_LEN);
	memcpy(key + MARK_LEN, name, DIGEST_LEN);
}

enum store_status
credential_put_certificate(struct kv_txn *txn,
    const unsigned char name[DIGEST_LEN], uint32_t tenant,
    const unsigned char key[DIGEST_LEN])
{
	char mark[MARK_SIZE];

	start_mark(mark, name);
	for (int i = 0; i < 4; i++)
		mark[MARK_LEN + DIGEST_LEN + i] =
		    (char)(tenant >> (24 - 8 * i));
	return kv_put(
	    txn, KV_META, (struct slice){ mark, sizeof(mark) }, key_of(key));
}

enum store_status
certificates_open(struct kv_txn *txn, const unsigned char name[DIGEST_LEN],
    struct kv_range **out)
{
	char mark[MARK_SIZE];

	start_mark(mark, name);
	return kv_range_open(txn, KV_META,
	    (struct slice){ mark, MARK_LEN + DIGEST_LEN }, SLICE(""), true,
	    out);
}

enum store_status
credential_next_key(struct kv_range *range, unsigned char key[DIGEST_LEN])
{
	struct slice mark, value;
	enum store_status status = kv_range_next(range, &mark, &value);

	if (status != STORE_OK)
		return status;
	if (value.len != DIGEST_LEN)
		return STORE_FAIL;
	memcpy(key, value.data, DIGEST_LEN);
	return STORE_OK;
}

enum store_status
credentials_open(struct kv_txn *txn, struct kv_range **out)
{
	return credentials_open_after(txn, NULL, out);
}

enum store_status
credentials_open_after(
    struct kv_txn *txn, const unsigned char *after, struct kv_range **out)
{
	struct slice from = SLICE("");

	if (after != NULL)
		from = scan_behind(store_arena(txn), key_of(after));
	return kv_range_open(txn, KV_CREDENTIALS, SLICE(""), from, true, out);
}

enum store_status
credentials_next(
    struct kv_range *range, unsigned char hash[DIGEST_LEN], struct slice *text)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, text);

	if (status != STORE_OK)
		return status;
	if (key.len != DIGEST_LEN)
		return STORE_FAIL;
	memcpy(hash, key.data, DIGEST_LEN);
	return STORE_OK;
}
