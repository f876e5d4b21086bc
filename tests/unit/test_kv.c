/*
 * test_kv.c: keys and values, ranges over values of every size, transactions
 * that are undone or cross each other, and stores that are not entered.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/nelem.h"
#include "store/gate.h"
#include "store/kv_private.h"
#include "store/store_private.h"
#include "store/store.h"
#include "tap.h"

static char dir[] = "/tmp/muster-kv.XXXXXX";

/* What the system and the library say they are; 0: what they say. */
static long file_system;
static int library_minor;
static bool has_no_room; /* for region files */

int __wrap_statfs(const char *name, struct statfs *fs);
int __real_statfs(const char *name, struct statfs *fs);
char *__wrap_db_version(int *major, int *minor, int *patch);
char *__real_db_version(int *major, int *minor, int *patch);
int __wrap_fallocate(int fd, int mode, off_t at, off_t len);
int __real_fallocate(int fd, int mode, off_t at, off_t len);

int
__wrap_statfs(const char *name, struct statfs *fs)
{
	int rc = __real_statfs(name, fs);

	if (file_system != 0)
		fs->f_type = file_system;
	return rc;
}

char *
__wrap_db_version(int *major, int *minor, int *patch)
{
	char *text = __real_db_version(major, minor, patch);

	if (minor != NULL && library_minor != 0)
		*minor = library_minor;
	return text;
}

int
__wrap_fallocate(int fd, int mode, off_t at, off_t len)
{
	char link[64], name[300] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (has_no_room && readlink(link, name, sizeof(name) - 1) > 0 &&
	    strstr(name, "/__db.0") != NULL) {
		errno = ENOSPC;
		return -1;
	}
	return __real_fallocate(fd, mode, at, len);
}

static struct store *
open_store(bool create, struct error *err)
{
	struct store_options options = { .dir = dir,
		.cache_len = 4 << 20,
		.kind = STORE_TOOL,
		.create = create };
	struct store *store;

	return store_open(&options, &store, err) == 0 ? store : NULL;
}

static const char *
path(const char *name)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s/%s", dir, name);
	return text;
}

static int
single_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct slice v;
	bool *good = arg;

	(void)err;
	*good = kv_get(txn, KV_META, SLICE("nosuch"), false, &v) ==
		STORE_NOTFOUND &&
	    kv_insert(txn, KV_META, SLICE("one"), SLICE("1")) == STORE_OK &&
	    kv_insert(txn, KV_META, SLICE("one"), SLICE("2")) == STORE_EXISTS &&
	    kv_get(txn, KV_META, SLICE("one"), true, &v) == STORE_OK &&
	    slice_equal(v, SLICE("1")) &&
	    kv_put(txn, KV_META, SLICE("one"), SLICE("")) == STORE_OK &&
	    kv_get(txn, KV_META, SLICE("one"), false, &v) == STORE_OK &&
	    v.len == 0 && kv_delete(txn, KV_META, SLICE("one")) == STORE_OK &&
	    kv_delete(txn, KV_META, SLICE("one")) == STORE_NOTFOUND;
	return 0;
}

static void
test_singles(struct store *store)
{
	struct error err;
	bool good = false;

	tap_ok(store_txn(store, single_body, &good, &err) == 0 && good,
	    "get, insert, put, delete");
}

/* The lengths of values, some bigger than the buffer of a range (64 KiB). */
static const size_t lens[] = { 0, 1, 20, 4000, 16000, 65535, 65536, 65537,
	200000, 1 << 20 };

enum { ROWS = 60 };

static size_t
len_of(int row)
{
	/* The first eight are read one by one: big ones on both sides. */
	return row == 3 ? 100000 : lens[(size_t)row % NELEM(lens)];
}

static struct slice
key_of(const char *prefix, int row, char text[16])
{
	snprintf(text, 16, "%s%04d", prefix, row);
	return slice_of(text);
}

static int
fill_body(struct kv_txn *txn, void *arg, struct error *err)
{
	static const char *const prefixes[] = { "a", "b", "b\xff", "c" };
	const int *rows = arg;
	char text[16], *value = arena_alloc(store_arena(txn), 1 << 20);

	(void)err;
	for (size_t p = 0; p < NELEM(prefixes); p++)
		for (int i = 0; i < *rows; i++) {
			memset(value, 'A' + i % 26, len_of(i));
			if (kv_put(txn, KV_META, key_of(prefixes[p], i, text),
				(struct slice){ value, len_of(i) }) != STORE_OK)
				return -1;
		}
	return 0;
}

static bool
is_row(struct slice value, int row)
{
	char want = (char)('A' + row % 26);

	if (value.len != len_of(row))
		return false;
	for (size_t i = 0; i < value.len; i++)
		if (value.data[i] != want)
			return false;
	return true;
}

struct walk {
	const char *prefix;
	int from;
	bool degree2;
	bool many;
	int seen; /* rows, all in order */
	bool good;
};

