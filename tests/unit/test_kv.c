/*
 * test_kv.c: keys and values, ranges over values of every size, transactions
 * that are undone or cross each other, and stores that are not entered.
 */
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/nelem.h"
#include "store/gate.h"
#include "store/kv_private.h"
#include "store/store.h"
#include "tap.h"

static char dir[] = "/tmp/muster-kv.XXXXXX";

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
	for (size_t i = 0; i < 2 * NELEM(rows); i++) {
		struct walk w = { .prefix = rows[i / 2].prefix,
			.from = rows[i / 2].from,
			.degree2 = i % 2 == 1 };
		bool read = store_view(store, walk_body, &w, &err) == 0;

		tap_ok(read && w.good && w.seen == rows[i / 2].rows,
		    "range %zu of degree %d: %d rows", i / 2, w.degree2 ? 2 : 3,
		    w.seen);
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
	tap_ok(recoveries() == before, "who is refused disturbs nobody");
	unlink(path("DB_CONFIG"));
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
		test_undo(store);
		store_txn(store, zero_body, NULL, &err);
	}
	store_close(store);
	test_counting();
	test_deadlock();
	test_modes();
	test_late_table();
	test_page_lengths();
	test_refusals();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		tap_ok(false, "cleaned up");
	return tap_done();
}
