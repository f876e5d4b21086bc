/*
 * batch_note.c: what became of the objects of a batch is written down.
 */
#include "base/clock.h"
#include "base/log.h"
#include "identity/descend.h"
#include "json/json.h"
#include "sync/batch_private.h"
#include "sync/escrow.h"
#include "sync/jobs.h"

/* ---- the log ---- */

/* What happens to every object of every walk tells nobody anything. */
static bool
is_worth_telling(const struct batch *b, const struct intent *intent)
{
	if (intent->result != INTENT_SKIPPED)
		return true;
	if (slice_equal(intent->code, SLICE("TooManyDeletes")))
		return true;
	return !b->progress.is_initial && intent->code.len > 0 &&
	    !slice_equal(intent->code, SLICE("EntrySynchronizationSkipped"));
}

void
batch_append(struct batch *b, const struct json_object *record)
{
	struct error err;

	if (journal_append(b->journal, b->run.key.tenant, clock_now_ms(),
		record, &err) == -1)
		log_warning("provisioning log: %s", err.detail);
}

/* ---- what failed is tried again ---- */

void
batch_settle(const struct batch *b, struct intent *intent)
{
	struct link *link = &intent->link;
	int64_t now = clock_now_ms();

	/* What is put off is as it was. */
	if (intent->rests_until != 0)
		return;
	if (intent->result != INTENT_FAILED) {
		link->failures = link->failed_at = 0;
		link->code = link->detail = SLICE("");
		if (intent->result == INTENT_SKIPPED &&
		    link->due_at <= b->run.now)
			link->due_at = 0;
		if (intent->result == INTENT_DONE)
			link->is_released = false;
		return;
	}
	if (link->failures++ == 0)
		link->failed_at = now;
	link->code = intent->code;
	link->detail = intent->detail;
	link->due_at = escrow_next(intent->code, link->failures,
	    link->failed_at, now, b->run.job->escrow_days);
}

static enum count
count_of(const struct intent *intent)
{
	switch (intent->result) {
	case INTENT_SKIPPED:
		return COUNT_SKIPPED;
	case INTENT_FAILED:
		return COUNT_FAILED;
	default:
		break;
	}
	switch (intent->action[0]) {
	case 'c':
		return COUNT_CREATED;
	case 'u':
		return COUNT_UPDATED;
	case 'd':
		return intent->action[1] == 'i' ? COUNT_DISABLED
						: COUNT_DELETED;
	default:
		return COUNT_SKIPPED;
	}
}

bool
batch_was_active(const struct intent *intent)
{
	return intent->link.stored_state == LINK_ACTIVE;
}

static void
count(struct batch *b, const struct intent *intent)
{
	struct progress *p = &b->next;
	bool is_active = intent->link.state == LINK_ACTIVE;

	p->counts[count_of(intent)]++;
	p->links += is_active - batch_was_active(intent);
	p->failing +=
	    (intent->link.failures > 0) - (intent->link.stored_failures > 0);
	p->successes += intent->result == INTENT_DONE;
}

/* Who came or left: what is a member of a group there changes with it. */
static void
note_move(struct batch *b, const struct intent *intent)
{
	if ((intent->link.state == LINK_ACTIVE) == batch_was_active(intent) &&
	    !intent->was_enabled)
		return;
	if (b->moved == NULL)
		b->moved = arena_calloc(
		    b->run.arena, b->agenda.nobjects + 1, sizeof(*b->moved));
	b->moved[b->nmoved++] = intent->subject.id;
}

static void
journal_part(struct batch *b, struct batch_part *part)
{
	if (part->is_journaled)
		return;
	part->is_journaled = true;
	for (size_t i = 0; i < part->n; i++) {
		struct intent *intent = &part->intents[i];

		batch_settle(b, intent);
		count(b, intent);
		note_move(b, intent);
		if (is_worth_telling(b, intent))
			batch_append(b,
			    journal_record(&part->run, b->next.cycle, intent));
	}
}

/* ---- links ---- */

/* Those who refer to ID are looked at again. */
static int
wake(struct kv_txn *txn, const struct batch *b, const struct uuid *id)
{
	struct id_list waiters = { .n = 0 };
	enum store_status status;
	struct kv_range *range;
	struct uuid waiter;
	struct link link;
	struct error err;

	if (waits_open(txn, &b->run.key, id, &range) != STORE_OK)
		return -1;
	while ((status = waits_next(range, &waiter)) == STORE_OK)
		id_list_add(&waiters, store_arena(txn), &waiter);
	kv_range_close(range);
	for (size_t i = 0; i < waiters.n && status != STORE_FAIL; i++) {
		struct due due = { b->run.now + 1, waiters.ids[i], DUE_OBJECT };

		if (link_load(txn, store_arena(txn), &b->run.key,
			&waiters.ids[i], &link, &err) == -1)
			return -1;
		status = wait_delete(txn, &b->run.key, id, &waiters.ids[i]);
		if (status != STORE_FAIL)
			status = due_put(txn, &b->run.key, &due, link.type);
	}
	return status == STORE_FAIL ? -1 : 0;
}

/*
 * A part that was noted before this one may have brought what it refers to:
 * then nobody will wake it.
 */
static int
wait_for_one(struct kv_txn *txn, const struct batch *b,
    const struct intent *intent, const struct uuid *id, struct error *err)
{
	struct due due = { b->run.now + 1, intent->subject.id, DUE_OBJECT };
	enum store_status status;
	struct slice target;
	bool is_active;

	if (link_target(txn, &b->run.key, id, &target, &is_active, err) == -1)
		return -1;
	if (target.len > 0)
		status = due_put(txn, &b->run.key, &due, intent->subject.type);
	else
		status = wait_put(txn, &b->run.key, id, &intent->subject.id);
	return status == STORE_FAIL ? -1 : 0;
}

