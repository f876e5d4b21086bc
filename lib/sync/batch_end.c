/*
 * batch_end.c: what became of the members is written down, and how far the job
 * is after the batch.
 */
#include "base/clock.h"
#include "json/json.h"
#include "store/assignments.h"
#include "sync/batch_private.h"
#include "sync/jobs.h"

enum { STOP_FROM = 10 }; /* objects, from which a share of errors counts */

static int64_t
told(const struct roster *r)
{
	int64_t n = 0;

	for (size_t i = 0; i < r->nedges; i++)
		n += r->edges[i].was_told;
	return n;
}

static void
journal_roster(struct batch *b, struct roster *r)
{
	if (r->is_journaled)
		return;
	r->is_journaled = true;
	batch_settle(b, &r->intent);
	b->next.counts[COUNT_MEMBERS] += told(r);
	b->next.links += (r->intent.link.state == LINK_ACTIVE) -
	    batch_was_active(&r->intent);
	b->next.failing += (r->intent.link.failures > 0) -
	    (r->intent.link.stored_failures > 0);
	if (r->nedges > 0)
		batch_append(
		    b, journal_record_members(&b->run, b->next.cycle, r));
	batch_count_edges(b, r);
}

/* Its other members are compared when their operation is tried again. */
static int
put_off_roster(
    struct kv_txn *txn, const struct batch *b, const struct roster *r)
{
	struct due due = { r->rests_until, r->intent.subject.id, DUE_MEMBERS };

	if (due.at == 0)
		return 0;
	return due_put(txn, &b->run.key, &due, SLICE("")) == STORE_OK ? 0 : -1;
}

/* When the members of R are compared again, and from where on. */
static int
save_roster(struct kv_txn *txn, const struct batch *b, struct roster *r,
    struct error *err)
{
	struct due due = { b->run.now + 1, r->intent.subject.id, DUE_MEMBERS };
	struct link *link = &r->intent.link;
	char after[UUID_TEXT_SIZE] = "";
	bool is_more = r->agenda != NULL && r->agenda->is_more;

	if (r->intent.result == INTENT_FAILED) {
		/* Members that failed wait as the group does. */
		due.at = link->due_at;
		link->due_at = link->state == LINK_NONE ? b->run.now + 1 : 0;
		is_more = link->state == LINK_ACTIVE && due.at != 0;
	} else if (is_more) {
		uuid_format(&r->agenda->last, after);
	}
	if (roster_save(txn, &b->run, r) == -1 ||
	    put_off_roster(txn, b, r) == -1 ||
	    batch_save_link(txn, b, link, err) == -1)
		return -1;
	if (!is_more)
		return 0;
	return due_put(txn, &b->run.key, &due, slice_of(after)) == STORE_OK
	    ? 0
	    : -1;
}

static bool
is_to_note(const struct roster *r)
{
	return r->is_done && !r->is_noted;
}

/* Those that are done, and nobody has noted. */
static int
save_rosters(struct kv_txn *txn, const struct batch *b, struct error *err)
{
	for (size_t i = 0; i < b->nrosters; i++)
		if (is_to_note(&b->rosters[i]) &&
		    save_roster(txn, b, &b->rosters[i], err) == -1)
			return -1;
	return 0;
}

static int
rosters_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct batch *b = arg;

	kv_relax(txn);
	if (batch_check(b, err) == -1 || save_rosters(txn, b, err) == -1)
		return -1;
	return batch_save_progress(txn, b, err);
}

static int
end_rosters(struct batch *b, struct error *err)
{
	for (size_t i = 0; i < b->nrosters; i++) {
		struct roster *r = &b->rosters[i];

		if (!is_to_note(r))
			continue;
		journal_roster(b, r);
		if (batch_forget_members(b, &r->intent, err) == -1)
			return -1;
	}
	return 0;
}

/* They are written down. */
static void
leave_rosters(struct batch *b)
{
	for (size_t i = 0; i < b->nrosters; i++)
		b->rosters[i].is_noted = b->rosters[i].is_done;
	b->nready = 0;
}

static int
note_rosters(struct batch *b, struct error *err)
{
	if (end_rosters(b, err) == -1 ||
	    store_txn(b->run.identity->store, rosters_body, b, err) == -1)
		return -1;
	progress_take_counts(&b->progress, &b->next);
	leave_rosters(b);
	return 0;
}

int
batch_note_ready(struct batch *b, struct error *err)
{
	return b->parts != NULL ? batch_note_intents(b, err)
				: note_rosters(b, err);
}

static int
drop_rows(struct kv_txn *txn, const struct batch *b)
{
	const struct agenda *a = &b->agenda;

	for (size_t i = 0; i < a->ndues; i++)
		if (due_delete(txn, &b->run.key, &a->dues[i]) == STORE_FAIL)
			return -1;
	for (size_t i = 0; i < a->nrosters; i++)
		if (due_delete(txn, &b->run.key, &a->rosters[i].due) ==
		    STORE_FAIL)
			return -1;
	for (size_t i = 0; i < a->ntouched; i++)
		if (touched_delete(txn, b->run.key.tenant, &b->run.key.id,
			&a->touched[i]) == STORE_FAIL)
			return -1;
	return 0;
}

/* More of what was done failed than a staged rollout may. */
static bool
is_to_stop(const struct batch *b)
{
	int64_t limit = b->run.job->rollout.stop_error_percent, done = 0,
		failed = b->next.counts[COUNT_FAILED];

	for (int i = COUNT_CREATED; i <= COUNT_DELETED; i++)
		done += b->next.counts[i];
	return limit > 0 && failed + done >= STOP_FROM &&
	    failed * 100 > limit * (failed + done);
}

static void
stop(struct kv_txn *txn, const struct batch *b, struct json_object *state)
{
	struct arena *a = store_arena(txn);

	json_set(state, SLICE("state"), json_new_string(a, SLICE("paused")));
	json_set(state, SLICE("stopped"),
	    json_new_string(a,
		slice_of(
		    arena_printf(a, "%lld objects of this cycle have failed",
			(long long)b->next.counts[COUNT_FAILED]))));
}

static int
end_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct batch *b = arg;
	struct json_object *state;

	if (batch_check(b, err) == -1 || drop_rows(txn, b) == -1)
		return -1;
	if (save_rosters(txn, b, err) == -1)
		return -1;
	if (job_state_get(txn, b->run.key.tenant, &b->run.key.id, true, &state,
		err) == -1)
		return -1;
	progress_write(store_arena(txn), &b->next, state);
	json_delete(state, SLICE("stopped"));
	b->is_stopped = is_to_stop(b);
	if (b->is_stopped)
		stop(txn, b, state);
	return job_state_put(txn, b->run.key.tenant, &b->run.key.id, state);
}

int
batch_note_end(struct batch *b, struct error *err)
{
	if (end_rosters(b, err) == -1)
		return -1;
	b->next.worked_at = clock_now_ms();
	if (store_txn(b->run.identity->store, end_body, b, err) == -1)
		return -1;
	b->progress = b->next;
	leave_rosters(b);
	return 0;
}
