/*
 * assignments.c: who is assigned to a provisioning job.
 *
 * key:   tenant "assigned." job resource role.	  value: type of the resource
 *	  tenant "touched." job resource	  value: the same
 */
#include "store/assignments.h"
#include "store/key.h"

/* RESOURCE may be NULL: what all of them begin with. */
static struct key
key_of(uint32_t tenant, const char *what, const struct uuid *job,
    const struct uuid *resource)
{
	struct key k;

	key_init(&k, tenant);
	key_add_text(&k, slice_of(what));
	key_add_uuid(&k, job);
	if (resource != NULL)
		key_add_uuid(&k, resource);
	return k;
}

static struct key
assignment_key(
    uint32_t tenant, const struct uuid *job, const struct assignment *one)
{
	struct key k = key_of(tenant, ASSIGNED_WORD, job, &one->id);

	key_add_text(&k, one->role);
	return k;
}

enum store_status
assignment_insert(struct kv_txn *txn, uint32_t tenant, const struct uuid *job,
    const struct assignment *one)
{
	struct key k = assignment_key(tenant, job, one);
	enum store_status status =
	    kv_insert(txn, KV_JOBS, key_slice(&k), one->type);

	return status == STORE_OK
	    ? touched_put(txn, tenant, job, &one->id, one->type)
	    : status;
}

enum store_status
assignment_delete(struct kv_txn *txn, uint32_t tenant, const struct uuid *job,
    const struct assignment *one)
{
	struct key k = assignment_key(tenant, job, one);
	struct slice type;
	enum store_status status =
	    kv_get(txn, KV_JOBS, key_slice(&k), true, &type);

	if (status != STORE_OK)
		return status;
	if (kv_delete(txn, KV_JOBS, key_slice(&k)) != STORE_OK)
		return STORE_FAIL;
	return touched_put(txn, tenant, job, &one->id, type);
}

enum store_status
assignments_open(struct kv_txn *txn, uint32_t tenant, const struct uuid *job,
    const struct uuid *resource, const struct assignment *after,
    struct kv_range **out)
{
	struct key prefix = key_of(tenant, ASSIGNED_WORD, job, resource),
		   from = prefix;

	/* One byte more than AFTER: the first key behind it. */
	if (after != NULL) {
		from = assignment_key(tenant, job, after);
		key_add_text(&from, SLICE(""));
	}
	return kv_range_open(
	    txn, KV_JOBS, key_slice(&prefix), key_slice(&from), true, out);
}

enum store_status
assignments_next(struct kv_range *range, struct assignment *one)
{
	struct slice key, what;
	struct uuid job;
	uint32_t tenant;
	enum store_status status = kv_range_next(range, &key, &one->type);

	if (status == STORE_OK &&
	    (!key_take_tenant(&key, &tenant) || !key_take_text(&key, &what) ||
		!key_take_uuid(&key, &job) || !key_take_uuid(&key, &one->id) ||
		!key_take_text(&key, &one->role)))
		return STORE_FAIL;
	return status;
}

enum store_status
touched_put(struct kv_txn *txn, uint32_t tenant, const struct uuid *job,
    const struct uuid *resource, struct slice type)
{
	struct key k = key_of(tenant, TOUCHED_WORD, job, resource);

	return kv_put(txn, KV_JOBS, key_slice(&k), type);
}

enum store_status
touched_delete(struct kv_txn *txn, uint32_t tenant, const struct uuid *job,
    const struct uuid *resource)
{
	struct key k = key_of(tenant, TOUCHED_WORD, job, resource);

	return kv_delete(txn, KV_JOBS, key_slice(&k));
}

enum store_status
touched_open(struct kv_txn *txn, uint32_t tenant, const struct uuid *job,
    struct kv_range **out)
{
	struct key k = key_of(tenant, TOUCHED_WORD, job, NULL);

	return kv_range_open(txn, KV_JOBS, key_slice(&k), SLICE(""), true, out);
}

enum store_status
touched_next(struct kv_range *range, struct uuid *resource, struct slice *type)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, type);

	if (status == STORE_OK)
		*resource = key_last_uuid(key);
	return status;
}
