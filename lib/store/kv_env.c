/*
 * kv_env.c: the environment of Berkeley DB: its sizes, its files, its birth
 * and its end (spec berkeley-db.md sections 2.12 and 3).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "store/kv_private.h"

enum {
	MIB = 1024 * 1024,
	PAGE_LEN = 8192,      /* indexes, edges */
	PAGE_LEN_BIG = 16384, /* resources, changes: a record fits */
	LOCKS_MAX = 50000,
	LOCKERS_MAX = 5000,
	TXN_MAX = 1000,
	MUTEXES_BASE = 20000, /* beside those of the cache's pages */
	LOCK_TIMEOUT_US = 2000000,
	LOG_BUFFER_LEN = 2 * MIB,
	LOG_REGION_LEN = 8 * MIB,
	RESERVE_LEN = 4 * MIB,	/* a region file may grow by this */
	MESSAGES_MAX = 20,	/* in the log, a second */
	COMPACT_KEYS = 5000,	/* of one piece */
	FILES_MIN = 20,		/* tables, regions, logs */
	HEAP_LEN = 16 * MIB,	/* beside the regions */
	REGIONS_LEN = 64 * MIB, /* without the cache, to be made */
	MODE = 0660
};

/* clang-format off */
static const struct {
	const char	*file;
	unsigned	 page_len;
} tables[] = {
	[KV_META] =		{ "meta.db",		PAGE_LEN },
	[KV_TENANTS] =		{ "tenants.db",		PAGE_LEN },
	[KV_CREDENTIALS] =	{ "credentials.db",	PAGE_LEN },
	[KV_COUNTERS] =		{ "counters.db",	PAGE_LEN },
	[KV_RESOURCES] =	{ "resources.db",	PAGE_LEN_BIG },
	[KV_UNIQUES] =		{ "uniques.db",		PAGE_LEN },
	[KV_INDEXES] =		{ "indexes.db",		PAGE_LEN },
	[KV_MEMBERS] =		{ "members.db",		PAGE_LEN },
	[KV_GROUPS] =		{ "groups.db",		PAGE_LEN },
	[KV_CHANGES] =		{ "changes.db",		PAGE_LEN_BIG },
	[KV_STREAMS] =		{ "streams.db",		PAGE_LEN },
	[KV_REQUESTS] =		{ "requests.db",	PAGE_LEN },
};
/* clang-format on */
_Static_assert(NELEM(tables) == KV_TABLE_MAX, "one file a table");

/* Kernel locks and shared mappings are not to be had on these. */
static const struct {
	long type;
	const char *name;
} foreign_file_systems[] = {
	{ 0x6969, "NFS" },
	{ 0x65735546, "FUSE" },
	{ 0x01021997, "9P" },
	{ 0x5346414f, "AFS" },
	{ 0x00c36400, "Ceph" },
	{ 0x0bd00bd0, "Lustre" },
	{ 0x517b, "SMB" },
	{ (long)0xff534d42, "CIFS" },
	{ (long)0xfe534d42, "SMB2" },
};

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

