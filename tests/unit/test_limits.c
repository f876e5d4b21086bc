/*
 * test_limits.c: the token bucket under a clock of our own; the file that
 * processes share, when they are many and when they are killed; and the
 * window of the breaker.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/limit.h"
#include "auth/meter.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "identity/breaker_window.h"
#include "tap.h"

#define S  1000000000LL
#define MS 1000000LL

/* N requests at NOW: how many are let through? */
static int
let_through(_Atomic int64_t *word, const struct bucket_rule *rule, int64_t now,
    int n, struct bucket_view *view)
{
	int passed = 0;

	while (n-- > 0)
		passed += bucket_take(word, rule, now, view);
	return passed;
}

static const struct {
	const char *title;
	struct bucket_rule rule;
	int64_t at;
	int requests;
	int passed;
	int64_t remaining;
	int64_t reset_ns;
	int64_t retry_ns;
} steps[] = {
	/* One bucket, step by step. */
	{ "a full bucket", { 10, 20 }, 100 * S, 5, 5, 15, S / 2, 0 },
	{ "the rest of it", { 10, 20 }, 100 * S, 20, 15, 0, 2 * S, S / 10 },
	{ "nothing yet", { 10, 20 }, 100 * S + 99 * MS, 3, 0, 0,
	    2 * S - 99 * MS, MS },
	{ "one a tenth of a second", { 10, 20 }, 100 * S + 100 * MS, 3, 1, 0,
	    2 * S, S / 10 },
	{ "what came in a second", { 10, 20 }, 101 * S + 100 * MS, 30, 10, 0,
	    2 * S, S / 10 },
	{ "full, and no more than full", { 10, 20 }, 1000 * S, 30, 20, 0, 2 * S,
	    S / 10 },
	{ "a clock that is behind: after a boot", { 10, 20 }, 5 * S, 1, 0, 0,
	    2 * S, S / 10 },
	{ "costs one token's time", { 10, 20 }, 5 * S + 100 * MS, 2, 1, 0,
	    2 * S, S / 10 },
	{ "a rule that is less deep", { 10, 1 }, 5 * S + 200 * MS, 1, 0, 0,
	    S / 10, S / 10 },
	{ "costs the same", { 10, 1 }, 5 * S + 300 * MS, 2, 1, 0, S / 10,
	    S / 10 },
	{ "the highest rate", { 1000000, 1000000 }, 50 * S, 1000, 1000, 999000,
	    MS, 0 },
	{ "the lowest", { 1, 1 }, 60 * S, 2, 1, 0, S, S },
	{ "waits a second", { 1, 1 }, 61 * S - 1, 1, 0, 0, 1, 1 },
	{ "not longer", { 1, 1 }, 61 * S, 1, 1, 0, S, 0 },
};

static void
test_bucket(void)
{
	_Atomic int64_t word = 0;
	struct bucket_view view;
	int passed;

	for (size_t i = 0; i < NELEM(steps); i++) {
		passed = let_through(&word, &steps[i].rule, steps[i].at,
		    steps[i].requests, &view);
		tap_ok(passed == steps[i].passed &&
			view.limit == steps[i].rule.burst &&
			view.remaining == steps[i].remaining &&
			view.reset_ns == steps[i].reset_ns &&
			view.retry_ns == steps[i].retry_ns,
		    "bucket: %s: %d passed, %lld left, full in %lld ns, wait "
		    "%lld ns",
		    steps[i].title, passed, (long long)view.remaining,
		    (long long)view.reset_ns, (long long)view.retry_ns);
	}
}

/* A client that asks without end for a minute gets the rate, and the burst. */
static void
test_sustained(void)
{
	const struct bucket_rule rule = { 25, 50 };
	_Atomic int64_t word = 0;
	struct bucket_view view;
	int passed = 0;

	for (int64_t now = 7 * S; now <= 67 * S; now += MS)
		passed += bucket_take(&word, &rule, now, &view);
	tap_ok(passed == 60 * 25 + 50,
	    "GAL-01 25 a second for a minute and a burst of 50: %d", passed);
}

