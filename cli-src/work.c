/*
 * work.c: muster work: what has to be done beside the requests: checkpoints,
 * the log files that go with them, and deletions of tenants that somebody did
 * not live to end.  As a service, or once, for cron.
 */
#include <poll.h>
#include <signal.h>

#include "base/nelem.h"
#include "tenancy/removal.h"
#include "verb.h"

static const char usage[] = "work [--store DIR] [--once]";

enum { TICK_MS = 1000 };

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

/* What cannot be done now is said, and tried again at the next tick. */
static void
serve(struct workplace *w)
{
	struct sigaction action = { .sa_handler = end };
	sigset_t signals, outside;
	struct error err;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, &outside);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	while (!is_ended) {
		if (store_checkpoint(w->identity.store, false, &err) == -1)
			verb_failed(&err);
		wait_for_tick(&outside);
	}
}

static int
end_removals(struct workplace *w, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	size_t n;

	return removal_resume(&y, &n, err);
}

int
verb_work(int argc, char **argv)
{
	const char *store = NULL;
	bool once = false;
	const struct verb_option options[] = { { "store", &store } };
	const struct verb_flag flags[] = { { "once", &once } };
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (verb_read_flags(argc, argv, options, NELEM(options), flags,
		NELEM(flags), NULL) == -1)
		return verb_usage(usage);
	if (workplace_open(&w, store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	if (end_removals(&w, &err) == -1)
		rc = verb_failed(&err);
	if (!once)
		serve(&w);
	else if (store_checkpoint(w.identity.store, true, &err) == -1)
		rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}
