/*
 * batch_objects.c: the objects of a batch, in parts: what is planned in one go
 * has its memory for itself, and is noted as soon as its requests are done,
 * while those of others are under way.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "sync/batch_private.h"

enum { BLOCK_LEN = 64 * 1024 }; /* by which the arena of a part grows */

/* ---- parts ---- */

static struct batch_part *
part_new(struct batch *b)
{
	struct batch_part *part = b->spare;
	struct arena *a;

	if (part != NULL) {
		b->spare = part->next;
		a = part->run.arena;
	} else {
		part = malloc(sizeof(*part));
		if (part == NULL)
			fatal("out of memory");
		a = arena_new_of(BLOCK_LEN);
	}
	*part = (struct batch_part){ .batch = b, .run = b->run };
	part->run.arena = a;
	return part;
}

void
batch_part_spare(struct batch *b, struct batch_part *part)
{
	arena_reset(part->run.arena);
	part->next = b->spare;
	b->spare = part;
}

void
batch_drop_parts(struct batch *b)
{
	struct batch_part *part, *next;

	for (part = b->parts; part != NULL; part = next) {
		next = part->next;
		batch_part_spare(b, part);
	}
	b->parts = NULL;
	b->nready = 0;
}

void
batch_close(struct batch *b)
{
	struct batch_part *next;

	batch_drop_parts(b);
	for (; b->spare != NULL; b->spare = next) {
		next = b->spare->next;
		arena_free(b->spare->run.arena);
		free(b->spare);
	}
}

/* ---- what is to be done ---- */

/* A part that is being planned. */
struct planning {
	struct batch_part *part;
	size_t at; /* the object of the agenda that comes next */
};

static int
intent_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct planning *p = arg;
	struct batch_part *part = p->part;
	struct batch *b = part->batch;

	kv_read_briefly(txn, true);
	part->n = 0;
	for (p->at = b->nplanned;
	     p->at < b->agenda.nobjects && part->n < BATCH_PART_MAX; p->at++) {
		const struct agenda_object *o = &b->agenda.objects[p->at];

		if (o->rule->mapping.members != b->with_members)
			continue;
		if (intent_make(txn, &part->run, &o->id, o->rule->source_name,
			&part->intents[part->n], err) == -1)
			return -1;
		part->n++;
	}
	return 0;
}

/* PS-089: what is too much waits for an administrator. */
static void
guard_intents(struct batch *b, struct batch_part *part)
{
	const struct job_guard *limits = &b->run.job->guard;
	struct guard *guard = &b->next.guard;

	for (size_t i = 0; i < part->n; i++) {
		struct intent *intent = &part->intents[i];

		if (intent->rests_until != 0)
			continue;
		if (!intent_takes_away(intent)) {
			intent->link.is_held = intent->link.is_released = false;
			continue;
		}
		if (intent->link.is_released ||
		    (!intent->link.is_held &&
			guard_admits(
			    guard, limits, b->links_before, b->run.now))) {
			guard_take(guard, limits, b->run.now);
			intent->link.is_held = false;
			continue;
		}
		b->nheld++;
		intent->link.is_held = true;
		intent->link.due_at = 0;
		intent_skip(&part->run, intent, "TooManyDeletes",
		    SLICE("held by the guard against accidental deletions"));
		intent->action = "stageddelete";
	}
}

/* So many objects for now; who is counted is not more than once. */
static void
stage_intents(struct batch *b, struct batch_part *part)
{
	int64_t max = b->run.job->rollout.objects;

	for (size_t i = 0; i < part->n && max > 0; i++) {
		struct intent *intent = &part->intents[i];

		if (intent->act == ACT_PROVISION &&
		    intent->link.state == LINK_NONE &&
		    b->links_before + (int64_t)b->nstaged++ >= max)
			intent_skip(&part->run, intent, "ImportSkipped",
			    SLICE("the staged rollout has not come to it yet"));
	}
}

void
batch_count_answer(struct batch *b, const struct task *t)
{
	const struct target_request *r = &t->request;

	b->running--;
	if (t->intent->began_us == 0)
		return;
	b->was_refused = b->was_refused || r->outcome == TARGET_REFUSED;
	if (r->outcome == TARGET_ANSWERED) {
		b->nanswered++;
		return;
	}
	b->nunreached += r->outcome == TARGET_NOT_DONE;
	if (r->problem != NULL)
		snprintf(b->problem, sizeof(b->problem), "%s", r->problem);
}

static void
on_task(struct task *t, void *arg)
{
	struct batch_part *part = arg;

	batch_count_answer(part->batch, t);
	if (--part->running == 0)
		part->batch->nready += part->n;
}

static void
start_tasks(struct batch *b, struct batch_part *part)
{
	struct batch_part **last = &b->parts;

	while (*last != NULL)
		last = &(*last)->next;
	*last = part;
	part->running = part->n;
	b->running += part->n;
	for (size_t i = 0; i < part->n; i++)
		part->tasks[i] = (struct task){ .run = &part->run,
			.target = b->target,
			.intent = &part->intents[i],
			.done = on_task,
			.arg = part };
	for (size_t i = 0; i < part->n; i++)
		task_start(&part->tasks[i], false);
}

static int
plan_objects(struct batch *b, struct error *err)
{
	struct batch_part *part = part_new(b);
	struct planning p = { .part = part };

	if (store_view(b->run.identity->store, intent_body, &p, err) == -1) {
		batch_part_spare(b, part);
		return -1;
	}
	b->nplanned = p.at;
	if (b->nplanned == b->agenda.nobjects)
		b->plan = NULL;
	if (part->n == 0) {
		batch_part_spare(b, part);
		return 0;
	}
	batch_rest_intents(b, part);
	guard_intents(b, part);
	stage_intents(b, part);
	start_tasks(b, part);
	return 0;
}

static int
start(struct batch *b, bool with_members)
{
	b->nstaged = b->nplanned = 0;
	b->links_before = b->next.links;
	b->with_members = with_members;
	b->plan = plan_objects;
	return 0;
}

int
batch_start_users(struct batch *b, struct error *err)
{
	(void)err;
	return start(b, false);
}

int
batch_start_groups(struct batch *b, struct error *err)
{
	(void)err;
	return start(b, true);
}