static char dir[] = "/tmp/muster-limits.XXXXXX";

static struct meter *
must_open(void)
{
	struct meter *m;
	struct error err;

	if (meter_open(dir, METER_LIMITS, &m, &err) == 0)
		return m;
	printf("not ok - %s\n", err.detail);
	exit(1);
}

static pid_t
start(int (*run)(struct meter *m, int fd), int fd)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(run(must_open(), fd));
	return pid;
}

/* 1000 requests at one moment; what passed goes into the pipe. */
static int
ask(struct meter *m, int fd)
{
	const struct bucket_rule rule = { 1, 500 };
	struct bucket_view view;
	char passed[1000];
	size_t n = 0;

	for (int i = 0; i < 1000; i++)
		if (meter_take(m, 4711, &rule, 100 * S, &view))
			passed[n++] = 'x';
	return n > 0 && write(fd, passed, n) != (ssize_t)n;
}

static size_t
read_all(int fd)
{
	char bytes[4096];
	size_t n = 0;
	ssize_t len;

	while ((len = read(fd, bytes, sizeof(bytes))) > 0)
		n += (size_t)len;
	return n;
}

static void
test_shared(void)
{
	int fds[2];
	size_t n;

	if (pipe(fds) == -1)
		exit(1);
	for (int i = 0; i < 8; i++)
		start(ask, fds[1]);
	close(fds[1]);
	n = read_all(fds[0]);
	while (wait(NULL) > 0)
		continue;
	close(fds[0]);
	tap_ok(n == 500, "eight processes share a bucket of 500: %zu", n);
}

/* More keys than there are buckets: nobody is locked out. */
static void
test_crowd(void)
{
	const struct bucket_rule rule = { 1, 1 };
	struct meter *m = must_open();
	struct bucket_view view;
	int passed = 0, twice = 0;

	for (uint64_t key = 1; key <= METER_BUCKETS; key++)
		passed += meter_take(
		    m, key * 0x9e3779b97f4a7c15u, &rule, 500 * S, &view);
	for (uint64_t key = 1; key <= METER_BUCKETS; key++)
		twice += meter_take(
		    m, key * 0x9e3779b97f4a7c15u, &rule, 500 * S, &view);
	tap_ok(passed > METER_BUCKETS * 7 / 10 && twice == 0,
	    "as many keys as buckets: %d passed, %d of them twice", passed,
	    twice);
	passed = 0;
	for (uint64_t key = 1; key <= 3 * METER_BUCKETS; key++)
		passed += meter_take(m, key * 0x9e3779b97f4a7c15u, &rule,
		    600 * S + (int64_t)key * S, &view);
	tap_ok(passed == 3 * METER_BUCKETS,
	    "keys that come one after the other all pass: %d", passed);
	meter_close(m);
}

/* Work for key 7 until killed; a byte says that it was let in, or not. */
static int
work(struct meter *m, int fd)
{
	char c = meter_begin(m, 7, 3) ? 'y' : 'n';

	if (write(fd, &c, 1) != 1)
		return 1;
	if (c == 'y')
		pause();
	return 0;
}

static int
count_let_in(int fd, int n)
{
	int in = 0;
	char c;

	for (int i = 0; i < n && read(fd, &c, 1) == 1; i++)
		in += c == 'y';
	return in;
}