static int
walk_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct walk *w = arg;
	struct kv_range *range;
	struct slice key, value;
	enum store_status status;
	char text[16];

	(void)err;
	w->seen = 0;
	w->good = true;
	if (kv_range_open(txn, KV_META, slice_of(w->prefix),
		key_of(w->prefix, w->from, text), w->degree2,
		&range) != STORE_OK)
		return -1;
	if (w->many)
		kv_range_many(range);
	while ((status = kv_range_next(range, &key, &value)) == STORE_OK) {
		int row = w->from + w->seen++;

		/* "b" is also the start of the keys of "b\xff". */
		w->good &= row >= ROWS ||
		    (slice_equal(key, key_of(w->prefix, row, text)) &&
			is_row(value, row));
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

static void
test_ranges(struct store *store)
{
	static const struct {
		const char *prefix;
		int from, rows;
	} rows[] = {
		{ "a", 0, ROWS },
		{ "a", 3, ROWS - 3 },
		{ "a", ROWS - 1, 1 },
		{ "a", ROWS, 0 },
		{ "b", 0, 2 * ROWS },
		{ "b\xff", 0, ROWS },
		{ "b\xff", ROWS - 8, 8 },
		{ "b\xff", ROWS - 9, 9 },
		{ "c", 0, ROWS },
		{ "c", ROWS - 9, 9 },
		{ "d", 0, 0 },
	};
	struct error err;
	int n = ROWS;

	tap_ok(store_txn(store, fill_body, &n, &err) == 0, "rows are written");
	for (size_t i = 0; i < 4 * NELEM(rows); i++) {
		struct walk w = { .prefix = rows[i / 4].prefix,
			.from = rows[i / 4].from,
			.degree2 = i % 2 == 1,
			.many = i % 4 > 1 };
		bool read = store_view(store, walk_body, &w, &err) == 0;

		tap_ok(read && w.good && w.seen == rows[i / 4].rows,
		    "range %zu of degree %d%s: %d rows", i / 4,
		    w.degree2 ? 2 : 3, w.many ? ", in bulk" : "", w.seen);
	}
}

/* Ranges with a prefix each, of one range that goes on from one to the next. */
static const struct seek {
	const char *prefix;
	int rows;
} seeks[] = {
	{ "m", 3 },
	{ "n", 0 },
	{ "p", 2 },
	{ "q", 0 }, /* behind all there is */
	{ "r", 0 },
	{ "m", 3 }, /* and back */
	{ "q", 0 },
	{ "p", 2 },
};

static int
seek_fill_body(struct kv_txn *txn, void *arg, struct error *err)
{
	char text[16];

	(void)arg;
	(void)err;
	for (size_t s = 0; s < 3; s += 2)
		for (int i = 0; i < seeks[s].rows; i++)
			if (kv_put(txn, KV_GROUPS,
				key_of(seeks[s].prefix, i, text),
				SLICE("")) != STORE_OK)
				return -1;
	return 0;
}

struct found {
	bool many;
	int rows[NELEM(seeks)];
};

static int
seek_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct kv_range *range;
	struct slice key, value;
	enum store_status status = STORE_NOTFOUND;
	struct found *found = arg;

	(void)err;
	if (kv_range_open(txn, KV_GROUPS, SLICE("k"), SLICE(""), false,
		&range) != STORE_OK)
		return -1;
	if (found->many)
		kv_range_many(range);
	for (size_t s = 0; s < NELEM(seeks) && status == STORE_NOTFOUND; s++) {
		kv_range_seek(range, slice_of(seeks[s].prefix));
		found->rows[s] = 0;
		while (
		    (status = kv_range_next(range, &key, &value)) == STORE_OK)
			found->rows[s] += key.data[0] == seeks[s].prefix[0];
	}
	return status == STORE_NOTFOUND ? 0 : -1;
}

static void
test_seeks(struct store *store)
{
	struct found found;
	struct error err;

	if (store_txn(store, seek_fill_body, NULL, &err) == -1)
		exit(EXIT_FAILURE);
	for (int i = 0; i < 4; i++) {
		bool view = i % 2 == 1, read;

		found.many = i > 1;
		read = (view ? store_view : store_peek)(
			   store, seek_body, &found, &err) == 0;
		for (size_t s = 0; s < NELEM(seeks); s++)
			tap_ok(read && found.rows[s] == seeks[s].rows,
			    "%s%s: on to %s, which has %d",
			    view ? "in a transaction" : "key by key",
			    found.many ? ", in bulk" : "", seeks[s].prefix,
			    seeks[s].rows);
	}
}

/* Write, leave a range open, and refuse. */
static int
careless_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct kv_range *range;
	struct slice key, value;

	(void)arg;
	if (kv_put(txn, KV_META, SLICE("undone"), SLICE("x")) != STORE_OK ||
	    kv_delete(txn, KV_META, SLICE("a0000")) != STORE_OK ||
	    kv_range_open(txn, KV_META, SLICE("c"), SLICE(""), false, &range) !=
		STORE_OK ||
	    kv_range_next(range, &key, &value) != STORE_OK)
		return error_set(err, ERR_INTERNAL, "not as far as that");
	return error_set(err, ERR_TOO_MANY, "no");
}

/* A body that fails and does not say why. */
static int
silent_body(struct kv_txn *txn, void *arg, struct error *err)
{
	int *runs = arg;

	(void)err;
	++*runs;
	kv_put(txn, KV_META, SLICE("undone"), SLICE("x"));
	return -1;
}

static int
state_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct slice value;
	bool *good = arg;

	(void)err;
	*good = kv_get(txn, KV_META, SLICE("undone"), false, &value) ==
		STORE_NOTFOUND &&
	    kv_get(txn, KV_META, SLICE("a0000"), false, &value) == STORE_OK;
	return 0;
}

static void
test_undo(struct store *store)
{
	struct error err;
	bool good = false;
	int runs = 0;

	tap_ok(store_txn(store, careless_body, NULL, &err) == -1 &&
		err.code == ERR_TOO_MANY,
	    "a body that refuses with a range open");
	store_view(store, state_body, &good, &err);
	tap_ok(good, "is undone");
	tap_ok(store_txn(store, silent_body, &runs, &err) == -1 &&
		err.code == ERR_INTERNAL && runs == 1,
	    "a body that fails without a word: %s", err.detail);
	store_view(store, state_body, &good, &err);
	tap_ok(good, "is undone");
}

static int
count_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct slice value;
	char text[24];

	(void)err;
	if (kv_get(txn, KV_META, SLICE("n"), true, &value) != STORE_OK)
		return -1;
	*(int *)arg = atoi(value.data) + 1;
	snprintf(text, sizeof(text), "%d", *(int *)arg);
	return kv_put(txn, KV_META, SLICE("n"), slice_of(text)) == STORE_OK
	    ? 0
	    : -1;
}

