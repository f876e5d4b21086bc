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
 *
 * With 0 SECONDS it is done once.
 *
 * Ours are the processes that run a program of the directory BIN on the
 * store MUSTER_STORE; both are in the environment.  Prints "hurts=N".
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "store/gate.h"
#include "store/kv_private.h"
#include "store/store.h"

enum {
	PIDS_MAX = 1000,
	STOP_MS = 4000,
	RECOVERERS = 3,
	RECOVERER_WAIT_MS = 500,
	CACHE_LEN = 4 << 20
};

/* Of the gate file (gate.c): its header, and the slots behind. */
enum {
	GATE_LEN = 256 + 256 * 64,
	GATE_WANTED = 20,
	GATE_SLOTS = 256,
	SLOT_LEN = 64,
	SLOT_USE = 4,
	SLOT_BUSY = 2
};

struct victims {
	const char *dir;
	const char *bin;
	char needle[4096]; /* in the environment of ours */
	const char *gate;  /* mapped, or NULL */
};

static void
pause_ms(int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000,
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&ts, NULL);
}

/* Does a string of /proc/PID/environ equal NEEDLE? */
static bool
has_environment(const char *pid, const char *needle)
{
	static char text[65536];
	char path[300];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/environ", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd == -1 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd != -1)
		close(fd);
	if (len <= 0)
		return false;
	text[len] = '\0';
	for (const char *at = text; at < text + len; at += strlen(at) + 1)
		if (strcmp(at, needle) == 0)
			return true;
	return false;
}

static bool
is_ours(const struct victims *v, const char *pid)
{
	char path[300], exe[4096];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%s/exe", pid);
	len = readlink(path, exe, sizeof(exe) - 1);
	if (len <= 0)
		return false;
	exe[len] = '\0';
	return strncmp(exe, v->bin, strlen(v->bin)) == 0 &&
	    has_environment(pid, v->needle);
}

/* Returns: a process of ours, or 0. */
static pid_t
choose(const struct victims *v)
{
	pid_t pids[PIDS_MAX];
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL && n < PIDS_MAX)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    is_ours(v, entry->d_name))
			pids[n++] = (pid_t)strtol(entry->d_name, NULL, 10);
	closedir(dir);
	return n == 0 ? 0 : pids[rand() % n];
}

static int
hurt_kill(struct victims *v)
{
	pid_t pid = choose(v);

	return pid != 0 && kill(pid, SIGKILL) == 0;
}

static int32_t
gate_word(const struct victims *v, size_t at)
{
	return atomic_load(
	    (const _Atomic int32_t *)(const void *)(v->gate + at));
}

static int32_t
slot_use(const struct victims *v, int slot)
{
	return gate_word(v, GATE_SLOTS + (size_t)slot * SLOT_LEN + SLOT_USE);
}

static pid_t
slot_pid(const struct victims *v, int slot)
{
	return gate_word(v, GATE_SLOTS + (size_t)slot * SLOT_LEN);
}

/* Look for a member in a section until it was stopped in one. */
static int
hurt_stop(struct victims *v)
{
	int64_t until = clock_monotonic_ms() + 1000;

	while (clock_monotonic_ms() < until) {
		int slot = rand() % 64;
		pid_t pid = slot_pid(v, slot);

		if (slot_use(v, slot) != SLOT_BUSY || pid <= 1 ||
		    kill(pid, SIGSTOP) == -1)
			continue;
		pause_ms(1);
		if (slot_use(v, slot) == SLOT_BUSY &&
		    slot_pid(v, slot) == pid) {
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
	pid_t pid = 0;

	if (gate_word(v, GATE_WANTED) == 0)
		return 0;
	for (int slot = 0; slot < 256; slot++) {
		if (slot_use(v, slot) == 0)
			continue;
		if (pid != 0)
			return 0;
		pid = slot_pid(v, slot);
	}
	return pid;
}

static int
hurt_recoverer(struct victims *v)
{
	int hurts = 0;

	for (int slot = 0; slot < 64 && hurts == 0; slot++)
		hurts = slot_use(v, slot) == SLOT_BUSY &&
		    kill(slot_pid(v, slot), SIGKILL) == 0;
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
};
/* clang-format on */

static int
prepare(struct victims *v)
{
	char path[4096];
	int fd;

	v->dir = getenv("MUSTER_STORE");
	v->bin = getenv("BIN");
	if (v->dir == NULL || v->bin == NULL)
		return -1;
	snprintf(v->needle, sizeof(v->needle), "MUSTER_STORE=%s", v->dir);
	snprintf(path, sizeof(path), "%s/gate", v->dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	v->gate = mmap(NULL, GATE_LEN, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return v->gate == MAP_FAILED ? -1 : 0;
}

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
	if (argc < 3 || way == (int)NELEM(ways) || prepare(&v) == -1)
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
	printf("hurts=%d\n", hurts);
	return 0;
}
