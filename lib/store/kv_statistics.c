/*
 * kv_statistics.c: what Berkeley DB counts, of all processes together.
 */
#include <stdlib.h>

#include "store/kv_private.h"

static int
read_locks(DB_ENV *env, struct kv_statistics *out)
{
	DB_LOCK_STAT *lock;

	if (env->lock_stat(env, &lock, 0) != 0)
		return -1;
	out->deadlocks = (uint64_t)lock->st_ndeadlocks;
	out->lock_waits = (uint64_t)lock->st_lock_wait;
	free(lock);
	return 0;
}

static int
read_cache(DB_ENV *env, struct kv_statistics *out)
{
	DB_MPOOL_STAT *pool;

	if (env->memp_stat(env, &pool, NULL, 0) != 0)
		return -1;
	out->cache_hits = (uint64_t)pool->st_cache_hit;
	out->cache_misses = (uint64_t)pool->st_cache_miss;
	out->cache_len =
	    ((uint64_t)pool->st_gbytes << 30) + (uint64_t)pool->st_bytes;
	free(pool);
	return 0;
}

static int
read_log(DB_ENV *env, struct kv_statistics *out)
{
	DB_LOG_STAT *log;

	if (env->log_stat(env, &log, 0) != 0)
		return -1;
	out->log_len =
	    ((uint64_t)log->st_w_mbytes << 20) + (uint64_t)log->st_w_bytes;
	free(log);
	return 0;
}

int
kv_read_statistics(struct kv *kv, struct kv_statistics *out)
{
	DB_TXN_STAT *txn;

	if (kv->env->txn_stat(kv->env, &txn, 0) != 0)
		return -1;
	out->commits = (uint64_t)txn->st_ncommits;
	out->aborts = (uint64_t)txn->st_naborts;
	free(txn);
	return read_locks(kv->env, out) == -1 || read_cache(kv->env, out) == -1
	    ? -1
	    : read_log(kv->env, out);
}
