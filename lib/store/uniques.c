/*
 * uniques.c: values that only one resource of a type may have.
 *
 * key:   tenant type NUL attribute NUL value NUL
 * value: id
 */
#include "store/key.h"
#include "store/uniques.h"

static struct slice
make_key(struct key *k, const struct index_key *from)
{
	key_init(k, from->tenant);
	key_add_text(k, from->type);
	key_add_text(k, from->attribute);
	key_add_text(k, from->value);
	return key_slice(k);
}

enum store_status
unique_get(struct kv_txn *txn, const struct index_key *key, struct uuid *id)
{
	enum store_status status;
	struct slice value;
	struct key k;

	status = kv_get(txn, KV_UNIQUES, make_key(&k, key), false, &value);
	if (status == STORE_OK)
		*id = key_last_uuid(value);
	return status;
}

static struct slice
value_of(const struct uuid *id)
{
	return (struct slice){ (const char *)id->bytes, sizeof(id->bytes) };
}

enum store_status
unique_insert(
    struct kv_txn *txn, const struct index_key *key, const struct uuid *id)
{
	struct key k;

	return kv_insert(txn, KV_UNIQUES, make_key(&k, key), value_of(id));
}

enum store_status
unique_put(
    struct kv_txn *txn, const struct index_key *key, const struct uuid *id)
{
	struct key k;

	return kv_put(txn, KV_UNIQUES, make_key(&k, key), value_of(id));
}

enum store_status
unique_delete(
    struct kv_txn *txn, const struct index_key *key, const struct uuid *id)
{
	enum store_status status;
	struct slice value;
	struct key k;

	/* While the index is built, two may have had the value. */
	status = kv_get(txn, KV_UNIQUES, make_key(&k, key), true, &value);
	if (status != STORE_OK || !slice_equal(value, value_of(id)))
		return status == STORE_OK ? STORE_NOTFOUND : status;
	return kv_delete(txn, KV_UNIQUES, key_slice(&k));
}
