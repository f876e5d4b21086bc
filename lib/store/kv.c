/*
 * kv.c: keys and values in transactions, on Berkeley DB 5.3.
 */
#include <errno.h>
#include <string.h>

#include "base/crew.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/kv_private.h"

enum {
	LOOK_LEN = 128 * 1024, /* of log: fifty requests, or one of many keys */
	LOG_SHARE = 100,       /* bytes of log for a key, beside what is put */
	EXPIRE_MS = 100
};

enum kv_failure
kv_failure_of(const char *what, int code)
{
	switch (code) {
	case 0:
	case DB_NOTFOUND:
	case DB_KEYEXIST:
		return KV_FAIL_NONE;
	case DB_LOCK_DEADLOCK:
	case DB_LOCK_NOTGRANTED:
		return KV_FAIL_DEADLOCK;
	case ENOSPC:
	case EDQUOT:
		return KV_FAIL_FULL;
	case ENOMEM:
		return KV_FAIL_LIMIT;
	case EMFILE:
	case ENFILE:
		return KV_FAIL_FILES;
	case DB_RUNRECOVERY:
		return KV_FAIL_PANIC;
	default:
		log_error("store: %s: %s", what, db_strerror(code));
		return KV_FAIL_OTHER;
	}
}

/* The first failure is the cause; only a panic outranks it. */
static void
note_failure(struct kv_txn *txn, const char *what, int code)
{
	if (txn->failure == KV_FAIL_NONE || code == DB_RUNRECOVERY)
		txn->failure = kv_failure_of(what, code);
}

enum store_status
kv_status_of(struct kv_txn *txn, const char *what, int code)
{
	switch (code) {
	case 0:
		return STORE_OK;
	case DB_NOTFOUND:
		return STORE_NOTFOUND;
	case DB_KEYEXIST:
		return STORE_EXISTS;
	default:
		note_failure(txn, what, code);
		return STORE_FAIL;
	}
}

struct arena *
kv_txn_arena(const struct kv_txn *txn)
{
	return txn->arena;
}

const struct vault *
kv_txn_vault(const struct kv_txn *txn)
{
	return txn->kv->vault;
}

bool
kv_txn_may_write(const struct kv_txn *txn)
{
	return txn->mode == KV_WRITE;
}

unsigned
kv_txn_written(const struct kv_txn *txn)
{
	return txn->written;
}

void *
kv_txn_owner(const struct kv_txn *txn)
{
	return txn->kv->owner;
}

enum kv_failure
kv_txn_failure(const struct kv_txn *txn)
{
	return txn->failure;
}

enum kv_failure
kv_last_failure(const struct kv *kv)
{
	return kv->failure;
}

/* Once each: if that fails, who needs the table says so. */
static int
open_late_tables(struct kv *kv)
{
	int rc = 0;

	for (int i = 0; i < KV_TABLE_MAX && rc == 0; i++) {
		if (kv->late[i] && kv->tables[i] == NULL)
			rc = kv_open_table(kv, (enum kv_table)i, false);
		kv->late[i] = false;
	}
	return rc;
}

int
kv_begin(struct kv *kv, enum kv_mode mode, struct arena *a, struct kv_txn **out,
    struct error *err)
{
	struct kv_txn *txn = arena_calloc(a, 1, sizeof(*txn));
	int rc;

	*txn = (struct kv_txn){ .kv = kv, .arena = a, .mode = mode };
	kv->failure = KV_FAIL_NONE;
	if (mode == KV_WRITE && !kv_has_space(kv)) {
		kv->failure = KV_FAIL_FULL;
		return error_set(err, ERR_FULL,
		    "less than %zu MiB are free in %s", kv->space_min >> 20,
		    kv->dir);
	}
	rc = open_late_tables(kv);
	if (rc == 0 && mode != KV_PEEK)
		rc = kv->env->txn_begin(kv->env, NULL, &txn->txn, 0);
	if (rc != 0) {
		kv->failure = kv_failure_of("begin", rc);
		return error_set(err, ERR_BUSY, "begin: %s", db_strerror(rc));
	}
	*out = txn;
	return 0;
}

DBT
kv_dbt(struct slice s)
{
	DBT dbt = { .size = (u_int32_t)s.len };

	/* Berkeley DB does not write to what it is given to read. */
	memcpy(&dbt.data, &s.data, sizeof(dbt.data));
	return dbt;
}

/*
 * A table that is opened late.  Who has locks does not wait for another one
 * that no detector connects with them: what would have to wait is opened
 * before the next run of the body.
 */
static int
open_late(struct kv_txn *txn, enum kv_table table)
{
	struct kv *kv = txn->kv;
	int rc;

	if (txn->txn == NULL && txn->ranges == NULL)
		return kv_open_table(kv, table, false);
	rc = kv_try_open_table(kv, table);
	kv->late[table] = kv_has_to_wait(rc);
	return rc;
}

/*
 * After a failure a body may go on, but nothing reaches the library, which
 * wants an abort first.
 */
DB *
kv_handle(struct kv_txn *txn, enum kv_table table)
{
	struct kv *kv = txn->kv;
	int rc;

	if (txn->failure != KV_FAIL_NONE)
		return NULL;
	if (kv->tables[table] != NULL)
		return kv->tables[table];
	rc = open_late(txn, table);
	return kv_status_of(txn, "open", rc) == STORE_OK ? kv->tables[table]
							 : NULL;
}

void
kv_read_briefly(struct kv_txn *txn, bool briefly)
{
	txn->is_brief = briefly;
}

