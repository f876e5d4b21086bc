/*
 * kv_env.c: the environment of Berkeley DB: its sizes, its birth and its
 * end (spec berkeley-db.md section 2.12).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "store/kv_private.h"

enum {
	MIB = 1024 * 1024,
	LOCKS_MAX = 100000,
	LOCKERS_MAX = 5000,
	TXN_MAX = 1000,
	MUTEXES_BASE = 20000, /* beside those of the cache's pages */
	LOCK_TIMEOUT_US = 2000000,
	OPEN_TRIES_MAX = 3, /* of a table, each as long as a lock */
	LOG_BUFFER_LEN = 2 * MIB,
	LOG_REGION_LEN = 8 * MIB,
	MESSAGES_MAX = 20 /* in the log, a second */
};

/* clang-format off */
static const char *const tables[] = {
	[KV_META] =		"meta.db",
	[KV_TENANTS] =		"tenants.db",
	[KV_CREDENTIALS] =	"credentials.db",
	[KV_COUNTERS] =		"counters.db",
	[KV_RESOURCES] =	"resources.db",
	[KV_UNIQUES] =		"uniques.db",
	[KV_INDEXES] =		"indexes.db",
	[KV_MEMBERS] =		"members.db",
	[KV_GROUPS] =		"groups.db",
	[KV_CHANGES] =		"changes.db",
	[KV_STREAMS] =		"streams.db",
	[KV_REQUESTS] =		"requests.db",
	[KV_BREAKERS] =		"breakers.db",
	[KV_LINKS] =		"links.db",
	[KV_JOBS] =		"jobs.db",
};
/* clang-format on */
_Static_assert(NELEM(tables) == KV_TABLE_MAX, "one file a table");

const char *
kv_table_file(enum kv_table table)
{
	return tables[table];
}

const char *
kv_library(void)
{
	return db_version(NULL, NULL, NULL);
}

/* A full disk, say, is told with every write: not all of it is logged. */
static void
on_error(const DB_ENV *env, const char *prefix, const char *text)
{
	struct kv *kv = env->app_private;
	int64_t now = clock_monotonic_ms();

	(void)prefix;
	if (now - kv->messages_since >= 1000) {
		kv->messages_since = now;
		kv->messages = 0;
	}
	if (++kv->messages <= MESSAGES_MAX)
		log_error("store: %s", text);
}

/* The cause of a panic is told here alone: all calls say "run recovery". */
static void
on_event(DB_ENV *env, u_int32_t event, void *info)
{
	struct kv *kv = env->app_private;

	if (event == DB_EVENT_PANIC && info != NULL)
		kv->panic = *(const int *)info;
}

/* What to do about CODE, of an open that did recovery or did not. */
static const char *
advice(int code, bool recover)
{
	switch (code) {
	case ENOSPC:
	case EDQUOT:
		return "";
	case EACCES:
		return "; its files must be mode 660, of the directory's group";
	case ENOENT:
		return "; files were taken away: bring them back, or put a "
		       "backup in its place";
	default:
		return recover ? "; recovery failed, files are damaged: put a "
				 "backup in their place"
			       : "";
	}
}

int
kv_refuse(struct error *err, const char *dir, int code, bool recover)
{
	return error_set(err, kv_is_full(code) ? ERR_FULL : ERR_INTERNAL,
	    "store: %s: %s%s", dir, db_strerror(code), advice(code, recover));
}

/* Who joins takes the cache as it was made. */
static int
configure_cache(DB_ENV *env, size_t len)
{
	const size_t gib = (size_t)1024 * MIB;
	u_int32_t mutexes =
	    (u_int32_t)(len / KV_PAGE_LEN * 13 / 10 + MUTEXES_BASE);
	int rc = env->set_cachesize(
	    env, (u_int32_t)(len / gib), (u_int32_t)(len % gib), 1);

	rc |= env->set_mp_pagesize(env, KV_PAGE_LEN);
	rc |= env->mutex_set_init(env, mutexes);
	rc |= env->mutex_set_max(env, mutexes * 2);
	return rc;
}