static int
wait_for(struct kv_txn *txn, const struct batch *b, const struct intent *intent,
    struct error *err)
{
	for (size_t i = 0; i < intent->wanted.n; i++)
		if (wait_for_one(txn, b, intent, &intent->wanted.ids[i], err) ==
		    -1)
			return -1;
	return 0;
}

/* It is looked at when its operation is tried again. */
static int
put_off(struct kv_txn *txn, const struct batch *b, const struct intent *intent)
{
	struct due due = { intent->rests_until, intent->subject.id,
		DUE_OBJECT };

	if (due.at == 0)
		return 0;
	return due_put(txn, &b->run.key, &due, intent->subject.type) == STORE_OK
	    ? 0
	    : -1;
}

int
batch_save_link(struct kv_txn *txn, const struct batch *b,
    const struct link *link, struct error *err)
{
	if (link_save(txn, &b->run.key, link, err) == 0)
		return 0;
	if (err->code != ERR_UNIQUENESS && err->code != ERR_PRECONDITION)
		return -1;
	log_warning("job %.*s: %s", SLICE_ARG(b->run.job->name), err->detail);
	return 0;
}

static int
save_intent(struct kv_txn *txn, const struct batch *b,
    const struct intent *intent, struct error *err)
{
	if ((intent->result != INTENT_SKIPPED ||
		link_is_changed(&intent->link)) &&
	    batch_save_link(txn, b, &intent->link, err) == -1)
		return -1;
	if (put_off(txn, b, intent) == -1 ||
	    (intent->was_enabled &&
		batch_forget_memberships(txn, b, &intent->subject.id) == -1))
		return -1;
	return wait_for(txn, b, intent, err);
}

/*
 * It is there now, for those who refer to it and for its members.  A walk
 * compares the members of all groups: what the change log said of them before
 * it, and who is in the scope by now, is told by nothing else.
 */
static int
announce(struct kv_txn *txn, const struct batch *b, const struct intent *intent)
{
	struct due due = { b->run.now + 1, intent->subject.id, DUE_MEMBERS };
	bool is_walked =
	    b->progress.is_initial && intent->link.state == LINK_ACTIVE;

	if (intent->became_active && wake(txn, b, &intent->subject.id) == -1)
		return -1;
	if ((!intent->became_active && !is_walked) ||
	    !intent->subject.rule->mapping.members)
		return 0;
	return due_put(txn, &b->run.key, &due, SLICE("")) == STORE_OK ? 0 : -1;
}

int
batch_save_progress(
    struct kv_txn *txn, const struct batch *b, struct error *err)
{
	const struct job_key *key = &b->run.key;
	struct progress p = b->progress;
	struct json_object *state;

	progress_take_counts(&p, &b->next);
	if (job_state_get(txn, key->tenant, &key->id, true, &state, err) == -1)
		return -1;
	progress_write(store_arena(txn), &p, state);
	return job_state_put(txn, key->tenant, &key->id, state);
}

/* Those of which no request is under way. */
static int
parts_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct batch *b = arg;
	const struct batch_part *part;

	kv_relax(txn);
	if (batch_check(b, err) == -1)
		return -1;
	for (part = b->parts; part != NULL; part = part->next)
		for (size_t i = 0; i < part->n && part->running == 0; i++)
			if (save_intent(txn, b, &part->intents[i], err) == -1)
				return -1;
	for (part = b->parts; part != NULL; part = part->next)
		for (size_t i = 0; i < part->n && part->running == 0; i++)
			if (announce(txn, b, &part->intents[i]) == -1)
				return -1;
	return batch_save_progress(txn, b, err);
}

struct clearing {
	const struct batch *batch;
	const struct uuid *group;
	bool more;
};

static int
clear_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct clearing *c = arg;

	(void)err;
	return edges_clear(txn, &c->batch->run.key, c->group, &c->more);
}

int
batch_forget_members(
    struct batch *b, const struct intent *intent, struct error *err)
{
	struct clearing c = { b, &intent->subject.id, true };

	if (!intent->subject.rule->mapping.members ||
	    intent->link.stored_target.len == 0 ||
	    slice_equal(intent->link.stored_target, intent->link.target))
		return 0;
	while (c.more)
		if (store_txn(b->run.identity->store, clear_body, &c, err) ==
		    -1)
			return -1;
	return 0;
}

static int
end_part(struct batch *b, struct batch_part *part, struct error *err)
{
	journal_part(b, part);
	for (size_t i = 0; i < part->n; i++)
		if (batch_forget_members(b, &part->intents[i], err) == -1)
			return -1;
	return 0;
}

int
batch_note_intents(struct batch *b, struct error *err)
{
	struct batch_part *part, **at = &b->parts;

	if (b->nready == 0)
		return 0;
	batch_count_intents(b);
	for (part = b->parts; part != NULL; part = part->next)
		if (part->running == 0 && end_part(b, part, err) == -1)
			return -1;
	if (store_txn(b->run.identity->store, parts_body, b, err) == -1)
		return -1;
	progress_take_counts(&b->progress, &b->next);
	b->nready = 0;
	while ((part = *at) != NULL) {
		if (part->running > 0) {
			at = &part->next;
			continue;
		}
		*at = part->next;
		batch_part_spare(b, part);
	}
	return 0;
}
