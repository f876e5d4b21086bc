/*
 * tenants.c: the tenants of a store.
 *
 * key:   name                    NUL number, 4 bytes
 * value: number, 8 bytes         state, 1 byte; version, 8 bytes; name NUL;
 *                                settings
 */
#include <string.h>

#include "store/counters.h"
#include "store/key.h"
#include "store/store.h"
#include "store/tenants.h"

enum { NAME_MAX_LEN = 63, ROW_KEY_LEN = 5, ROW_HEAD_LEN = 9 };

bool
tenant_is_name(struct slice name)
{
	bool is_version = name.len > 1 && name.data[0] == 'v';

	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];
		bool is_digit = c >= '0' && c <= '9';

		if (!is_digit && c != '-' && (c < 'a' || c > 'z'))
			return false;
		if (i > 0 && !is_digit)
			is_version = false;
	}
	return name.len > 0 && name.len <= NAME_MAX_LEN && !is_version;
}

enum store_status
tenant_find_any(struct kv_txn *txn, struct slice name, uint32_t *tenant)
{
	struct slice value;
	enum store_status status = kv_get(txn, KV_TENANTS, name, false, &value);

	if (status == STORE_OK)
		*tenant = (uint32_t)key_last_u64(value);
	return status;
}

enum store_status
tenant_find(struct kv_txn *txn, struct slice name, uint32_t *tenant)
{
	enum store_status status = tenant_find_any(txn, name, tenant);

	if (status != STORE_OK)
		return status;
	switch (tenant_is_gone(txn, *tenant)) {
	case 0:
		return STORE_OK;
	case 1:
		return STORE_NOTFOUND;
	default:
		return STORE_FAIL;
	}
}

static enum store_status
insert_name(struct kv_txn *txn, struct slice name, uint32_t tenant)
{
	unsigned char bytes[8];

	key_put_u64(bytes, tenant);
	return kv_insert(txn, KV_TENANTS, name,
	    (struct slice){ (const char *)bytes, sizeof(bytes) });
}

enum store_status
tenant_insert(struct kv_txn *txn, struct tenant_row *row)
{
	enum store_status status;
	int64_t number;

	status = counter_add(txn, TENANT_STORE, SLICE("tenants"), 1, &number);
	if (status != STORE_OK)
		return status;
	row->number = (uint32_t)number;
	status = insert_name(txn, row->name, row->number);
	return status == STORE_OK ? tenant_put(txn, row) : status;
}

/* No name begins with a NUL. */
static struct slice
row_key(unsigned char bytes[ROW_KEY_LEN], uint32_t tenant)
{
	bytes[0] = 0;
	for (int i = 0; i < 4; i++)
		bytes[1 + i] = (unsigned char)(tenant >> (24 - 8 * i));
	return (struct slice){ (const char *)bytes, ROW_KEY_LEN };
}

static enum store_status
read_row(struct slice value, struct tenant_row *row)
{
	const unsigned char *p = (const unsigned char *)value.data;

	if (value.len <= ROW_HEAD_LEN || p[0] >= TENANT_STATE_MAX)
		return STORE_FAIL;
	row->state = (enum tenant_state)p[0];
	row->version = key_get_u64(p + 1);
	row->settings = slice_from(value, ROW_HEAD_LEN);
	return key_take_text(&row->settings, &row->name) ? STORE_OK
							 : STORE_FAIL;
}

enum store_status
tenant_get(struct kv_txn *txn, uint32_t tenant, bool for_update,
    struct tenant_row *row)
{
	unsigned char bytes[ROW_KEY_LEN];
	struct slice value;
	enum store_status status;

	row->number = tenant;
	status =
	    kv_get(txn, KV_TENANTS, row_key(bytes, tenant), for_update, &value);
	return status == STORE_OK ? read_row(value, row) : status;
}

enum store_status
tenant_put(struct kv_txn *txn, const struct tenant_row *row)
{
	struct slice name = row->name, settings = row->settings;
	size_t len = ROW_HEAD_LEN + name.len + 1 + settings.len;
	unsigned char *text = arena_calloc(store_arena(txn), len, 1);
	unsigned char bytes[ROW_KEY_LEN];

	text[0] = (unsigned char)row->state;
	key_put_u64(text + 1, row->version);
	memcpy(text + ROW_HEAD_LEN, name.data, name.len);
	if (settings.len > 0)
		memcpy(text + ROW_HEAD_LEN + name.len + 1, settings.data,
		    settings.len);
	return kv_put(txn, KV_TENANTS, row_key(bytes, row->number),
	    (struct slice){ (const char *)text, len });
}

enum store_status
tenant_rename(
    struct kv_txn *txn, struct slice old, const struct tenant_row *row)
{
	enum store_status status = insert_name(txn, row->name, row->number);

	if (status == STORE_OK)
		status = tenant_free_name(txn, old);
	return status == STORE_OK ? tenant_put(txn, row) : status;
}

enum store_status
tenant_free_name(struct kv_txn *txn, struct slice name)
{
	return kv_delete(txn, KV_TENANTS, name);
}

int
tenant_is_gone(struct kv_txn *txn, uint32_t tenant)
{
	struct tenant_row row;

	switch (tenant_get(txn, tenant, false, &row)) {
	case STORE_OK:
		return row.state >= TENANT_DELETING;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

int
tenant_is_served(struct kv_txn *txn, uint32_t tenant)
{
	struct tenant_row row = { .state = TENANT_ACTIVE };

	if (tenant_get(txn, tenant, false, &row) == STORE_FAIL)
		return -1;
	return row.state == TENANT_ACTIVE;
}

enum store_status
tenants_open(struct kv_txn *txn, struct kv_range **out)
{
	return kv_range_open(
	    txn, KV_TENANTS, SLICE(""), SLICE("\1"), true, out);
}

enum store_status
tenants_next(struct kv_range *range, struct slice *name, uint32_t *tenant)
{
	struct slice value;
	enum store_status status = kv_range_next(range, name, &value);

	if (status == STORE_OK)
		*tenant = (uint32_t)key_last_u64(value);
	return status;
}

enum store_status
tenant_rows_open(struct kv_txn *txn, struct kv_range **out)
{
	return kv_range_open(
	    txn, KV_TENANTS, (struct slice){ "", 1 }, SLICE(""), true, out);
}

enum store_status
tenant_rows_next(struct kv_range *range, struct tenant_row *row)
{
	struct slice key, value;
	enum store_status status = kv_range_next(range, &key, &value);

	if (status != STORE_OK)
		return status;
	key = slice_from(key, 1);
	return key_take_tenant(&key, &row->number) ? read_row(value, row)
						   : STORE_FAIL;
}
