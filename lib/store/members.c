/*
 * members.c: who is in which group.
 *
 * KV_MEMBERS key: tenant group member    value: type of the member
 * KV_GROUPS  key: tenant member group    value: nothing
 */
#include "store/key.h"
#include "store/members.h"

static struct slice
make_key(struct key *k, uint32_t tenant, const struct uuid *first,
    const struct uuid *second)
{
	key_init(k, tenant);
	key_add_uuid(k, first);
	if (second != NULL)
		key_add_uuid(k, second);
	return key_slice(k);
}

enum store_status
member_insert(struct kv_txn *txn, uint32_t tenant, const struct uuid *group,
    const struct uuid *member, struct slice type)
{
	enum store_status status;
	struct key k;

	status = kv_insert(
	    txn, KV_MEMBERS, make_key(&k, tenant, group, member), type);
	if (status != STORE_OK)
		return status;
	return kv_put(
	    txn, KV_GROUPS, make_key(&k, tenant, member, group), SLICE(""));
}

enum store_status
member_delete(struct kv_txn *txn, uint32_t tenant, const struct uuid *group,
    const struct uuid *member)
{
	enum store_status status;
	struct key k;

	status =
	    kv_delete(txn, KV_MEMBERS, make_key(&k, tenant, group, member));
	if (status != STORE_OK)
		return status;
	return kv_delete(txn, KV_GROUPS, make_key(&k, tenant, member, group));
}

enum store_status
member_get(struct kv_txn *txn, uint32_t tenant, const struct uuid *group,
    const struct uuid *member)
{
	struct slice value;
	struct key k;

	return kv_get(txn, KV_MEMBERS, make_key(&k, tenant, group, member),
	    false, &value);
}

enum store_status
members_open(struct kv_txn *txn, uint32_t tenant, const struct uuid *group,
    const struct uuid *after, bool degree2, struct kv_range **out)
{
	struct key prefix, from;

	make_key(&prefix, tenant, group, NULL);
	make_key(&from, tenant, group, after);
	/* One byte more than AFTER: the first key behind it. */
	if (after != NULL)
		key_add_text(&from, SLICE(""));
	return kv_range_open(txn, KV_MEMBERS, key_slice(&prefix),
	    key_slice(&from), degree2, out);
}

enum store_status
members_next(struct kv_range *range, struct uuid *member, struct slice *type)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, type);

	if (status == STORE_OK)
		*member = key_last_uuid(key);
	return status;
}

enum store_status
groups_open(struct kv_txn *txn, uint32_t tenant, const struct uuid *member,
    struct kv_range **out)
{
	struct key k;

	return kv_range_open(txn, KV_GROUPS, make_key(&k, tenant, member, NULL),
	    SLICE(""), false, out);
}

void
groups_seek(struct kv_range *range, uint32_t tenant, const struct uuid *member)
{
	struct key k;

	kv_range_seek(range, make_key(&k, tenant, member, NULL));
}

enum store_status
groups_next(struct kv_range *range, struct uuid *group)
{
	struct slice key, value;
	enum store_status status = kv_range_next(range, &key, &value);

	if (status == STORE_OK)
		*group = key_last_uuid(key);
	return status;
}
