/*
 * test_store.c: the gate, keys and values, and the entrance to transactions
 * (spec berkeley-db.md sections 1.5 and 6).
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/nelem.h"
#include "store/gate.h"
#include "store/store.h"
#include "tap.h"

static char dir[] = "/tmp/muster-store.XXXXXX";

static const char *
path(const char *name)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s/%s", dir, name);
	return text;
}

/* How a member finds the gate that it joins, and then how it ends. */
static enum gate_entry
join(struct gate *gate)
{
	enum gate_entry entry = GATE_CLEAN;
	struct error err;

	if (gate_join(gate, &entry, &err) == -1) {
		tap_ok(false, "joined: %s", err.detail);
		exit(1);
	}
	if (entry == GATE_DIRTY)
		gate_recovered(gate);
	else
		gate_leave_section(gate);
	return entry;
}

/* A child joins and dies, in a section or outside of one. */
static void
die_inside(const char *library, bool busy)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct gate *gate;
		struct error err;

		if (gate_open(dir, library, &gate, &err) == -1)
			_exit(1);
		join(gate);
		if (busy)
			gate_enter_section(gate);
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, NULL, 0);
}

static enum gate_entry
visit(const char *library)
{
	struct gate *gate;
	struct error err;
	enum gate_entry entry;

	if (gate_open(dir, library, &gate, &err) == -1)
		return GATE_DIRTY;
	entry = join(gate);
	gate_leave(gate);
	gate_close(gate);
	return entry;
}

static void
spoil_gate(void)
{
	int fd = open(path("gate"), O_WRONLY);

	if (fd == -1 || write(fd, "garbage", 7) != 7)
		tap_ok(false, "the gate file is there");
	close(fd);
}

static void
test_gate(void)
{
	struct gate *gate;
	struct error err;

	tap_ok(visit("1") == GATE_DIRTY, "gate: the first one in recovers");
	tap_ok(visit("1") == GATE_CLEAN, "gate: the next one does not");
	die_inside("1", false);
	tap_ok(visit("1") == GATE_CLEAN, "gate: a member that died idle");
	die_inside("1", true);
	tap_ok(visit("1") == GATE_DIRTY, "gate: a member that died busy");
	tap_ok(visit("1") == GATE_CLEAN, "gate: recovered once");
	tap_ok(visit("2") == GATE_DIRTY, "gate: another library");
	spoil_gate();
	tap_ok(visit("2") == GATE_DIRTY, "gate: a header that is not ours");
	gate_open(dir, "2", &gate, &err);
	join(gate);
	gate_want_recovery(gate);
	gate_leave(gate);
	gate_close(gate);
	tap_ok(visit("2") == GATE_DIRTY, "gate: recovery was wanted");
	tap_ok(visit("2") == GATE_CLEAN, "gate: and is no longer");
	for (int i = 0; i < 210; i++)
		die_inside("2", false);
	tap_ok(visit("2") == GATE_CLEAN,
	    "gate: the planned recovery after "
	    "many idle deaths has been");
	unlink(path("gate"));
}

static struct slice
text(const char *s)
{
	return slice_of(s);
}

static int
fill_body(struct kv_txn *txn, void *arg, struct error *err)
{
	char key[16], value[5000];
	const int *n = arg;

	(void)err;
	memset(value, 'v', sizeof(value));
	for (int i = 0; i < *n; i++) {
		snprintf(key, sizeof(key), "k%04d", i);
		if (kv_put(txn, KV_META, text(key),
			(struct slice){ value, i % 100 == 7 ? 4999 : 20 }) !=
		    STORE_OK)
			return -1;
	}
	return kv_put(txn, KV_META, text("l"), text("after")) == STORE_OK ? 0
									  : -1;
}

/* Keys in order, nothing left out, nothing of another prefix. */
static int
range_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct kv_range *range;
	struct slice key, value;
	char want[16];
	int *n = arg, i = *n;

	(void)err;
	snprintf(want, sizeof(want), "k%04d", i);
	if (kv_range_open(txn, KV_META, text("k"), text(want), false, &range) !=
	    STORE_OK)
		return -1;
	for (; kv_range_next(range, &key, &value) == STORE_OK; i++) {
		snprintf(want, sizeof(want), "k%04d", i);
		if (!slice_equal(key, text(want)) ||
		    value.len != (i % 100 == 7 ? 4999u : 20u))
			break;
	}
	kv_range_close(range);
	*n = i;
	return 0;
}

