/*
 * work_errands.c: errands are carried out, each by a process of its own.
 */
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "sync/errand.h"
#include "work_errands.h"

enum { LOOK_MS = 900 }; /* a bit less than the tick of muster work */

extern char **environ;

/* Has somebody ended?  Then there is room for another one. */
static bool
reap(struct work_errands *w)
{
	bool has_ended = false;

	for (int i = 0; i < ERRANDS_AT_ONCE; i++)
		if (w->at_work[i].pid != 0 &&
		    waitpid(w->at_work[i].pid, NULL, WNOHANG) != 0) {
			w->at_work[i].pid = 0;
			has_ended = true;
		}
	return has_ended;
}

/* With the signals as a shell would have them. */
static int
start(char *const *argv, pid_t *pid)
{
	posix_spawnattr_t attributes;
	sigset_t none, pipes;
	int rc;

	sigemptyset(&none);
	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &pipes);
	posix_spawnattr_setflags(
	    &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(
	    pid, "/proc/self/exe", NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	return rc;
}

static pid_t
carry_out(const struct errand *e)
{
	struct arena *a = arena_new();
	char id[UUID_TEXT_SIZE];
	char *argv[] = { arena_strdup(a, "muster"), arena_strdup(a, "job"),
		arena_strdup(a, "carry-out"), arena_strdup(a, "--store"),
		arena_strdup(a, e->store), id, NULL };
	pid_t pid = 0;
	int rc;

	uuid_format(&e->id, id);
	rc = start(argv, &pid);
	if (rc != 0)
		log_warning("errand %s: %s", id, strerror(rc));
	arena_free(a);
	return rc == 0 ? pid : 0;
}

/* Is E at work, or as many of its tenant as may be? */
static bool
has_to_wait(const struct work_errands *w, const struct errand *e)
{
	int n = 0;

	for (int i = 0; i < ERRANDS_AT_ONCE; i++) {
		if (w->at_work[i].pid == 0)
			continue;
		if (uuid_compare(&w->at_work[i].id, &e->id) == 0)
			return true;
		n += w->at_work[i].tenant == e->tenant;
	}
	return n >= ERRANDS_OF_ONE;
}

/* One that another process has locked is at work, too. */
static void
look(const struct errand *e, void *arg)
{
	struct work_errands *w = arg;
	int place = 0, lock;

	while (place < ERRANDS_AT_ONCE && w->at_work[place].pid != 0)
		place++;
	if (place == ERRANDS_AT_ONCE || has_to_wait(w, e))
		return;
	lock = errand_lock(e);
	if (lock == -1)
		return;
	close(lock);
	w->at_work[place].id = e->id;
	w->at_work[place].tenant = e->tenant;
	w->at_work[place].pid = carry_out(e);
}

void
work_errands_turn(struct work_errands *w, const char *store)
{
	int64_t now = clock_monotonic_ms();

	if (!reap(w) && w->looked_at != 0 && now - w->looked_at < LOOK_MS)
		return;
	w->looked_at = now;
	errand_each_due(store, look, w);
}

bool
work_errands_are_idle(const struct work_errands *w)
{
	for (int i = 0; i < ERRANDS_AT_ONCE; i++)
		if (w->at_work[i].pid != 0)
			return false;
	return true;
}
