/*
 * store.c: the entrance to the store.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
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
static const struct slice format = { "muster 1", 8 };

struct store {
	struct kv_options options;
	char *dir;
	enum store_kind kind;
	struct gate *gate;
	struct watchdog *watchdog;
	struct kv *kv;	     /* NULL: outside */
	struct arena *spare; /* for the next transaction, or NULL */
};

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

static int
check_exists(const char *dir, struct error *err)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/gate", dir);
	if (access(path, F_OK) == 0)
		return 0;
	if (errno == ENOENT)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no store in "
		    "%s; make one: muster init --store %s",
		    dir, dir);
	return error_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
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
	if (kv_check(store->dir, err) == -1 ||
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

static int
format_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct slice value;

	(void)arg;
	switch (kv_get(txn, KV_META, format_key, false, &value)) {
	case STORE_OK:
		if (slice_equal(value, format))
			return 0;
		return error_set(err, ERR_INTERNAL,
		    "the store has the "
		    "format '%.*s', this muster knows '%.*s': use the "
		    "version that wrote it",
		    SLICE_ARG(value), SLICE_ARG(format));
	case STORE_NOTFOUND:
		return kv_put(txn, KV_META, format_key, format) == STORE_OK
		    ? 0
		    : -1;
	default:
		return -1;
	}
}

static int
check_format(struct store *store, bool create, struct error *err)
{
	return create ? store_txn(store, format_body, NULL, err)
		      : store_view(store, format_body, NULL, err);
}

static int
start(
    struct store *store, const struct store_options *options, struct error *err)
{
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

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
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
	kv_upkeep(store->kv);
	gate_leave_section(store->gate);
	if (kv_last_failure(store->kv) == KV_FAIL_PANIC)
		gate_want_recovery(store->gate);
}
