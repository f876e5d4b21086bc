/*
 * secrets.c: random keys that the store makes for itself.
 *
 * key:   "secret" NUL tenant
 * value: 32 bytes, sealed (vault.h) in a store that has a key file
 */
#include <string.h>

#include "base/log.h"
#include "store/kept.h"
#include "store/key.h"
#include "store/secrets.h"
#include "store/store.h"
#include "store/vault.h"

enum { NAME_LEN = 11 };

/* Begins with "secret", not with a tenant: no tenant has that number. */
static struct slice
name_of(unsigned char name[NAME_LEN], uint32_t tenant)
{
	memcpy(name, "secret", 7);
	for (int i = 0; i < 4; i++)
		name[7 + i] = (unsigned char)(tenant >> (24 - 8 * i));
	return (struct slice){ (const char *)name, NAME_LEN };
}

static enum store_status
open_secret(struct kv_txn *txn, struct slice key, struct slice value,
    unsigned char secret[DIGEST_LEN])
{
	struct error err = { .detail = "it has another length" };

	/* One that is not sealed may begin with any bytes. */
	if ((value.len == DIGEST_LEN ||
		vault_open(kv_txn_vault(txn), store_arena(txn), key, value,
		    &value, &err) == 0) &&
	    value.len == DIGEST_LEN) {
		memcpy(secret, value.data, DIGEST_LEN);
		return STORE_OK;
	}
	log_error("a secret in the store: %s", err.detail);
	return STORE_FAIL;
}

static enum store_status
put_secret(struct kv_txn *txn, struct slice key,
    const unsigned char secret[DIGEST_LEN])
{
	return kv_put(txn, KV_META, key,
	    vault_seal(kv_txn_vault(txn), store_arena(txn), key,
		(struct slice){ (const char *)secret, DIGEST_LEN }));
}

enum store_status
secret_get(struct kv_txn *txn, uint32_t tenant, bool make,
    unsigned char secret[DIGEST_LEN])
{
	unsigned char name[NAME_LEN];
	struct slice key = name_of(name, tenant), value;
	enum store_status status = kv_get(txn, KV_META, key, make, &value);

	if (status == STORE_OK)
		return open_secret(txn, key, value, secret);
	if (status != STORE_NOTFOUND || !make)
		return status;
	digest_random(secret, DIGEST_LEN);
	return put_secret(txn, key, secret);
}

enum store_status
secret_seal(struct kv_txn *txn, uint32_t tenant)
{
	unsigned char name[NAME_LEN], secret[DIGEST_LEN];
	struct slice key = name_of(name, tenant), value;
	enum store_status status = kv_get(txn, KV_META, key, true, &value);

	if (status == STORE_OK)
		status = open_secret(txn, key, value, secret);
	return status == STORE_OK ? put_secret(txn, key, secret) : status;
}

enum store_status
secret_delete(struct kv_txn *txn, uint32_t tenant)
{
	unsigned char name[NAME_LEN];
	enum store_status status =
	    kv_delete(txn, KV_META, name_of(name, tenant));

	kept_end(txn);
	return status;
}