/* What to do about CODE, of an open that did recovery or did not. */
static const char *
advice(int code, bool recover)
{
	switch (code) {
	case ENOSPC:
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

static int
refuse(struct error *err, const char *dir, int code, bool recover)
{
	return error_set(err, code == ENOSPC ? ERR_FULL : ERR_INTERNAL,
	    "store: %s: %s%s", dir, db_strerror(code), advice(code, recover));
}

/* 5.3 only: later ones have another licence and another format. */
static int
check_library(struct error *err)
{
	int major, minor;

	db_version(&major, &minor, NULL);
	if (major == 5 && minor == 3)
		return 0;
	return error_set(err, ERR_INTERNAL,
	    "store: Berkeley DB 5.3 is needed, this is %s", kv_library());
}

static int
check_place(const char *dir, struct error *err)
{
	char path[PATH_MAX];
	struct statfs fs;

	snprintf(path, sizeof(path), "%s/DB_CONFIG", dir);
	if (access(path, F_OK) == 0)
		return error_set(err, ERR_INTERNAL,
		    "%s: this file would override the settings of muster; "
		    "take it away",
		    path);
	if (statfs(dir, &fs) == -1)
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
	for (size_t i = 0; i < NELEM(foreign_file_systems); i++)
		if (foreign_file_systems[i].type == (long)fs.f_type)
			return error_set(err, ERR_INTERNAL,
			    "%s: the store cannot be on %s; choose a local "
			    "disk",
			    dir, foreign_file_systems[i].name);
	return 0;
}

/* The library would wait ten seconds for files, inside, to no avail. */
static int
check_files(const char *dir, struct error *err)
{
	int fds[FILES_MIN], n = 0;

	while (
	    n < FILES_MIN && (fds[n] = open(dir, O_RDONLY | O_CLOEXEC)) != -1)
		n++;
	for (int i = 0; i < n; i++)
		close(fds[i]);
	if (n == FILES_MIN)
		return 0;
	return error_set(err, ERR_BUSY,
	    "%s: this process may open too few files, the store needs %d "
	    "(ulimit -n)",
	    dir, FILES_MIN);
}

/* Of the region files as they are, or as recovery will make them. */
static size_t
regions_len(const struct kv_options *options)
{
	size_t len = 0;
	char path[PATH_MAX];
	struct stat st;

	for (int i = 1; i <= 3; i++) {
		snprintf(path, sizeof(path), "%s/__db.00%d", options->dir, i);
		if (stat(path, &st) == 0)
			len += (size_t)st.st_size;
	}
	/* They are mapped at the length that they may grow to. */
	return (len > 0 ? len * 2 : REGIONS_LEN) + options->cache_len * 5 / 4;
}

/* One without memory would take the environment for broken. */
static int
check_memory(const struct kv_options *options, struct error *err)
{
	size_t len = regions_len(options) + HEAP_LEN;
	void *p = mmap(NULL, len, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return error_set(err, ERR_BUSY,
		    "%s: this process may have too little memory, the store "
		    "needs %zu MiB (ulimit -v, MUSTER_CACHE_MIB)",
		    options->dir, len / MIB);
	munmap(p, len);
	return 0;
}

int
kv_check(const struct kv_options *options, struct error *err)
{
	if (check_library(err) == -1 || check_place(options->dir, err) == -1 ||
	    check_files(options->dir, err) == -1)
		return -1;
	return check_memory(options, err);
}

/* Every size that has a bad default is set (section 2.12). */
static int
configure(DB_ENV *env, size_t cache_len, bool creates)
{
	const size_t gib = (size_t)1024 * MIB;
	u_int32_t mutexes =
	    (u_int32_t)(cache_len / PAGE_LEN * 13 / 10 + MUTEXES_BASE);
	int rc = 0;

	env->set_errcall(env, on_error);
	rc |= env->set_cachesize(
	    env, (u_int32_t)(cache_len / gib), (u_int32_t)(cache_len % gib), 1);
	rc |= env->set_mp_pagesize(env, PAGE_LEN);
	rc |= env->mutex_set_init(env, mutexes);
	rc |= env->mutex_set_max(env, mutexes * 2);
	rc |= env->set_lg_bsize(env, LOG_BUFFER_LEN);
	rc |= env->set_lg_max(env, KV_LOG_FILE_LEN);
	/* Log files are begun later, under whatever umask is then. */
	rc |= env->set_lg_filemode(env, MODE);
	rc |= env->set_lg_regionmax(env, LOG_REGION_LEN);
	/* Who joins leaves that as it is: a backup may have turned it off. */
	if (creates)
		rc |= env->log_set_config(env, DB_LOG_AUTO_REMOVE, 1);
	rc |= env->set_lk_max_locks(env, LOCKS_MAX);
	rc |= env->set_lk_max_objects(env, LOCKS_MAX);
	rc |= env->set_lk_max_lockers(env, LOCKERS_MAX);
	rc |= env->set_lk_detect(env, DB_LOCK_YOUNGEST);
	rc |= env->set_timeout(env, LOCK_TIMEOUT_US, DB_SET_LOCK_TIMEOUT);
	rc |= env->set_tx_max(env, TXN_MAX);
	return rc == 0 ? 0 : EINVAL;
}

int
kv_open_table(struct kv *kv, enum kv_table table, bool create)
{
	u_int32_t flags = DB_AUTO_COMMIT | (create ? DB_CREATE : 0);
	DB *db;
	int rc = db_create(&db, kv->env, 0);

	if (rc != 0)
		return rc;
	if ((rc = db->set_pagesize(db, tables[table].page_len)) != 0 ||
	    (rc = db->set_flags(db, DB_CHKSUM)) != 0 ||
	    (rc = db->open(db, NULL, tables[table].file, NULL, DB_BTREE, flags,
		 MODE)) != 0) {
		db->close(db, DB_NOSYNC);
		return rc;
	}
	kv->tables[table] = db;
	return 0;
}

static int
is_region(const struct dirent *entry)
{
	return strncmp(entry->d_name, "__db.0", 6) == 0;
}

/* The region that grows with the cache; 001 holds locks, 002 the log. */
static const char cache_region[] = "__db.003";

/* Disk blocks for LEN bytes and what the file may grow by. */
static void
reserve_file(const char *dir, const char *name, size_t cache_len)
{
	char path[PATH_MAX];
	struct stat st;
	off_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		log_warning(
		    "%s: cannot be reserved: %s", path, strerror(errno));
	} else {
		len = st.st_size + RESERVE_LEN;
		if (strcmp(name, cache_region) == 0)
			len += (off_t)(cache_len * 5 / 4);
		if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, len) == -1 &&
		    errno != EOPNOTSUPP)
			log_warning("%s: cannot be reserved: %s", path,
			    strerror(errno));
	}
	if (fd != -1)
		close(fd);
}

