/*
 * kv.c: keys and values in transactions, on Berkeley DB 5.3.
 */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/kv_private.h"

enum {
	SINGLE_READS = 8, /* of a range, before it reads in bulk */
	BULK_LEN = 64 * 1024,
	CHECKPOINT_COMMITS = 50,
	EXPIRE_MS = 100,
	SPACE_MS = 200,		     /* between two looks at the disk */
	SPACE_MIN = 64 * 1024 * 1024 /* bytes that must be free to write */
};

struct kv_txn {
	struct kv *kv;
	DB_TXN *txn; /* NULL: KV_PEEK */
	struct arena *arena;
	enum kv_mode mode;
	enum kv_failure failure;
	struct kv_range *ranges; /* all that were opened, the newest first */
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
		return KV_FAIL_FULL;
	case ENOMEM:
		return KV_FAIL_LIMIT;
	case DB_RUNRECOVERY:
		return KV_FAIL_PANIC;
	default:
		log_error("store: %s: %s", what, db_strerror(code));
		return KV_FAIL_OTHER;
	}
}

/*
 * The first failure is the cause: after a deadlock, whatever a body goes on
 * with is answered with EINVAL, which would look like a broken environment.
 * A panic outranks it.
 */
static void
note_failure(struct kv_txn *txn, const char *what, int code)
{
	if (txn->failure == KV_FAIL_NONE || code == DB_RUNRECOVERY)
		txn->failure = kv_failure_of(what, code);
}

static enum store_status
status_of(struct kv_txn *txn, const char *what, int code)
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

/* Is there room to write?  Asked now and then: it is a system call. */
static bool
has_space(struct kv *kv)
{
	int64_t now = clock_monotonic_ms();
	struct statvfs fs;

	if (kv->space_seen_at != 0 && now - kv->space_seen_at < SPACE_MS)
		return kv->has_space;
	kv->space_seen_at = now;
	kv->has_space = statvfs(kv->dir, &fs) == -1 ||
	    (uint64_t)fs.f_bavail * fs.f_frsize >= SPACE_MIN;
	return kv->has_space;
}

int
kv_begin(struct kv *kv, enum kv_mode mode, struct arena *a, struct kv_txn **out,
    struct error *err)
{
	struct kv_txn *txn = arena_calloc(a, 1, sizeof(*txn));
	int rc = 0;

	*txn = (struct kv_txn){ .kv = kv, .arena = a, .mode = mode };
	kv->failure = KV_FAIL_NONE;
	if (mode == KV_WRITE && !has_space(kv)) {
		kv->failure = KV_FAIL_FULL;
		return error_set(err, ERR_FULL,
		    "less than %d bytes are free in %s", SPACE_MIN, kv->dir);
	}
	if (mode != KV_PEEK)
		rc = kv->env->txn_begin(kv->env, NULL, &txn->txn, 0);
	if (rc != 0) {
		kv->failure = kv_failure_of("begin", rc);
		return error_set(err, ERR_BUSY, "begin: %s", db_strerror(rc));
	}
	*out = txn;
	return 0;
}

static DBT
dbt_of(struct slice s)
{
	DBT dbt = { .size = (u_int32_t)s.len };

	/* Berkeley DB does not write to what it is given to read. */
	memcpy(&dbt.data, &s.data, sizeof(dbt.data));
	return dbt;
}

/* The handle of TABLE, opened if need be; NULL: that failed. */
static DB *
handle_of(struct kv_txn *txn, enum kv_table table)
{
	struct kv *kv = txn->kv;

	if (kv->tables[table] == NULL &&
	    status_of(txn, "open", kv_open_table(kv, table, false)) != STORE_OK)
		return NULL;
	return kv->tables[table];
}

enum store_status
kv_get(struct kv_txn *txn, enum kv_table table, struct slice key,
    bool for_update, struct slice *value)
{
	DB *db = handle_of(txn, table);
	DBT k = dbt_of(key), v = { .flags = 0 };
	enum store_status status;

	if (db == NULL)
		return STORE_FAIL;
	status = status_of(
	    txn, "get", db->get(db, txn->txn, &k, &v, for_update ? DB_RMW : 0));
	if (status == STORE_OK)
		*value =
		    arena_slice(txn->arena, (struct slice){ v.data, v.size });
	return status;
}

static enum store_status
put(struct kv_txn *txn, enum kv_table table, struct slice key,
    struct slice value, u_int32_t flags)
{
	DB *db = handle_of(txn, table);
	DBT k = dbt_of(key), v = dbt_of(value);

