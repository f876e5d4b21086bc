/*
 * watchdog.c: the thread that ends a process which is stuck in the store.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/watchdog.h"

enum {
	PERIOD_MS = 50, /* between two looks when there is something to see */
	IDLE_MS = 250,	/* and when there was nothing */
	LEAVE_MS = 150	/* to end a section when recovery is wanted */
};

struct watchdog {
	struct gate *gate;
	_Atomic int limit_ms;
	_Atomic bool is_stopping;
	pthread_t main_thread;
	pid_t main_tid;
	pthread_t thread;
};

/* Only there to interrupt a wait. */
static void
on_wake(int signal)
{
	(void)signal;
}

/* What was going on is undone by recovery, and may be asked for again. */
static void
make_way(void)
{
	log_warning("given up: the store is to be recovered, try again");
	_exit(WATCHDOG_RECOVERY);
}

/*
 * What the main thread does, as the kernel tells it: "running", or the number
 * of the system call that it waits in; -1: in none, but for a page, say.
 */
static void
read_system_call(const struct watchdog *w, char *out, size_t size)
{
	char path[64];
	ssize_t n = -1;
	int fd;

	snprintf(
	    path, sizeof(path), "/proc/self/task/%d/syscall", (int)w->main_tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, out, size - 1);
		close(fd);
	}
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, " \n")] = '\0';
}

static void
end_stuck(const struct watchdog *w, int section_ms)
{
	char call[64];

	read_system_call(w, call, sizeof(call));
	log_error("stuck in the store for %d ms, in system call %s", section_ms,
	    call[0] == '\0' ? "unknown" : call);
	_exit(WATCHDOG_STUCK);
}

/* How long nothing will be there to see, in milliseconds. */
static int
look(struct watchdog *w)
{
	int section_ms = gate_section_ms(w->gate), wanted_ms;
	bool is_looker;

	if (section_ms > w->limit_ms)
		end_stuck(w, section_ms);
	is_looker = gate_check_members(w->gate);
	wanted_ms = gate_wanted_ms(w->gate);
	if (wanted_ms > 0 && section_ms == 0)
		pthread_kill(w->main_thread, SIGUSR2);
	else if (section_ms > LEAVE_MS && wanted_ms > LEAVE_MS)
		make_way();
	return is_looker || section_ms > 0 || wanted_ms > 0 ? PERIOD_MS
							    : IDLE_MS;
}

static void *
run(void *arg)
{
	struct watchdog *w = arg;
	uint32_t calls = gate_calls(w->gate);
	int ms = PERIOD_MS;

	while (!w->is_stopping) {
		gate_sleep(w->gate, calls, ms);
		calls = gate_calls(w->gate);
		if (!w->is_stopping)
			ms = look(w);
	}
	return NULL;
}

/* SA_RESTART: reads and writes go on, only waiting for work is cut short. */
static void
catch_wake(void)
{
	struct sigaction action = { .sa_handler = on_wake,
		.sa_flags = SA_RESTART };

	sigaction(SIGUSR2, &action, NULL);
}

static int
start_thread(struct watchdog *w)
{
	sigset_t all, before;
	int rc;

	/* Signals are for the main thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&w->thread, NULL, run, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int
watchdog_start(
    struct gate *gate, int limit_ms, struct watchdog **out, struct error *err)
{
	struct watchdog *w = calloc(1, sizeof(*w));
	int rc;

	if (w == NULL)
		fatal("out of memory");
	w->gate = gate;
	w->limit_ms = limit_ms;
	w->main_thread = pthread_self();
	w->main_tid = gettid();
	catch_wake();
	rc = start_thread(w);
	if (rc != 0) {
		free(w);
		return error_set(
		    err, ERR_INTERNAL, "watchdog: %s", strerror(rc));
	}
	*out = w;
	return 0;
}

int
watchdog_limit(struct watchdog *w, int limit_ms)
{
	return atomic_exchange(&w->limit_ms, limit_ms);
}

void
watchdog_stop(struct watchdog *w)
{
	if (w == NULL)
		return;
	w->is_stopping = true;
	gate_call(w->gate);
	pthread_join(w->thread, NULL);
	free(w);
}
