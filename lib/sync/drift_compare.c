/*
 * drift_compare.c: is one object at the target as it is to be?
 */
#include "json/json.h"
#include "store/dues.h"
#include "sync/drift_private.h"

/* One object that is looked at. */
struct looking {
	struct drift_walk *w;
	const struct uuid *source;
	struct slice target;
	const struct json_object *resource; /* NULL: it is not there */
	bool is_ours;
	struct intent intent;
	struct change *changes;
	size_t nchanges;
	bool is_repaired;
};

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct looking *l = arg;
	const struct run *run = &l->w->p->run;
	const struct job_rule *rule;
	struct link link;

	l->is_ours = false;
	if (link_load(txn, run->arena, &run->key, l->source, &link, err) == -1)
		return -1;
	rule = job_rule_of(run->job, link.type);
	/* The job may have gone on since the page was read. */
	if (rule == NULL || !rule->enabled ||
	    !slice_equal(link.target, l->target) ||
	    (link.state != LINK_ACTIVE && link.state != LINK_DISABLED))
		return 0;
	l->is_ours = true;
	return intent_make(txn, run, l->source, link.type, &l->intent, err);
}

/* Who was disabled, and is not to be anything else, is to stay so. */
static bool
is_to_be_disabled(const struct intent *intent)
{
	return intent->act != ACT_PROVISION &&
	    intent->link.state == LINK_DISABLED &&
	    intent->subject.rule->mapping.active != NULL;
}

/* What a target never shows cannot have changed there. */
static void
drop_hidden(struct looking *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->nchanges; i++)
		if (difference_is_shown(l->changes[i].row))
			l->changes[n++] = l->changes[i];
	l->nchanges = n;
}

static void
compare(struct looking *l)
{
	struct arena *a = l->w->p->run.arena;
	const struct intent *intent = &l->intent;
	struct known known = { .exported = intent->link.exported,
		.resource = l->resource };
	struct flow disabled;

	if (is_to_be_disabled(intent)) {
		disabled =
		    (struct flow){ .row = intent->subject.rule->mapping.active,
			    .state = FLOW_SET,
			    .value = json_new_boolean(a, false) };
		difference(a, &disabled, 1, &known, &l->changes, &l->nchanges);
	} else if (intent->act == ACT_PROVISION) {
		difference(a, intent->flows, intent->nflows, &known,
		    &l->changes, &l->nchanges);
	}
	drop_hidden(l);
}

/* ---- repair ---- */

/* What the target has now stands where it was told something else. */
static void
note_seen(struct arena *a, const struct looking *l, struct link *link)
{
	struct json_object *exported = link->exported == NULL
	    ? json_new_object(a)
	    : json_copy(a, link->exported);

	for (size_t i = 0; i < l->nchanges; i++)
		json_set(exported, l->changes[i].row->key,
		    json_copy(a, l->changes[i].old));
	link->exported = exported;
}

/*
 * What is not there: nothing is known of it, so that all of it is sent, and
 * then it is created anew (task.c); one that was disabled is forgotten.
 */
static void
note_missing(struct link *link)
{
	link->exported = NULL;
	if (link->state != LINK_DISABLED)
		return;
	link->state = LINK_NONE;
	link->target = SLICE("");
	link->due_at = link->disabled_at = 0;
}

static int
repair_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct looking *l = arg;
	const struct run *run = &l->w->p->run;
	struct due due = { run->now, *l->source, DUE_OBJECT };
	struct arena *a = store_arena(txn);
	struct link link;

	l->is_repaired = false;
	if (link_load(txn, a, &run->key, l->source, &link, err) == -1)
		return -1;
	if (!slice_equal(link.target, l->target) ||
	    link.state != l->intent.link.state)
		return 0;
	if (l->resource != NULL)
		note_seen(a, l, &link);
	else
		note_missing(&link);
	l->is_repaired = true;
	if (link_save(txn, &run->key, &link, err) == -1)
		return -1;
	return due_put(txn, &run->key, &due, link.type) == STORE_OK ? 0 : -1;
}

static int
repair(struct looking *l, struct drift *d, struct error *err)
{
	if (!l->w->repairs)
		return 0;
	if (!l->intent.subject.rule->updates) {
		d->detail = SLICE("the rule has no action update");
		return 0;
	}
	if (store_txn(l->w->p->run.identity->store, repair_body, l, err) == -1)
		return -1;
	d->is_repaired = l->is_repaired;
	return 0;
}

/* ---- */

static int
tell_failed(
    struct looking *l, struct drift *d, struct slice detail, struct error *err)
{
	d->kind = DRIFT_FAILED;
	d->detail = detail;
	return drift_tell(l->w, d, err);
}

int
drift_compare(struct drift_walk *w, const struct uuid *source,
    const struct json_object *resource, struct slice target, struct error *err)
{
	struct looking l = {
		.w = w, .source = source, .target = target, .resource = resource
	};
	struct drift d = { .kind = DRIFT_CHANGED,
		.name = drift_name(resource),
		.target = target,
		.source = source };

	if (store_view(w->p->run.identity->store, read_body, &l, err) == -1)
		return -1;
	if (!l.is_ours)
		return 0;
	d.type = l.intent.subject.rule->target_name;
	if (l.intent.result == INTENT_FAILED)
		return tell_failed(&l, &d, l.intent.detail, err);
	compare(&l);
	if (l.nchanges == 0)
		return 0;
	d.changes = difference_show(w->p->run.arena, l.changes, l.nchanges);
	return repair(&l, &d, err) == -1 ? -1 : drift_tell(w, &d, err);
}

int
drift_miss(struct drift_walk *w, const struct job_rule *rule,
    const struct uuid *source, struct slice target, struct error *err)
{
	struct looking l = { .w = w, .source = source, .target = target };
	struct drift d = { .kind = DRIFT_MISSING,
		.type = rule->target_name,
		.target = target,
		.source = source };

	if (store_view(w->p->run.identity->store, read_body, &l, err) == -1)
		return -1;
	if (!l.is_ours)
		return 0;
	d.name = drift_name(l.intent.subject.person);
	return repair(&l, &d, err) == -1 ? -1 : drift_tell(w, &d, err);
}
