/*
 * tenants.c: the tenants of a store.
 *
 * key:   name
 * value: number, 8 bytes
 */
#include "store/counters.h"
#include "store/key.h"
#include "store/tenants.h"

/* Counters of the store itself stand under the tenant number 0. */
enum { TENANT_NONE = 0, NAME_MAX_LEN = 63 };

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
tenant_find(struct kv_txn *txn, struct slice name, uint32_t *tenant)
{
	struct slice value;
	enum store_status status = kv_get(txn, KV_TENANTS, name, false, &value);

	if (status == STORE_OK)
		*tenant = (uint32_t)key_last_u64(value);
	return status;
}

enum store_status
tenant_insert(struct kv_txn *txn, struct slice name, uint32_t *tenant)
{
	enum store_status status;
	unsigned char bytes[8];
	int64_t number;

	status = counter_add(txn, TENANT_NONE, SLICE("tenants"), 1, &number);
	if (status != STORE_OK)
		return status;
	key_put_u64(bytes, (uint64_t)number);
	*tenant = (uint32_t)number;
	return kv_insert(txn, KV_TENANTS, name,
	    (struct slice){ (const char *)bytes, sizeof(bytes) });
}

enum store_status
tenants_open(struct kv_txn *txn, struct kv_range **out)
{
	return kv_range_open(txn, KV_TENANTS, SLICE(""), SLICE(""), true, out);
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
