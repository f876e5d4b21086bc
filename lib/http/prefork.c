/*
 * prefork.c: several workers on one listening socket.
 *
 * The parent does nothing but wait: it never touches a request or the
 * store, so nothing a client does can end it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/compat.h"
#include "base/crew.h"
#include "base/log.h"
#include "http/prefork.h"

enum {
	WORKERS_MAX = 64,
	BACKLOG = 1024,
	QUICK_DEATH_MS = 1000, /* a worker that lives shorter is paused for */
	PAUSE_FIRST_MS = 50,
	PAUSE_MAX_MS = 5000,
	STOP_MS = 10000, /* for the workers to end by themselves */
	STOP_AGAIN_MS = 100
};

struct worker {
	pid_t pid;
	int64_t started_at;
};

struct pool {
	struct worker workers[WORKERS_MAX];
	unsigned n;
	struct crew *crew;
	int pause_ms;	 /* before the next start */
	sigset_t before; /* the mask that children get back */
	int socket;	 /* that they accept on */
};

/* Owner and group may connect, nobody else. */
static void
protect_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(address);

	if (getsockname(STDIN_FILENO, (struct sockaddr *)&address, &len) ==
		-1 ||
	    address.sun_family != AF_UNIX ||
	    len <= sizeof(address.sun_family) || address.sun_path[0] == '\0')
		return;
	if (chmod(address.sun_path, 0660) == -1)
		log_warning("%s: mode 0660 could not be set", address.sun_path);
}

/* A fresh socket at PATH; the old one goes with the workers that had it. */
static int
listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t before;
	int fd, rc;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	unlink(path);
	before = umask(0117);
	rc = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(before);
	return rc == -1 || listen(fd, BACKLOG) == -1 ? -1 : fd;
}

/* End when the process PARENT ends, even if it is killed. */
static void
follow_parent(pid_t parent)
{
	if (compat_die_with_parent(SIGTERM) == -1 || getppid() != parent)
		_exit(EXIT_SUCCESS);
}

/*
 * The mask of a worker: what ends it waits until it can end by itself, in the
 * loop that serves requests (loop.h).
 */
static void
set_mask(const sigset_t *before)
{
	sigset_t set = *before;

	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

/* 0 in the child, 1 in the parent. */
static int
start_worker(struct pool *pool, struct worker *worker)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		set_mask(&pool->before);
		follow_parent(parent);
		if (pool->socket != STDIN_FILENO &&
		    dup2(pool->socket, STDIN_FILENO) == -1)
			_exit(EXIT_FAILURE);
		crew_join(pool->crew, (unsigned)(worker - pool->workers));
		return 0;
	}
	if (pid == -1)
		log_error("no worker could be started");
	*worker = (struct worker){ pid, clock_monotonic_ms() };
	return 1;
}

/* Start what is missing. */
static int
fill(struct pool *pool)
{
	for (unsigned i = 0; i < pool->n; i++)
		if (pool->workers[i].pid <= 0 &&
		    start_worker(pool, &pool->workers[i]) == 0)
			return 0;
	return 1;
}

static void
note_death(struct pool *pool, pid_t pid, int status)
{
	for (unsigned i = 0; i < pool->n; i++) {
		struct worker *worker = &pool->workers[i];

		if (worker->pid != pid)
			continue;
		worker->pid = 0;
		crew_left(pool->crew, i);
		if (WIFSIGNALED(status))
			log_warning("worker %ld ended by signal %d", (long)pid,
			    WTERMSIG(status));
		else if (WEXITSTATUS(status) != 0)
			log_warning("worker %ld ended with status %d",
			    (long)pid, WEXITSTATUS(status));
		if (clock_monotonic_ms() - worker->started_at >= QUICK_DEATH_MS)
			pool->pause_ms = 0;
		else if (pool->pause_ms == 0)
			pool->pause_ms = PAUSE_FIRST_MS;
		else if ((pool->pause_ms *= 2) > PAUSE_MAX_MS)
			pool->pause_ms = PAUSE_MAX_MS;
	}
}

static void
reap(struct pool *pool)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		note_death(pool, pid, status);
}

static unsigned
count_alive(const struct pool *pool)
{
	unsigned alive = 0;

	for (unsigned i = 0; i < pool->n; i++)
		alive += pool->workers[i].pid > 0;
	return alive;
}

static void
signal_all(const struct pool *pool, int signal)
{
	for (unsigned i = 0; i < pool->n; i++)
		if (pool->workers[i].pid > 0)
			kill(pool->workers[i].pid, signal);
}

/* The next signal of SET, or 0 after MS milliseconds. */
static int
next_signal(const sigset_t *set, int64_t ms)
{
	struct timespec wait = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000 };
	int signal = sigtimedwait(set, NULL, &wait);

	return signal == -1 ? 0 : signal;
}

static void
stop_all(struct pool *pool, const sigset_t *set)
{
	int64_t until = clock_monotonic_ms() + STOP_MS, left;

	/* Said again: one may have been about to wait for a connection. */
	while (count_alive(pool) > 0 &&
	    (left = until - clock_monotonic_ms()) > 0) {
		signal_all(pool, SIGTERM);
		next_signal(set, left < STOP_AGAIN_MS ? left : STOP_AGAIN_MS);
		reap(pool);
	}
	signal_all(pool, SIGKILL);
	exit(EXIT_SUCCESS);
}

int
http_prefork(unsigned workers, const char *path)
{
	struct pool pool = { .n = workers < WORKERS_MAX ? workers
							: WORKERS_MAX };
	sigset_t set;
	int signal;

	protect_socket();
	pool.socket = path[0] == '\0' ? STDIN_FILENO : listen_at(path);
	if (pool.socket == -1) {
		log_error("%s: %s", path, strerror(errno));
		exit(EXIT_FAILURE);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &pool.before);
	follow_parent(getppid());
	pool.crew = crew_new(pool.n, crew_seats());
	for (;;) {
		if (fill(&pool) == 0)
			return 0;
		signal = next_signal(&set, PAUSE_MAX_MS);
		if (signal == SIGTERM || signal == SIGINT)
			stop_all(&pool, &set);
		reap(&pool);
		if (pool.pause_ms > 0) {
			signal = next_signal(&set, pool.pause_ms);
			if (signal == SIGTERM || signal == SIGINT)
				stop_all(&pool, &set);
			reap(&pool);
		}
	}
}