static int
zero_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)arg;
	(void)err;
	return kv_put(txn, KV_META, SLICE("n"), SLICE("0")) == STORE_OK ? 0
									: -1;
}

/* Read, add, write from four processes: no addition is lost. */
static void
test_counting(void)
{
	enum { PROCESSES = 4, EACH = 200 };
	struct error err;
	struct store *store;
	int n = 0, good = 0, status;

	for (int p = 0; p < PROCESSES; p++)
		if (fork() == 0) {
			store = open_store(false, &err);
			for (int i = 0; store != NULL && i < EACH; i++)
				good +=
				    store_txn(store, count_body, &n, &err) == 0;
			store_close(store);
			_exit(good != EACH);
		}
	for (int p = 0; p < PROCESSES; p++) {
		wait(&status);
		good += status == 0;
	}
	store = open_store(false, &err);
	if (store != NULL)
		store_txn(store, count_body, &n, &err);
	store_close(store);
	tap_ok(good == PROCESSES && n == PROCESSES * EACH + 1,
	    "%d processes counted to %d", good, n);
}

/* One of two processes that lock two rows, each in its own order. */
struct crossing {
	enum kv_table first, second;
	int say, hear; /* pipes to and from the other one */
	int runs;
};

/* Until the other one is here, too. */
static bool
meet(const struct crossing *c)
{
	char byte = 'x';

	return write(c->say, &byte, 1) == 1 && read(c->hear, &byte, 1) == 1;
}

static int
cross_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct crossing *c = arg;
	struct slice value;
	int rc;

	(void)err;
	if (kv_put(txn, c->first, SLICE("x"), SLICE("1")) != STORE_OK)
		return -1;
	/* The first time each waits for the other one's first lock. */
	if (c->runs++ == 0 && !meet(c))
		return -1;
	rc =
	    kv_put(txn, c->second, SLICE("x"), SLICE("1")) == STORE_OK ? 0 : -1;
	/* Going on hides nothing: it was a deadlock, nothing is broken. */
	kv_get(txn, c->first, SLICE("y"), false, &value);
	return rc;
}

/* The runs that it took, 0 when it failed. */
static int
cross(struct crossing c)
{
	struct error err;
	struct store *store = open_store(false, &err);
	/* Opening reads a row that the other one will have locked. */
	bool good = meet(&c) && store != NULL &&
	    store_txn(store, cross_body, &c, &err) == 0;

	store_close(store);
	return good ? c.runs : 0;
}

static unsigned
recoveries(void)
{
	struct gate *gate;
	struct error err;
	unsigned n;

	if (gate_open(dir, kv_library(), &gate, &err) == -1)
		return 0;
	n = gate_generation(gate) + gate_is_recovery_wanted(gate);
	gate_close(gate);
	return n;
}

static void
test_deadlock(void)
{
	unsigned before = recoveries();
	int there[2], back[2], status = 0, runs;
	pid_t pid;

	if (pipe(there) == -1 || pipe(back) == -1 || (pid = fork()) == -1)
		exit(1);
	/* An end that is not ours is closed: who is alone must not wait. */
	if (pid == 0) {
		close(there[0]);
		close(back[1]);
		_exit(cross((struct crossing){ .first = KV_COUNTERS,
		    .second = KV_META,
		    .say = there[1],
		    .hear = back[0] }));
	}
	close(there[1]);
	close(back[0]);
	runs = cross((struct crossing){ .first = KV_META,
	    .second = KV_COUNTERS,
	    .say = back[1],
	    .hear = there[0] });
	waitpid(pid, &status, 0);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	tap_ok(runs > 0 && status > 0 && runs + status > 2,
	    "a deadlock: both got through, in %d and %d runs", runs, status);
	tap_ok(before > 0 && recoveries() == before, "without a recovery");
}

/* One of two processes that want one row: what it does each time it runs. */
struct waiting {
	int say, hear; /* pipes; HEAR -1: it does not wait for us */
};

static int
wait_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct waiting *w = arg;
	char byte = 'x';

	(void)err;
	if (w->hear == -1 && write(w->say, &byte, 1) != 1)
		return -1;
	if (kv_put(txn, KV_INDEXES, SLICE("held"), SLICE("1")) != STORE_OK)
		return -1;
	if (w->hear != -1 &&
	    (write(w->say, &byte, 1) != 1 || read(w->hear, &byte, 1) != 1))
		return -1;
	return 0;
}

static pid_t
start_waiting(struct waiting w)
{
	struct error err;
	struct store *store;
	pid_t pid = fork();
	bool good;

	if (pid != 0)
		return pid;
	store = open_store(false, &err);
	good = store != NULL && store_txn(store, wait_body, &w, &err) == 0;
	store_close(store);
	_exit(!good);
}

/* Is there a byte within a tenth of a second?  It is taken. */
static bool
has_heard(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;

	return poll(&p, 1, 100) == 1 && read(fd, &byte, 1) == 1;
}

/*
 * A wait that is too long ends because somebody else looks at it, who waits
 * for nothing: the holder holds on, and the other one has to begin again.
 */
static void
test_expiry(void)
{
	int from_holder[2], from_waiter[2], to_holder[2], status, good = 0;
	struct error err;
	struct store *store;
	unsigned runs = 0;
	pid_t pids[2];

	if (pipe(from_holder) == -1 || pipe(from_waiter) == -1 ||
	    pipe(to_holder) == -1)
		exit(1);
	pids[0] = start_waiting(
	    (struct waiting){ .say = from_holder[1], .hear = to_holder[0] });
	for (int i = 0; i < 100 && !has_heard(from_holder[0]); i++)
		;
	pids[1] = start_waiting(
	    (struct waiting){ .say = from_waiter[1], .hear = -1 });
	store = open_store(false, &err);
	for (int i = 0; store != NULL && i < 200 && runs < 2; i++) {
		runs += has_heard(from_waiter[0]);
		store_idle(store);
	}
	tap_ok(runs == 2, "a lock that is waited for too long: %u runs", runs);
	good = write(to_holder[1], "x", 1) == 1;
	for (int i = 0; i < 2; i++) {
		waitpid(pids[i], &status, 0);
		good += status == 0;
	}
	store_close(store);
	tap_ok(good == 3, "and both are done in the end");
}