	if (db == NULL)
		return STORE_FAIL;
	return status_of(txn, "put", db->put(db, txn->txn, &k, &v, flags));
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
	DB *db = handle_of(txn, table);
	DBT k = dbt_of(key);

	if (db == NULL)
		return STORE_FAIL;
	return status_of(txn, "delete", db->del(db, txn->txn, &k, 0));
}

struct kv_range {
	struct kv_txn *txn;
	struct kv_range *older; /* of the same transaction */
	DBC *cursor;
	struct slice prefix;
	struct slice from;
	unsigned singles; /* read so far */
	bool back;
	DBT bulk;   /* the buffer, once it reads in bulk */
	void *next; /* in the buffer; NULL: fill it */

	/* The key behind those with the prefix, when the walk has met it. */
	struct slice ahead;
	struct slice ahead_value;
};

void
kv_range_close(struct kv_range *r)
{
	if (r->cursor != NULL)
		status_of(r->txn, "cursor close", r->cursor->close(r->cursor));
	r->cursor = NULL;
}

static void
close_ranges(struct kv_txn *txn)
{
	for (struct kv_range *r = txn->ranges; r != NULL; r = r->older)
		kv_range_close(r);
}

/* Others have seen the transaction: without room it stays, unsafe. */
static int
flush(struct kv *kv)
{
	int rc = kv->env->log_flush(kv->env, NULL);

	if (rc == ENOSPC)
		kv->failure = KV_FAIL_UNSURE;
	return rc;
}

int
kv_commit(struct kv_txn *txn, struct error *err)
{
	struct kv *kv = txn->kv;
	int rc = 0;

	kv->failure = KV_FAIL_NONE;
	close_ranges(txn);
	if (txn->txn != NULL)
		rc = txn->txn->commit(txn->txn, DB_TXN_NOSYNC);
	kv->failure = KV_FAIL_NONE;

	/*
	 * Page locks are free now, while the log goes to the disk: that is
	 * worth a factor of eight (section 2.2).
	 */
	if (rc == 0 && txn->mode == KV_WRITE) {
		rc = flush(kv);
		kv->commits++;
	}
	if (kv->failure == KV_FAIL_NONE)
		kv->failure = kv_failure_of("commit", rc);
	if (rc == 0)
		return 0;
	return error_set(err, rc == ENOSPC ? ERR_FULL : ERR_BUSY, "commit: %s",
	    db_strerror(rc));
}

void
kv_abort(struct kv_txn *txn)
{
	enum kv_failure failure;

	close_ranges(txn);
	if (txn->txn == NULL)
		return;
	failure = kv_failure_of("abort", txn->txn->abort(txn->txn));

	/* An abort that fails leaves locks: the environment is not sound. */
	if (failure != KV_FAIL_NONE)
		txn->failure = KV_FAIL_PANIC;
}

enum store_status
kv_range_open(struct kv_txn *txn, enum kv_table table, struct slice prefix,
    struct slice from, bool degree2, struct kv_range **out)
{
	DB *db = handle_of(txn, table);
	struct kv_range *r = arena_calloc(txn->arena, 1, sizeof(*r));

	r->txn = txn;
	r->prefix = arena_slice(txn->arena, prefix);
	r->from = arena_slice(txn->arena, from.len > 0 ? from : prefix);
	r->older = txn->ranges;
	txn->ranges = r;
	*out = r;
	if (db == NULL)
		return STORE_FAIL;
	return status_of(txn, "cursor",
	    db->cursor(
		db, txn->txn, &r->cursor, degree2 ? DB_READ_COMMITTED : 0));
}

enum store_status
kv_range_open_back(struct kv_txn *txn, enum kv_table table, struct slice prefix,
    struct slice from, struct kv_range **out)
{
	struct slice start = from.len > 0 ? from : prefix;
	enum store_status status =
	    kv_range_open(txn, table, prefix, start, true, out);

	char *behind = arena_alloc(txn->arena, start.len + 1);

	memcpy(behind, start.data, start.len);
	behind[start.len] = (char)0xff;
	(*out)->back = true;
	(*out)->from = (struct slice){ behind, start.len + 1 };
	return status;
}

/* The first read goes behind where the walk begins, and one back. */
static int
read_back(struct kv_range *r, struct slice *key, struct slice *value)
{
	DBT k = dbt_of(r->from), v = { .flags = 0 };
	int rc = 0;

	if (r->singles == 0)
		rc = r->cursor->get(r->cursor, &k, &v, DB_SET_RANGE);
	if (rc == 0)
		rc = r->cursor->get(r->cursor, &k, &v, DB_PREV);
	else if (rc == DB_NOTFOUND)
		rc = r->cursor->get(r->cursor, &k, &v, DB_LAST);
	r->singles = 1;
	*key = (struct slice){ k.data, k.size };
	*value = (struct slice){ v.data, v.size };
	return rc;
}

