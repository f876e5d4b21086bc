/*
 * task_match.c: an object that is linked to none is looked for at the target,
 * and made where it has none (PS-040 to PS-044).
 */
#include "json/json.h"
#include "sync/advice.h"
#include "sync/task_private.h"

enum { CREATIONS_MAX = 3 };

/* The rule is not to change it: it is linked as it is. */
static void
link_only(struct task *t, const struct known *known)
{
	struct intent *intent = t->intent;

	if (t->is_only_read) {
		intent_skip(t->run, intent, "NotPermitted",
		    SLICE("the rule has no action update"));
		task_finish(t);
		return;
	}
	task_link(t, "other",
	    difference_seen(
		t->run->arena, intent->flows, intent->nflows, known));
}

/* The target has had it before: link, and make it as it is to be. */
static void
adopt(struct task *t, struct json_object *resource)
{
	struct known known = { .resource = resource };
	struct slice id = answer_id(t, resource);

	t->intent->found = resource;
	if (!task_claim(t, id) || !task_map(t, false)) {
		task_finish(t);
		return;
	}
	t->intent->link.target = id;
	if (t->intent->subject.rule->updates)
		task_update(t, &known);
	else
		link_only(t, &known);
}

static void
on_created(struct task *t)
{
	struct known known = { .exported = NULL };

	if (t->request.outcome == TARGET_UNKNOWN ||
	    (t->request.status == 409 && !t->was_matched)) {
		/* It may be there: look before anything is sent again. */
		t->was_matched = t->request.status == 409;
		task_match(t);
		return;
	}
	if (!answer_is_good(t)) {
		if (t->request.outcome == TARGET_ANSWERED)
			t->intent->link.state = LINK_NONE;
		if (t->request.status == 404)
			answer_failed_by(t, ADVICE_INCOMPATIBLE,
			    SLICE("the target has no such endpoint"));
		else
			answer_failed(t);
		task_finish(t);
		return;
	}
	t->intent->link.target = answer_new_id(t);
	if (t->intent->link.target.len == 0) {
		answer_failed_by(t, ADVICE_INCOMPATIBLE,
		    SLICE(
			"the target created an object and did not say which"));
		task_finish(t);
		return;
	}
	task_succeed(t, "create", &known);
}

static void
create(struct task *t)
{
	struct intent *intent = t->intent;
	const struct job_rule *rule = intent->subject.rule;
	char id[UUID_TEXT_SIZE];

	if (!intent->may_create) {
		intent_skip(t->run, intent, "NotPermitted",
		    SLICE(
			"the rule has no action create, and nothing matches"));
		task_finish(t);
		return;
	}
	if (!intent->creates && !task_map(t, true)) {
		task_finish(t);
		return;
	}
	if (!task_settle(t, create))
		return;
	if (t->is_only_read) {
		struct known nothing = { .exported = NULL };

		difference(t->run->arena, intent->flows, intent->nflows,
		    &nothing, &t->changes, &t->nchanges);
		intent->result = INTENT_DONE;
		intent->action = "create";
		task_note_changes(t);
		task_finish(t);
		return;
	}
	if (++t->creations > CREATIONS_MAX) {
		answer_failed_by(t, "Timeout",
		    SLICE("the target does not say whether it created it"));
		task_finish(t);
		return;
	}
	uuid_format(&intent->subject.id, id);
	intent->link.state = LINK_CREATING;
	task_ask(t, "POST", rule->endpoint,
	    dialect_create(t->run->arena, &t->run->job->target.dialect,
		rule->schema, intent->flows, intent->nflows,
		arena_slice(t->run->arena, slice_of(id))),
	    on_created);
}

static void try_match(struct task *t);

static void
on_found(struct task *t)
{
	struct json_object *resource;
	int n;

	n = answer_found(t, &resource);
	if (n == 1) {
		adopt(t, resource);
	} else if (n == 0) {
		t->match++;
		try_match(t);
	} else if (n > 1) {
		answer_failed_by(t, "DuplicateTargetEntries",
		    slice_of(arena_printf(
			t->run->arena, "%d objects of the target match", n)));
		task_finish(t);
	} else {
		task_finish(t);
	}
}

bool
task_ask_who(struct task *t, const struct mapping_match *match,
    void (*answered)(struct task *t))
{
	struct arena *a = t->run->arena;
	struct slice endpoint = t->intent->subject.rule->endpoint;
	struct slice filter =
	    dialect_match_filter(a, &t->run->job->target.dialect, match,
		t->intent->flows, t->intent->nflows);

	if (filter.data == NULL)
		return false;
	t->asked = match;
	t->is_question = true;
	if (t->run->job->target.dialect.search)
		task_ask(t, "POST", ARENA_JOIN(a, endpoint, SLICE("/.search")),
		    dialect_search(a, endpoint, filter), answered);
	else
		task_ask(t, "GET", dialect_query(a, endpoint, filter), NULL,
		    answered);
	return true;
}

/* The matching attributes by their precedence; the first hit ends it. */
static void
try_match(struct task *t)
{
	struct intent *intent = t->intent;
	const struct mapping *m = &intent->subject.rule->mapping;

	for (; t->match < m->nmatches; t->match++)
		if (task_ask_who(t, &m->matches[t->match], on_found)) {
			t->was_asked = true;
			return;
		}
	if (t->was_asked) {
		create(t);
		return;
	}
	intent_skip(t->run, intent, "ImportSkipped",
	    SLICE("no matching attribute has a value (PS-042)"));
	task_finish(t);
}

void
task_match(struct task *t)
{
	if (!t->intent->creates && !task_map(t, true)) {
		task_finish(t);
		return;
	}
	t->match = t->settled = 0;
	t->was_asked = false;
	try_match(t);
}
