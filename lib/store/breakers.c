/*
 * breakers.c: what each credential has taken away lately.
 *
 * key:   tenant "state." credential.
 *	  tenant "taken." credential. id
 *	  tenant "held." credential. id
 *	  tenant "pending." credential. id
 *	  tenant "left." credential. group member
 */
#include "store/breakers.h"
#include "store/key.h"

static struct key
prefix_of(uint32_t tenant, const char *what)
{
	struct key k;

	key_init(&k, tenant);
	key_add_text(&k, slice_of(what));
	return k;
}

static struct key
row_key(uint32_t tenant, struct slice credential)
{
	struct key k = prefix_of(tenant, "state");

	key_add_text(&k, credential);
	return k;
}

const char *
breaker_list_name(enum breaker_list list)
{
	static const char *const names[] = { [BREAKER_TAKEN] = "taken",
		[BREAKER_HELD] = "held",
		[BREAKER_PENDING] = "pending" };

	return names[list];
}

static struct key
list_key(uint32_t tenant, struct slice credential, enum breaker_list list)
{
	struct key k = prefix_of(tenant, breaker_list_name(list));

	key_add_text(&k, credential);
	return k;
}

enum store_status
breaker_get(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    bool for_update, struct slice *row)
{
	struct key k = row_key(tenant, credential);

	return kv_get(txn, KV_BREAKERS, key_slice(&k), for_update, row);
}

enum store_status
breaker_put(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    struct slice row)
{
	struct key k = row_key(tenant, credential);

	return kv_put(txn, KV_BREAKERS, key_slice(&k), row);
}

enum store_status
breakers_open(struct kv_txn *txn, uint32_t tenant, struct kv_range **out)
{
	struct key k = prefix_of(tenant, "state");

	return kv_range_open(
	    txn, KV_BREAKERS, key_slice(&k), SLICE(""), true, out);
}

enum store_status
breakers_next(
    struct kv_range *range, struct slice *credential, struct slice *row)
{
	struct slice key, what;
	uint32_t tenant;
	enum store_status status = kv_range_next(range, &key, row);

	if (status == STORE_OK &&
	    (!key_take_tenant(&key, &tenant) || !key_take_text(&key, &what) ||
		!key_take_text(&key, credential)))
		return STORE_FAIL;
	return status;
}

enum store_status
breaker_note_put(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    enum breaker_list list, const struct uuid *id, struct slice note)
{
	struct key k = list_key(tenant, credential, list);

	key_add_uuid(&k, id);
	return kv_put(txn, KV_BREAKERS, key_slice(&k), note);
}

enum store_status
breaker_note_get(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    enum breaker_list list, const struct uuid *id, struct slice *note)
{
	struct key k = list_key(tenant, credential, list);

	key_add_uuid(&k, id);
	return kv_get(txn, KV_BREAKERS, key_slice(&k), false, note);
}

enum store_status
breaker_note_delete(struct kv_txn *txn, uint32_t tenant,
    struct slice credential, enum breaker_list list, const struct uuid *id)
{
	struct key k = list_key(tenant, credential, list);

	key_add_uuid(&k, id);
	return kv_delete(txn, KV_BREAKERS, key_slice(&k));
}

enum store_status
breaker_notes_open(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    enum breaker_list list, struct kv_range **out)
{
	struct key k = list_key(tenant, credential, list);

	return kv_range_open(
	    txn, KV_BREAKERS, key_slice(&k), SLICE(""), true, out);
}

enum store_status
breaker_notes_next(struct kv_range *range, struct uuid *id, struct slice *note)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, note);

	if (status == STORE_OK)
		*id = key_last_uuid(key);
	return status;
}

static struct key
left_key(uint32_t tenant, struct slice credential, const struct uuid *group,
    const struct uuid *member)
{
	struct key k = prefix_of(tenant, "left");

	key_add_text(&k, credential);
	if (group != NULL)
		key_add_uuid(&k, group);
	if (member != NULL)
		key_add_uuid(&k, member);
	return k;
}

enum store_status
breaker_left_put(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    const struct uuid *group, const struct uuid *member)
{
	struct key k = left_key(tenant, credential, group, member);

	return kv_put(txn, KV_BREAKERS, key_slice(&k), SLICE(""));
}

enum store_status
breaker_left_get(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    const struct uuid *group, const struct uuid *member)
{
	struct key k = left_key(tenant, credential, group, member);
	struct slice nothing;

	return kv_get(txn, KV_BREAKERS, key_slice(&k), false, &nothing);
}

enum store_status
breaker_left_delete(struct kv_txn *txn, uint32_t tenant,
    struct slice credential, const struct uuid *group,
    const struct uuid *member)
{
	struct key k = left_key(tenant, credential, group, member);

	return kv_delete(txn, KV_BREAKERS, key_slice(&k));
}

enum store_status
breaker_left_open(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    const struct uuid *group, struct kv_range **out)
{
	struct key k = left_key(tenant, credential, group, NULL);

	return kv_range_open(
	    txn, KV_BREAKERS, key_slice(&k), SLICE(""), true, out);
}

enum store_status
breaker_left_next(
    struct kv_range *range, struct uuid *group, struct uuid *member)
{
	struct slice key, nothing, text;
	uint32_t tenant;
	enum store_status status = kv_range_next(range, &key, &nothing);

	if (status == STORE_OK &&
	    (!key_take_tenant(&key, &tenant) || !key_take_text(&key, &text) ||
		!key_take_text(&key, &text) || !key_take_uuid(&key, group) ||
		!key_take_uuid(&key, member)))
		return STORE_FAIL;
	return status;
}
