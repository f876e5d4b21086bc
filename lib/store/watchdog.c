/*
 * watchdog.c: the thread that ends a process which is stuck in the store.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/watchdog.h"

enum {
	PERIOD_MS = 50,
	LEAVE_MS = 150 /* to end a section when recovery is wanted */
};

struct watchdog {
	struct gate *gate;
	_Atomic int limit_ms;
	pthread_t main_thread;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool stopping;
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

static void
look(struct watchdog *w)
{
	int section_ms = gate_section_ms(w->gate), wanted_ms;

	if (section_ms > w->limit_ms) {
		log_error("stuck in the store for %d ms", section_ms);
		_exit(WATCHDOG_STUCK);
	}
	gate_check_members(w->gate);
	wanted_ms = gate_wanted_ms(w->gate);
	if (wanted_ms == 0)
		return;
	if (section_ms == 0)
		pthread_kill(w->main_thread, SIGUSR2);
	else if (section_ms > LEAVE_MS && wanted_ms > LEAVE_MS)
		make_way();
}

static void *
run(void *arg)
{
	struct watchdog *w = arg;
	struct timespec until;

	pthread_mutex_lock(&w->mutex);
	while (!w->stopping) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += (long)PERIOD_MS * 1000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&w->wake, &w->mutex, &until);
		if (!w->stopping)
			look(w);
	}
	pthread_mutex_unlock(&w->mutex);
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
	pthread_condattr_t attr;
	sigset_t all, before;
	int rc;

	pthread_mutex_init(&w->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
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
	pthread_mutex_lock(&w->mutex);
	w->stopping = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}
