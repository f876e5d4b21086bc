/*
 * sweep.c: walk the keys of indexes.db and uniques.db.
 */
#include "store/key.h"
#include "store/store.h"
#include "store/sweep.h"

static enum kv_table
table_of(bool unique)
{
	return unique ? KV_UNIQUES : KV_INDEXES;
}

struct slice
sweep_prefix(
    struct arena *a, uint32_t tenant, struct slice type, struct slice attribute)
{
	struct key k;

	key_init(&k, tenant);
	key_add_text(&k, type);
	key_add_text(&k, attribute);
	return arena_slice(a, key_slice(&k));
}

/* The prefix ends with a NUL. */
struct slice
sweep_behind(struct arena *a, struct slice prefix)
{
	char *copy = arena_strndup(a, prefix.data, prefix.len);

	copy[prefix.len - 1] = '\1';
	return (struct slice){ copy, prefix.len };
}

enum store_status
sweep_open(struct kv_txn *txn, bool unique, uint32_t tenant, struct slice type,
    struct slice from, struct kv_range **out)
{
	struct key k;

	key_init(&k, tenant);
	key_add_text(&k, type);
	return kv_range_open(
	    txn, table_of(unique), key_slice(&k), from, true, out);
}

enum store_status
sweep_next(struct kv_range *range, bool unique, struct sweep_place *place)
{
	struct slice value;
	enum store_status status = kv_range_next(range, &place->key, &value);

	if (status == STORE_OK)
		place->id = key_last_uuid(unique ? value : place->key);
	return status;
}

bool
sweep_is(const struct sweep_place *place, bool unique,
    const struct index_key *key, const struct uuid *id)
{
	struct key k;

	key_init(&k, key->tenant);
	key_add_text(&k, key->type);
	key_add_text(&k, key->attribute);
	key_add_text(&k, key->value);
	if (!unique)
		key_add_uuid(&k, id);
	return slice_equal(place->key, key_slice(&k));
}

/* Somebody else may have taken the unique value since. */
static enum store_status
check_holder(struct kv_txn *txn, const struct sweep_place *place)
{
	struct slice value;
	struct uuid id;
	enum store_status status =
	    kv_get(txn, KV_UNIQUES, place->key, true, &value);

	if (status != STORE_OK)
		return status;
	id = key_last_uuid(value);
	return uuid_compare(&id, &place->id) == 0 ? STORE_OK : STORE_NOTFOUND;
}

enum store_status
sweep_remove(struct kv_txn *txn, bool unique, const struct sweep_place *place)
{
	enum store_status status = unique ? check_holder(txn, place) : STORE_OK;

	if (status != STORE_OK)
		return status;
	return kv_delete(txn, table_of(unique), place->key);
}
