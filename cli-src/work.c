/*
 * work.c: muster work: what has to be done beside the requests: checkpoints,
 * the log files that go with them; requests that are answered later; events
 * that are pushed; deletions of tenants that somebody did not live to end.
 * As a service, or once, for cron.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "feed/push.h"
#include "serve/async.h"
#include "tenancy/removal.h"
#include "verb.h"

static const char usage[] = "work [--store DIR] [--once]";

enum { TICK_MS = 1000, TICKS_AN_HOUR = 3600 };

static volatile sig_atomic_t is_ended;

static void
end(int signal_number)
{
	(void)signal_number;
	is_ended = 1;
}

/* The signals interrupt the wait between two ticks, and nothing else. */
static void
wait_for_tick(const sigset_t *outside)
{
	struct timespec tick = { .tv_sec = TICK_MS / 1000 };

	if (!is_ended)
		ppoll(NULL, 0, &tick, outside);
}

/* The file whose lock says who does what must not be done twice; or -1. */
static int
open_lock(struct workplace *w)
{
	const char *path = arena_printf(w->arena, "%s/work", w->settings.store);
	int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0660);
	struct error err;

	if (fd == -1) {
		error_set(&err, ERR_INTERNAL, "%s: %s; events are not pushed",
		    path, strerror(errno));
		verb_failed(&err);
	}
	return fd;
}

/*
 * While somebody else is waited for: has this process been told to end?  If
 * not, it leaves the store for who wants to recover it.
 */
static bool
go_on(void *arg)
{
	struct workplace *w = arg;
	sigset_t pending;

	sigpending(&pending);
	if (sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT))
		return false;
	store_idle(w->identity.store);
	return true;
}

static int
end_removals(struct workplace *w, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	size_t n;
	int rc;

	/* That of W lives as long as the service. */
	y.arena = arena_new();
	y.now = clock_now_ms();
	rc = removal_resume(&y, &n, err);
	arena_free(y.arena);
	return rc;
}

/* What one process of a store does. */
static int
do_alone(struct workplace *w, bool hourly, struct error *err)
{
	struct push push = { .identity = &w->identity,
		.now = clock_now_ms(),
		.wait = go_on,
		.arg = w };

	if (hourly && end_removals(w, err) == -1)
		return -1;
	if (async_run(&w->identity, &w->settings, go_on, w, err) == -1 ||
	    push_run(&push, err) == -1)
		return -1;
	return hourly ? async_expire(&w->identity, push.now, err) : 0;
}

/* What cannot be done now is said, and tried again at the next tick. */
static int
do_work(struct workplace *w, int lock, bool now, bool hourly)
{
	struct error err;
	int rc = EXIT_OK;

	/* Once it is ours, it stays so. */
	if (lock != -1 && flock(lock, LOCK_EX | LOCK_NB) == 0 &&
	    do_alone(w, hourly, &err) == -1)
		rc = verb_failed(&err);
	if (store_checkpoint(w->identity.store, now, &err) == -1)
		rc = verb_failed(&err);
	return rc;
}

static void
serve(struct workplace *w, int lock)
{
	struct sigaction action = { .sa_handler = end };
	sigset_t signals, outside;
	unsigned ticks = 0;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, &outside);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	while (!is_ended) {
		do_work(w, lock, false, ticks++ % TICKS_AN_HOUR == 0);
		wait_for_tick(&outside);
	}
}

int
verb_work(int argc, char **argv)
{
	const char *store = NULL;
	bool once = false;
	const struct verb_option options[] = { { "store", &store } };
	const struct verb_flag flags[] = { { "once", &once } };
	struct workplace w;
	int rc = EXIT_OK, lock;

	if (verb_read_flags(argc, argv, options, NELEM(options), flags,
		NELEM(flags), NULL) == -1)
		return verb_usage(usage);
	if (workplace_open(&w, store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	lock = open_lock(&w);
	if (once)
		rc = do_work(&w, lock, true, true);
	else
		serve(&w, lock);
	close(lock);
	workplace_close(&w);
	return rc;
}
