/*
 * store.c: the entrance to the store: in, transactions, out.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "store/store_private.h"
#include "store/watchdog.h"

enum {
	RECOVERIES_MAX = 5, /* of the environment, for one body */
	JOINS_MAX = 10,
	SECTION_MS = 10000, /* a worker's */
	SECTION_TOOL_MS = 60000,
	ONESHOT_S = 10
};

struct arena *
store_arena(struct kv_txn *txn)
{
	return kv_txn_arena(txn);
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

static int
start(
    struct store *store, const struct store_options *options, struct error *err)
{
	if (store_check_no_backup(options->dir, err) == -1)
		return -1;
	if (options->create ? store_make_directory(options->dir, err) == -1
			    : store_check_exists(options->dir, err) == -1)
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
	return store_check_format(store, options, err);
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
		.cache_len = options->cache_len == 0 ? STORE_CACHE_LEN
						     : options->cache_len,
		.space_min = options->space_min == 0 ? STORE_SPACE_MIN
						     : options->space_min,
		.ballast_len = options->ballast_len,
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

/* In, before a section that is no transaction. */
int
store_be_inside(struct store *store, struct error *err)
{
	if (store->kv != NULL && !gate_is_recovery_wanted(store->gate))
		return 0;
	return rejoin(store, err);
}

void
store_pause(int tries)
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
		if (store_be_inside(store, err) == -1)
			return -1;
		switch (attempt(store, mode, body, arg, err)) {
		case ATTEMPT_DONE:
			return 0;
		case ATTEMPT_REFUSED:
			return -1;
		case ATTEMPT_DEADLOCK:
			if (++deadlocks > STORE_DEADLOCKS_MAX)
				return error_set(
				    err, ERR_BUSY, "too many deadlocks");
			store_pause(deadlocks);
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
	if (store_be_inside(store, err) == -1)
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
