/*
 * work.c: one job at work.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "sync/alert.h"
#include "sync/reserved.h"
#include "sync/work_private.h"

enum {
	LOOK_MS = 200,	   /* between two looks at its rows */
	TROUBLE_MS = 1000, /* after the store failed */
	REST_MS = 5000,	   /* after the target failed, then twice as long */
	REST_MAX_MS = 15 * 60 * 1000,
	RESTS_TOLD = 4, /* before anybody is told of it */
	HOUR_MS = 3600 * 1000,
	BLOCK_LEN = 256 * 1024, /* by which the arena of a batch grows */
	REFUSED_MS = 60 * 1000, /* after it refused us */
	REFUSED_MAX_MS = 24 * 3600 * 1000
};

struct work *
work_open(const struct work_world *world, const struct job_key *key)
{
	struct work *w = calloc(1, sizeof(*w));

	if (w == NULL)
		fatal("out of memory");
	w->world = world;
	w->key = *key;
	w->arena = arena_new();
	w->batch.run.arena = arena_new_of(BLOCK_LEN);
	w->batch.run.reserved = reserved_open();
	w->batch.run.claimed = reserved_open();
	return w;
}

void
work_close(struct work *w)
{
	if (w->target != NULL)
		target_close(w->target);
	batch_close(&w->batch);
	reserved_close(w->batch.run.reserved);
	reserved_close(w->batch.run.claimed);
	arena_free(w->batch.run.arena);
	arena_free(w->arena);
	free(w);
}

const struct job_key *
work_key(const struct work *w)
{
	return &w->key;
}

bool
work_is_idle(const struct work *w)
{
	return batch_is_idle(&w->batch) && !w->is_put_off;
}

static int64_t
pause_ms(int64_t first, int64_t max, int64_t n)
{
	int64_t ms = first;

	while (n-- > 0 && ms < max)
		ms *= 2;
	return ms < max ? ms : max;
}

static int
rest(struct work *w, bool refused, struct error *err)
{
	const char *cause = refused ? ALERT_REFUSED : ALERT_UNREACHED;
	int64_t ms = refused ? pause_ms(REFUSED_MS, REFUSED_MAX_MS, w->rests)
			     : pause_ms(REST_MS, REST_MAX_MS, w->rests);
	int rc;

	w->rests++;
	w->rests_until = clock_monotonic_ms() + ms;
	rc = work_rest(w, cause, w->batch.problem, clock_now_ms() + ms, err);
	if (rc == -1)
		return -1;
	if (rc == 1) {
		w->is_active = false; /* before the next look says so */
		w->rests = w->rests_until = 0;
		return alert_raise(w->world->alerts, &w->batch.run,
		    ALERT_DISABLED,
		    "four weeks in quarantine: the job is paused", err);
	}
	/* A target may be away for a moment. */
	if (!refused && w->rests < RESTS_TOLD)
		return 0;
	return alert_raise(
	    w->world->alerts, &w->batch.run, cause, w->batch.problem, err);
}

/* PS-087: operations that rest from now on, or do no more. */
static int
tell_operations(struct work *w, struct error *err)
{
	struct batch *b = &w->batch;
	char cause[64], text[64];

	for (int i = 0; i < OPERATION_MAX; i++) {
		const char *name = quarantine_operation_name((enum operation)i);

		snprintf(cause, sizeof(cause), ALERT_QUARANTINE ":%s", name);
		snprintf(
		    text, sizeof(text), "too many failures: %s rests", name);
		if ((b->lifted & 1U << i) != 0 &&
		    alert_clear(&b->run, cause, err) == -1)
			return -1;
		if ((b->rested & 1U << i) != 0 &&
		    alert_raise(w->world->alerts, &b->run, cause, text, err) ==
			-1)
			return -1;
	}
	b->rested = b->lifted = 0;
	return 0;
}

/* What the batch that has ended left for an administrator. */
static int
tell(struct work *w, struct error *err)
{
	struct batch *b = &w->batch;
	const struct progress *p = &b->progress;
	int64_t silence = b->run.job->alerts.silent_hours * HOUR_MS;

	if ((b->rested | b->lifted) != 0 && batch_is_idle(b) &&
	    tell_operations(w, err) == -1)
		return -1;
	if (b->nheld > 0 && batch_is_idle(b)) {
		b->nheld = 0;
		return alert_raise(w->world->alerts, &b->run, ALERT_DELETES,
		    "deletions are held: muster job dry-run names them", err);
	}
	if (b->is_stopped) {
		b->is_stopped = false;
		return alert_raise(w->world->alerts, &b->run, ALERT_STOPPED,
		    "a staged rollout has met too many errors", err);
	}
	if (silence > 0 && p->worked_at != 0 &&
	    clock_now_ms() - p->worked_at > silence)
		return alert_raise(w->world->alerts, &b->run, ALERT_SILENT,
		    "nothing has happened for too long", err);
	return 0;
}

/*
 * What the target can do meanwhile is sent before a turn that takes long.
 * Answers to others may come with it: then nobody waits after this turn.
 */
static bool
send_first(struct work *w)
{
	if (w->target == NULL || !batch_is_long(&w->batch))
		return false;
	target_turn(w->target);
	http_pool_turn(w->world->pool, 0);
	return true;
}

/* One turn of its batch; *MS until the next. */
static int
go_on(struct work *w, int *ms, struct error *err)
{
	bool has_sent = send_first(w);
	enum batch_end end;

	if (batch_turn(&w->batch, &end, err) == -1)
		return -1;
	*ms = LOOK_MS;
	if (has_sent || end == BATCH_MORE || end == BATCH_UNDONE)
		*ms = 0;
	if (end == BATCH_UNDONE) {
		w->version = 0;
		w->looked_at = 0;
		return 0;
	}
	if (end == BATCH_REFUSED || end == BATCH_UNREACHED)
		return rest(w, end == BATCH_REFUSED, err);
	if (w->rests > 0 && w->batch.nanswered > 0) {
		w->rests = 0;
		return work_wake(w, err) == -1 ||
			alert_clear(&w->batch.run, ALERT_REFUSED, err) == -1
		    ? -1
		    : alert_clear(&w->batch.run, ALERT_UNREACHED, err);
	}
	return tell(w, err);
}

static bool
may_look(const struct work *w)
{
	return batch_is_idle(&w->batch) &&
	    clock_monotonic_ms() - w->looked_at >= LOOK_MS;
}

static int
turn(struct work *w, int *ms, struct error *err)
{
	*ms = LOOK_MS;
	if (may_look(w)) {
		w->looked_at = clock_monotonic_ms();
		if (work_look(w, err) == -1)
			return -1;
	}
	if (!batch_is_idle(&w->batch) ||
	    (w->is_active && w->is_compiled &&
		clock_monotonic_ms() >= w->rests_until))
		return go_on(w, ms, err);
	return 0;
}

int
work_turn(struct work *w)
{
	struct error err;
	int ms, wanted;

	w->is_put_off = false;
	if (turn(w, &ms, &err) == -1) {
		log_warning("provisioning: %s", err.detail);
		ms = TROUBLE_MS;
		w->is_put_off = err.code == ERR_BUSY;
	}
	if (w->is_gone)
		return -1;
	if (w->target == NULL)
		return ms;
	wanted = target_turn(w->target);
	return wanted < ms ? wanted : ms;
}
