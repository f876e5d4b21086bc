/*
 * dues.c: what a provisioning job has to do at some time, and who waits for
 * whom.
 *
 * key:   tenant job "due." time subject kind	value: the text
 *	  tenant job "wait." wanted waiter	value: nothing
 */
#include "store/dues.h"
#include "store/key.h"

static struct key
due_key(const struct job_key *job, const struct due *due)
{
	struct key k = key_of_id(job->tenant, &job->id);

	key_add_text(&k, SLICE("due"));
	if (due != NULL) {
		key_add_u64(&k, (uint64_t)due->at);
		key_add_uuid(&k, &due->subject);
		key_add_u64(&k, due->kind);
	}
	return k;
}

static struct key
wait_key(const struct job_key *job, const struct uuid *wanted,
    const struct uuid *waiter)
{
	struct key k = key_of_id(job->tenant, &job->id);

	key_add_text(&k, SLICE("wait"));
	key_add_uuid(&k, wanted);
	if (waiter != NULL)
		key_add_uuid(&k, waiter);
	return k;
}

enum store_status
due_put(struct kv_txn *txn, const struct job_key *job, const struct due *due,
    struct slice text)
{
	struct key k = due_key(job, due);

	return kv_put(txn, KV_LINKS, key_slice(&k), text);
}

enum store_status
due_get(struct kv_txn *txn, const struct job_key *job, const struct due *due)
{
	struct key k = due_key(job, due);
	struct slice text;

	return kv_get(txn, KV_LINKS, key_slice(&k), false, &text);
}

enum store_status
due_delete(struct kv_txn *txn, const struct job_key *job, const struct due *due)
{
	struct key k = due_key(job, due);

	return kv_delete(txn, KV_LINKS, key_slice(&k));
}

enum store_status
dues_open(struct kv_txn *txn, const struct job_key *job, struct kv_range **out)
{
	struct key prefix = due_key(job, NULL);

	return kv_range_open(
	    txn, KV_LINKS, key_slice(&prefix), SLICE(""), true, out);
}

enum store_status
dues_next(struct kv_range *range, struct due *due, struct slice *text)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, text);

	if (status != STORE_OK)
		return status;
	due->kind = (enum due_kind)key_last_u64(key);
	key.len -= sizeof(uint64_t);
	due->subject = key_last_uuid(key);
	key.len -= UUID_LEN;
	due->at = (int64_t)key_last_u64(key);
	return STORE_OK;
}

enum store_status
wait_put(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *wanted, const struct uuid *waiter)
{
	struct key k = wait_key(job, wanted, waiter);

	return kv_put(txn, KV_LINKS, key_slice(&k), SLICE(""));
}

enum store_status
wait_delete(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *wanted, const struct uuid *waiter)
{
	struct key k = wait_key(job, wanted, waiter);

	return kv_delete(txn, KV_LINKS, key_slice(&k));
}

enum store_status
waits_open(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *wanted, struct kv_range **out)
{
	struct key prefix = wait_key(job, wanted, NULL);

	return kv_range_open(
	    txn, KV_LINKS, key_slice(&prefix), SLICE(""), true, out);
}

enum store_status
waits_next(struct kv_range *range, struct uuid *waiter)
{
	struct slice key, value;
	enum store_status status = kv_range_next(range, &key, &value);

	if (status == STORE_OK)
		*waiter = key_last_uuid(key);
	return status;
}
