/*
 * resources.c: the table of resources.
 *
 * key:   tenant type NUL id
 * value: format version created modified body_len body secret
 */
#include <string.h>

#include "base/log.h"
#include "store/key.h"
#include "store/resources.h"
#include "store/store.h"

enum { FORMAT = 1, HEADER_LEN = 1 + 8 + 8 + 8 + 8 };

static void
make_key(
    struct key *k, uint32_t tenant, struct slice type, const struct uuid *id)
{
	key_init(k, tenant);
	key_add_text(k, type);
	if (id != NULL)
		key_add_uuid(k, id);
}

static enum store_status
decode(struct slice value, struct record *record)
{
	const unsigned char *p = (const unsigned char *)value.data;
	uint64_t body_len;

	if (value.len < HEADER_LEN || p[0] != FORMAT) {
		log_error("store: a resource record is damaged");
		return STORE_FAIL;
	}
	record->version = key_get_u64(p + 1);
	record->created_at = (int64_t)key_get_u64(p + 9);
	record->modified_at = (int64_t)key_get_u64(p + 17);
	body_len = key_get_u64(p + 25);
	if (body_len > value.len - HEADER_LEN) {
		log_error("store: a resource record is cut off");
		return STORE_FAIL;
	}
	record->body = slice_from(value, HEADER_LEN);
	record->body.len = body_len;
	record->secret = slice_from(value, HEADER_LEN + body_len);
	return STORE_OK;
}

enum store_status
resource_get(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *id, bool for_update, struct record *record)
{
	enum store_status status;
	struct slice value;
	struct key k;

	make_key(&k, tenant, type, id);
	status = kv_get(txn, KV_RESOURCES, key_slice(&k), for_update, &value);
	return status == STORE_OK ? decode(value, record) : status;
}

enum store_status
resource_put(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *id, const struct record *record)
{
	size_t len = HEADER_LEN + record->body.len + record->secret.len;
	unsigned char *value = arena_alloc(store_arena(txn), len);
	struct key k;

	value[0] = FORMAT;
	key_put_u64(value + 1, record->version);
	key_put_u64(value + 9, (uint64_t)record->created_at);
	key_put_u64(value + 17, (uint64_t)record->modified_at);
	key_put_u64(value + 25, record->body.len);
	memcpy(value + HEADER_LEN, record->body.data, record->body.len);
	if (record->secret.len > 0)
		memcpy(value + HEADER_LEN + record->body.len,
		    record->secret.data, record->secret.len);
	make_key(&k, tenant, type, id);
	return kv_put(txn, KV_RESOURCES, key_slice(&k),
	    (struct slice){ (const char *)value, len });
}

enum store_status
resource_delete(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *id)
{
	struct key k;

	make_key(&k, tenant, type, id);
	return kv_delete(txn, KV_RESOURCES, key_slice(&k));
}

enum store_status
resources_open(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *after, const struct uuid *from, struct kv_range **out)
{
	struct key prefix, start;

	make_key(&prefix, tenant, type, NULL);
	make_key(&start, tenant, type, after != NULL ? after : from);
	/* One byte more than AFTER: the first key behind it. */
	if (after != NULL)
		key_add_text(&start, SLICE(""));
	return kv_range_open(txn, KV_RESOURCES, key_slice(&prefix),
	    key_slice(&start), true, out);
}

enum store_status
resources_next(struct kv_range *range, struct uuid *id, struct record *record)
{
	struct slice key, value;
	enum store_status status = kv_range_next(range, &key, &value);

	if (status != STORE_OK)
		return status;
	*id = key_last_uuid(key);
	return decode(value, record);
}
