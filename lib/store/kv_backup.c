/*
 * kv_backup.c: the tables and the log as a copy, and a copy as a store
 * (spec berkeley-db.md section 2.11).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/kv_private.h"

enum { READ_LEN = 1024 * 1024 }; /* of a table at once; every page fits in */

static int
on_backup_open(DB_ENV *env, const char *name, const char *target, void **handle)
{
	struct kv *kv = env->app_private;

	(void)target;
	*handle = kv;
	kv->sink_at = 0;
	kv->sink_ended = false;
	return kv->sink->open(kv->sink->arg, name);
}

/*
 * Pages come in their order: a sink is written from start to end.  At the end
 * of a file Berkeley DB reads on, in case that it has grown, but leaves out a
 * page, and what follows would stand one page too early.  So a table ends
 * where it first ended: what is behind has been written after the checkpoint,
 * and the log has all of it.
 */
static int
on_backup_write(DB_ENV *env, u_int32_t gbytes, u_int32_t bytes, u_int32_t size,
    u_int8_t *data, void *handle)
{
	struct kv *kv = handle;

	(void)env;
	if (kv->sink_ended)
		return 0;
	if (kv->sink_at != ((uint64_t)gbytes << 30) + bytes)
		return EINVAL;
	kv->sink_at += size;
	kv->sink_ended = size < READ_LEN;
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
		rc = env->set_backup_config(env, DB_BACKUP_SIZE, READ_LEN);
	if (rc == 0)
		rc = oldest_log(kv, before, sizeof(before));
	for (size_t i = 0; i < KV_TABLE_MAX && rc == 0; i++)
		rc = env->dbbackup(
		    env, kv_table_file((enum kv_table)i), NULL, 0);
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
	return rc == 0 ? 0 : kv_refuse(err, "backup", rc, false);
}

static int
verify_pages(const char *dir, struct error *err)
{
	char path[PATH_MAX];
	DB *db;
	int rc;

	for (size_t i = 0; i < KV_TABLE_MAX; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir,
		    kv_table_file((enum kv_table)i));
		if ((rc = db_create(&db, NULL, 0)) != 0)
			return kv_refuse(err, path, rc, false);
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

	if (kv_open_with(options, DB_RECOVER_FATAL, &kv, err) == -1)
		return -1;
	kv_close(kv);
	rc = db_env_create(&env, 0);
	if (rc == 0)
		rc = env->remove(env, options->dir, DB_FORCE);
	if (rc != 0)
		return kv_refuse(err, options->dir, rc, true);
	return verify_pages(options->dir, err);
}
