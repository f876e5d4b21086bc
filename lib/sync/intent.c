/*
 * intent.c: what is to be done about one source object.
 */
#include "base/clock.h"
#include "json/json.h"
#include "sync/intent.h"

enum { DAY_MS = 24 * 3600 * 1000 };

/* A intent that is worked out in a transaction. */
struct draft {
	struct kv_txn *txn;
	const struct run *run;
	struct intent *intent;
};

static void
end(const struct run *run, struct intent *intent, enum intent_result result,
    const char *code, struct slice detail)
{
	intent->act = ACT_NOTHING;
	intent->result = result;
	intent->code = slice_of(code);
	intent->detail = arena_slice(run->arena, detail);
	subject_step(run, &intent->subject, "processing",
	    result == INTENT_FAILED ? "failure" : "skipped", intent->detail,
	    NULL);
}

void
intent_fail(const struct run *run, struct intent *intent, const char *code,
    struct slice detail)
{
	end(run, intent, INTENT_FAILED, code, detail);
}

void
intent_skip(const struct run *run, struct intent *intent, const char *code,
    struct slice detail)
{
	end(run, intent, INTENT_SKIPPED, code, detail);
}

void
intent_begin_grace(const struct run *run, struct intent *intent)
{
	struct link *link = &intent->link;

	/* What is due at once is so after this look at it. */
	link->due_at = intent->delete_at > run->now || intent->delete_at == 0
	    ? intent->delete_at
	    : run->now + 1;
	if (intent->delete_at == 0)
		link->disabled_at = 0;
	else if (link->disabled_at == 0)
		link->disabled_at = run->now;
}

/* Does the target know of it, or may it? */
static bool
is_linked(const struct intent *intent)
{
	return intent->link.state != LINK_NONE;
}

/* What an administrator wants done when it leaves for the reason VERDICT. */
static int
rule_for(const struct run *run, enum verdict verdict)
{
	const struct job_events *events = &run->job->deprovision;

	if (verdict == VERDICT_DELETED)
		return events->deleted;
	return verdict == VERDICT_INACTIVE ? events->disabled
					   : events->out_of_scope;
}

/* Disabled by us; what was seen there since (drift.h) may say otherwise. */
static bool
is_disabled(const struct intent *intent)
{
	const struct mapping_row *active = intent->subject.rule->mapping.active;

	return intent->link.state == LINK_DISABLED &&
	    (active == NULL ||
		!json_boolean(json_attr(intent->link.exported, active->key)));
}

/*
 * When the time of grace ends: as long as the rules have it now, from where it
 * began; one that was disabled for good until now has it from here on.
 */
static int64_t
grace_end(const struct run *run, const struct intent *intent)
{
	int64_t began = intent->link.disabled_at;

	return (began != 0 ? began : run->now) +
	    run->job->deprovision.grace_days * DAY_MS;
}

/* Disabled before, for a time of grace that is over. */
static bool
is_expired(const struct run *run, struct intent *intent)
{
	struct link *link = &intent->link;

	if (link->disabled_at == 0 && is_disabled(intent))
		link->disabled_at = run->now;
	return link->disabled_at != 0 && grace_end(run, intent) <= run->now;
}

/* The target has no way to disable it: a group, say (section 2.8). */
static bool
cannot_be_disabled(const struct intent *intent)
{
	return intent->subject.rule->mapping.active == NULL;
}

static void
disable(const struct run *run, struct intent *intent, bool then_delete)
{
	if (then_delete)
		intent->delete_at = grace_end(run, intent);
	if (is_disabled(intent)) {
		intent_begin_grace(run, intent);
		intent_skip(run, intent, "",
		    SLICE("it is disabled at the target already"));
		return;
	}
	intent->act = cannot_be_disabled(intent) ? ACT_DELETE : ACT_DISABLE;
}

