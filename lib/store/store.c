/*
 * store.c: the entrance to the store.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/number.h"
#include "store/gate.h"
#include "store/store.h"
#include "store/watchdog.h"

enum {
	CACHE_LEN_DEFAULT = 64 * 1024 * 1024,
	DEADLOCKS_MAX = 30, /* runs of one body */
	RECOVERIES_MAX = 5, /* of the environment, for one body */
	JOINS_MAX = 10,
	SECTION_MS = 10000, /* a worker's */
	SECTION_TOOL_MS = 60000,
	ONESHOT_S = 10
};

static const struct slice format_key = { "format", 6 };

/* The format of a store: this name and a number that grows. */
#define FORMAT_NAME "muster "
#define FORMAT_TEXT "muster 1"
enum { FORMAT = 1 };

struct store {
	struct kv_options options;
	char *dir;
	enum store_kind kind;
	struct gate *gate;
	struct watchdog *watchdog;
	struct kv *kv;	     /* NULL: outside */
	struct arena *spare; /* for the next transaction, or NULL */
};

const char *
store_format(void)
{
	return FORMAT_TEXT;
}

struct arena *
store_arena(struct kv_txn *txn)
{
	return kv_txn_arena(txn);
}

static int
make_directory(const char *dir, struct error *err)
{
	if (mkdir(dir, 0770) == -1)
		return errno == EEXIST ? 0
				       : error_set(err, ERR_INTERNAL, "%s: %s",
					     dir, strerror(errno));
	/* Whatever the umask: web server and administrator share a group. */
	if (chmod(dir, 02770) == 0)
		return 0;
	return error_set(err, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
}

/* Who reads also writes: locks, and what a killed one left to be done. */
static int
check_no_backup(const char *dir, struct error *err)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/" STORE_BACKUP_MARK, dir);
	if (access(path, F_OK) == -1)
		return 0;
	return error_set(err, ERR_INTERNAL,
	    "%s is a backup, or one that was not restored to the end; make a "
	    "store of it: muster restore --store NEW %s",
	    dir, dir);
}

static int
check_exists(const char *dir, struct error *err)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/gate", dir);
	if (access(path, R_OK | W_OK) == 0 && access(dir, W_OK) == 0)
		return 0;
	switch (errno) {
	case ENOENT:
		return error_set(err, ERR_NOT_FOUND,
		    "there is no store in "
		    "%s; make one: muster init --store %s",
		    dir, dir);
	case EROFS:
		return error_set(err, ERR_INTERNAL,
		    "%s: the file system is read-only; a store must be "
		    "writable even to be read: mount it read-write",
		    dir);
	case EACCES:
		return error_set(err, ERR_INTERNAL,
		    "%s: permission denied; whoever uses a store must be in "
		    "the group of this directory (mode 2770) and of its files "
		    "(mode 660)",
		    dir);
	default:
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	}
}

/* Out of the environment, and of the gate. */
static void
leave(struct store *store)
{
	if (store->kv != NULL) {
		/* A close can block on a dead member: the watchdog looks. */
		gate_enter_section(store->gate);
		kv_close(store->kv);
	}
	store->kv = NULL;
	gate_leave(store->gate);
}

/* One try to get in; *AGAIN: the environment was not sound after all. */
static int
try_join(struct store *store, bool *again, struct error *err)
{
	enum gate_entry entry;

	*again = false;
	if (kv_check(&store->options, err) == -1 ||
	    gate_join(store->gate, &entry, err) == -1)
		return -1;
	if (kv_open(&store->options, entry == GATE_DIRTY, &store->kv, err) ==
	    -1) {
		*again = entry == GATE_CLEAN;
		gate_want_recovery(store->gate);
		gate_leave(store->gate);
		return -1;
	}
	if (entry == GATE_DIRTY)
		gate_recovered(store->gate);
	else
		gate_leave_section(store->gate);
	return 0;
}

static int
join(struct store *store, struct error *err)
{
	bool again = true;

	for (int i = 0; again && i < JOINS_MAX; i++)
		if (try_join(store, &again, err) == 0)
			return 0;
	return -1;
}

