/*
 * store.c: the entrance to the store: in, transactions, out.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "store/kept.h"
#include "store/store_private.h"
#include "store/watchdog.h"

enum {
	RECOVERIES_MAX = 5, /* of the environment, for one body */
	JOINS_MAX = 10,
	SECTION_MS = 10000, /* a worker's */
	SECTION_TOOL_MS = 60000,
	TOOL_TIMES = 2, /* as much log as a worker waits for */
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

/*
 * What is known of the cache, and what it should be: who serves one request
 * has no time to make it anew.
 */
static void
look_at_cache(struct store *store)
{
	struct kv_options *options = &store->options;
	bool may_wish = options->cache_len == 0 && store->kind != STORE_ONESHOT;

	options->cache_made = (size_t)gate_cache(store->gate) << 20;
	gate_wish_cache(store->gate,
	    may_wish ? (uint32_t)(kv_cache_len(options) >> 20) : 0);
}

/* One try to get in; *AGAIN: the environment was not sound after all. */
static int
try_join(struct store *store, bool *again, struct error *err)
{
	enum gate_entry entry;

	*again = false;
	look_at_cache(store);
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
	if (entry == GATE_DIRTY) {
		gate_note_cache(
		    store->gate, (uint32_t)(kv_cache_made(store->kv) >> 20));
		gate_recovered(store->gate);
	} else {
		gate_leave_section(store->gate);
	}
	store->joins++;
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

static void
queue(void *owner, bool begins)
{
	struct store *store = owner;

	if (begins)
		gate_queue(store->gate);
	else
		gate_end_queue(store->gate);
}

int
store_open(
    const struct store_options *options, struct store **out, struct error *err)
{
	struct store *store = calloc(1, sizeof(*store));

	if (store == NULL || (store->dir = strdup(options->dir)) == NULL)
		fatal("out of memory");
	store->kind = options->kind;
	store_name_key(store, options);
	store->options = (struct kv_options){ .dir = store->dir,
		.vault = &store->vault,
		.cache_len = options->cache_len,
		.cache_max = kv_cache_room(),
		.space_min = options->space_min == 0 ? STORE_SPACE_MIN
						     : options->space_min,
		.ballast_len = options->ballast_len,
		.opens_late = options->kind != STORE_TOOL,
		.owner = store,
		.queue = queue,
		.touched = &store->touched };
	if (start(store, options, err) == -1) {
		store_close(store);
		return -1;
	}
	*out = store;
	return 0;
}

/* In a section; the others need not wait until it is done.  0 TIMES: now. */
static enum kv_failure
checkpoint_inside(struct store *store, unsigned times)
{
	bool is_ours = gate_take_upkeep(store->gate);

	if (!is_ours && times > 0)
		return KV_FAIL_NONE;
	kv_checkpoint(store->kv, times);
	if (is_ours)
		gate_end_upkeep(store->gate);
	return kv_last_failure(store->kv);
}

static enum kv_failure
checkpoint(struct store *store, bool now)
{
	enum kv_failure failure;

	if (gate_is_recovery_wanted(store->gate))
		return KV_FAIL_NONE;
	gate_enter_section(store->gate);
	failure = checkpoint_inside(store, now ? 0 : 1);
	gate_leave_section(store->gate);
	if (failure == KV_FAIL_PANIC)
		gate_want_recovery(store->gate);
	return failure;
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
	kept_free(store->kept);
	free(store->key_file);
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
	case KV_FAIL_FILES:
		error_set(
		    err, ERR_BUSY, "too few files may be open: see ulimit -n");
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

/* The tables of what store_kept keeps. */
enum { KEPT_TABLES = 1 << KV_TENANTS | 1 << KV_CREDENTIALS };

uint32_t
store_joins(const struct store *store)
{
	return store->joins;
}

uint64_t
store_turn(const struct store *store)
{
	return (uint64_t)store->joins << 32 | gate_turns(store->gate);
}

/*
 * Others can see what was committed: from here on nobody may go by what was
 * there before.  Who dies between the two leaves the others a recovery.
 */
static int
commit(struct store *store, struct kv_txn *txn, struct error *err)
{
	bool is_kept = (kv_txn_written(txn) & KEPT_TABLES) != 0;
	int rc = kv_commit(txn, err);

	if (is_kept)
		gate_turn(store->gate);
	return rc;
}

static enum attempt
finish(struct store *store, struct kv_txn *txn, int rc, struct error *err)
{
	enum kv_failure failure;

	if (rc == 0 && kv_end(txn) != STORE_OK)
		rc = -1;
	failure = kv_txn_failure(txn);
	if (rc == 0 && failure == KV_FAIL_NONE && store->rehearsal != NULL) {
		kv_abort(txn);
		return ATTEMPT_DONE;
	}
	/* A body that went on after a failure must not be committed. */
	if (rc == -1 || failure != KV_FAIL_NONE) {
		kv_abort(txn);
		if (kv_txn_failure(txn) == KV_FAIL_PANIC)
			failure = KV_FAIL_PANIC;
		return after_failure(failure, err);
	}
	if (commit(store, txn, err) == 0)
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
	unsigned spread = (unsigned)getpid() * 31 + (unsigned)tries;

	if (tries < 3)
		return;
	/* Half a ms to one for each try so far, another in each process. */
	ts.tv_nsec = (500000 + (long)((spread * 2654435761u >> 8) % 500000)) *
	    (tries < 20 ? tries : 20);
	nanosleep(&ts, NULL);
}

static int
run(struct store *store, enum kv_mode mode, store_body *body, void *arg,
    struct error *err)
{
	size_t rehearsed = store->rehearsal == NULL ? 0 : store->rehearsal->len;
	int deadlocks = 0, recoveries = 0;

	for (;;) {
		if (store_be_inside(store, err) == -1)
			return -1;
		if (store->rehearsal != NULL)
			buf_truncate(store->rehearsal, rehearsed);
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

/* TEXT, as much of it as SIZE bytes at TO hold with a NUL. */
static void
copy_text(char *to, size_t size, struct slice text)
{
	size_t len = text.len < size ? text.len : size - 1;

	if (len > 0)
		memcpy(to, text.data, len);
	to[len] = '\0';
}

void
store_act_as(struct store *store, struct slice actor, struct slice request)
{
	copy_text(store->actor.id, sizeof(store->actor.id), actor);
	copy_text(store->actor.request, sizeof(store->actor.request), request);
}

void
store_rehearse(struct store *store, struct buf *changes)
{
	store->rehearsal = changes;
}

struct buf *
store_rehearsal(struct kv_txn *txn)
{
	const struct store *store = kv_txn_owner(txn);

	return store == NULL ? NULL : store->rehearsal;
}

const struct kv_touched *
store_touched(const struct store *store)
{
	return &store->touched;
}

int
store_statistics(
    struct store *store, struct kv_statistics *out, struct error *err)
{
	int rc;

	if (store_be_inside(store, err) == -1)
		return -1;
	gate_enter_section(store->gate);
	rc = kv_read_statistics(store->kv, out);
	gate_leave_section(store->gate);
	return rc == 0
	    ? 0
	    : error_set(err, ERR_BUSY, "the store cannot tell its statistics");
}

void
store_idle(struct store *store)
{
	enum kv_failure failure;
	struct error err;

	if (store->kv == NULL || gate_is_recovery_wanted(store->gate)) {
		if (rejoin(store, &err) == -1)
			log_error("%s", err.detail);
		return;
	}
	gate_enter_section(store->gate);
	kv_upkeep(store->kv);
	failure = kv_last_failure(store->kv);
	/*
	 * A tool writes much in few transactions; it may be idle often.  It
	 * leaves checkpoints to workers, if any are there: while one of them
	 * writes it the others serve, where a tool does nothing else.
	 */
	if (failure == KV_FAIL_NONE && store->kind == STORE_TOOL &&
	    kv_has_written(store->kv))
		failure = checkpoint_inside(store, TOOL_TIMES);
	else if (failure == KV_FAIL_NONE && kv_is_checkpoint_due(store->kv))
		failure = checkpoint_inside(store, 1);
	gate_leave_section(store->gate);
	if (failure == KV_FAIL_PANIC)
		gate_want_recovery(store->gate);
}

int
store_checkpoint(struct store *store, bool now, struct error *err)
{
	if (store_be_inside(store, err) == -1)
		return -1;
	switch (checkpoint(store, now)) {
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
