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

	if (status == STORE_OK)
		memcpy(hash, key.data, DIGEST_LEN);
	return status;
}