/* Why a store with the format TEXT is not entered, and what to do. */
static int
check_format_text(struct slice text, struct error *err)
{
	struct slice name = SLICE(FORMAT_NAME);
	int64_t number = 0;

	if (text.len > name.len &&
	    slice_equal((struct slice){ text.data, name.len }, name))
		parse_int(
		    slice_from(text, name.len), 1, INT64_MAX, &number, NULL);
	if (number == FORMAT)
		return 0;
	if (number > FORMAT)
		return error_set(err, ERR_INTERNAL,
		    "the store has the format '%.*s', this muster knows up to "
		    "'" FORMAT_TEXT "': use the version that wrote it, or a "
		    "newer one",
		    SLICE_ARG(text));
	return error_set(err, ERR_INTERNAL,
	    "the store has the format '%.*s', which is none of muster's: is "
	    "this the right directory?",
	    SLICE_ARG(text));
}

static int
format_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const bool *create = arg;
	struct slice value;

	switch (kv_get(txn, KV_META, format_key, false, &value)) {
	case STORE_OK:
		return check_format_text(value, err);
	case STORE_NOTFOUND:
		if (!*create)
			return error_set(err, ERR_INTERNAL,
			    "the store was not made to the end: run muster "
			    "init again");
		return kv_put(txn, KV_META, format_key, SLICE(FORMAT_TEXT)) ==
			STORE_OK
		    ? 0
		    : -1;
	default:
		return -1;
	}
}

static int
check_format(struct store *store, bool create, struct error *err)
{
	return create ? store_txn(store, format_body, &create, err)
		      : store_view(store, format_body, &create, err);
}

static int
start(
    struct store *store, const struct store_options *options, struct error *err)
{
	if (check_no_backup(options->dir, err) == -1)
		return -1;
	if (options->create ? make_directory(options->dir, err) == -1
			    : check_exists(options->dir, err) == -1)
		return -1;
	if (gate_open(options->dir, kv_library(), &store->gate, err) == -1)
		return -1;
	if (store->kind == STORE_ONESHOT)
		alarm(ONESHOT_S);
	else if (watchdog_start(store->gate,
		     store->kind == STORE_TOOL ? SECTION_TOOL_MS : SECTION_MS,
		     &store->watchdog, err) == -1)
		return -1;
	if (join(store, err) == -1)
		return -1;
	return check_format(store, options->create, err);
}

int
store_open(
    const struct store_options *options, struct store **out, struct error *err)
{
	struct store *store = calloc(1, sizeof(*store));

	if (store == NULL || (store->dir = strdup(options->dir)) == NULL)
		fatal("out of memory");
	store->kind = options->kind;
	store->options = (struct kv_options){ .dir = store->dir,
		.cache_len = options->cache_len == 0 ? CACHE_LEN_DEFAULT
						     : options->cache_len,
		.is_brief = options->kind == STORE_ONESHOT };
	if (start(store, options, err) == -1) {
		store_close(store);
		return -1;
	}
	*out = store;
	return 0;
}

static void
checkpoint(struct store *store, bool now)
{
	if (gate_is_recovery_wanted(store->gate))
		return;
	gate_enter_section(store->gate);
	kv_checkpoint(store->kv, now);
	gate_leave_section(store->gate);
	if (kv_last_failure(store->kv) == KV_FAIL_PANIC)
		gate_want_recovery(store->gate);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	/* Where each request is a process, nobody else would. */
	if (store->kind == STORE_ONESHOT && store->kv != NULL &&
	    kv_has_written(store->kv))
		checkpoint(store, false);
	if (store->gate != NULL)
		leave(store);
	watchdog_stop(store->watchdog);
	if (store->gate != NULL)
		gate_close(store->gate);
	if (store->kind == STORE_ONESHOT)
		alarm(0);
	arena_free(store->spare);
	free(store->dir);
	free(store);
}

/* What became of one run of a body. */
enum attempt {
	ATTEMPT_DONE,
	ATTEMPT_REFUSED,  /* by the body, with an error */
	ATTEMPT_DEADLOCK, /* run it again */
	ATTEMPT_BROKEN,	  /* nothing was written: recover, run again */
	ATTEMPT_GIVEN_UP  /* recover, but do not run it again */
};

