/*
 * roster_tell.c: the requests that tell a target who came and who left: one
 * after the other, so that each is smaller than what it takes.
 */
#include "json/json.h"
#include "sync/roster.h"
#include "sync/task_private.h"

static void tell(struct roster *r);

static struct roster *
roster_of(struct task *t)
{
	return t->roster;
}

static void
finish(struct roster *r)
{
	struct intent *intent = &r->intent;

	if (intent->result != INTENT_FAILED && r->nrefused > 0)
		intent->result = INTENT_FAILED;
	else if (intent->result != INTENT_FAILED)
		intent->result = r->nedges > 0 ? INTENT_DONE : INTENT_SKIPPED;
	r->task.done(&r->task, r->task.arg);
}

/* The group is gone at the target: it is made anew, and all of it told. */
static void
lose_group(struct roster *r)
{
	struct link *link = &r->intent.link;

	answer_failed(&r->task);
	link->target = SLICE("");
	link->exported = NULL;
	link->state = LINK_NONE;
	finish(r);
}

static void
settle(struct roster *r, bool told)
{
	for (size_t i = 0; i < r->n; i++) {
		r->edges[r->at + i].was_told = told;
		r->edges[r->at + i].was_refused = !told;
	}
	r->nrefused += told ? 0 : r->n;
	r->at += r->n;
}

/* Is it one of these members that the target does not take? */
static bool
is_about_members(const struct roster *r)
{
	int status = r->task.request.status;

	return r->task.request.outcome == TARGET_ANSWERED &&
	    (status == 400 || status == 409 || status == 413 || status == 422);
}

static void
on_told(struct task *t)
{
	struct roster *r = roster_of(t);

	if (answer_is_good(t)) {
		settle(r, true);
		tell(r);
	} else if (t->request.status == 404) {
		lose_group(r);
	} else if (is_about_members(r) && r->n > 1) {
		/* Fewer, to find out whom the target does not take. */
		r->chunk = (r->n + 3) / 4;
		tell(r);
	} else if (is_about_members(r) && !r->edges[r->at].is_added) {
		/* Whoever is not there any more is no member. */
		settle(r, true);
		tell(r);
	} else if (is_about_members(r)) {
		answer_failed(t);
		settle(r, false);
		tell(r);
	} else {
		answer_failed(t);
		finish(r);
	}
}

/* The ids of those that come and go among the next ones. */
static struct json_object *
body_of(const struct roster *r, const struct json_object *resource)
{
	struct arena *a = r->task.run->arena;
	struct slice *adds = arena_calloc(a, r->n, sizeof(*adds)),
		     *removes = arena_calloc(a, r->n, sizeof(*removes));
	struct json_object **bodies;
	size_t nadds = 0, nremoves = 0, n;

	for (size_t i = r->at; i < r->at + r->n; i++)
		if (r->edges[i].is_added)
			adds[nadds++] = r->edges[i].target;
		else
			removes[nremoves++] = r->edges[i].target;
	dialect_members(a, &r->task.run->job->target.dialect, resource, adds,
	    nadds, removes, nremoves, &bodies, &n);
	return n == 0 ? NULL : bodies[0];
}

static void
on_group_read(struct task *t)
{
	struct roster *r = roster_of(t);
	struct json_object *resource = answer_json(t);

	if (t->request.status == 404) {
		lose_group(r);
	} else if (!answer_is_good(t) || resource == NULL) {
		answer_failed(t);
		finish(r);
	} else {
		task_ask(t, "PUT", task_object_path(t), body_of(r, resource),
		    on_told);
	}
}

static void
tell(struct roster *r)
{
	const struct dialect *d = &r->task.run->job->target.dialect;

	r->n = r->nedges - r->at;
	if (r->n > r->chunk)
		r->n = r->chunk;
	if (r->n == 0)
		finish(r);
	else if (d->patch == DIALECT_PUT)
		task_ask(&r->task, "GET", task_object_path(&r->task), NULL,
		    on_group_read);
	else
		task_ask(&r->task, "PATCH", task_object_path(&r->task),
		    body_of(r, NULL), on_told);
}

void
roster_start(struct roster *r)
{
	r->task.intent = &r->intent;
	r->task.roster = r;
	r->chunk = (size_t)r->task.run->job->target.dialect.member_batch;
	tell(r);
}
