/*
 * task_update.c: an object that the target has becomes as it is to be.
 */
#include "json/json.h"
#include "sync/advice.h"
#include "sync/task_private.h"

enum { REREADS_MAX = 3 };

static void update_known(struct task *t);

/* What was linked is gone: it is matched, or created anew, once. */
static void
lose(struct task *t)
{
	struct link *link = &t->intent->link;

	if (t->was_lost) {
		answer_failed(t);
		task_finish(t);
		return;
	}
	t->was_lost = true;
	link->target = SLICE("");
	link->exported = NULL;
	link->state = LINK_NONE;
	task_match(t);
}

/* The object as the target shows it; all that flows is compared with that. */
static void
on_seen(struct task *t)
{
	struct known known = { .exported = t->intent->link.exported,
		.resource = answer_json(t) };

	if (t->request.status == 404) {
		lose(t);
	} else if (!answer_is_good(t) || known.resource == NULL) {
		answer_failed(t);
		task_finish(t);
	} else {
		task_update(t, &known);
	}
}

static void
see(struct task *t)
{
	struct slice path = task_object_path(t);

	t->was_seen = true;
	if (t->intent->subject.rule->mapping.members)
		path = ARENA_JOIN(
		    t->run->arena, path, SLICE("?excludedAttributes=members"));
	task_ask(t, "GET", path, NULL, on_seen);
}

/* Is there a change of what was never compared, by a mapping that is new? */
static bool
is_unsure(const struct task *t)
{
	for (size_t i = 0; i < t->nchanges; i++)
		if (t->changes[i].is_unsure)
			return true;
	return false;
}

/* CLI-11: an element that we know of is not there any more. */
static bool
has_no_target(const struct task *t)
{
	return t->request.status == 400 &&
	    slice_equal_nocase(
		json_string(json_attr(answer_json(t), SLICE("scimType"))),
		SLICE("noTarget"));
}

/* Somebody else has changed it: what it is now is compared (CLI-12). */
static void
on_read_again(struct task *t)
{
	struct known known = { .resource = answer_json(t) };

	if (t->request.status == 404) {
		lose(t);
	} else if (!answer_is_good(t) || known.resource == NULL) {
		answer_failed(t);
		task_finish(t);
	} else {
		t->intent->link.etag = answer_etag(t);
		task_update(t, &known);
	}
}

static void
on_updated(struct task *t)
{
	struct known known = { .exported = t->intent->link.exported };

	if (t->request.status == 404) {
		lose(t);
	} else if (t->request.status == 412 && ++t->rereads <= REREADS_MAX) {
		task_ask(t, "GET", task_object_path(t), NULL, on_read_again);
	} else if (!t->had_no_target && has_no_target(t)) {
		t->had_no_target = true;
		see(t);
	} else if (!answer_is_good(t)) {
		answer_failed(t);
		task_finish(t);
	} else {
		task_succeed(t, "update", &known);
	}
}

/* CLI-08, CLI-09: the resource that was read, with the changes, goes back. */
static void
on_read(struct task *t)
{
	struct json_object *resource = answer_json(t);

	if (t->request.status == 404) {
		t->then(t);
	} else if (!answer_is_good(t) || resource == NULL) {
		answer_failed(t);
		task_finish(t);
	} else {
		if (t->run->job->target.dialect.etag)
			t->if_match = answer_etag(t);
		task_ask(t, "PUT", task_object_path(t),
		    dialect_put(t->run->arena, &t->run->job->target.dialect,
			resource, t->changes, t->nchanges),
		    t->then);
	}
}

/* Who makes no element of a filter is sent the whole one (CLI-11). */
void
task_send_changes(struct task *t, void (*answered)(struct task *t))
{
	struct dialect d = t->run->job->target.dialect;

	t->then = answered;
	if (d.patch == DIALECT_PUT) {
		task_ask(t, "GET", task_object_path(t), NULL, on_read);
		return;
	}
	if (t->had_no_target)
		d.patch = DIALECT_PATHS;
	if (d.etag && t->intent->act == ACT_PROVISION)
		t->if_match = t->intent->link.etag;
	task_ask(t, "PATCH", task_object_path(t),
	    dialect_patch(t->run->arena, &d, t->changes, t->nchanges),
	    answered);
}

/* May the target be asked?  Who only tells what is known here has none. */
static bool
can_see(const struct task *t)
{
	return t->target != NULL && !t->was_seen;
}

/* Only differences are sent (PS-074). */
void
task_update(struct task *t, const struct known *known)
{
	struct intent *intent = t->intent;
	bool was_active = intent->link.state == LINK_ACTIVE;

	t->known = *known;
	if (!task_settle(t, update_known))
		return;
	difference(t->run->arena, intent->flows, intent->nflows, known,
	    &t->changes, &t->nchanges);
	if (known->resource != NULL)
		intent->link.exported = difference_seen(
		    t->run->arena, intent->flows, intent->nflows, known);
	else if (can_see(t) && is_unsure(t)) {
		see(t);
		return;
	}
	if (t->is_only_read) {
		intent->result = t->nchanges > 0 ? INTENT_DONE : INTENT_SKIPPED;
		intent->action = t->nchanges > 0 ? "update" : "other";
		task_note_changes(t);
		task_finish(t);
	} else if (t->nchanges > 0) {
		task_send_changes(t, on_updated);
	} else if (was_active) {
		intent_skip(t->run, intent, "EntrySynchronizationSkipped",
		    SLICE("the target has all of it already"));
		intent_begin_grace(t->run, intent);
		task_finish(t);
	} else {
		task_succeed(t, "other", known);
	}
}

static void
update_known(struct task *t)
{
	const struct known known = t->known;

	task_update(t, &known);
}