static enum attempt
after_failure(enum kv_failure failure, struct error *err)
{
	switch (failure) {
	case KV_FAIL_NONE:
		/* A -1 without a reason: a record that cannot be read. */
		if (err->code == ERR_NONE)
			error_set(err, ERR_INTERNAL,
			    "the store holds a record that is damaged");
		return ATTEMPT_REFUSED;
	case KV_FAIL_DEADLOCK:
		return ATTEMPT_DEADLOCK;
	case KV_FAIL_FULL:
		error_set(err, ERR_FULL, "no room on the disk");
		return ATTEMPT_REFUSED;
	case KV_FAIL_LIMIT:
		error_set(err, ERR_BUSY,
		    "the store has no room for a transaction of this size: "
		    "ask for less at once");
		return ATTEMPT_GIVEN_UP;
	default:
		error_set(err, ERR_BUSY, "the store is being recovered");
		return ATTEMPT_BROKEN;
	}
}

static enum attempt
finish(struct store *store, struct kv_txn *txn, int rc, struct error *err)
{
	enum kv_failure failure = kv_txn_failure(txn);

	/* A body that went on after a failure must not be committed. */
	if (rc == -1 || failure != KV_FAIL_NONE) {
		kv_abort(txn);
		if (kv_txn_failure(txn) == KV_FAIL_PANIC)
			failure = KV_FAIL_PANIC;
		return after_failure(failure, err);
	}
	if (kv_commit(txn, err) == 0)
		return ATTEMPT_DONE;
	failure = kv_last_failure(store->kv);
	if (failure == KV_FAIL_FULL || failure == KV_FAIL_DEADLOCK)
		return after_failure(failure, err);
	if (failure == KV_FAIL_UNSURE) {
		error_set(err, ERR_BUSY,
		    "no room on the disk at the commit: the outcome is not "
		    "known");
		return ATTEMPT_REFUSED;
	}
	error_set(err, ERR_BUSY,
	    "the store broke at the commit: the outcome is not known");
	return ATTEMPT_GIVEN_UP;
}

/* One transaction with an arena of its own; bodies are never nested. */
static enum attempt
attempt(struct store *store, enum kv_mode mode, store_body *body, void *arg,
    struct error *err)
{
	struct arena *a = store->spare != NULL ? store->spare : arena_new();
	struct kv_txn *txn;
	enum attempt result;
	int rc;

	store->spare = NULL;
	err->code = ERR_NONE;
	gate_enter_section(store->gate);
	if (kv_begin(store->kv, mode, a, &txn, err) == -1) {
		result = after_failure(kv_last_failure(store->kv), err);
	} else {
		rc = body(txn, arg, err);
		result = finish(store, txn, rc, err);
	}
	gate_leave_section(store->gate);
	arena_reset(a);
	store->spare = a;
	return result;
}

/* Out, and in again through recovery if somebody wants it. */
static int
rejoin(struct store *store, struct error *err)
{
	leave(store);
	return join(store, err);
}

static void
pause_after_deadlock(int tries)
{
	struct timespec ts = { .tv_sec = 0 };

	if (tries < 3)
		return;
	/* Up to 1 ms for each try so far; the pid sets processes apart. */
	ts.tv_nsec =
	    (long)(((unsigned)getpid() * 2654435761u >> 8) % 1000000u) *
	    (tries < 20 ? tries : 20);
	nanosleep(&ts, NULL);
}

static int
run(struct store *store, enum kv_mode mode, store_body *body, void *arg,
    struct error *err)
{
	int deadlocks = 0, recoveries = 0;

	for (;;) {
		if ((store->kv == NULL ||
			gate_is_recovery_wanted(store->gate)) &&
		    rejoin(store, err) == -1)
			return -1;
		switch (attempt(store, mode, body, arg, err)) {
		case ATTEMPT_DONE:
			return 0;
		case ATTEMPT_REFUSED:
			return -1;
		case ATTEMPT_DEADLOCK:
			if (++deadlocks > DEADLOCKS_MAX)
				return error_set(
				    err, ERR_BUSY, "too many deadlocks");
			pause_after_deadlock(deadlocks);
			break;
		case ATTEMPT_BROKEN:
			gate_want_recovery(store->gate);
			if (++recoveries > RECOVERIES_MAX)
				return -1;
			break;
		case ATTEMPT_GIVEN_UP:
			gate_want_recovery(store->gate);
			return -1;
		}
	}
}

