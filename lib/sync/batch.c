/*
 * batch.c: the unit of a job's work.
 */
#include "base/clock.h"
#include "base/nelem.h"
#include "sync/batch_private.h"
#include "sync/reserved.h"

enum {
	AHEAD_MAX = 300, /* tasks under way, of which most wait: more than a
			    target takes at once */
	READY_MIN = 60	 /* objects that are noted together */
};

/* ---- what is next ---- */

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct batch *b = arg;

	(void)err;
	b->joins = store_joins(b->run.identity->store);
	b->next = b->progress;
	if (b->only != NULL)
		return agenda_read_one(txn, &b->run, b->only, &b->agenda);
	return agenda_read(txn, &b->run, &b->next, &b->agenda);
}

static bool
is_nothing(const struct batch *b)
{
	return b->agenda.nobjects == 0 && b->agenda.nrosters == 0 &&
	    b->agenda.npairs == 0 && b->agenda.nspread == 0 &&
	    b->agenda.ntouched == 0 && b->agenda.ndues == 0 &&
	    b->next.watermark == b->progress.watermark &&
	    (b->only != NULL || !b->progress.is_initial);
}

/* What a batch leaves for the next one is due a millisecond later. */
static bool
is_due_at_once(const struct batch *b)
{
	return b->agenda.next_due_at != 0 &&
	    b->agenda.next_due_at <= b->run.now + 1;
}

static int
read_agenda(struct batch *b, struct error *err)
{
	arena_reset(b->run.arena);
	b->run.now = clock_now_ms();
	reserved_begin(b->run.reserved, b->run.now);
	reserved_clear(b->run.claimed);
	b->nrosters = b->nmoved = 0;
	b->moved = NULL;
	b->plan = NULL;
	batch_drop_parts(b);
	b->was_refused = false;
	b->nanswered = b->nunreached = 0;
	return store_view(b->run.identity->store, read_body, b, err);
}

/* ---- */

static int (*const steps[])(struct batch *b, struct error *err) = {
	read_agenda,
	batch_start_users,
	batch_note_intents,
	batch_start_groups,
	batch_note_intents,
	batch_spread,
	batch_start_rosters,
	batch_note_end,
};

bool
batch_is_idle(const struct batch *b)
{
	return b->step == 0 && b->running == 0;
}

bool
batch_is_undone(const struct batch *b)
{
	return b->joins != store_joins(b->run.identity->store);
}

int
batch_check(const struct batch *b, struct error *err)
{
	return batch_is_undone(b)
	    ? error_set(err, ERR_BUSY, "the store was recovered")
	    : 0;
}

/* Nothing of it came through: it is begun again another time. */
static bool
is_lost(const struct batch *b)
{
	return b->was_refused || (b->nanswered == 0 && b->nunreached > 0);
}

/* The step is done: what it leaves to the next; is that all of the batch? */
static bool
ends_step(struct batch *b, enum batch_end *end)
{
	if (b->step == 0 && is_nothing(b)) {
		if (is_due_at_once(b))
			*end = BATCH_MORE;
		return true;
	}
	if (b->step == 0)
		b->npairs_told = b->agenda.npairs;
	if (++b->step < NELEM(steps))
		return false;
	b->step = 0;
	*end = BATCH_MORE;
	return true;
}

/* Enough has been done to be noted, while more is under way. */
static bool
is_ready(const struct batch *b)
{
	return b->nready >= READY_MIN && !is_lost(b);
}

bool
batch_is_long(const struct batch *b)
{
	return is_ready(b) || (b->plan != NULL && b->running < AHEAD_MAX);
}

int
batch_turn(struct batch *b, enum batch_end *end, struct error *err)
{
	*end = BATCH_WAITS;
	if (b->step > 0 && batch_is_undone(b)) {
		b->plan = NULL;
		if (b->running > 0)
			return 0;
		/* What was ready to be noted is asked for again. */
		batch_drop_parts(b);
		b->step = 0;
		*end = BATCH_UNDONE;
		return 0;
	}
	if (is_ready(b) && batch_note_ready(b, err) == -1)
		return -1;
	while (b->plan != NULL || b->running == 0) {
		if (b->plan != NULL) {
			if (b->running >= AHEAD_MAX)
				return 0;
			if (b->plan(b, err) == -1)
				return -1;
			if (b->plan == NULL || b->running == 0)
				continue;
			*end = BATCH_MORE;
			return 0;
		}
		if (is_lost(b) && b->step > 0) {
			*end = b->was_refused ? BATCH_REFUSED : BATCH_UNREACHED;
			b->step = 0;
			return 0;
		}
		if (steps[b->step](b, err) == -1)
			return -1;
		if (ends_step(b, end))
			return 0;
	}
	return 0;
}
