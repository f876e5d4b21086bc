/*
 * jobs.c: provisioning jobs.
 *
 * key:   tenant "job." id
 *	  tenant "state." id
 *	  tenant "secret." id
 *	  tenant "name." name.
 *	  tenant "version." id number
 */
#include <string.h>

#include "base/nelem.h"
#include "store/assignments.h"
#include "store/jobs.h"
#include "store/key.h"
#include "store/store.h"
#include "store/vault.h"

const char *
job_row_name(enum job_row row)
{
	static const char *const names[] = { [JOB_HEAD] = "job",
		[JOB_STATE] = "state",
		[JOB_SECRET] = "secret" };

	return names[row];
}

static struct key
prefix_of(uint32_t tenant, const char *what)
{
	struct key k;

	key_init(&k, tenant);
	key_add_text(&k, slice_of(what));
	return k;
}

static struct key
key_of(uint32_t tenant, const char *what, const struct uuid *id)
{
	struct key k = prefix_of(tenant, what);

	key_add_uuid(&k, id);
	return k;
}

static struct key
name_key(uint32_t tenant, struct slice name)
{
	struct key k = prefix_of(tenant, "name");

	key_add_text(&k, name);
	return k;
}

static struct key
version_key(uint32_t tenant, const struct uuid *id, uint64_t number)
{
	struct key k = key_of(tenant, "version", id);

	key_add_u64(&k, number);
	return k;
}

enum store_status
job_get(struct kv_txn *txn, uint32_t tenant, enum job_row row,
    const struct uuid *id, bool for_update, struct slice *text)
{
	struct key k = key_of(tenant, job_row_name(row), id);

	return kv_get(txn, KV_JOBS, key_slice(&k), for_update, text);
}

enum store_status
job_put(struct kv_txn *txn, uint32_t tenant, enum job_row row,
    const struct uuid *id, struct slice text)
{
	struct key k = key_of(tenant, job_row_name(row), id);

	return kv_put(txn, KV_JOBS, key_slice(&k), text);
}

enum store_status
job_delete(struct kv_txn *txn, uint32_t tenant, enum job_row row,
    const struct uuid *id)
{
	struct key k = key_of(tenant, job_row_name(row), id);

	return kv_delete(txn, KV_JOBS, key_slice(&k));
}

/* What is sealed for one job does not open for another one. */
static struct slice
seal_place(struct arena *a, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return ARENA_JOIN(a, SLICE("job "), slice_of(text));
}

enum store_status
job_secret_get(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct slice *secret, struct error *err)
{
	struct arena *a = store_arena(txn);
	struct slice text;
	enum store_status status =
	    job_get(txn, tenant, JOB_SECRET, id, false, &text);

	if (status != STORE_OK)
		return status;
	return vault_open(kv_txn_vault(txn), a, seal_place(a, id), text, secret,
		   err) == 0
	    ? STORE_OK
	    : STORE_FAIL;
}

enum store_status
job_secret_put(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct slice secret)
{
	struct arena *a = store_arena(txn);

	return job_put(txn, tenant, JOB_SECRET, id,
	    vault_seal(kv_txn_vault(txn), a, seal_place(a, id), secret));
}

enum store_status
jobs_open(struct kv_txn *txn, uint32_t tenant, struct kv_range **out)
{
	struct key k = prefix_of(tenant, job_row_name(JOB_HEAD));

	return kv_range_open(txn, KV_JOBS, key_slice(&k), SLICE(""), true, out);
}

enum store_status
jobs_next(struct kv_range *range, struct uuid *id, struct slice *head)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, head);

	if (status == STORE_OK)
		*id = key_last_uuid(key);
	return status;
}

enum store_status
job_name_find(struct kv_txn *txn, uint32_t tenant, struct slice name,
    bool for_update, struct uuid *id)
{
	struct key k = name_key(tenant, name);
	struct slice value;
	enum store_status status =
	    kv_get(txn, KV_JOBS, key_slice(&k), for_update, &value);

	if (status == STORE_OK && value.len != sizeof(id->bytes))
		return STORE_FAIL;
	if (status == STORE_OK)
		memcpy(id->bytes, value.data, sizeof(id->bytes));
	return status;
}

enum store_status
job_name_take(struct kv_txn *txn, uint32_t tenant, struct slice name,
    const struct uuid *id)
{
	struct key k = name_key(tenant, name);

	return kv_insert(txn, KV_JOBS, key_slice(&k),
	    (struct slice){ (const char *)id->bytes, sizeof(id->bytes) });
}

enum store_status
job_name_free(struct kv_txn *txn, uint32_t tenant, struct slice name)
{
	struct key k = name_key(tenant, name);

	return kv_delete(txn, KV_JOBS, key_slice(&k));
}

enum store_status
job_version_get(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    uint64_t number, struct slice *text)
{
	struct key k = version_key(tenant, id, number);

	return kv_get(txn, KV_JOBS, key_slice(&k), false, text);
}

enum store_status
job_version_put(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    uint64_t number, struct slice text)
{
	struct key k = version_key(tenant, id, number);

	return kv_put(txn, KV_JOBS, key_slice(&k), text);
}

enum store_status
job_versions_open(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    uint64_t number, struct kv_range **out)
{
	struct key prefix = key_of(tenant, "version", id),
		   from = version_key(tenant, id, number);

	return kv_range_open_back(
	    txn, KV_JOBS, key_slice(&prefix), key_slice(&from), out);
}

enum store_status
job_versions_next(struct kv_range *range, uint64_t *number, struct slice *text)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, text);

	if (status == STORE_OK)
		*number = key_last_u64(key);
	return status;
}

/* At most MAX of what begins with PREFIX; *REMOVED of them more. */
static enum store_status
remove_below(
    struct kv_txn *txn, const struct key *prefix, size_t max, size_t *removed)
{
	struct arena *a = store_arena(txn);
	struct slice *keys = arena_calloc(a, max, sizeof(*keys)), key, value;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	size_t n = 0;

	if (kv_range_open(txn, KV_JOBS, key_slice(prefix), SLICE(""), true,
		&range) != STORE_OK)
		return STORE_FAIL;
	while (n < max &&
	    (status = kv_range_next(range, &key, &value)) == STORE_OK)
		keys[n++] = arena_slice(a, key);
	kv_range_close(range);
	if (status == STORE_FAIL)
		return STORE_FAIL;
	for (size_t i = 0; i < n; i++)
		if (kv_delete(txn, KV_JOBS, keys[i]) == STORE_FAIL)
			return STORE_FAIL;
	*removed += n;
	return STORE_OK;
}

enum store_status
job_keys_remove(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    size_t max, size_t *removed)
{
	/* The head is last: as long as it stands there is more to do. */
	const char *const words[] = { ASSIGNED_WORD, TOUCHED_WORD, "version",
		job_row_name(JOB_SECRET), job_row_name(JOB_STATE),
		job_row_name(JOB_HEAD) };

	*removed = 0;
	for (size_t i = 0; i < NELEM(words) && *removed < max; i++) {
		struct key k = key_of(tenant, words[i], id);

		if (remove_below(txn, &k, max - *removed, removed) != STORE_OK)
			return STORE_FAIL;
	}
	return STORE_OK;
}