/*
 * The region files are sparse: on a full disk the first touch of a page
 * would end the process by SIGBUS (section 3.2).
 */
static void
reserve_regions(const char *dir, size_t cache_len)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_region, alphasort);

	for (int i = 0; i < n; i++) {
		reserve_file(dir, entries[i]->d_name, cache_len);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/*
 * Recovery makes them anew; it would first wait twelve seconds for whoever
 * might still be filling files that a power cut left empty.
 */
static void
remove_regions(const char *dir)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int n = scandir(dir, &entries, is_region, alphasort);

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		if (unlink(path) == -1)
			log_warning("%s: %s", path, strerror(errno));
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* The same wait for those who only enter: an empty file is no region. */
static bool
has_first_region(const char *dir)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/__db.001", dir);
	return stat(path, &st) == 0 && st.st_size > 0;
}

static int
is_log(const struct dirent *entry)
{
	return strncmp(entry->d_name, "log.", 4) == 0;
}

static bool
has_logs(const char *dir)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_log, NULL);

	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
	return n > 0;
}

static bool
has_table(const char *dir, size_t table)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, tables[table].file);
	return access(path, F_OK) == 0;
}

/*
 * Recovery makes tables that are not there, as those of a new store.  Once
 * the last one is made all must be there, or data would be gone in silence.
 */
static bool
is_complete(const char *dir)
{
	if (!has_table(dir, NELEM(tables) - 1))
		return true;
	for (size_t i = 0; i < NELEM(tables); i++)
		if (!has_table(dir, i)) {
			log_error("%s/%s is missing", dir, tables[i].file);
			return false;
		}
	if (!has_logs(dir))
		log_error("%s: the log files are missing", dir);
	return has_logs(dir);
}

static int
open_environment(
    struct kv *kv, const struct kv_options *options, u_int32_t recover)
{
	u_int32_t flags = DB_INIT_MPOOL | DB_INIT_LOCK | DB_INIT_LOG |
	    DB_INIT_TXN | (recover != 0 ? DB_CREATE | recover : 0);
	int rc;

	if (recover != 0 && !is_complete(options->dir))
		return ENOENT;
	if (recover != 0)
		remove_regions(options->dir);
	else if (!has_first_region(options->dir))
		return DB_RUNRECOVERY;
	if ((rc = db_env_create(&kv->env, 0)) != 0)
		return rc;
	kv->env->app_private = kv;
	if ((rc = configure(kv->env, options->cache_len, recover != 0)) != 0 ||
	    (rc = kv->env->open(kv->env, options->dir, flags, MODE)) != 0)
		return rc;
	for (int i = 0; i < KV_TABLE_MAX; i++)
		if ((recover != 0 || !options->is_brief) &&
		    (rc = kv_open_table(kv, (enum kv_table)i, recover != 0)) !=
			0)
			return rc;
	if (recover == 0)
		return 0;
	/* So that the next recovery does not do this one's work again. */
	rc = kv->env->txn_checkpoint(kv->env, 0, 0, DB_FORCE);
	if (rc == 0)
		reserve_regions(options->dir, options->cache_len);
	return rc;
}