/* Holds the first page of a table until it hears something. */
static int
hold_body(struct kv_txn *txn, void *arg, struct error *err)
{
	static const char text[20000];
	const struct waiting *w = arg;
	char byte = 'x';

	(void)err;
	return kv_put(txn, KV_GROUPS, SLICE("long"),
		   (struct slice){ text, sizeof(text) }) == STORE_OK &&
		write(w->say, &byte, 1) == 1 && read(w->hear, &byte, 1) == 1
	    ? 0
	    : -1;
}

/* One that holds it, or, without W, one that opens all tables. */
static pid_t
start_beside(const struct waiting *w)
{
	struct waiting own;
	struct error err;
	struct store *store;
	pid_t pid = fork();
	bool good;

	if (pid != 0)
		return pid;
	store = open_store(false, &err);
	good = store != NULL;
	if (good && w != NULL) {
		own = *w;
		good = store_txn(store, hold_body, &own, &err) == 0;
	}
	store_close(store);
	_exit(!good);
}

/* How many locks were waited for too long? */
static unsigned
timeouts(struct store *store)
{
	DB_LOCK_STAT *stat = NULL;
	unsigned n = 0;

	if (store->kv->env->lock_stat(store->kv->env, &stat, 0) == 0)
		n = (unsigned)stat->st_nlocktimeouts;
	free(stat);
	return n;
}

/*
 * Who waits too long for a table that it opens tries again: there is nothing
 * to recover from, as on a machine that does too much.
 */
static void
test_slow_open(void)
{
	int from[2], to[2], status, good = 0;
	struct store *store;
	struct error err;
	unsigned generation, before;
	pid_t pids[2];

	if (pipe(from) == -1 || pipe(to) == -1)
		exit(1);
	store = open_store(false, &err);
	if (store == NULL)
		exit(1);
	generation = gate_generation(store->gate);
	pids[0] =
	    start_beside(&(struct waiting){ .say = from[1], .hear = to[0] });
	for (int i = 0; i < 600 && !has_heard(from[0]); i++)
		;
	before = timeouts(store);
	pids[1] = start_beside(NULL);
	for (int i = 0; i < 600 && timeouts(store) == before; i++) {
		has_heard(from[0]);
		store_idle(store);
	}
	good = write(to[1], "x", 1) == 1;
	for (int i = 0; i < 2; i++) {
		waitpid(pids[i], &status, 0);
		good += status == 0;
	}
	tap_ok(good == 3 && timeouts(store) > before,
	    "a table that is held for long is opened in the end");
	tap_ok(gate_generation(store->gate) == generation,
	    "and nothing is recovered");
	store_close(store);
}

static int
die_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)arg;
	(void)err;
	kv_put(txn, KV_META, SLICE("n"), SLICE("0"));
	raise(SIGKILL);
	return 0;
}

/* Is its last checkpoint in the log on the disk, not only in memory? */
static bool
is_checkpoint_kept(struct kv *kv)
{
	DB_TXN_STAT *txns = NULL;
	DB_LOG_STAT *log = NULL;
	bool good = kv->env->txn_stat(kv->env, &txns, 0) == 0 &&
	    kv->env->log_stat(kv->env, &log, 0) == 0 &&
	    (log->st_disk_file > txns->st_last_ckp.file ||
		(log->st_disk_file == txns->st_last_ckp.file &&
		    log->st_disk_offset > txns->st_last_ckp.offset));

	free(txns);
	free(log);
	return good;
}

