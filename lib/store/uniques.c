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

enum store_status
unique_insert(
    struct kv_txn *txn, const struct index_key *key, const struct uuid *id)
{
	struct key k;

	return kv_insert(txn, KV_UNIQUES, make_key(&k, key),
	    (struct slice){ (const char *)id->bytes, sizeof(id->bytes) });
}

enum store_status
unique_delete(struct kv_txn *txn, const struct index_key *key)
{
	struct key k;

	return kv_delete(txn, KV_UNIQUES, make_key(&k, key));
}
