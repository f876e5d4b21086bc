/*
 * secrets.c: random keys that the store makes for itself.
 *
 * key:   "secret" NUL tenant
 * value: 32 bytes
 */
#include <string.h>

#include "store/key.h"
#include "store/secrets.h"

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

enum store_status
secret_get(struct kv_txn *txn, uint32_t tenant, bool make,
    unsigned char secret[DIGEST_LEN])
{
	unsigned char name[NAME_LEN];
	struct slice key = name_of(name, tenant), value;
	enum store_status status = kv_get(txn, KV_META, key, make, &value);

	if (status == STORE_OK && value.len == DIGEST_LEN)
		memcpy(secret, value.data, DIGEST_LEN);
	if (status != STORE_NOTFOUND || !make)
		return status;
	digest_random(secret, DIGEST_LEN);
	return kv_put(txn, KV_META, key,
	    (struct slice){ (const char *)secret, DIGEST_LEN });
}

enum store_status
secret_delete(struct kv_txn *txn, uint32_t tenant)
{
	unsigned char name[NAME_LEN];

	return kv_delete(txn, KV_META, name_of(name, tenant));
}