/* Who recovers and dies then leaves nothing of that to be done again. */
static void
test_recovered(void)
{
	struct kv_options options = { .dir = dir, .cache_len = 4 << 20 };
	struct error err = { .detail = "" };
	struct store *store;
	struct kv *kv = NULL;
	pid_t pid = fork();

	if (pid == 0) {
		store = open_store(false, &err);
		if (store != NULL)
			store_txn(store, die_body, NULL, &err);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	tap_ok(
	    kv_open(&options, true, &kv, &err) == 0 && is_checkpoint_kept(kv),
	    "recovery ends in a checkpoint that is on the disk %s", err.detail);
	if (kv != NULL)
		kv_close(kv);
}

/*
 * Region files are sparse: without blocks the first touch of a page would end
 * who recovers by SIGBUS (spec berkeley-db.md section 3.2).
 */
static void
test_recovery_without_room(void)
{
	struct kv_options options = { .dir = dir, .cache_len = 4 << 20 };
	struct error err = { .code = ERR_NONE };
	struct kv *kv = NULL;

	has_no_room = true;
	tap_ok(kv_open(&options, true, &kv, &err) == -1 && err.code == ERR_FULL,
	    "no region is touched that the disk has no room for: %s",
	    kv == NULL ? err.detail : "it was");
	has_no_room = false;
	if (kv != NULL)
		kv_close(kv);
	kv = NULL;
	err.detail[0] = '\0';
	tap_ok(kv_open(&options, true, &kv, &err) == 0,
	    "recovery goes on when there is room %s", err.detail);
	if (kv != NULL)
		kv_close(kv);
}

static int
bulky_body(struct kv_txn *txn, void *arg, struct error *err)
{
	char text[16], *value = arena_alloc(store_arena(txn), 1 << 20);

	(void)arg;
	(void)err;
	memset(value, 'v', 1 << 20);
	for (int i = 0; i < 20; i++)
		if (kv_put(txn, KV_CHANGES, key_of("bulky", i, text),
			(struct slice){ value, 1 << 20 }) != STORE_OK)
			return -1;
	return 0;
}

/* The newest log file: its mode, and its name in NAME. */
static unsigned
last_log(char name[256])
{
	glob_t found;
	struct stat st = { .st_mode = 0 };

	if (glob(path("log.*"), 0, NULL, &found) != 0)
		return 0;
	snprintf(name, 256, "%s", found.gl_pathv[found.gl_pathc - 1]);
	globfree(&found);
	return stat(name, &st) == 0 ? st.st_mode & 0777 : 0;
}

/* Web server and administrator share a group, whatever their umasks. */
static void
test_modes(void)
{
	mode_t before = umask(077);
	char old[256] = "", new[256] = "";
	struct error err;
	struct store *store = open_store(false, &err);
	unsigned mode = last_log(old);

	tap_ok(store != NULL && mode == 0660 &&
		store_txn(store, bulky_body, NULL, &err) == 0,
	    "more is written than a log file holds");
	mode = last_log(new);
	tap_ok(strcmp(old, new) != 0 && mode == 0660,
	    "the mode of the next log file is %o", mode);
	store_close(store);
	umask(before);
}

/* A table as older versions of muster made it, in place of a new one. */
static int
make_old_table(u_int32_t page_len)
{
	struct kv_options options = { .dir = dir, .cache_len = 4 << 20 };
	const char *file = kv_table_file(KV_RESOURCES);
	struct error err;
	struct kv *kv;
	DB *db;
	int rc;

	if (kv_open(&options, true, &kv, &err) == -1)
		return -1;
	kv->tables[KV_RESOURCES]->close(kv->tables[KV_RESOURCES], 0);
	kv->tables[KV_RESOURCES] = NULL;
	rc = kv->env->dbremove(kv->env, NULL, file, NULL, DB_AUTO_COMMIT);
	if (rc == 0 && (rc = db_create(&db, kv->env, 0)) == 0) {
		db->set_pagesize(db, page_len);
		db->set_flags(db, DB_CHKSUM);
		rc = db->open(db, NULL, file, NULL, DB_BTREE,
		    DB_CREATE | DB_AUTO_COMMIT, 0660);
		db->close(db, 0);
	}
	/* It has been so for long: recovery does not make it again. */
	kv_checkpoint(kv, 0);
	kv_close(kv);
	return rc;
}

static int
large_body(struct kv_txn *txn, void *arg, struct error *err)
{
	static char text[20000];
	struct slice v, value = { text, sizeof(text) };

	(void)err;
	memset(text, 'x', sizeof(text));
	*(bool *)arg =
	    kv_put(txn, KV_RESOURCES, SLICE("large"), value) == STORE_OK &&
	    kv_get(txn, KV_RESOURCES, SLICE("large"), false, &v) == STORE_OK &&
	    slice_equal(v, value) &&
	    kv_delete(txn, KV_RESOURCES, SLICE("large")) == STORE_OK;
	return 0;
}

/* The length of the pages of resources.db, as its first page tells. */
static long
page_len(void)
{
	FILE *f = fopen(path(kv_table_file(KV_RESOURCES)), "r");
	uint32_t len = 0;

	if (f == NULL || fseek(f, 20, SEEK_SET) == -1 ||
	    fread(&len, sizeof(len), 1, f) != 1)
		len = 0;
	if (f != NULL)
		fclose(f);
	return len;
}

enum { OLD_ROWS = 3000, OLD_KILLS = 12 };

static int
old_rows_body(struct kv_txn *txn, void *arg, struct error *err)
{
	static char text[3000];
	char key[16];

	(void)arg;
	(void)err;
	memset(text, 'o', sizeof(text));
	for (int i = 0; i < OLD_ROWS; i++)
		if (kv_put(txn, KV_RESOURCES, key_of("old", i, key),
			(struct slice){ text, (size_t)i }) != STORE_OK)
			return -1;
	return 0;
}

/* How many of them are there, whole. */
static int
count_old_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct slice value;
	char key[16];
	int *n = arg;

	(void)err;
	*n = 0;
	for (int i = 0; i < OLD_ROWS; i++)
		if (kv_get(txn, KV_RESOURCES, key_of("old", i, key), false,
			&value) == STORE_OK &&
		    value.len == (size_t)i &&
		    (i == 0 || value.data[i - 1] == 'o'))
			++*n;
	return 0;
}

static int
old_rows(struct store *store)
{
	struct error err;
	int n = -1;

	return store_view(store, count_old_body, &n, &err) == 0 ? n : -1;
}

static void
no_progress(void *arg, const struct kv_compaction *done)
{
	(void)arg;
	(void)done;
}

