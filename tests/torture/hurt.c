/*
 * hurt.c: hurts the processes of one store.
 *
 *	hurt HOW SECONDS [EVERY-MS]
 *
 * kill		a random process of ours, with SIGKILL
 * stop		one that is in a section, with SIGSTOP, for 4 s
 * recoverer	a random one, and then three times whoever recovers
 * panic	nobody, but the environment is panicked
 * idle		members of its own, which die idle, as fast as they can
 * inside	a member of its own, which dies in a transaction
 * oneshot	the same as a one-shot, which is only stopped: counts when the
 *		others have killed it within 4 s
 * reader	nobody, but one of its own walks along all resources for 4 s
 * limit	a worker, which gets too little memory or too few files for 0.3 s
 *
 * With 0 SECONDS it is done once.  victims.h tells who is hurt.  Prints
 * "hurts=N".
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "store/gate.h"
#include "store/kv_private.h"
#include "store/store.h"
#include "victims.h"

enum {
	STOP_MS = 4000,
	RECOVERERS = 3,
	RECOVERER_WAIT_MS = 500,
	LIMITED_MS = 300,
	READ_MS = 4000,
	CACHE_LEN = 4 << 20,
	NAMES_MAX = 40
};

static void
pause_ms(int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000,
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&ts, NULL);
}

/* How often whom: told at the end. */
static struct {
	char name[64];
	int n;
} killed[NAMES_MAX];

static void
note_killed(const char *name)
{
	int i = 0;

	while (i < NAMES_MAX - 1 && killed[i].n > 0 &&
	    strcmp(killed[i].name, name) != 0)
		i++;
	snprintf(killed[i].name, sizeof(killed[i].name), "%s", name);
	killed[i].n++;
}

static void
tell_killed(void)
{
	for (int i = 0; i < NAMES_MAX && killed[i].n > 0; i++)
		fprintf(stderr, "%s%s %d%s", i == 0 ? "killed: " : ", ",
		    killed[i].name, killed[i].n,
		    i == NAMES_MAX - 1 || killed[i + 1].n == 0 ? "\n" : "");
}

/* One time in three a command: there are many more workers. */
static int
hurt_kill(struct victims *v)
{
	pid_t pid = rand() % 3 == 0 ? victims_choose(v, VICTIM_COMMAND) : 0;
	char name[64];

	if (pid == 0)
		pid = victims_choose(v, VICTIM_ANY);
	if (pid == 0)
		return 0;
	victims_name(pid, name, sizeof(name));
	if (kill(pid, SIGKILL) == -1)
		return 0;
	note_killed(name);
	return 1;
}

/* Look for a member in a section until it was stopped in one. */
static int
hurt_stop(struct victims *v)
{
	int64_t until = clock_monotonic_ms() + 1000;

	while (clock_monotonic_ms() < until) {
		int slot = rand() % 64;
		pid_t pid = victims_pid(v, slot);

		if (!victims_is_busy(v, slot) || pid <= 1 ||
		    kill(pid, SIGSTOP) == -1)
			continue;
		pause_ms(1);
		if (victims_is_busy(v, slot) && victims_pid(v, slot) == pid) {
			pause_ms(STOP_MS);
			kill(pid, SIGCONT);
			return 1;
		}
		kill(pid, SIGCONT);
	}
	return 0;
}

/* The only member there is while recovery is wanted; 0: none. */
static pid_t
recoverer(const struct victims *v)
{
	pid_t found = 0, pid;

	if (!victims_is_recovery_wanted(v))
		return 0;
	for (int slot = 0; slot < VICTIM_SLOTS; slot++) {
		if ((pid = victims_pid(v, slot)) == 0)
			continue;
		if (found != 0)
			return 0;
		found = pid;
	}
	return found;
}