/* Every size that has a bad default is set (section 2.12). */
static int
configure(DB_ENV *env, size_t cache_len)
{
	int rc = cache_len == 0 ? 0 : configure_cache(env, cache_len);

	env->set_errcall(env, on_error);
	rc |= env->set_event_notify(env, on_event);
	rc |= env->set_lg_bsize(env, LOG_BUFFER_LEN);
	rc |= env->set_lg_max(env, KV_LOG_FILE_LEN);
	/* Log files are begun later, under whatever umask is then. */
	rc |= env->set_lg_filemode(env, KV_MODE);
	rc |= env->set_lg_regionmax(env, LOG_REGION_LEN);
	/* Who joins leaves that as it is: a backup may have turned it off. */
	if (cache_len != 0)
		rc |= env->log_set_config(env, DB_LOG_AUTO_REMOVE, 1);
	rc |= env->set_lk_max_locks(env, LOCKS_MAX);
	rc |= env->set_lk_max_objects(env, LOCKS_MAX);
	rc |= env->set_lk_max_lockers(env, LOCKERS_MAX);
	rc |= env->set_lk_detect(env, DB_LOCK_YOUNGEST);
	rc |= env->set_timeout(env, LOCK_TIMEOUT_US, DB_SET_LOCK_TIMEOUT);
	rc |= env->set_tx_max(env, TXN_MAX);
	return rc == 0 ? 0 : EINVAL;
}

/*
 * The order of Berkeley DB's own comparison, which looks at byte after byte:
 * keys begin alike for thirty of them.  So who opens a table without these
 * two finds every key all the same.
 */