/* With RECOVER: 0, DB_RECOVER or DB_RECOVER_FATAL. */
static int
open_kv(const struct kv_options *options, u_int32_t recover, struct kv **out,
    struct error *err)
{
	struct kv *kv = calloc(1, sizeof(*kv));
	mode_t before;
	int rc;

	if (kv == NULL)
		fatal("out of memory");
	snprintf(kv->dir, sizeof(kv->dir), "%s", options->dir);
	before = umask(007);
	rc = open_environment(kv, options, recover);
	umask(before);
	if (rc != 0) {
		kv_close(kv);
		return refuse(err, options->dir, rc, recover);
	}
	*out = kv;
	return 0;
}

int
kv_open(const struct kv_options *options, bool recover, struct kv **out,
    struct error *err)
{
	return open_kv(options, recover ? DB_RECOVER : 0, out, err);
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

static int
on_backup_open(DB_ENV *env, const char *name, const char *target, void **handle)
{
	struct kv *kv = env->app_private;

	(void)target;
	*handle = kv;
	kv->sink_at = 0;
	return kv->sink->open(kv->sink->arg, name);
}

/* Pages come in their order: a sink is written from start to end. */
static int
on_backup_write(DB_ENV *env, u_int32_t gbytes, u_int32_t bytes, u_int32_t size,
    u_int8_t *data, void *handle)
{
	struct kv *kv = handle;

	(void)env;
	if (kv->sink_at != ((uint64_t)gbytes << 30) + bytes)
		return EINVAL;
	kv->sink_at += size;
	return kv->sink->write(kv->sink->arg, data, size);
}

static int
on_backup_close(DB_ENV *env, const char *name, void *handle)
{
	struct kv *kv = handle;

	(void)env;
	(void)name;
	return kv->sink->close(kv->sink->arg);
}

/* A log file only grows; a record that is cut off ends recovery. */
static int
copy_log(struct kv *kv, const char *name)
{
	const struct kv_sink *sink = kv->sink;
	char path[PATH_MAX * 2], data[64 * 1024];
	ssize_t n;
	int fd, rc;

	snprintf(path, sizeof(path), "%s/%s", kv->dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno;
	rc = sink->open(sink->arg, name);
	while (rc == 0 && (n = read(fd, data, sizeof(data))) != 0)
		rc = n == -1 ? errno : sink->write(sink->arg, data, (size_t)n);
	close(fd);
	return rc != 0 ? rc : sink->close(sink->arg);
}

static int
copy_logs(struct kv *kv)
{
	char **names;
	int rc = kv->env->log_flush(kv->env, NULL);

	if (rc != 0 ||
	    (rc = kv->env->log_archive(kv->env, &names, DB_ARCH_LOG)) != 0)
		return rc;
	for (size_t i = 0; names != NULL && names[i] != NULL && rc == 0; i++)
		rc = copy_log(kv, names[i]);
	free(names);
	return rc;
}

/* The name of the oldest log file; names sort as they are numbered. */
static int
oldest_log(struct kv *kv, char *name, size_t size)
{
	char **names;
	int rc = kv->env->log_archive(kv->env, &names, DB_ARCH_LOG);

	if (rc == 0)
		snprintf(name, size, "%s", names == NULL ? "" : names[0]);
	if (rc == 0)
		free(names);
	return rc;
}

/* Tables first: the log then has all that happened to their pages. */
static int
copy_all(struct kv *kv)
{
	DB_ENV *env = kv->env;
	char before[64] = "", after[64] = "";
	int rc = env->set_backup_callbacks(
	    env, on_backup_open, on_backup_write, on_backup_close);

	if (rc == 0)
		rc = oldest_log(kv, before, sizeof(before));
	for (size_t i = 0; i < NELEM(tables) && rc == 0; i++)
		rc = env->dbbackup(env, tables[i].file, NULL, 0);
	if (rc == 0)
		rc = copy_logs(kv);
	/* Somebody of another version may have had log files removed. */
	if (rc == 0 && (rc = oldest_log(kv, after, sizeof(after))) == 0 &&
	    strcmp(before, after) != 0)
		rc = ECANCELED;
	return rc;
}

int
kv_backup(struct kv *kv, const struct kv_sink *sink, struct error *err)
{
	DB_ENV *env = kv->env;
	int rc = env->log_set_config(env, DB_LOG_AUTO_REMOVE, 0);

	kv->sink = sink;
	if (rc == 0)
		rc = env->txn_checkpoint(env, 0, 0, DB_FORCE);
	if (rc == 0)
		rc = copy_all(kv);
	env->log_set_config(env, DB_LOG_AUTO_REMOVE, 1);
	kv->sink = NULL;
	kv->failure =
	    rc == ECANCELED ? KV_FAIL_NONE : kv_failure_of("backup", rc);
	if (rc == ECANCELED)
		return error_set(err, ERR_BUSY, "the backup was interrupted");
	return rc == 0 ? 0 : refuse(err, "backup", rc, false);
}

static int
verify_pages(const char *dir, struct error *err)
{
	char path[PATH_MAX];
	DB *db;
	int rc;

	for (size_t i = 0; i < NELEM(tables); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, tables[i].file);
		if ((rc = db_create(&db, NULL, 0)) != 0)
			return refuse(err, path, rc, false);
		/* Gone with its handle, whatever it finds. */
		rc = db->verify(db, path, NULL, NULL, 0);
		if (rc != 0)
			return error_set(err, ERR_INTERNAL,
			    "%s: is damaged (%s): use another backup", path,
			    db_strerror(rc));
	}
	return 0;
}

int
kv_recover_copy(const struct kv_options *options, struct error *err)
{
	struct kv *kv;
	DB_ENV *env;
	int rc;

	if (open_kv(options, DB_RECOVER_FATAL, &kv, err) == -1)
		return -1;
	kv_close(kv);
	rc = db_env_create(&env, 0);
	if (rc == 0)
		rc = env->remove(env, options->dir, DB_FORCE);
	if (rc != 0)
		return refuse(err, options->dir, rc, true);
	return verify_pages(options->dir, err);
}

/* Where a piece that begins at START ends; KEY.data is freed by the caller. */
static int
end_of_piece(DB *db, DBT *start, DBT *end)
{
	DBT value = { .flags = DB_DBT_PARTIAL };
	DBC *cursor;
	int rc = db->cursor(db, NULL, &cursor, DB_READ_COMMITTED), close_rc;

	if (rc != 0)
		return rc;
	*end = (DBT){ .data = malloc(start->size + 1),
		.size = start->size,
		.flags = DB_DBT_REALLOC };
	if (end->data == NULL)
		fatal("out of memory");
	if (start->size > 0)
		memcpy(end->data, start->data, start->size);
	rc = cursor->get(cursor, end, &value, DB_SET_RANGE);
	for (int i = 0; rc == 0 && i < COMPACT_KEYS; i++)
		rc = cursor->get(cursor, end, &value, DB_NEXT);
	close_rc = cursor->close(cursor);
	return rc != 0 ? rc : close_rc;
}

static int
compact_piece(
    DB *db, DBT *start, DBT *stop, u_int32_t flags, struct kv_compaction *done)
{
	DB_COMPACT data;
	int rc;

	memset(&data, 0, sizeof(data));
	rc = db->compact(
	    db, NULL, start->size > 0 ? start : NULL, stop, &data, flags, NULL);
	done->pages_freed += data.compact_pages_free;
	done->pages_returned += data.compact_pages_truncated;
	return rc;
}

int
kv_compact(struct kv *kv, enum kv_table table, struct arena *a,
    struct slice *key, struct kv_compaction *done, struct error *err)
{
	DB *db = kv->tables[table];
	DBT start = { .size = (u_int32_t)key->len }, end = { .data = NULL };
	bool is_last;
	int rc;

	memcpy(&start.data, &key->data, sizeof(start.data));
	rc = end_of_piece(db, &start, &end);
	is_last = rc == DB_NOTFOUND;
	if (rc == 0 || is_last)
		rc = compact_piece(db, &start, is_last ? NULL : &end,
		    is_last ? DB_FREE_SPACE : 0, done);
	if (rc == 0)
		*key = is_last
		    ? (struct slice){ NULL, 0 }
		    : arena_slice(a, (struct slice){ end.data, end.size });
	free(end.data);
	if (rc == 0)
		rc = kv->env->txn_checkpoint(kv->env, KV_CHECKPOINT_KIB, 0, 0);
	kv->failure = kv_failure_of("compact", rc);
	if (rc == 0)
		return 0;
	if (kv->failure == KV_FAIL_DEADLOCK)
		return error_set(err, ERR_BUSY, "compact: a deadlock");
	return refuse(err, tables[table].file, rc, false);
}