static int
hurt_recoverer(struct victims *v)
{
	int hurts = 0;

	for (int slot = 0; slot < 64 && hurts == 0; slot++)
		hurts = victims_is_busy(v, slot) && victims_pid(v, slot) > 1 &&
		    kill(victims_pid(v, slot), SIGKILL) == 0;
	for (int i = 0; i < RECOVERERS; i++) {
		int64_t until = clock_monotonic_ms() + RECOVERER_WAIT_MS;
		pid_t pid = 0;

		while (pid == 0 && clock_monotonic_ms() < until) {
			pid = recoverer(v);
			pause_ms(1);
		}
		/* Somewhere in its work. */
		pause_ms(rand() % 20);
		if (pid > 1 && pid == recoverer(v))
			hurts += kill(pid, SIGKILL) == 0;
	}
	return hurts;
}

/* A member that panics the environment, and is gone. */
static int
hurt_panic(struct victims *v)
{
	struct kv_options options = { .dir = v->dir, .cache_len = CACHE_LEN };
	enum gate_entry entry;
	struct gate *gate;
	struct error err;
	struct kv *kv;
	int hurts = 0;

	if (gate_open(v->dir, kv_library(), &gate, &err) == -1)
		return 0;
	if (gate_join(gate, &entry, &err) == 0) {
		if (kv_open(&options, entry == GATE_DIRTY, &kv, &err) == 0) {
			if (entry == GATE_DIRTY)
				gate_recovered(gate);
			hurts = kv->env->set_flags(
				    kv->env, DB_PANIC_ENVIRONMENT, 1) == 0;
			gate_enter_section(gate);
			kv_close(kv);
		}
		gate_leave(gate);
	}
	gate_close(gate);
	return hurts;
}

static int
nothing(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)txn;
	(void)arg;
	(void)err;
	return 0;
}

/* ARG is the signal that ends or stops us here. */
static int
die(struct kv_txn *txn, void *arg, struct error *err)
{
	const int *number = arg;

	(void)err;
	kv_put(txn, KV_META, SLICE("torture"), SLICE("half"));
	return raise(*number);
}

