/*
 * crash_store.c: kill the members of one store at random and see that
 * nothing acknowledged is lost (spec berkeley-db.md sections 1.2 and 6).
 *
 *	crash_store [SECONDS]
 *
 * Six workers write; a seventh comes and goes as one-shot CGIs do.  Each
 * write adds to a counter, inserts a record and an index key, and is noted
 * in the worker's file once store_txn has returned.  At the end every worker
 * must get on, every noted record must be there, and counter, records and
 * index keys must agree.  Members that come and go, or die idle, must not
 * cause a recovery.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/number.h"
#include "store/counters.h"
#include "store/gate.h"
#include "store/indexes.h"
#include "store/store.h"
#include "tap.h"

enum {
	WORKERS = 7, /* the last one is the one-shot */
	KILL_EVERY_MS = 100,
	STOP_EVERY = 20, /* of the kills, one is a SIGSTOP for 2 s */
	STOP_MS = 2000,
	GAP_MAX_MS = 5000, /* who recovers may be stopped; shared machine */
	VISITS = 20	   /* of a member that comes and goes in peace */
};

static const struct slice type = { "Crash", 5 };

/* One write: the same number in three tables. */
struct row {
	struct uuid id;
};

static int
write_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct row *row = arg;
	struct index_key key = { .tenant = 1,
		.type = type,
		.attribute = SLICE("n"),
		.value = SLICE("v") };
	struct slice id = { (const char *)row->id.bytes, UUID_LEN };
	char padding[300];
	int64_t n;

	(void)err;
	memset(padding, 'x', sizeof(padding));
	if (kv_insert(txn, KV_RESOURCES, id,
		(struct slice){ padding, sizeof(padding) }) != STORE_OK ||
	    index_put(txn, &key, &row->id) != STORE_OK ||
	    counter_add(txn, 1, SLICE("n"), 1, &n) != STORE_OK)
		return -1;
	return 0;
}

static void
note(int fd, const struct uuid *id)
{
	char line[UUID_TEXT_SIZE + 1];

	uuid_format(id, line);
	line[UUID_TEXT_LEN] = '\n';
	if (write(fd, line, UUID_TEXT_SIZE) != UUID_TEXT_SIZE)
		_exit(1);
}

static void
write_one(struct store *store, int fd)
{
	struct row row = { uuid_new(clock_now_ms()) };
	struct error err;

	store_idle(store);
	/* ERR_BUSY: the outcome is not known, so nothing is noted. */
	if (store_txn(store, write_body, &row, &err) == 0)
		note(fd, &row.id);
}

/* What the program does as a child. */
static const char as_worker[] = "worker";   /* writes until it is killed */
static const char as_oneshot[] = "oneshot"; /* enters for every write */
static const char as_visitor[] = "visitor"; /* writes once and ends */
static const char as_idler[] = "idler";	    /* writes once and waits */

__attribute__((noreturn)) static void
work(const char *dir, const char *file, const char *as)
{
	bool worker = strcmp(as, as_worker) == 0;
	struct store_options options = { .dir = dir,
		.cache_len = 4 << 20,
		.kind = strcmp(as, as_oneshot) == 0 ? STORE_ONESHOT
						    : STORE_WORKER };
	int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	struct store *store;
	struct error err;

	log_open(as, LOG_LEVEL_ERROR);
	for (;;) {
		if (store_open(&options, &store, &err) == -1)
			continue;
		do
			write_one(store, fd);
		while (worker);
		while (strcmp(as, as_idler) == 0)
			pause();
		store_close(store);
		if (strcmp(as, as_visitor) == 0)
			_exit(0);
	}
}

struct run {
	const char *dir;
	char files[WORKERS][4096];
	pid_t pids[WORKERS];
	pid_t stopped;
	int64_t stopped_until;
	int kills, stops;
	int left; /* by themselves: the watchdog ended them */
	int64_t worst_gap;
	int64_t last_size;
	int64_t last_growth_at;
};

static pid_t
spawn(const char *dir, const char *file, const char *as)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/proc/self/exe", "crash_store", "work", dir, file, as,
		    (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void
start(struct run *r, int i)
{
	r->pids[i] = spawn(
	    r->dir, r->files[i], i == WORKERS - 1 ? as_oneshot : as_worker);
}

static void
reap(struct run *r)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < WORKERS; i++)
			if (r->pids[i] == pid) {
				r->left += WIFEXITED(status);
				start(r, i);
			}
}

static int64_t
size_of(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 ? st.st_size : 0;
}

static int64_t
total_size(const struct run *r)
{
	int64_t size = 0;

	for (int i = 0; i < WORKERS; i++)
		size += size_of(r->files[i]);
	return size;
}

