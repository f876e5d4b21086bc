/*
 * store_backup.c: a copy of the store while it is used, and a store of a copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/store_private.h"

/* A sink that lets the watchdog see that there is progress. */
struct pulse {
	struct store *store;
	const struct kv_sink *sink;
};

static int
pulse_open(void *arg, const char *name)
{
	struct pulse *p = arg;

	return p->sink->open(p->sink->arg, name);
}

/* The section goes on, its time begins anew. */
static int
pulse_write(void *arg, const void *data, size_t len)
{
	struct pulse *p = arg;

	if (gate_is_recovery_wanted(p->store->gate))
		return ECANCELED;
	gate_enter_section(p->store->gate);
	return p->sink->write(p->sink->arg, data, len);
}

static int
pulse_close(void *arg)
{
	struct pulse *p = arg;

	return p->sink->close(p->sink->arg);
}

/* One backup at a time: its end lets old log files go. */
static int
lock_backup(const struct store *store, struct error *err)
{
	int fd = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return error_set(err, ERR_INTERNAL, "%s: %s", store->dir,
	    errno == EWOULDBLOCK ? "another backup is at work"
				 : strerror(errno));
}

/* A key that is kept elsewhere is not for a backup. */
static int
copy_key(
    const struct store *store, const struct kv_sink *sink, struct error *err)
{
	char text[VAULT_FILE_MAX];
	int fd = open(store->key_file, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof(text));
	int rc = n == -1 ? errno : sink->open(sink->arg, "key");

	if (fd != -1)
		close(fd);
	if (rc == 0)
		rc = sink->write(sink->arg, text, (size_t)n);
	if (rc == 0)
		rc = sink->close(sink->arg);
	return rc == 0 ? 0
		       : error_set(err, ERR_INTERNAL, "%s: %s", store->key_file,
			     strerror(rc));
}

static int
back_up(struct store *store, const struct kv_sink *sink, struct error *err)
{
	struct pulse pulse = { store, sink };
	struct kv_sink pulsed = { pulse_open, pulse_write, pulse_close,
		&pulse };
	int rc;

	if (store_be_inside(store, err) == -1)
		return -1;
	gate_enter_section(store->gate);
	rc = kv_backup(store->kv, &pulsed, err);
	gate_leave_section(store->gate);
	if (rc == 0 && store->vault.is_on && store->key_is_inside)
		rc = copy_key(store, sink, err);
	if (rc == -1 && kv_last_failure(store->kv) == KV_FAIL_PANIC) {
		gate_want_recovery(store->gate);
		err->code = ERR_BUSY;
	}
	return rc;
}

int
store_backup(struct store *store, const struct kv_sink *sink, struct error *err)
{
	int lock = lock_backup(store, err), rc;

	if (lock == -1)
		return -1;
	rc = back_up(store, sink, err);
	close(lock);
	return rc;
}

int
store_restore(const struct store_options *options, struct error *err)
{
	struct kv_options kv = { .dir = options->dir,
		.cache_len = options->cache_len,
		.cache_max = kv_cache_room() };
	char path[4096];

	if (kv_check(&kv, err) == -1 || kv_recover_copy(&kv, err) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/" STORE_BACKUP_MARK, options->dir);
	if (unlink(path) == -1)
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	return 0;
}