static void
test_in_flight(void)
{
	struct meter *m = must_open();
	pid_t pids[8];
	int fds[2], in;
	bool own;

	if (pipe(fds) == -1)
		exit(1);
	for (size_t i = 0; i < NELEM(pids); i++)
		pids[i] = start(work, fds[1]);
	in = count_let_in(fds[0], NELEM(pids));
	tap_ok(in == 3, "three of eight at once are let in: %d", in);
	own = meter_begin(m, 7, 3);
	tap_ok(!own && meter_begin(m, 8, 1),
	    "a fourth is not, but for another key");
	meter_end(m);
	for (size_t i = 0; i < NELEM(pids); i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		continue;
	tap_ok(meter_begin(m, 7, 3), "those who were killed are not counted");
	for (size_t i = 0; i < NELEM(pids); i++)
		pids[i] = start(work, fds[1]);
	in = count_let_in(fds[0], NELEM(pids));
	tap_ok(in == 2, "beside this one two more are let in: %d", in);
	for (size_t i = 0; i < NELEM(pids); i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		continue;
	meter_close(m);
	close(fds[0]);
	close(fds[1]);
}

/* Counted at AT_MS with a window of SECONDS, how much stands in it then? */
static const struct {
	const char *title;
	int64_t at_ms;
	int64_t seconds;
	int64_t add;
	int64_t sum;
} windows[] = {
	{ "the first", 1000000000, 3600, 5, 5 },
	{ "a minute later", 1000060000, 3600, 3, 8 },
	{ "almost an hour later", 1003540000, 3600, 0, 8 },
	{ "the first are over", 1003660001, 3600, 0, 3 },
	{ "and all", 1003780000, 3600, 0, 0 },
	{ "again", 1003780000, 3600, 7, 7 },
	{ "a clock that was set back by a day", 917380000, 3600, 1, 8 },
	{ "an hour later by that clock", 921040001, 3600, 0, 0 },
	{ "more", 921040001, 3600, 9, 9 },
	{ "another window keeps what was counted", 921040002, 86400, 0, 9 },
	{ "for its length", 1007440000, 86400, 0, 9 },
	{ "and forgets it then", 1008900000, 86400, 0, 0 },
};

static void
test_window(void)
{
	struct arena *a = arena_new();
	struct breaker_window w = { .held_at = 0 };
	struct slice row = SLICE("");
	int64_t sum;
	bool read = true;

	for (size_t i = 0; i < NELEM(windows); i++) {
		read = read && breaker_window_read(row, &w) == 0;
		breaker_window_move(&w, windows[i].at_ms, windows[i].seconds);
		w.counts[0] += windows[i].add;
		sum = breaker_window_sum(&w);
		tap_ok(read && sum == windows[i].sum, "window: %s: %lld",
		    windows[i].title, (long long)sum);
		row = breaker_window_text(a, &w);
	}
	row.len--;
	tap_ok(breaker_window_read(row, &w) == -1, "a row that is cut");
	arena_free(a);
}

static void
test_in_force(void)
{
	static const struct {
		enum limit limit;
		int64_t server, tenant, credential, want;
	} rows[] = {
		{ LIMIT_SCAN, 100, 0, 0, 100 },
		{ LIMIT_SCAN, 100, 50, 0, 50 },
		{ LIMIT_SCAN, 100, 500, 0, 100 },
		{ LIMIT_SCAN, 100, 50, 70, 50 },
		{ LIMIT_SCAN, 0, 50, 30, 30 },
		{ LIMIT_SCAN, 0, 0, 0, 0 },
		{ LIMIT_BREAKER_COUNT, 100, 0, 0, 100 },
		{ LIMIT_BREAKER_COUNT, 100, 500, 0, 500 },
		{ LIMIT_BREAKER_COUNT, 100, 500, 20, 20 },
		{ LIMIT_BREAKER_COUNT, 0, 0, 20, 20 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		int64_t tenant[LIMIT_MAX] = { 0 },
			credential[LIMIT_MAX] = { 0 };

		tenant[rows[i].limit] = rows[i].tenant;
		credential[rows[i].limit] = rows[i].credential;
		tap_ok(limit_in_force(rows[i].limit, rows[i].server, tenant,
			   credential) == rows[i].want,
		    "%s: %lld, %lld and %lld make %lld",
		    limit_row(rows[i].limit)->option, (long long)rows[i].server,
		    (long long)rows[i].tenant, (long long)rows[i].credential,
		    (long long)rows[i].want);
	}
}

int
main(void)
{
	char path[sizeof(dir) + sizeof("/limits")];

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/limits", dir);
	test_bucket();
	test_sustained();
	test_shared();
	unlink(path);
	test_crowd();
	test_in_flight();
	test_window();
	test_in_force();
	unlink(path);
	rmdir(dir);
	return tap_done();
}
