/*
 * task.c: the requests that carry out an intent.
 */
#include <string.h>

#include "base/clock.h"
#include "json/json.h"
#include "sync/advice.h"
#include "sync/task_private.h"

void
task_finish(struct task *t)
{
	task_release_values(t);
	if (t->intent->began_us != 0)
		t->intent->took_us = clock_monotonic_us() - t->intent->began_us;
	t->done(t, t->arg);
}

static void
on_done(struct target_request *request, void *arg)
{
	struct task *t = arg;

	(void)request;
	t->answered(t);
}

void
task_ask(struct task *t, const char *method, struct slice path,
    struct json_object *body, void (*answered)(struct task *t))
{
	struct arena *a = t->run->arena;

	if (t->intent->began_us == 0)
		t->intent->began_us = clock_monotonic_us();
	t->answered = answered;
	t->request = (struct target_request){ .method = method,
		.path = path,
		.is_repeatable = t->is_question,
		.may_wait = !t->is_question && strcmp(method, "GET") != 0,
		.body = body == NULL ? SLICE("") : json_text(a, body),
		.if_match = t->if_match,
		.done = on_done,
		.arg = t };
	t->if_match = SLICE("");
	t->is_question = false;
	target_send(t->target, &t->request);
}

/* The path of the object that the intent is about. */
struct slice
task_object_path(const struct task *t)
{
	return slice_of(arena_printf(t->run->arena, "%.*s/%.*s",
	    SLICE_ARG(t->intent->subject.rule->endpoint),
	    SLICE_ARG(t->intent->link.target)));
}

void
task_note_changes(struct task *t)
{
	if (t->intent->changes == NULL && t->nchanges > 0)
		t->intent->changes =
		    difference_show(t->run->arena, t->changes, t->nchanges);
}

/* Is it active from now on, where it was not? */
static bool
has_enabled(const struct task *t)
{
	const struct mapping_row *active =
	    t->intent->subject.rule->mapping.active;

	for (size_t i = 0; i < t->nchanges; i++)
		if (t->changes[i].row == active)
			return t->changes[i].old != NULL &&
			    json_boolean(t->changes[i].value);
	return false;
}

/* The object is at the target, which has EXPORTED of what flows. */
void
task_link(struct task *t, const char *action, struct json_object *exported)
{
	struct intent *intent = t->intent;
	struct link *link = &intent->link;

	intent->became_active = link->state != LINK_ACTIVE;
	intent->was_enabled = !intent->became_active && has_enabled(t);
	if (t->run->job->target.dialect.etag &&
	    (t->request.exchange != NULL || t->request.version.len > 0))
		link->etag = answer_etag(t);
	link->exported = exported;
	link->state = LINK_ACTIVE;
	intent_begin_grace(t->run, intent);
	intent->result = INTENT_DONE;
	intent->action = action;
	task_note_changes(t);
	task_finish(t);
}

/* The object is at the target as the flows say. */
void
task_succeed(struct task *t, const char *action, const struct known *known)
{
	task_link(t, action,
	    difference_exported(
		t->run->arena, t->intent->flows, t->intent->nflows, known));
}

/* The flows, worked out in a transaction of their own. */
struct map_arg {
	struct task *t;
	bool creates;
};

static int
map_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct map_arg *m = arg;

	return intent_map(txn, m->t->run, m->t->intent, m->creates, err);
}

bool
task_map(struct task *t, bool creates)
{
	struct map_arg m = { t, creates };
	struct error err;

	t->settled = 0;
	if (store_view(t->run->identity->store, map_body, &m, &err) == 0)
		return true;
	intent_fail_mapping(t->run, t->intent, &err);
	return false;
}
/* ---- disable, delete ---- */

static void
leave(struct task *t, enum link_state state, const char *action)
{
	struct link *link = &t->intent->link;

	link->state = state;
	link->exported = NULL;
	if (state == LINK_NONE) {
		link->target = SLICE("");
		t->intent->delete_at = 0;
	}
	intent_begin_grace(t->run, t->intent);
	t->intent->result = INTENT_DONE;
	t->intent->action = action;
	task_note_changes(t);
	task_finish(t);
}

static void
on_disabled(struct task *t)
{
	if (t->request.status == 404) {
		leave(t, LINK_NONE, "disable");
	} else if (!answer_is_good(t)) {
		answer_failed(t);
		task_finish(t);
	} else {
		leave(t, LINK_DISABLED, "disable");
	}
}

static void
disable(struct task *t)
{
	struct arena *a = t->run->arena;

	t->changes = arena_calloc(a, 1, sizeof(*t->changes));
	t->changes[0] =
	    (struct change){ .row = t->intent->subject.rule->mapping.active,
		    .kind = CHANGE_SET,
		    .value = json_new_boolean(a, false),
		    .old = json_new_boolean(a, true) };
	t->nchanges = 1;
	if (t->is_only_read)
		leave(t, LINK_DISABLED, "disable");
	else
		task_send_changes(t, on_disabled);
}

static void
on_deleted(struct task *t)
{
	/* CLI-13: what is not there is deleted. */
	if (t->request.status == 404 || answer_is_good(t)) {
		leave(t, LINK_NONE, "delete");
		return;
	}
	answer_failed(t);
	task_finish(t);
}

static void
start_provision(struct task *t)
{
	struct known known = { .exported = t->intent->link.exported };

	if (t->intent->link.state == LINK_NONE ||
	    t->intent->link.state == LINK_CREATING)
		task_match(t);
	else
		task_update(t, &known);
}

/* Somebody else takes over what is about to be taken away. */
static bool
is_taken_over(struct task *t)
{
	struct slice id = t->intent->link.target;

	if (t->is_only_read || id.len == 0 || task_reserve(t, id))
		return false;
	intent_skip(t->run, t->intent, "EntrySynchronizationSkipped",
	    SLICE("it is another source's now"));
	task_finish(t);
	return true;
}

void
task_start(struct task *t, bool read_only)
{
	t->is_only_read = read_only;
	switch (t->intent->act) {
	case ACT_PROVISION:
		start_provision(t);
		break;
	case ACT_DISABLE:
		if (is_taken_over(t))
			break;
		if (t->intent->link.target.len == 0)
			leave(t, LINK_NONE, "disable");
		else
			disable(t);
		break;
	case ACT_DELETE:
		if (is_taken_over(t))
			break;
		if (read_only || t->intent->link.target.len == 0)
			leave(t, LINK_NONE, "delete");
		else
			task_ask(
			    t, "DELETE", task_object_path(t), NULL, on_deleted);
		break;
	default:
		task_finish(t);
	}
}
