/*
 * secrets.c: random keys that the store makes for itself.
 *
 * key:   "secret" NUL tenant
 * value: 32 bytes
 */
#include <string.h>

#include "store/key.h"
#include "store/secrets.h"

enum store_status
secret_get(struct kv_txn *txn, uint32_t tenant, bool make,
    unsigned char secret[DIGEST_LEN])
{
	unsigned char name[11] = "secret";
	struct slice key = { (const char *)name, sizeof(name) }, value;
	enum store_status status;

	for (int i = 0; i < 4; i++)
		name[7 + i] = (unsigned char)(tenant >> (24 - 8 * i));
	status = kv_get(txn, KV_META, key, make, &value);
	if (status == STORE_OK && value.len == DIGEST_LEN)
		memcpy(secret, value.data, DIGEST_LEN);
	if (status != STORE_NOTFOUND || !make)
		return status;
	digest_random(secret, DIGEST_LEN);
	return kv_put(txn, KV_META, key,
	    (struct slice){ (const char *)secret, DIGEST_LEN });
}