/* One that compacts, and is killed after MS; did it come to its end? */
static bool
compact_for(int ms)
{
	struct timespec pause = { .tv_nsec = (long)ms * 1000000 };
	struct kv_compaction done;
	struct error err;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *store = open_store(false, &err);

		_exit(store == NULL ||
		    store_compact(store, &done, no_progress, NULL, &err) == -1);
	}
	nanosleep(&pause, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* One beside us who is inside, until it is killed. */
static pid_t
stay_inside(void)
{
	int fds[2];
	struct error err;
	char c;
	pid_t pid;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		exit(1);
	if (pid == 0) {
		if (open_store(false, &err) == NULL ||
		    write(fds[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(fds[1]);
	if (read(fds[0], &c, 1) != 1)
		exit(1);
	close(fds[0]);
	return pid;
}

static int
mark_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)err;
	return kv_put(txn, KV_RESOURCES, slice_of(arg), SLICE("")) == STORE_OK
	    ? 0
	    : -1;
}

/* How many old rows a copy has, and one more if it has what came later. */
static int
copied_rows(const char *copy)
{
	struct kv_options options = { .cache_len = 4 << 20, .dir = copy };
	struct arena *a = arena_new();
	struct kv_txn *txn;
	struct slice value;
	struct error err;
	struct kv *kv;
	int n = 0;

	if (kv_recover_copy(&options, &err) == 0 &&
	    kv_open(&options, true, &kv, &err) == 0) {
		if (kv_begin(kv, KV_READ, a, &txn, &err) == 0) {
			count_old_body(txn, &n, &err);
			n += kv_get(txn, KV_RESOURCES, SLICE("later"), false,
				 &value) == STORE_OK;
			kv_abort(txn);
		}
		kv_close(kv);
	}
	arena_free(a);
	return n;
}

/* As a backup copies it: the log after the tables, with what it still has. */
static int
rows_of_copy(struct store *store)
{
	char copy[sizeof(dir) + 8], later[] = "later", command[300];
	struct error err;
	int n = -1;

	snprintf(copy, sizeof(copy), "%s.copy", dir);
	snprintf(command, sizeof(command), "mkdir %s && cp %s/*.db %s", copy,
	    dir, copy);
	if (system(command) == 0 &&
	    store_txn(store, mark_body, later, &err) == 0) {
		snprintf(command, sizeof(command), "cp %s/log.* %s", dir, copy);
		if (system(command) == 0)
			n = copied_rows(copy);
	}
	snprintf(command, sizeof(command), "rm -rf %s", copy);
	return system(command) == 0 ? n : -1;
}

static void
test_rewriting(void)
{
	struct kv_compaction done = { .tables_left = 0 };
	struct error err = { .detail = "" };
	struct store *store;
	pid_t pid;
	int rc;

	if (make_old_table(16384) != 0 ||
	    (store = open_store(false, &err)) == NULL) {
		tap_ok(false, "an old table: %s", err.detail);
		return;
	}
	store_txn(store, old_rows_body, NULL, &err);
	pid = stay_inside();
	rc = store_compact(store, &done, no_progress, NULL, &err);
	tap_ok(rc == 0 && done.tables_left == 1 && done.tables_rewritten == 0 &&
		page_len() == 16384,
	    "a table that others use keeps its pages, which is told");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	store_close(store);

	/* Wherever it ends, the table is the old one or the new one. */
	for (int i = 0; i < OLD_KILLS && !compact_for(15 * i); i++)
		continue;
	store = open_store(false, &err);
	tap_ok(store != NULL && old_rows(store) == OLD_ROWS,
	    "killed while it writes a table anew: all is there, in pages of "
	    "%ld",
	    page_len());
	if (store == NULL)
		return;
	rc = store_compact(store, &done, no_progress, NULL, &err);
	tap_ok(rc == 0 && page_len() == 4096 && done.tables_left == 0 &&
		old_rows(store) == OLD_ROWS,
	    "a table is written anew in pages of %ld: %s", page_len(),
	    rc == 0 ? "" : err.detail);
	rc = store_compact(store, &done, no_progress, NULL, &err);
	tap_ok(rc == 0 && done.tables_rewritten == 0 &&
		access(path("resources.db.new"), F_OK) == -1,
	    "once");
	rc = rows_of_copy(store);
	tap_ok(rc == OLD_ROWS + 1, "a backup has it, with what came later: %d",
	    rc);
	store_close(store);
	store = open_store(false, &err);
	tap_ok(store != NULL && old_rows(store) == OLD_ROWS,
	    "and is opened again");
	store_close(store);
}

enum { MANY_ROWS = 8000, ROW_LEN = 200 };

/* Rows of a table, in their order; then three of four go again. */
static int
many_rows(struct kv *kv, bool thin_out)
{
	static const char value[ROW_LEN];
	struct arena *a = arena_new();
	struct error err;
	struct kv_txn *txn;
	char text[16];
	int rc = kv_begin(kv, KV_WRITE, a, &txn, &err);

	for (int i = 0; rc == 0 && i < MANY_ROWS; i++)
		if (!thin_out)
			rc = kv_put(txn, KV_JOBS, key_of("many", i, text),
				 (struct slice){ value, ROW_LEN }) != STORE_OK;
		else if (i % 4 != 0)
			rc = kv_delete(txn, KV_JOBS, key_of("many", i, text)) !=
			    STORE_OK;
	if (rc == 0)
		rc = kv_commit(txn, &err);
	arena_free(a);
	return rc;
}

/* Bytes of log that a table needs to be compacted; -1 if it fails. */
static long
compact_many(struct kv *kv, struct kv_compaction *done)
{
	struct arena *a = arena_new();
	struct slice key = SLICE("");
	DB_LOG_STAT *before = NULL, *after = NULL;
	struct error err;
	long n = -1;
	int rc = kv->env->log_stat(kv->env, &before, 0);

	while (rc == 0 && key.data != NULL)
		rc = kv_compact(kv, KV_JOBS, a, &key, done, &err);
	if (rc == 0 && kv->env->log_stat(kv->env, &after, 0) == 0)
		n = ((long)after->st_w_mbytes - before->st_w_mbytes) *
			(1 << 20) +
		    after->st_w_bytes - before->st_w_bytes;
	free(before);
	free(after);
	arena_free(a);
	return n;
}

/* What is full stays as it is; what is not comes together. */
static void
test_compaction(void)
{
	struct kv_options options = { .dir = dir, .cache_len = 4 << 20 };
	struct kv_compaction full = { .pages_freed = 0 }, thin = full;
	struct error err;
	struct kv *kv = NULL;
	long written;

	if (kv_open(&options, true, &kv, &err) == -1 ||
	    many_rows(kv, false) != 0) {
		tap_ok(false, "a table of many rows");
		return;
	}
	written = compact_many(kv, &full);
	tap_ok(written >= 0 && written < MANY_ROWS * ROW_LEN / 10,
	    "compact writes %ld bytes of log for full pages", written);
	written = many_rows(kv, true) == 0 ? compact_many(kv, &thin) : -1;
	tap_ok(written >= 0 &&
		thin.pages_freed > MANY_ROWS * ROW_LEN / 4096 / 2 &&
		thin.pages_returned > 0,
	    "and frees %ju pages of such as lost three rows of four",
	    (uintmax_t)thin.pages_freed);
	kv_close(kv);
}

/* What a store that opens its tables late has asked for. */
struct queued {
	int begun, ended;
};

static void
count_queue(void *owner, bool begins)
{
	struct queued *q = owner;

	*(begins ? &q->begun : &q->ended) += 1;
}

/* Read of TABLE in MODE; true if the turns are BEFORE, and then AFTER. */
static bool
queues(struct kv *kv, enum kv_mode mode, const struct queued *q, int before,
    int after, enum kv_table table)
{
	struct arena *a = arena_new();
	struct slice value;
	struct kv_txn *txn;
	struct error err;
	bool as_said = false;

	if (kv_begin(kv, mode, a, &txn, &err) == 0) {
		as_said = q->begun == before &&
		    kv_get(txn, table, SLICE("none"), false, &value) ==
			STORE_NOTFOUND &&
		    q->begun == after && q->ended == after;
		kv_abort(txn);
	}
	arena_free(a);
	return as_said;
}

/* Who opens tables does it in turn, unless it has locks. */
static void
test_queue(void)
{
	struct queued q = { 0, 0 };
	struct kv_options options = { .dir = dir,
		.opens_late = true,
		.owner = &q,
		.queue = count_queue };
	struct error err;
	struct kv *kv = NULL;

	if (kv_open(&options, false, &kv, &err) == -1) {
		tap_ok(false, "one that opens late: %s", err.detail);
		return;
	}
	tap_ok(queues(kv, KV_PEEK, &q, 0, 1, KV_TENANTS) &&
		queues(kv, KV_PEEK, &q, 1, 1, KV_TENANTS),
	    "a table is opened once, in turn");
	tap_ok(queues(kv, KV_READ, &q, 1, 1, KV_STREAMS),
	    "but not in a transaction, which waits for nobody");
	kv_close(kv);
}

/* Writes so much to a table that its first page is locked, then waits. */
static int
allocate_body(struct kv_txn *txn, void *arg, struct error *err)
{
	static const char text[20000];
	struct crossing *c = arg;

	(void)err;
	if (kv_put(txn, KV_GROUPS, SLICE("x"),
		(struct slice){ text, sizeof(text) }) != STORE_OK ||
	    (c->runs++ == 0 && !meet(c)))
		return -1;
	return kv_put(txn, KV_RESOURCES, SLICE("x"), SLICE("2")) == STORE_OK
	    ? 0
	    : -1;
}

/* Reads what the other one is about to write, then from that table. */
static int
late_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct crossing *c = arg;
	struct slice value;

	(void)err;
	if (kv_get(txn, KV_RESOURCES, SLICE("x"), false, &value) == STORE_FAIL)
		return -1;
	if (c->runs++ == 0 && !meet(c))
		return -1;
	return kv_get(txn, KV_GROUPS, SLICE("x"), false, &value) == STORE_FAIL
	    ? -1
	    : 0;
}

/* A one-shot opens a table when it needs it: also under locks of its own. */
static int
be_late(struct crossing c)
{
	struct store_options options = {
		.dir = dir, .cache_len = 4 << 20, .kind = STORE_ONESHOT
	};
	struct store *store;
	struct error err;
	int rc;

	if (store_open(&options, &store, &err) == -1)
		return 1;
	rc = store_view(store, late_body, &c, &err);
	store_close(store);
	return rc == 0 ? 0 : 1;
}

static void
test_late_table(void)
{
	struct error err = { .detail = "" };
	int there[2], back[2], status = 0, rc;
	struct crossing here = { .runs = 0 };
	struct store *store;
	pid_t pid;

	if (pipe(there) == -1 || pipe(back) == -1 || (pid = fork()) == -1)
		exit(1);
	here.say = there[1];
	here.hear = back[0];
	if (pid == 0)
		_exit(be_late(
		    (struct crossing){ .say = back[1], .hear = there[0] }));
	store = open_store(false, &err);
	rc = store == NULL ? -1 : store_txn(store, allocate_body, &here, &err);
	store_close(store);
	waitpid(pid, &status, 0);
	tap_ok(rc == 0 && status == 0,
	    "a table that is opened late waits for nobody, and is opened: %d "
	    "%d",
	    rc, status);
}

static void
test_page_lengths(void)
{
	const u_int32_t old_lens[] = { 16384, 8192, 4096 };
	struct error err = { .detail = "" };
	struct store *store;
	bool good;

	tap_ok(page_len() == 4096, "a power cut may not tear pages: %ld bytes",
	    page_len());
	for (size_t i = 0; i < NELEM(old_lens); i++) {
		good = false;
		if (make_old_table(old_lens[i]) != 0 ||
		    (store = open_store(false, &err)) == NULL) {
			tap_ok(
			    false, "pages of %u: %s", old_lens[i], err.detail);
			continue;
		}
		store_txn(store, large_body, &good, &err);
		store_close(store);
		tap_ok(good && page_len() == old_lens[i],
		    "a store with pages of %u bytes is used as it is",
		    old_lens[i]);
	}
}

/* What Berkeley DB sleeps with, where it is not told otherwise. */
static long slept_s;

int
select(int n, fd_set *in, fd_set *out, fd_set *other, struct timeval *limit)
{
	(void)n;
	(void)in;
	(void)out;
	(void)other;
	slept_s += limit->tv_sec;
	return 0;
}

/* Where no file can be opened any more. */
static int
be_without_files(void)
{
	struct kv_options options = { .dir = dir, .cache_len = 4 << 20 };
	int next = dup(0);
	struct rlimit limit = { (rlim_t)next, (rlim_t)next };
	struct error err;
	struct kv *kv;

	close(next);
	if (next == -1 || setrlimit(RLIMIT_NOFILE, &limit) == -1 ||
	    kv_open(&options, false, &kv, &err) == 0)
		return 99;
	return (int)slept_s;
}

/* Others wait for what it holds meanwhile. */
static void
test_without_files(void)
{
	struct error err;
	struct store *store = open_store(false, &err);
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(be_without_files());
	waitpid(pid, &status, 0);
	store_close(store);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "who lacks files does not sleep: %d s", WEXITSTATUS(status));
}

/* In a transaction of KV: does a look at TABLE fail so, or not at all? */
static bool
looks(struct kv *kv, enum kv_table table, enum kv_failure failure)
{
	struct arena *a = arena_new();
	struct kv_txn *txn;
	struct slice value;
	struct error err;
	bool as_said = false;

	if (kv_begin(kv, KV_READ, a, &txn, &err) == 0) {
		kv_get(txn, table, SLICE("none"), false, &value);
		as_said = kv_txn_failure(txn) == failure;
		kv_abort(txn);
	}
	arena_free(a);
	return as_said;
}

/* Where no file can be opened any more, until there can. */
static bool
looks_without_files(struct kv *kv, enum kv_table table)
{
	struct rlimit limit, none;
	int next = dup(0);
	bool as_said;

	close(next);
	if (next == -1 || getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return false;
	none = (struct rlimit){ (rlim_t)next, limit.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	as_said = looks(kv, table, KV_FAIL_FILES);
	setrlimit(RLIMIT_NOFILE, &limit);
	return as_said;
}

/* A table that cannot be opened late is missed by who needs it, alone. */
static void
test_late_refused(void)
{
	struct kv_options options = { .dir = dir, .opens_late = true };
	char from[sizeof(dir) + 32], to[sizeof(dir) + 32];
	struct store *store;
	struct error err;
	struct kv *kv;

	snprintf(from, sizeof(from), "%s", path("streams.db"));
	snprintf(to, sizeof(to), "%s", path("away"));
	store = open_store(false, &err);
	if (store == NULL || kv_open(&options, false, &kv, &err) == -1) {
		tap_ok(false, "one that opens late: %s", err.detail);
		store_close(store);
		return;
	}
	tap_ok(looks_without_files(kv, KV_STREAMS) &&
		looks(kv, KV_STREAMS, KV_FAIL_NONE),
	    "no table is opened without files, nor is that the last word");
	kv_close(kv);
	kv_open(&options, false, &kv, &err);
	rename(from, to);
	tap_ok(looks(kv, KV_STREAMS, KV_FAIL_OTHER) &&
		looks(kv, KV_TENANTS, KV_FAIL_NONE),
	    "who does not need what cannot be opened goes on");
	rename(to, from);
	tap_ok(looks(kv, KV_STREAMS, KV_FAIL_NONE), "and all when it can");
	kv_close(kv);
	store_close(store);
}

static int
newer_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)err;
	return kv_put(txn, KV_META, SLICE("format"), slice_of(arg)) == STORE_OK
	    ? 0
	    : -1;
}

static void
test_refusals(void)
{
	char newer[] = "muster 9", format[] = "muster 2";
	unsigned before = recoveries();
	struct error err;
	struct store *store = open_store(false, &err), *refused;

	store_txn(store, newer_body, newer, &err);
	refused = open_store(false, &err);
	tap_ok(refused == NULL && strstr(err.detail, "muster 9") != NULL,
	    "a newer format: %s", err.detail);
	store_txn(store, newer_body, format, &err);
	store_close(store);
	close(open(path("DB_CONFIG"), O_CREAT | O_WRONLY, 0600));
	tap_ok(open_store(false, &err) == NULL &&
		strstr(err.detail, "DB_CONFIG") != NULL,
	    "a DB_CONFIG file: %s", err.detail);
	unlink(path("DB_CONFIG"));
	file_system = 0x6969;
	tap_ok(open_store(false, &err) == NULL &&
		strstr(err.detail, "cannot be on NFS; choose a local disk"),
	    "another machine's disk: %s", err.detail);
	file_system = 0;
	library_minor = 4;
	tap_ok(open_store(false, &err) == NULL &&
		strstr(err.detail, "Berkeley DB 5.3 is needed"),
	    "another library: %s", err.detail);
	library_minor = 0;
	tap_ok(recoveries() == before, "who is refused disturbs nobody");
	unlink(path("gate"));
	tap_ok(open_store(false, &err) == NULL && err.code == ERR_NOT_FOUND &&
		strstr(err.detail, "muster init") != NULL,
	    "none: %s", err.detail);
}

int
main(void)
{
	char command[300];
	struct store *store;
	struct error err = { .detail = "" };

	if (mkdtemp(dir) == NULL)
		return 1;
	store = open_store(true, &err);
	tap_ok(store != NULL, "a new store %s", err.detail);
	if (store != NULL) {
		test_singles(store);
		test_ranges(store);
		test_seeks(store);
		test_undo(store);
		store_txn(store, zero_body, NULL, &err);
	}
	store_close(store);
	test_counting();
	test_deadlock();
	test_expiry();
	test_slow_open();
	test_recovered();
	test_recovery_without_room();
	test_modes();
	test_late_table();
	test_queue();
	test_page_lengths();
	test_compaction();
	test_rewriting();
	test_without_files();
	test_late_refused();
	test_refusals();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		tap_ok(false, "cleaned up");
	return tap_done();
}