__attribute__((noreturn)) static void
be_idle(const char *dir, int fd)
{
	struct store_options options = {
		.dir = dir, .cache_len = CACHE_LEN, .kind = STORE_ONESHOT
	};
	struct store *store;
	struct error err;

	if (store_open(&options, &store, &err) == -1 ||
	    store_view(store, nothing, NULL, &err) == -1 ||
	    write(fd, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static int
hurt_idle(struct victims *v)
{
	int fds[2];
	pid_t pid;
	char c;
	int hurts;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		exit(1);
	if (pid == 0)
		be_idle(v->dir, fds[1]);
	close(fds[1]);
	hurts = read(fds[0], &c, 1) == 1;
	close(fds[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return hurts;
}

/* A member that enters, and in a transaction sends itself SIGNAL. */
static pid_t
enter_and(const struct victims *v, enum store_kind kind, int number)
{
	struct store_options options = {
		.dir = v->dir, .cache_len = CACHE_LEN, .kind = kind
	};
	struct store *store;
	struct error err;
	pid_t pid = fork();

	if (pid == -1)
		exit(1);
	if (pid != 0)
		return pid;
	if (store_open(&options, &store, &err) == 0)
		store_txn(store, die, &number, &err);
	fprintf(stderr, "hurt: %s\n", err.detail);
	_exit(1);
}

static int
hurt_inside(struct victims *v)
{
	int status;
	pid_t pid = enter_and(v, STORE_WORKER, SIGKILL);

	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
}

static int
hurt_oneshot(struct victims *v)
{
	int64_t until = clock_monotonic_ms() + STOP_MS;
	pid_t pid = enter_and(v, STORE_ONESHOT, SIGSTOP), gone = 0;
	int status = 0;

	while (gone == 0 && clock_monotonic_ms() < until) {
		gone = waitpid(pid, &status, WNOHANG);
		pause_ms(5);
	}
	if (gone == pid)
		return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	fputs("hurt: a stopped one-shot was left alone\n", stderr);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return 0;
}

/* Walks along all resources, a millisecond each, and never lets go. */
static int
walk_slowly(struct kv_txn *txn, void *arg, struct error *err)
{
	int64_t until = clock_monotonic_ms() + READ_MS;
	struct kv_range *range;
	struct slice key, value;
	enum store_status status;

	(void)arg;
	(void)err;
	while (clock_monotonic_ms() < until) {
		status = kv_range_open(
		    txn, KV_RESOURCES, SLICE(""), SLICE(""), true, &range);
		while (status == STORE_OK && clock_monotonic_ms() < until) {
			status = kv_range_next(range, &key, &value);
			pause_ms(1);
		}
		kv_range_close(range);
		if (status == STORE_FAIL)
			return -1;
	}
	return 0;
}

static int
hurt_reader(struct victims *v)
{
	struct store_options options = {
		.dir = v->dir, .cache_len = CACHE_LEN, .kind = STORE_TOOL
	};
	struct store *store;
	struct error err;
	pid_t pid = fork();
	int status, rc;

	if (pid == 0) {
		rc = store_open(&options, &store, &err);
		if (rc == 0)
			rc = store_view(store, walk_slowly, NULL, &err);
		if (rc == 0)
			store_close(store);
		else
			fprintf(stderr, "hurt: %s\n", err.detail);
		_exit(rc == 0 ? 0 : 1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* A little more than PID has now, in bytes or files. */
static struct rlimit
tight_limit(pid_t pid, int resource)
{
	char path[64];
	unsigned long pages = 0;
	rlim_t max = (rlim_t)(3 + rand() % 25);
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/statm", (long)pid);
	f = fopen(path, "re");
	if (f != NULL && fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f != NULL)
		fclose(f);
	if (resource == RLIMIT_AS)
		max = (rlim_t)(pages * 4096 + (unsigned)rand() % (1 << 20));
	return (struct rlimit){ max, RLIM_INFINITY };
}

/* A worker that lacks memory or files for a while. */
static int
hurt_limit(struct victims *v)
{
	int resource = rand() % 2 == 0 ? RLIMIT_AS : RLIMIT_NOFILE;
	pid_t pid = victims_choose(v, VICTIM_WORKER);
	struct rlimit tight, before;

	if (pid == 0 || prlimit(pid, resource, NULL, &before) == -1)
		return 0;
	tight = tight_limit(pid, resource);
	tight.rlim_max = before.rlim_max;
	if (prlimit(pid, resource, &tight, NULL) == -1)
		return 0;
	pause_ms(LIMITED_MS);
	prlimit(pid, resource, &before, NULL);
	return 1;
}

/* clang-format off */
static const struct {
	const char	*name;
	int		(*run)(struct victims *);
	int		every_ms;
} ways[] = {
	{ "kill",	hurt_kill,	200 },
	{ "stop",	hurt_stop,	6000 },
	{ "recoverer",	hurt_recoverer,	3000 },
	{ "panic",	hurt_panic,	1000 },
	{ "idle",	hurt_idle,	0 },
	{ "inside",	hurt_inside,	0 },
	{ "oneshot",	hurt_oneshot,	3000 },
	{ "reader",	hurt_reader,	0 },
	{ "limit",	hurt_limit,	0 },
};
/* clang-format on */

int
main(int argc, char **argv)
{
	struct victims v;
	int64_t until, next = clock_monotonic_ms();
	int every, way = 0, hurts = 0;

	log_open("hurt", LOG_LEVEL_ERROR);
	while (argc >= 3 && way < (int)NELEM(ways) &&
	    strcmp(argv[1], ways[way].name) != 0)
		way++;
	if (argc < 3 || way == (int)NELEM(ways) || victims_init(&v) == -1)
		return 2;
	until = next + strtol(argv[2], NULL, 10) * 1000;
	every = argc > 3 ? (int)strtol(argv[3], NULL, 10) : ways[way].every_ms;
	srand((unsigned)next);
	do {
		while (clock_monotonic_ms() < next)
			pause_ms(1);
		hurts += ways[way].run(&v);
		next = clock_monotonic_ms() < next + every
		    ? next + every
		    : clock_monotonic_ms();
	} while (next < until);
	tell_killed();
	printf("hurts=%d\n", hurts);
	return 0;
}