/* It is linked, and out of the scope. */
static void
deprovision(const struct run *run, struct intent *intent)
{
	enum verdict verdict = intent->subject.verdict;
	int rule = rule_for(run, verdict);

	if (rule == JOB_NOTHING) {
		intent_skip(run, intent, "",
		    SLICE("the deprovisioning rules leave it alone"));
		return;
	}
	if (rule == JOB_DELETE ||
	    (rule == JOB_DISABLE_THEN_DELETE && is_disabled(intent) &&
		is_expired(run, intent)))
		intent->act = ACT_DELETE;
	else
		disable(run, intent, rule == JOB_DISABLE_THEN_DELETE);
	if (intent->act == ACT_DELETE && !intent->subject.rule->deletes)
		intent_skip(run, intent, "NotPermitted",
		    SLICE("the rule has no action delete"));
	else if (intent->act == ACT_DISABLE && !intent->subject.rule->updates)
		intent_skip(run, intent, "NotPermitted",
		    SLICE("the rule has no action update"));
}

/* A person in the scope whose "active" is false: the mappings tell it. */
static void
decide_inactive(const struct run *run, struct intent *intent)
{
	int rule = run->job->deprovision.disabled;

	if (!is_linked(intent) && !run->job->scope.disabled_users)
		intent_skip(run, intent, "ImportSkipped",
		    SLICE("who is not active is not created (PS-038)"));
	else if (is_linked(intent) &&
	    (rule == JOB_DELETE || rule == JOB_NOTHING ||
		(rule == JOB_DISABLE_THEN_DELETE && is_expired(run, intent))))
		deprovision(run, intent);
	else {
		intent->act = ACT_PROVISION;
		if (rule == JOB_DISABLE_THEN_DELETE)
			intent->delete_at = grace_end(run, intent);
	}
}

static void
decide(const struct run *run, struct intent *intent)
{
	const struct job_rule *rule = intent->subject.rule;
	enum verdict verdict = intent->subject.verdict;

	if (!rule->enabled)
		intent_skip(run, intent, "", SLICE("the rule is switched off"));
	else if (verdict == VERDICT_INACTIVE)
		decide_inactive(run, intent);
	else if (verdict == VERDICT_IN)
		intent->act = ACT_PROVISION;
	else if (is_linked(intent))
		deprovision(run, intent);
	else
		intent_skip(run, intent, "ImportSkipped",
		    slice_of(verdict_text(verdict)));
	if (intent->act != ACT_PROVISION)
		return;
	if (intent->subject.is_staged && !is_linked(intent)) {
		intent_skip(run, intent, "ImportSkipped",
		    SLICE("the staged rollout has not come to it yet"));
		return;
	}
	intent->may_create = rule->creates;
	if (is_linked(intent) && intent->link.state != LINK_CREATING &&
	    !rule->updates)
		intent_skip(run, intent, "NotPermitted",
		    SLICE("the rule has no action update"));
}

static int
resolve(void *arg, struct slice type, struct slice source_id,
    struct slice *target_id, struct error *err)
{
	struct draft *d = arg;
	bool is_active;
	struct uuid id;

	(void)type;
	if (uuid_parse(source_id, &id) == -1)
		return 0;
	if (link_target(
		d->txn, &d->run->key, &id, target_id, &is_active, err) == -1)
		return -1;
	*target_id = arena_slice(d->run->arena, *target_id);
	return target_id->len > 0;
}

static bool
is_taken(void *arg, const struct mapping_row *row, struct slice candidate)
{
	const struct draft *d = arg;
	const struct intent *intent = d->intent;

	for (size_t i = 0; i < intent->ntaken; i++)
		if (intent->taken[i].row == row &&
		    slice_equal(intent->taken[i].candidate, candidate))
			return true;
	return false;
}

static struct slice
own(void *arg, const struct mapping_row *row)
{
	const struct draft *d = arg;
	const struct json_object *found = d->intent->found;

	return json_string(found != NULL
		? place_get(&row->place, found)
		: json_attr(d->intent->link.exported, row->key));
}

void
intent_pass(const struct run *run, struct intent *intent,
    const struct mapping_row *row, struct slice candidate)
{
	size_t n = intent->ntaken++;

	intent->taken = arena_grow(run->arena, intent->taken,
	    n * sizeof(*intent->taken), (n + 1) * sizeof(*intent->taken));
	intent->taken[n] = (struct taken){ row, candidate };
}