/* The longest time in which nobody got anything acknowledged. */
static void
measure_gap(struct run *r)
{
	int64_t now = clock_monotonic_ms(), size = total_size(r);

	if (size != r->last_size) {
		r->last_size = size;
		r->last_growth_at = now;
	} else if (now - r->last_growth_at > r->worst_gap) {
		r->worst_gap = now - r->last_growth_at;
	}
}

static void
hurt_one(struct run *r)
{
	pid_t pid = r->pids[rand() % WORKERS];

	if ((r->kills + r->stops) % STOP_EVERY == STOP_EVERY - 1 &&
	    r->stopped == 0) {
		r->stops++;
		r->stopped = pid;
		r->stopped_until = clock_monotonic_ms() + STOP_MS;
		kill(pid, SIGSTOP);
	} else {
		r->kills++;
		kill(pid, SIGKILL);
	}
}

static void
pause_ms(int ms)
{
	struct timespec ts = { .tv_nsec = (long)ms * 1000000 };

	nanosleep(&ts, NULL);
}

static void
look_on(struct run *r)
{
	reap(r);
	measure_gap(r);
	if (r->stopped != 0 && clock_monotonic_ms() >= r->stopped_until) {
		kill(r->stopped, SIGCONT);
		r->stopped = 0;
	}
	pause_ms(2);
}

static void
torture(struct run *r, int64_t ms)
{
	int64_t now = clock_monotonic_ms(), end = now + ms, next = now;

	r->last_growth_at = now;
	while ((now = clock_monotonic_ms()) < end) {
		if (now >= next) {
			hurt_one(r);
			next = now + KILL_EVERY_MS;
		}
		look_on(r);
	}
}

/* Nobody is hurt any more: how long until everybody has written? */
static int64_t
recover(struct run *r)
{
	int64_t sizes[WORKERS], since = clock_monotonic_ms(), ms = 0;
	int waiting = WORKERS;

	if (r->stopped != 0)
		kill(r->stopped, SIGCONT);
	r->stopped = 0;
	for (int i = 0; i < WORKERS; i++)
		sizes[i] = size_of(r->files[i]);
	while (waiting > 0 && ms <= 2 * GAP_MAX_MS) {
		look_on(r);
		waiting = 0;
		for (int i = 0; i < WORKERS; i++)
			waiting += size_of(r->files[i]) == sizes[i];
		ms = clock_monotonic_ms() - since;
	}
	return ms;
}

static void
end_all(struct run *r)
{
	for (int i = 0; i < WORKERS; i++) {
		kill(r->pids[i], SIGKILL);
		waitpid(r->pids[i], NULL, 0);
	}
	tap_ok(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "no process is left");
}

struct verdict {
	const struct run *run;
	int64_t counter;
	int64_t records;
	int64_t keys;
	int64_t acked;
	int64_t lost;
};

static int
count_range(
    struct kv_txn *txn, enum kv_table table, struct slice prefix, int64_t *n)
{
	struct kv_range *range;
	struct slice key, value;
	enum store_status status;

	if (kv_range_open(txn, table, prefix, SLICE(""), true, &range) !=
	    STORE_OK)
		return -1;
	for (*n = 0; (status = kv_range_next(range, &key, &value)) == STORE_OK;
	     ++*n)
		continue;
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

/* Look every noted id up; a line that was cut off counts for nothing. */
static int
look_up(struct kv_txn *txn, const char *file, struct verdict *v)
{
	FILE *f = fopen(file, "r");
	char line[64];
	struct slice value;
	struct uuid id;

	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strlen(line) != UUID_TEXT_SIZE ||
		    uuid_parse((struct slice){ line, UUID_TEXT_LEN }, &id) ==
			-1)
			continue;
		v->acked++;
		v->lost +=
		    kv_get(txn, KV_RESOURCES,
			(struct slice){ (const char *)id.bytes, UUID_LEN },
			false, &value) != STORE_OK;
	}
	fclose(f);
	return 0;
}

static int
verdict_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct verdict *v = arg;

	(void)err;
	v->acked = v->lost = 0;
	if (counter_get(txn, 1, SLICE("n"), &v->counter) != STORE_OK ||
	    count_range(txn, KV_RESOURCES, SLICE(""), &v->records) == -1 ||
	    count_range(txn, KV_INDEXES, SLICE(""), &v->keys) == -1)
		return -1;
	for (int i = 0; i < WORKERS; i++)
		look_up(txn, v->run->files[i], v);
	return 0;
}

