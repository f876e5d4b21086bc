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
	RESERVE_LEN = 4 * MIB, /* a region file may grow by this */
	MESSAGES_MAX = 20,     /* in the log, a second */
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

static int
refuse(struct error *err, const char *what, int code)
{
	return error_set(err, code == ENOSPC ? ERR_FULL : ERR_INTERNAL,
	    "store: %s: %s", what, db_strerror(code));
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

int
kv_check(const char *dir, struct error *err)
{
	char path[PATH_MAX];
	struct statfs fs;

	if (check_library(err) == -1)
		return -1;
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

/* Every size that has a bad default is set (section 2.12). */
static int
configure(DB_ENV *env, size_t cache_len)
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

static int
open_environment(struct kv *kv, const struct kv_options *options, bool recover)
{
	u_int32_t flags = DB_INIT_MPOOL | DB_INIT_LOCK | DB_INIT_LOG |
	    DB_INIT_TXN | (recover ? DB_CREATE | DB_RECOVER : 0);
	int rc = db_env_create(&kv->env, 0);

	if (rc != 0)
		return rc;
	kv->env->app_private = kv;
	if ((rc = configure(kv->env, options->cache_len)) != 0 ||
	    (rc = kv->env->open(kv->env, options->dir, flags, MODE)) != 0)
		return rc;
	for (int i = 0; i < KV_TABLE_MAX; i++)
		if ((recover || !options->is_brief) &&
		    (rc = kv_open_table(kv, (enum kv_table)i, recover)) != 0)
			return rc;
	if (!recover)
		return 0;
	/* So that the next recovery does not do this one's work again. */
	rc = kv->env->txn_checkpoint(kv->env, 0, 0, DB_FORCE);
	if (rc == 0)
		reserve_regions(options->dir, options->cache_len);
	return rc;
}

int
kv_open(const struct kv_options *options, bool recover, struct kv **out,
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
		return refuse(err, options->dir, rc);
	}
	*out = kv;
	return 0;
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