static int
single_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct slice v;
	bool *good = arg;

	(void)err;
	*good =
	    kv_get(txn, KV_META, text("nosuch"), false, &v) == STORE_NOTFOUND &&
	    kv_insert(txn, KV_META, text("one"), text("1")) == STORE_OK &&
	    kv_insert(txn, KV_META, text("one"), text("2")) == STORE_EXISTS &&
	    kv_get(txn, KV_META, text("one"), true, &v) == STORE_OK &&
	    slice_equal(v, text("1")) &&
	    kv_put(txn, KV_META, text("one"), text("")) == STORE_OK &&
	    kv_get(txn, KV_META, text("one"), false, &v) == STORE_OK &&
	    v.len == 0 && kv_delete(txn, KV_META, text("one")) == STORE_OK &&
	    kv_delete(txn, KV_META, text("one")) == STORE_NOTFOUND;
	return 0;
}

static int
refusing_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)arg;
	kv_put(txn, KV_META, text("undone"), text("x"));
	return error_set(err, ERR_INVALID_VALUE, "no");
}

static int
lookup_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct slice v;

	(void)err;
	*(bool *)arg =
	    kv_get(txn, KV_META, text("undone"), false, &v) == STORE_OK;
	return 0;
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

static void
test_kv(struct store *store)
{
	static const int starts[] = { 0, 5, 8, 150, 1999, 2000 };
	struct error err;
	bool good = false, there = true;
	int n = 2000;

	tap_ok(store_txn(store, single_body, &good, &err) == 0 && good,
	    "kv: get, insert, put, delete");
	tap_ok(store_txn(store, fill_body, &n, &err) == 0, "kv: 2000 rows");
	for (size_t i = 0; i < NELEM(starts); i++) {
		n = starts[i];
		store_view(store, range_body, &n, &err);
		tap_ok(
		    n == 2000, "kv: a range from %d ends at %d", starts[i], n);
	}
	tap_ok(store_txn(store, refusing_body, NULL, &err) == -1 &&
		err.code == ERR_INVALID_VALUE,
	    "store: a body that refuses");
	store_view(store, lookup_body, &there, &err);
	tap_ok(!there, "store: has written nothing");
}

/* Two keys in the order of ARG, so that two processes deadlock. */
static int
cross_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const bool *forward = arg;
	const char *first = *forward ? "k0000" : "k1999";
	const char *second = *forward ? "k1999" : "k0000";
	struct slice v;

	(void)err;
	if (kv_get(txn, KV_META, text(first), true, &v) != STORE_OK ||
	    kv_put(txn, KV_META, text(first), v) != STORE_OK ||
	    kv_get(txn, KV_META, text(second), true, &v) != STORE_OK ||
	    kv_put(txn, KV_META, text(second), v) != STORE_OK)
		return -1;
	return 0;
}

static void
test_deadlock(void)
{
	bool forward = false;
	int status = 1, good = 0;
	pid_t pid = fork();
	struct store *store;
	struct error err;

	forward = pid == 0;
	store = open_store(false, &err);
	for (int i = 0; store != NULL && i < 300; i++)
		good += store_txn(store, cross_body, &forward, &err) == 0;
	store_close(store);
	if (pid == 0)
		_exit(good == 300 ? 0 : 1);
	waitpid(pid, &status, 0);
	tap_ok(good == 300 && status == 0,
	    "store: 600 transactions that cross each other: all done");
}

static int
newer_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)err;
	return kv_put(txn, KV_META, text("format"), text(arg)) == STORE_OK ? 0
									   : -1;
}

static void
test_refusals(void)
{
	char newer[] = "muster 9", format[] = "muster 1";
	struct error err;
	struct store *store = open_store(false, &err), *refused;

	store_txn(store, newer_body, newer, &err);
	refused = open_store(false, &err);
	tap_ok(refused == NULL && strstr(err.detail, "muster 9") != NULL,
	    "store: a newer format: %s", err.detail);
	store_txn(store, newer_body, format, &err);
	store_close(store);
	close(open(path("DB_CONFIG"), O_CREAT | O_WRONLY, 0600));
	tap_ok(open_store(false, &err) == NULL &&
		strstr(err.detail, "DB_CONFIG") != NULL,
	    "store: a DB_CONFIG file: %s", err.detail);
	unlink(path("DB_CONFIG"));
	unlink(path("gate"));
	tap_ok(open_store(false, &err) == NULL && err.code == ERR_NOT_FOUND &&
		strstr(err.detail, "muster init") != NULL,
	    "store: none: %s", err.detail);
}

int
main(void)
{
	char command[300];
	struct store *store;
	struct error err = { .detail = "" };

	if (mkdtemp(dir) == NULL)
		return 1;
	test_gate();
	store = open_store(true, &err);
	tap_ok(store != NULL, "store: made %s", err.detail);
	if (store != NULL)
		test_kv(store);
	store_close(store);
	test_deadlock();
	test_refusals();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		tap_ok(false, "cleaned up");
	return tap_done();
}
