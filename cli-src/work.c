/*
 * work.c: muster work: what has to be done beside the requests: checkpoints,
 * the log files that go with them; requests that are answered later; events
 * that are pushed; deletions of tenants that somebody did not live to end;
 * the audit, which follows the change logs; records that are too old; errands,
 * by processes of their own; and provisioning, between all of it.  As a service, or once, for cron.
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
#include "base/number.h"
#include "feed/push.h"
#include "serve/async.h"
#include "sync/engine.h"
#include "sync/errand.h"
#include "sync/jobs.h"
#include "tenancy/removal.h"
#include "verb.h"
#include "watch/audit.h"
#include "watch/request_log.h"
#include "work_errands.h"

static const char usage[] = "work [--store DIR] [--once [--seconds N]]";

enum {
	TICK_MS = 1000,
	LOOK_MS = 50, /* whether an errand has ended */
	TICKS_AN_HOUR = 3600,
	ONCE_SECONDS = 50, /* less than cron's minute */
	ONCE_SECONDS_MAX = 86400
};

/* What is at work. */
struct work_place {
	struct workplace *w;
	int lock;	       /* a descriptor, or -1 */
	struct engine *engine; /* once the lock is ours; else NULL */
	bool is_turning;       /* the engine is */
	struct work_errands errands;
	bool is_once;
};

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

static bool
is_told_to_end(void)
{
	sigset_t pending;

	sigpending(&pending);
	return is_ended || sigismember(&pending, SIGTERM) ||
	    sigismember(&pending, SIGINT);
}

/* Provision, and leave the store for who wants to recover it. */
static void
turn_engine(struct work_place *p, int wait_ms)
{
	if (p->engine != NULL && !p->is_turning) {
		p->is_turning = true;
		if (p->is_once)
			engine_turn_once(p->engine, wait_ms);
		else
			engine_turn(p->engine, wait_ms);
		p->is_turning = false;
	}
	store_idle(p->w->identity.store);
}

/*
 * While somebody else is waited for: has this process been told to end?  If
 * not, provisioning goes on.
 */
static bool
go_on(void *arg)
{
	if (is_told_to_end())
		return false;
	turn_engine(arg, 0);
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
do_alone(struct work_place *p, bool hourly, struct error *err)
{
	struct workplace *w = p->w;
	struct push push = { .identity = &w->identity,
		.now = clock_now_ms(),
		.wait = go_on,
		.arg = p };
	uint64_t added;

	if (hourly &&
	    (end_removals(w, err) == -1 ||
		jobs_sweep_all(w->identity.store, err) == -1))
		return -1;
	if (hourly) {
		request_log_prune(w->settings.store, push.now,
		    w->settings.log_age_ms, (uint64_t)w->settings.log_len_max);
		engine_prune(p->engine);
	}
	if (audit_follow(w->identity.store, w->settings.store, go_on, p, &added,
		err) == -1)
		return -1;
	if (async_run(&w->identity, &w->settings, go_on, p, err) == -1 ||
	    push_run(&push, err) == -1)
		return -1;
	return hourly ? async_expire(&w->identity, push.now, err) : 0;
}

/* Once the lock is ours, it stays so. */
static bool
is_alone(struct work_place *p)
{
	const struct settings *s = &p->w->settings;

	if (p->engine != NULL)
		return true;
	if (p->lock == -1 || flock(p->lock, LOCK_EX | LOCK_NB) == -1)
		return false;
	p->engine = engine_open(
	    &p->w->identity, s->store, s->log_age_ms, (uint64_t)s->log_len_max);
	return true;
}

/* What cannot be done now is said, and tried again at the next tick. */
static int
do_work(struct work_place *p, bool now, bool hourly)
{
	struct error err;
	int rc = EXIT_OK;

	if (is_alone(p)) {
		if (hourly)
			errand_prune(p->w->settings.store, clock_now_ms());
		work_errands_turn(&p->errands, p->w->settings.store);
		if (do_alone(p, hourly, &err) == -1)
			rc = verb_failed(&err);
	}
	if (store_checkpoint(p->w->identity.store, now, &err) == -1)
		rc = verb_failed(&err);
	return rc;
}

/* To the next tick. */
static void
provision(struct work_place *p)
{
	int64_t until = clock_monotonic_ms() + TICK_MS, left = TICK_MS;

	while (left > 0 && !is_told_to_end()) {
		turn_engine(p, (int)left);
		left = until - clock_monotonic_ms();
	}
}

static void
serve(struct work_place *p)
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
	while (!is_told_to_end()) {
		do_work(p, false, ticks++ % TICKS_AN_HOUR == 0);
		if (p->engine != NULL)
			provision(p);
		else
			wait_for_tick(&outside);
	}
}

/* What is due, as far as SECONDS are enough. */
static int
work_once(struct work_place *p, int64_t seconds)
{
	int64_t until = clock_monotonic_ms() + seconds * 1000;
	int rc = do_work(p, true, true);

	while (p->engine != NULL && clock_monotonic_ms() < until) {
		turn_engine(
		    p, work_errands_are_idle(&p->errands) ? TICK_MS : LOOK_MS);
		work_errands_turn(&p->errands, p->w->settings.store);
		if (engine_is_idle(p->engine) &&
		    work_errands_are_idle(&p->errands))
			break;
	}
	return rc;
}

static int
work(struct workplace *w, bool once, int64_t seconds)
{
	struct work_place p = { .w = w, .lock = open_lock(w), .is_once = once };
	int rc = EXIT_OK;

	/* Those who take requests of ours may end at any time. */
	signal(SIGPIPE, SIG_IGN);

	if (once)
		rc = work_once(&p, seconds);
	else
		serve(&p);
	if (p.engine != NULL)
		engine_close(p.engine);
	close(p.lock);
	return rc;
}

int
verb_work(int argc, char **argv)
{
	const char *store = NULL, *time = NULL;
	bool once = false;
	const struct verb_option options[] = { { "store", &store },
		{ "seconds", &time } };
	const struct verb_flag flags[] = { { "once", &once } };
	int64_t seconds = ONCE_SECONDS;
	struct workplace w;
	int rc;

	if (verb_read_flags(argc, argv, options, NELEM(options), flags,
		NELEM(flags), NULL) == -1 ||
	    (time != NULL &&
		(!once ||
		    parse_int(slice_of(time), 0, ONCE_SECONDS_MAX, &seconds,
			NULL) == -1)))
		return verb_usage(usage);
	if (workplace_open(&w, store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	rc = work(&w, once, seconds);
	workplace_close(&w);
	return rc;
}