static void
judge(const struct run *r)
{
	struct store_options options = {
		.dir = r->dir, .cache_len = 4 << 20, .kind = STORE_TOOL
	};
	struct verdict v = { .run = r };
	struct store *store;
	struct error err = { .detail = "" };
	bool entered = store_open(&options, &store, &err) == 0;

	tap_ok(entered, "the store is entered again without a hand %s",
	    err.detail);
	if (!entered)
		return;
	tap_ok(store_view(store, verdict_body, &v, &err) == 0, "and read %s",
	    err.detail);
	tap_ok(v.acked > 0 && v.lost == 0, "%lld acknowledged, %lld lost",
	    (long long)v.acked, (long long)v.lost);
	tap_ok(v.counter == v.records && v.records == v.keys,
	    "counter %lld, records %lld, index keys %lld", (long long)v.counter,
	    (long long)v.records, (long long)v.keys);
	store_close(store);
}

static unsigned
recoveries(const char *dir)
{
	struct gate *gate;
	struct error err;
	unsigned n;

	if (gate_open(dir, "", &gate, &err) == -1)
		return 0;
	n = gate_generation(gate);
	gate_close(gate);
	return n;
}

/* A member that writes once; then it ends in peace, or is killed idle. */
static void
visit(const struct run *r, const char *as)
{
	int64_t size = size_of(r->files[0]);
	int64_t until = clock_monotonic_ms() + 2 * GAP_MAX_MS;
	pid_t pid = spawn(r->dir, r->files[0], as);

	while (size_of(r->files[0]) == size && clock_monotonic_ms() < until)
		pause_ms(1);
	/* What was noted was noted after the section. */
	if (as == as_idler)
		kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
visit_in_peace(const struct run *r)
{
	unsigned before = recoveries(r->dir);

	for (int i = 0; i < VISITS; i++)
		visit(r, as_visitor);
	tap_ok(recoveries(r->dir) == before,
	    "%d members came and went without a recovery", VISITS);
	for (int i = 0; i < VISITS; i++)
		visit(r, as_idler);
	visit(r, as_visitor);
	tap_ok(recoveries(r->dir) == before,
	    "%d members died idle without a recovery", VISITS);
}

static void
report(const struct run *r, int seconds, int64_t recover_ms)
{
	tap_ok(recover_ms < GAP_MAX_MS, "everybody wrote again within %lld ms",
	    (long long)recover_ms);
	tap_ok(r->worst_gap < GAP_MAX_MS,
	    "longest time without an acknowledgement %lld ms",
	    (long long)r->worst_gap);
	printf("# %d s: %d kills, %d stops, %d ended by the watchdog, "
	       "%u recoveries\n",
	    seconds, r->kills, r->stops, r->left, recoveries(r->dir));
}

static void
run(struct run *r, const char *base, int seconds)
{
	int64_t recover_ms;

	srand((unsigned)clock_now_ms());
	for (int i = 0; i < WORKERS; i++) {
		snprintf(
		    r->files[i], sizeof(r->files[i]), "%s/acked-%d", base, i);
		start(r, i);
	}
	torture(r, (int64_t)seconds * 1000);
	recover_ms = recover(r);
	end_all(r);
	report(r, seconds, recover_ms);
	judge(r);
	visit_in_peace(r);
	judge(r);
}

static int
supervise(int seconds)
{
	const char *tmp = getenv("TMPDIR");
	struct store_options options = {
		.cache_len = 4 << 20, .kind = STORE_TOOL, .create = true
	};
	char *base, *dir, *command;
	struct run r = { .kills = 0 };
	struct store *first;
	struct error err = { .detail = "" };
	bool made, cleaned;

	log_open("crash_store", LOG_LEVEL_ERROR);
	if (asprintf(&base, "%s/muster-crash.XXXXXX",
		tmp == NULL ? "/tmp" : tmp) == -1 ||
	    mkdtemp(base) == NULL || asprintf(&dir, "%s/store", base) == -1 ||
	    asprintf(&command, "rm -rf '%s'", base) == -1)
		return 1;
	r.dir = options.dir = dir;
	made = store_open(&options, &first, &err) == 0;
	tap_ok(made, "a new store %s", err.detail);
	if (made) {
		store_close(first);
		run(&r, base, seconds);
	}
	cleaned = system(command) == 0;
	free(command);
	free(dir);
	free(base);
	return cleaned ? 0 : 1;
}

int
main(int argc, char **argv)
{
	int64_t seconds = 6;

	if (argc == 5 && strcmp(argv[1], "work") == 0)
		work(argv[2], argv[3], argv[4]);
	if (argc == 2 &&
	    parse_int(slice_of(argv[1]), 1, 3600, &seconds, NULL) == -1)
		return 2;
	if (supervise((int)seconds) != 0)
		tap_ok(false, "set up and cleaned up");
	return tap_done();
}