int
store_txn(struct store *store, store_body *body, void *arg, struct error *err)
{
	return run(store, KV_WRITE, body, arg, err);
}

int
store_view(struct store *store, store_body *body, void *arg, struct error *err)
{
	return run(store, KV_READ, body, arg, err);
}

int
store_peek(struct store *store, store_body *body, void *arg, struct error *err)
{
	return run(store, KV_PEEK, body, arg, err);
}

void
store_idle(struct store *store)
{
	struct error err;

	if (store->kv == NULL || gate_is_recovery_wanted(store->gate)) {
		if (rejoin(store, &err) == -1)
			log_error("%s", err.detail);
		return;
	}
	gate_enter_section(store->gate);
	kv_upkeep(store->kv, store->kind == STORE_TOOL);
	gate_leave_section(store->gate);
	if (kv_last_failure(store->kv) == KV_FAIL_PANIC)
		gate_want_recovery(store->gate);
}

int
store_checkpoint(struct store *store, bool now, struct error *err)
{
	if ((store->kv == NULL || gate_is_recovery_wanted(store->gate)) &&
	    rejoin(store, err) == -1)
		return -1;
	checkpoint(store, now);
	switch (kv_last_failure(store->kv)) {
	case KV_FAIL_NONE:
		return 0;
	case KV_FAIL_FULL:
		return error_set(
		    err, ERR_FULL, "there is no room for a checkpoint");
	default:
		return error_set(
		    err, ERR_BUSY, "the checkpoint failed; see the log");
	}
}

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

/* In, before a section that is no transaction. */
static int
be_inside(struct store *store, struct error *err)
{
	if (store->kv != NULL && !gate_is_recovery_wanted(store->gate))
		return 0;
	return rejoin(store, err);
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

static int
back_up(struct store *store, const struct kv_sink *sink, struct error *err)
{
	struct pulse pulse = { store, sink };
	struct kv_sink pulsed = { pulse_open, pulse_write, pulse_close,
		&pulse };
	int rc;

	if (be_inside(store, err) == -1)
		return -1;
	gate_enter_section(store->gate);
	rc = kv_backup(store->kv, &pulsed, err);
	gate_leave_section(store->gate);
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
		.cache_len = options->cache_len == 0 ? CACHE_LEN_DEFAULT
						     : options->cache_len };
	char path[4096];

	if (kv_check(&kv, err) == -1 || kv_recover_copy(&kv, err) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/" STORE_BACKUP_MARK, options->dir);
	if (unlink(path) == -1)
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	return 0;
}

static int
compact_piece(struct store *store, enum kv_table table, struct arena *a,
    struct slice *key, struct kv_compaction *done, struct error *err)
{
	int rc, tries = 0;

	do {
		if (be_inside(store, err) == -1)
			return -1;
		pause_after_deadlock(tries);
		gate_enter_section(store->gate);
		rc = kv_compact(store->kv, table, a, key, done, err);
		gate_leave_section(store->gate);
		if (rc == -1 && kv_last_failure(store->kv) == KV_FAIL_PANIC) {
			gate_want_recovery(store->gate);
			err->code = ERR_BUSY;
		}
	} while (rc == -1 && err->code == ERR_BUSY && ++tries < DEADLOCKS_MAX);
	return rc;
}

int
store_compact(struct store *store, struct kv_compaction *done,
    void (*progress)(void *arg, const struct kv_compaction *done), void *arg,
    struct error *err)
{
	struct arena *a = arena_new();
	int rc = 0;

	*done = (struct kv_compaction){ .pages_freed = 0 };
	for (int i = 0; i < KV_TABLE_MAX && rc == 0; i++) {
		struct slice key = SLICE("");

		while (rc == 0 && key.data != NULL) {
			rc = compact_piece(
			    store, (enum kv_table)i, a, &key, done, err);
			progress(arg, done);
		}
	}
	arena_free(a);
	return rc;
}