static int
compare_keys(DB *db, const DBT *a, const DBT *b)
{
	size_t len = a->size < b->size ? a->size : b->size;
	int order = len == 0 ? 0 : memcmp(a->data, b->data, len);

	(void)db;
	return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

/* As many bytes of B as tell that it is greater than A: inner pages. */
static size_t
telling_bytes(DB *db, const DBT *a, const DBT *b)
{
	const unsigned char *x = a->data, *y = b->data;
	size_t len = a->size < b->size ? a->size : b->size, i = 0;

	(void)db;
	while (i < len && x[i] == y[i])
		i++;
	return i < b->size ? i + 1 : b->size;
}

static int
open_file(DB_ENV *env, const char *name, DB_TXN *txn, u_int32_t flags, DB **out)
{
	DB *db;
	int rc = db_create(&db, env, 0);

	if (rc != 0)
		return rc;
	/* Of a new file; one that is there keeps the size that it has. */
	if ((rc = db->set_pagesize(db, KV_PAGE_LEN)) != 0 ||
	    (rc = db->set_flags(db, DB_CHKSUM)) != 0 ||
	    (rc = db->set_bt_compare(db, compare_keys)) != 0 ||
	    (rc = db->set_bt_prefix(db, telling_bytes)) != 0 ||
	    (rc = db->open(db, txn, name, NULL, DB_BTREE, flags, KV_MODE)) !=
		0) {
		db->close(db, DB_NOSYNC);
		return rc;
	}
	*out = db;
	return 0;
}

int
kv_make_file(const char *path, DB **out)
{
	return open_file(NULL, path, NULL, DB_CREATE | DB_EXCL, out);
}

int
kv_try_open_table(struct kv *kv, enum kv_table table)
{
	DB_TXN *txn;
	DB *db;
	int rc = kv->env->txn_begin(kv->env, NULL, &txn, DB_TXN_NOWAIT);

	if (rc != 0)
		return rc;
	if ((rc = open_file(kv->env, tables[table], txn, 0, &db)) != 0) {
		txn->abort(txn);
		return rc;
	}
	if ((rc = txn->commit(txn, DB_TXN_NOSYNC)) == 0)
		kv->tables[table] = db;
	else
		db->close(db, DB_NOSYNC);
	return rc;
}

bool
kv_has_to_wait(int rc)
{
	return rc == DB_LOCK_NOTGRANTED || rc == DB_LOCK_DEADLOCK;
}

/* In turn with the others, who need not wait for what this one waits for. */
static int
open_in_turn(struct kv *kv, enum kv_table table)
{
	int rc;

	if (kv->queue == NULL)
		return DB_LOCK_NOTGRANTED;
	kv->queue(kv->owner, true);
	rc = kv_try_open_table(kv, table);
	kv->queue(kv->owner, false);
	return rc;
}

/*
 * Where many open the tables at once on a busy machine, one waits for longer
 * than a lock may take: nothing is wrong with the environment.
 */
int
kv_open_table(struct kv *kv, enum kv_table table, bool create)
{
	int rc = create ? DB_LOCK_NOTGRANTED : open_in_turn(kv, table);

	for (int i = 0; i < OPEN_TRIES_MAX && kv_has_to_wait(rc); i++)
		rc = open_file(kv->env, tables[table], NULL,
		    DB_AUTO_COMMIT | (create ? DB_CREATE : 0),
		    &kv->tables[table]);
	return rc;
}

/*
 * For recovery: what it makes anew, and on a full disk the ballast.  A name
 * that one who was killed gave a file (kv_rewrite.c) stays before others write
 * to that.
 */
static void
make_way(const struct kv_options *options)
{
	kv_keep_names(options->dir);
	kv_remove_regions(options->dir);
	kv_drop_ballast(options->dir, options->space_min);
}

static int
open_environment(
    struct kv *kv, const struct kv_options *options, u_int32_t recover)
{
	u_int32_t flags = DB_INIT_MPOOL | DB_INIT_LOCK | DB_INIT_LOG |
	    DB_INIT_TXN | (recover != 0 ? DB_CREATE | recover : 0);
	size_t cache_len = 0;
	int rc;

	if (recover == 0 && !kv_has_first_region(options->dir))
		return DB_RUNRECOVERY;
	if (recover != 0) {
		if (!kv_is_complete(options->dir))
			return ENOENT;
		make_way(options);
		cache_len = kv_cache_len(options);
	}
	if ((rc = kv_prepare_library()) != 0 ||
	    (rc = db_env_create(&kv->env, 0)) != 0)
		return rc;
	kv->env->app_private = kv;
	if ((rc = configure(kv->env, cache_len)) != 0 ||
	    (rc = kv->env->open(kv->env, options->dir, flags, KV_MODE)) != 0)
		return rc;
	for (int i = 0; i < KV_TABLE_MAX; i++)
		if ((recover != 0 || !options->opens_late) &&
		    (rc = kv_open_table(kv, (enum kv_table)i, recover != 0)) !=
			0)
			return rc;
	if (recover == 0)
		return 0;
	/* So that the next recovery does not do this one's work again. */
	rc = kv->env->txn_checkpoint(kv->env, 0, 0, DB_FORCE);
	if (rc == 0) {
		kv_reserve_regions(options->dir, cache_len);
		kv_keep_ballast(kv);
	}
	return rc;
}

/* With RECOVER: 0, DB_RECOVER or DB_RECOVER_FATAL. */
int
kv_open_with(const struct kv_options *options, u_int32_t recover,
    struct kv **out, struct error *err)
{
	struct kv *kv = calloc(1, sizeof(*kv));
	mode_t before;
	int rc;

	if (kv == NULL)
		fatal("out of memory");
	snprintf(kv->dir, sizeof(kv->dir), "%s", options->dir);
	kv->owner = options->owner;
	kv->queue = options->queue;
	kv->touched =
	    options->touched != NULL ? options->touched : &kv->own_touched;
	kv->space_min = options->space_min;
	kv->ballast_len = options->ballast_len;
	kv->vault = options->vault;
	before = umask(007);
	rc = open_environment(kv, options, recover);
	umask(before);
	/* A full disk does not damage files: recovery goes on later. */
	if (rc != 0 && kv_is_full(kv->panic))
		rc = kv->panic;
	if (rc != 0) {
		kv_close(kv);
		return kv_refuse(err, options->dir, rc, recover);
	}
	*out = kv;
	return 0;
}

int
kv_open(const struct kv_options *options, bool recover, struct kv **out,
    struct error *err)
{
	return kv_open_with(options, recover ? DB_RECOVER : 0, out, err);
}

void
kv_close(struct kv *kv)
{
	/* After a panic these fail; nothing can be done about it. */
	for (int i = 0; i < KV_TABLE_MAX; i++)
		if (kv->tables[i] != NULL)
			kv->tables[i]->close(kv->tables[i], DB_NOSYNC);
	if (kv->env != NULL)
		kv->env->close(kv->env, 0);
	free(kv);
}