/* The objects that flows wait for, each once. */
static void
collect_wanted(const struct run *run, struct intent *intent)
{
	struct wanted *w = &intent->wanted;
	const struct json_object *ids;
	struct uuid id;

	*w = (struct wanted){ .n = 0 };
	for (size_t i = 0; i < intent->nflows; i++) {
		ids = intent->flows[i].pending;
		for (size_t k = 0; k < json_len(ids); k++) {
			if (uuid_parse(json_string(json_at(ids, k)), &id) == -1)
				continue;
			w->ids = arena_grow(run->arena, w->ids,
			    w->n * sizeof(id), (w->n + 1) * sizeof(id));
			w->ids[w->n++] = id;
		}
	}
}

int
intent_map(struct kv_txn *txn, const struct run *run, struct intent *intent,
    bool creates, struct error *err)
{
	struct draft d = { txn, run, intent };
	struct expression_world world = subject_world(run);
	struct mapping_world mappings = { &world, resolve, is_taken, own, &d };

	if (mapping_evaluate(run->arena, &intent->subject.rule->mapping,
		intent->subject.person, &mappings, creates, &intent->flows,
		&intent->nflows, err) == -1)
		return -1;
	intent->creates = creates;
	collect_wanted(run, intent);
	return 0;
}

void
intent_fail_mapping(
    const struct run *run, struct intent *intent, const struct error *err)
{
	intent_fail(run, intent,
	    err->code == ERR_UNIQUENESS ? "EntryConflict" : "InternalError",
	    slice_of(err->detail));
}

/* -1 only when the store could not be read. */
static int
fail(const struct run *run, struct intent *intent, struct error *err)
{
	if (err->code == ERR_NONE || err->code == ERR_BUSY ||
	    err->code == ERR_INTERNAL)
		return -1;
	intent_fail_mapping(run, intent, err);
	return 0;
}

int
intent_make(struct kv_txn *txn, const struct run *run, const struct uuid *id,
    struct slice type, struct intent *out, struct error *err)
{
	*out = (struct intent){ .action = "other" };
	err->code = ERR_NONE;
	if (link_load(txn, run->arena, &run->key, id, &out->link, err) == -1)
		return -1;
	if (subject_read(txn, run, id, type, &out->subject, err) == -1)
		return fail(run, out, err);
	out->link.type = type;
	out->link.target_type = out->subject.rule->target_name;
	decide(run, out);
	if (out->act != ACT_PROVISION)
		return 0;
	if (intent_map(txn, run, out,
		out->link.state == LINK_NONE ||
		    out->link.state == LINK_CREATING,
		err) == -1)
		return fail(run, out, err);
	return 0;
}

/* Do the mappings say that what was active is so no more? */
static bool
is_told_inactive(const struct intent *intent)
{
	const struct mapping_row *active = intent->subject.rule->mapping.active;
	const struct json_object *was;

	if (active == NULL || intent->link.state != LINK_ACTIVE)
		return false;
	was = json_attr(intent->link.exported, active->key);
	for (size_t i = 0; i < intent->nflows; i++) {
		const struct flow *f = &intent->flows[i];

		if (f->row == active)
			return f->state == FLOW_SET &&
			    json_kind(f->value) == JSON_BOOLEAN &&
			    !json_boolean(f->value) &&
			    (json_kind(was) != JSON_BOOLEAN ||
				json_boolean(was));
	}
	return false;
}

bool
intent_takes_away(const struct intent *intent)
{
	return intent->act == ACT_DISABLE || intent->act == ACT_DELETE ||
	    (intent->act == ACT_PROVISION && is_told_inactive(intent));
}

enum operation
intent_operation(const struct intent *intent)
{
	bool is_group = intent->subject.rule->mapping.members;
	enum link_state state = intent->link.state;

	switch (intent->act) {
	case ACT_PROVISION:
		if (state == LINK_NONE || state == LINK_CREATING)
			return is_group ? OPERATION_GROUP_CREATE
					: OPERATION_USER_CREATE;
		return is_group ? OPERATION_GROUP_UPDATE
				: OPERATION_USER_UPDATE;
	case ACT_DISABLE:
	case ACT_DELETE:
		return is_group ? OPERATION_GROUP_REMOVE
				: OPERATION_USER_REMOVE;
	default:
		return OPERATION_NONE;
	}
}
