/*
 * links.c: what a provisioning job knows of its target.
 *
 * key:   tenant job "link." source		value: the row
 *	  tenant job "told." source		value: what the target was told
 *	  tenant job "target." type. target.	value: source
 *	  tenant job "edge." group member	value: the member's target
 */
#include "store/key.h"
#include "store/links.h"

enum { CLEAR_MAX = 2000 };

static struct key
prefix_of(const struct job_key *job, const char *what)
{
	struct key k = key_of_id(job->tenant, &job->id);

	key_add_text(&k, slice_of(what));
	return k;
}

static struct key
link_key(const struct job_key *job, const struct uuid *source)
{
	struct key k = prefix_of(job, "link");

	key_add_uuid(&k, source);
	return k;
}

static struct key
told_key(const struct job_key *job, const struct uuid *source)
{
	struct key k = prefix_of(job, "told");

	key_add_uuid(&k, source);
	return k;
}

static struct key
target_key(const struct job_key *job, struct slice type, struct slice target)
{
	struct key k = prefix_of(job, "target");

	key_add_text(&k, type);
	key_add_text(&k, target);
	return k;
}

static struct key
edge_key(const struct job_key *job, const struct uuid *group,
    const struct uuid *member)
{
	struct key k = prefix_of(job, "edge");

	key_add_uuid(&k, group);
	if (member != NULL)
		key_add_uuid(&k, member);
	return k;
}

/* What begins with PREFIX, behind the id AFTER. */
static enum store_status
open_behind(struct kv_txn *txn, const struct key *prefix,
    const struct uuid *after, struct kv_range **out)
{
	struct key from = *prefix;

	if (after != NULL) {
		key_add_uuid(&from, after);
		/* One byte more: the first key behind it. */
		key_add_text(&from, SLICE(""));
	}
	return kv_range_open(
	    txn, KV_LINKS, key_slice(prefix), key_slice(&from), true, out);
}

static enum store_status
next_id(struct kv_range *range, struct uuid *id, struct slice *value)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, value);

	if (status == STORE_OK)
		*id = key_last_uuid(key);
	return status;
}

enum store_status
link_get(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *source, bool for_update, struct slice *row)
{
	struct key k = link_key(job, source);

	return kv_get(txn, KV_LINKS, key_slice(&k), for_update, row);
}

enum store_status
link_put(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *source, struct slice row)
{
	struct key k = link_key(job, source);

	return kv_put(txn, KV_LINKS, key_slice(&k), row);
}

enum store_status
link_delete(
    struct kv_txn *txn, const struct job_key *job, const struct uuid *source)
{
	struct key k = link_key(job, source);

	return kv_delete(txn, KV_LINKS, key_slice(&k));
}

enum store_status
told_get(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *source, struct slice *told)
{
	struct key k = told_key(job, source);

	return kv_get(txn, KV_LINKS, key_slice(&k), false, told);
}

enum store_status
told_put(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *source, struct slice told)
{
	struct key k = told_key(job, source);

	return kv_put(txn, KV_LINKS, key_slice(&k), told);
}

enum store_status
told_delete(
    struct kv_txn *txn, const struct job_key *job, const struct uuid *source)
{
	struct key k = told_key(job, source);

	return kv_delete(txn, KV_LINKS, key_slice(&k));
}

enum store_status
links_open(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *after, struct kv_range **out)
{
	struct key prefix = prefix_of(job, "link");

	return open_behind(txn, &prefix, after, out);
}

enum store_status
links_next(struct kv_range *range, struct uuid *source, struct slice *row)
{
	return next_id(range, source, row);
}

enum store_status
link_claim(struct kv_txn *txn, const struct job_key *job, struct slice type,
    struct slice target, const struct uuid *source)
{
	struct key k = target_key(job, type, target);
	struct slice value = { (const char *)source->bytes, UUID_LEN }, old;
	enum store_status status =
	    kv_get(txn, KV_LINKS, key_slice(&k), true, &old);

	if (status == STORE_OK)
		return slice_equal(old, value) ? STORE_OK : STORE_EXISTS;
	if (status == STORE_FAIL)
		return status;
	return kv_put(txn, KV_LINKS, key_slice(&k), value);
}

enum store_status
link_release(struct kv_txn *txn, const struct job_key *job, struct slice type,
    struct slice target)
{
	struct key k = target_key(job, type, target);

	return kv_delete(txn, KV_LINKS, key_slice(&k));
}

enum store_status
link_find(struct kv_txn *txn, const struct job_key *job, struct slice type,
    struct slice target, struct uuid *source)
{
	struct key k = target_key(job, type, target);
	struct slice value;
	enum store_status status =
	    kv_get(txn, KV_LINKS, key_slice(&k), false, &value);

	if (status == STORE_OK)
		*source = key_last_uuid(value);
	return status;
}

enum store_status
edge_insert(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *group, const struct uuid *member, struct slice target)
{
	struct key k = edge_key(job, group, member);

	return kv_insert(txn, KV_LINKS, key_slice(&k), target);
}

enum store_status
edge_get(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *group, const struct uuid *member, struct slice *target)
{
	struct key k = edge_key(job, group, member);

	return kv_get(txn, KV_LINKS, key_slice(&k), false, target);
}

enum store_status
edge_delete(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *group, const struct uuid *member)
{
	struct key k = edge_key(job, group, member);

	return kv_delete(txn, KV_LINKS, key_slice(&k));
}

enum store_status
edges_open(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *group, const struct uuid *after, struct kv_range **out)
{
	struct key prefix = edge_key(job, group, NULL);

	return open_behind(txn, &prefix, after, out);
}

enum store_status
edges_next(struct kv_range *range, struct uuid *member, struct slice *target)
{
	return next_id(range, member, target);
}

/* Keys that begin with PREFIX go. */
static int
clear(struct kv_txn *txn, const struct key *prefix, bool *more)
{
	struct slice keys[CLEAR_MAX], key, value;
	enum store_status status;
	struct kv_range *range;
	size_t n = 0;

	status = kv_range_open(
	    txn, KV_LINKS, key_slice(prefix), SLICE(""), true, &range);
	if (status != STORE_OK)
		return -1;
	while (n < CLEAR_MAX &&
	    (status = kv_range_next(range, &key, &value)) == STORE_OK)
		keys[n++] = arena_slice(kv_txn_arena(txn), key);
	kv_range_close(range);
	*more = n == CLEAR_MAX;
	for (size_t i = 0; i < n && status != STORE_FAIL; i++)
		status = kv_delete(txn, KV_LINKS, keys[i]);
	return status == STORE_FAIL ? -1 : 0;
}

int
edges_clear(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *group, bool *more)
{
	struct key prefix = edge_key(job, group, NULL);

	return clear(txn, &prefix, more);
}

int
links_clear(struct kv_txn *txn, const struct job_key *job, bool *more)
{
	struct key prefix = key_of_id(job->tenant, &job->id);

	return clear(txn, &prefix, more);
}