/*
 * The first keys come one by one: a short range then locks no more pages
 * than it reads.
 */
static int
read_single(struct kv_range *r, struct slice *key, struct slice *value)
{
	DBT k = dbt_of(r->from), v = { .flags = 0 };
	int rc = r->cursor->get(
	    r->cursor, &k, &v, r->singles == 0 ? DB_SET_RANGE : DB_NEXT);

	r->singles++;
	*key = (struct slice){ k.data, k.size };
	*value = (struct slice){ v.data, v.size };
	return rc;
}

static void
grow_buffer(struct kv_range *r, u_int32_t len)
{
	r->bulk = (DBT){ .data = arena_alloc(r->txn->arena, len),
		.ulen = len,
		.flags = DB_DBT_USERMEM };
}

static int
fill_buffer(struct kv_range *r)
{
	DBT k = { .flags = 0 };
	int rc;

	if (r->bulk.data == NULL)
		grow_buffer(r, BULK_LEN);
	while ((rc = r->cursor->get(r->cursor, &k, &r->bulk,
		    DB_NEXT | DB_MULTIPLE_KEY)) == DB_BUFFER_SMALL)
		/* A whole number of KiB, with room for the offsets. */
		grow_buffer(r, (r->bulk.size / 1024 + 2) * 1024);
	if (rc == 0)
		DB_MULTIPLE_INIT(r->next, &r->bulk);
	return rc;
}

static int
read_bulk(struct kv_range *r, struct slice *key, struct slice *value)
{
	u_int32_t key_len, value_len;
	u_int8_t *k, *v;
	int rc;

	for (;;) {
		if (r->next == NULL && (rc = fill_buffer(r)) != 0)
			return rc;
		DB_MULTIPLE_KEY_NEXT(
		    r->next, &r->bulk, k, key_len, v, value_len);
		if (r->next != NULL)
			break;
	}
	*key = (struct slice){ (const char *)k, key_len };
	*value = (struct slice){ (const char *)v, value_len };
	return 0;
}

/* The next key of the table, whatever it begins with. */
static int
read_next(struct kv_range *r, struct slice *key, struct slice *value)
{
	if (r->ahead.len > 0) {
		*key = r->ahead;
		*value = r->ahead_value;
		r->ahead = SLICE("");
		return 0;
	}
	if (r->back)
		return read_back(r, key, value);
	return r->singles < SINGLE_READS ? read_single(r, key, value)
					 : read_bulk(r, key, value);
}

static bool
begins_with(struct slice key, struct slice prefix)
{
	return key.len >= prefix.len &&
	    memcmp(key.data, prefix.data, prefix.len) == 0;
}

enum store_status
kv_range_next(struct kv_range *r, struct slice *key, struct slice *value)
{
	int rc = read_next(r, key, value);

	if (rc == 0 && !begins_with(*key, r->prefix)) {
		r->ahead = *key;
		r->ahead_value = *value;
		return STORE_NOTFOUND;
	}
	return status_of(r->txn, "range", rc);
}

/* The order of the keys in every table. */
static int
compare(struct slice a, struct slice b)
{
	int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Does the walk stand on the first key that is not before PREFIX? */
static bool
is_ahead(const struct kv_range *r, struct slice prefix)
{
	return r->ahead.len > 0 && compare(r->prefix, prefix) < 0 &&
	    compare(r->ahead, prefix) >= 0;
}

void
kv_range_seek(struct kv_range *r, struct slice prefix)
{
	prefix = arena_slice(r->txn->arena, prefix);
	if (!is_ahead(r, prefix)) {
		r->ahead = SLICE("");
		r->singles = 0;
		r->next = NULL;
	}
	r->prefix = r->from = prefix;
}

void
kv_upkeep(struct kv *kv, bool eager)
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
	if (rc == 0 && (eager || kv->commits >= CHECKPOINT_COMMITS))
		kv_checkpoint(kv, false);
}

void
kv_checkpoint(struct kv *kv, bool now)
{
	kv->commits = 0;
	kv->failure = kv_failure_of("checkpoint",
	    kv->env->txn_checkpoint(
		kv->env, now ? 0 : KV_CHECKPOINT_KIB, 0, now ? DB_FORCE : 0));
}

bool
kv_has_written(const struct kv *kv)
{
	return kv->commits > 0;
}