enum store_status
kv_get(struct kv_txn *txn, enum kv_table table, struct slice key,
    bool for_update, struct slice *value)
{
	DB *db = kv_handle(txn, table);
	DBT k = kv_dbt(key), v = { .flags = 0 };
	u_int32_t flags = for_update ? DB_RMW
	    : txn->is_brief	     ? DB_READ_COMMITTED
				     : 0;
	enum store_status status;

	if (db == NULL)
		return STORE_FAIL;
	txn->kv->touched->reads[table]++;
	status = kv_status_of(txn, "get", db->get(db, txn->txn, &k, &v, flags));
	if (status == STORE_OK)
		*value =
		    arena_slice(txn->arena, (struct slice){ v.data, v.size });
	return status;
}

static void
note_write(struct kv_txn *txn, enum kv_table table, size_t len)
{
	txn->written |= 1u << table;
	txn->log_len += LOG_SHARE + len;
	txn->kv->touched->writes[table]++;
}

static enum store_status
put(struct kv_txn *txn, enum kv_table table, struct slice key,
    struct slice value, u_int32_t flags)
{
	DB *db = kv_handle(txn, table);
	DBT k = kv_dbt(key), v = kv_dbt(value);

	if (db == NULL)
		return STORE_FAIL;
	note_write(txn, table, key.len + value.len);
	return kv_status_of(txn, "put", db->put(db, txn->txn, &k, &v, flags));
}

enum store_status
kv_put(struct kv_txn *txn, enum kv_table table, struct slice key,
    struct slice value)
{
	return put(txn, table, key, value, 0);
}

enum store_status
kv_insert(struct kv_txn *txn, enum kv_table table, struct slice key,
    struct slice value)
{
	return put(txn, table, key, value, DB_NOOVERWRITE);
}

enum store_status
kv_delete(struct kv_txn *txn, enum kv_table table, struct slice key)
{
	DB *db = kv_handle(txn, table);
	DBT k = kv_dbt(key);

	if (db == NULL)
		return STORE_FAIL;
	note_write(txn, table, key.len);
	return kv_status_of(txn, "delete", db->del(db, txn->txn, &k, 0));
}

void
kv_at_end(struct kv_txn *txn, kv_ending *fn, void *arg)
{
	txn->ending = fn;
	txn->ending_arg = arg;
}

void *
kv_end_arg(const struct kv_txn *txn, kv_ending *fn)
{
	return txn->ending == fn ? txn->ending_arg : NULL;
}

enum store_status
kv_end(struct kv_txn *txn)
{
	return txn->ending == NULL ? STORE_OK
				   : txn->ending(txn, txn->ending_arg);
}

void
kv_relax(struct kv_txn *txn)
{
	txn->is_relaxed = true;
}

/* Others have seen the transaction: without room it stays, unsafe. */
static int
flush(struct kv *kv)
{
	int rc;

	crew_stall();
	rc = kv->env->log_flush(kv->env, NULL);
	crew_go_on();
	if (kv_is_full(rc))
		kv->failure = KV_FAIL_UNSURE;
	return rc;
}

int
kv_commit(struct kv_txn *txn, struct error *err)
{
	struct kv *kv = txn->kv;
	int rc = 0;

	kv->failure = KV_FAIL_NONE;
	kv_close_ranges(txn);
	if (txn->txn != NULL)
		rc = txn->txn->commit(txn->txn, DB_TXN_NOSYNC);
	kv->failure = KV_FAIL_NONE;

	/*
	 * Page locks are free now, while the log goes to the disk: that is
	 * worth a factor of eight (section 2.2).
	 */
	if (rc == 0 && txn->mode == KV_WRITE) {
		rc = txn->is_relaxed ? 0 : flush(kv);
		kv->log_len += txn->log_len;
	}
	if (kv->failure == KV_FAIL_NONE)
		kv->failure = kv_failure_of("commit", rc);
	if (rc == 0)
		return 0;
	return error_set(err, kv_is_full(rc) ? ERR_FULL : ERR_BUSY,
	    "commit: %s", db_strerror(rc));
}

void
kv_abort(struct kv_txn *txn)
{
	enum kv_failure failure;

	kv_close_ranges(txn);
	if (txn->txn == NULL)
		return;
	failure = kv_failure_of("abort", txn->txn->abort(txn->txn));

	/* An abort that fails leaves locks: the environment is not sound. */
	if (failure != KV_FAIL_NONE)
		txn->failure = KV_FAIL_PANIC;
}

void
kv_upkeep(struct kv *kv)
{
	int64_t now = clock_monotonic_ms();
	int rc = 0;

	/*
	 * A lock's timeout passes unseen until somebody looks (2.6): a member
	 * that has answered, here, or one that begins to wait for a lock.
	 * When all of them wait already, the watchdogs end it.
	 */
	if (now - kv->expired_at >= EXPIRE_MS) {
		kv->expired_at = now;
		rc = kv->env->lock_detect(kv->env, 0, DB_LOCK_EXPIRE, NULL);
	}
	kv->failure = kv_failure_of("upkeep", rc);
}

bool
kv_is_checkpoint_due(const struct kv *kv)
{
	return kv->log_len >= LOOK_LEN;
}

void
kv_checkpoint(struct kv *kv, unsigned times)
{
	kv->log_len = 0;
	kv->failure = kv_failure_of("checkpoint",
	    kv->env->txn_checkpoint(kv->env, times * KV_CHECKPOINT_KIB, 0,
		times == 0 ? DB_FORCE : 0));
	if (kv->failure == KV_FAIL_NONE)
		kv_keep_ballast(kv);
}

bool
kv_has_written(const struct kv *kv)
{
	return kv->log_len > 0;
}
