/*
 * task_unique.c: what nobody else may have.  Values: the target is asked, and no
 * two objects that are under way, or were a moment ago, take the same one (spec
 * provisioning.md section 3, SelectUniqueValue; section 8, row 21).  Objects of
 * the target: no two sources of a batch.
 */
#include "json/json.h"
#include "store/resources.h"
#include "sync/reserved.h"
#include "sync/task_private.h"

enum { ASKED_MAX = 100 }; /* values, for one object */

/* What an object of the target is reserved by. */
static const struct mapping_row object_row = { .exact = true };

/* ---- objects ---- */

struct claim {
	struct task *t;
	struct slice id;
	bool is_linked; /* to another source */
	bool is_gone;	/* that source */
	struct link other;
};

/* Is the source of the link that ID has in the store no more? */
static int
find_source(struct kv_txn *txn, struct claim *c)
{
	const struct run *run = c->t->run;
	struct record record;

	switch (resource_get(txn, run->key.tenant, c->other.type,
	    &c->other.source, false, &record)) {
	case STORE_OK:
		return 0;
	case STORE_NOTFOUND:
		c->is_gone = true;
		return 0;
	default:
		return -1;
	}
}

static int
claim_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct claim *c = arg;
	const struct run *run = c->t->run;
	const struct intent *intent = c->t->intent;
	struct uuid source;

	c->is_linked = c->is_gone = false;
	switch (link_find(
	    txn, &run->key, intent->link.target_type, c->id, &source)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
	if (uuid_compare(&source, &intent->subject.id) == 0)
		return 0;
	c->is_linked = true;
	if (link_load(txn, run->arena, &run->key, &source, &c->other, err) ==
	    -1)
		return -1;
	return find_source(txn, c);
}

/* What was left there by somebody who is gone is free for who comes. */
static int
forget_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct claim *c = arg;
	struct link *other = &c->other;

	if (claim_body(txn, c, err) == -1)
		return -1;
	if (!c->is_linked || !c->is_gone)
		return 0;
	other->state = LINK_NONE;
	other->target = SLICE("");
	other->failures = other->due_at = 0;
	if (link_save(txn, &c->t->run->key, other, err) == -1)
		return -1;
	c->is_linked = false;
	return 0;
}

bool
task_reserve(const struct task *t, struct slice id)
{
	struct unique object = { t->intent->subject.rule->endpoint, &object_row,
		json_new_string(t->run->arena, id) };

	return reserved_take(t->run->claimed, &object, &t->intent->subject.id);
}

static bool
refuse(struct task *t, const char *detail)
{
	answer_failed_by(t, "DuplicateSourceEntries", slice_of(detail));
	return false;
}

bool
task_claim(struct task *t, struct slice id)
{
	struct store *store = t->run->identity->store;
	struct claim c = { .t = t, .id = id };
	struct arena *a = t->run->arena;
	char source[UUID_TEXT_SIZE];
	struct error err;
	int rc;

	if (!task_reserve(t, id))
		return refuse(t,
		    arena_printf(a,
			"another source has to do with the target's object "
			"%.*s now",
			SLICE_ARG(id)));
	rc = store_view(store, claim_body, &c, &err);
	if (rc == 0 && c.is_gone && !t->is_only_read)
		rc = store_txn(store, forget_body, &c, &err);
	if (rc == -1) {
		intent_fail_mapping(t->run, t->intent, &err);
		return false;
	}
	if (!c.is_linked || c.is_gone)
		return true;
	uuid_format(&c.other.source, source);
	return refuse(t,
	    arena_printf(a,
		"the target's object %.*s is linked to another source, %s",
		SLICE_ARG(id), source));
}

/* ---- values ---- */

static bool
is_unique(const struct flow *f)
{
	return f->candidate.data != NULL && f->value != NULL;
}

static struct unique
unique_of(const struct intent *intent, const struct flow *f)
{
	return (struct unique){ intent->subject.rule->target_name, f->row,
		f->value };
}

/* What it was to get. */
static void
release_wanted(struct task *t)
{
	const struct intent *intent = t->intent;

	for (size_t i = 0; i < intent->nflows; i++) {
		struct unique u = unique_of(intent, &intent->flows[i]);

		if (is_unique(&intent->flows[i]))
			reserved_release(
			    t->run->reserved, &u, &intent->subject.id);
	}
}

/* What it had, and has no more. */
static void
release_former(struct task *t)
{
	const struct intent *intent = t->intent;
	const struct job_rule *rule = intent->subject.rule;
	const struct link *link = &intent->link;

	for (size_t i = 0; i < rule->mapping.nrows; i++) {
		const struct mapping_row *row = &rule->mapping.rows[i];
		struct unique u = { rule->target_name, row,
			json_attr(link->stored_exported, row->key) };

		if (row->is_unique && u.value != NULL &&
		    !json_equal(u.value, json_attr(link->exported, row->key)))
			reserved_release(
			    t->run->reserved, &u, &intent->subject.id);
	}
}

void
task_release_values(struct task *t)
{
	const struct intent *intent = t->intent;

	if (intent->result == INTENT_DONE)
		release_former(t);
	else if (intent->link.state != LINK_CREATING &&
	    t->request.outcome != TARGET_UNKNOWN)
		release_wanted(t);
}

/* Somebody else has the value of F; another is chosen, if there is one. */
static bool
pass_on(struct task *t, const struct flow *f)
{
	intent_pass(t->run, t->intent, f->row, f->candidate);
	if (task_map(t, t->intent->creates))
		return true;
	task_finish(t);
	return false;
}

static bool
is_own(const struct task *t, const struct json_object *resource)
{
	struct slice id = t->intent->link.target;

	return id.len > 0 &&
	    slice_equal(json_string(json_attr(resource, SLICE("id"))), id);
}

static void
on_told(struct task *t)
{
	const struct flow *f = &t->intent->flows[t->settled];
	struct json_object *resource;
	int n;

	n = answer_found(t, &resource);
	if (n == -1) {
		task_finish(t);
		return;
	}
	if (n == 0 || (n == 1 && is_own(t, resource)))
		t->settled++;
	else if (!pass_on(t, f))
		return;
	t->then(t);
}

/* Does the target have the value of ROW? */
static void
ask(struct task *t, const struct mapping_row *row)
{
	struct arena *a = t->run->arena;
	const struct mapping_row **rows =
	    arena_calloc(a, 1, sizeof(struct mapping_row *));
	struct mapping_match *match = arena_calloc(a, 1, sizeof(*match));

	rows[0] = row;
	*match = (struct mapping_match){ .rows = rows, .nrows = 1 };
	if (++t->nasked <= ASKED_MAX && task_ask_who(t, match, on_told))
		return;
	intent_fail(t->run, t->intent, "EntryConflict",
	    slice_of(arena_printf(
		a, "%d values are taken at the target", ASKED_MAX)));
	task_finish(t);
}

bool
task_settle(struct task *t, void (*then)(struct task *t))
{
	while (t->settled < t->intent->nflows) {
		const struct flow *f = &t->intent->flows[t->settled];
		struct unique u = unique_of(t->intent, f);

		if (!is_unique(f)) {
			t->settled++;
			continue;
		}
		if (reserved_take(
			t->run->reserved, &u, &t->intent->subject.id)) {
			t->then = then;
			ask(t, f->row);
			return false;
		}
		if (!pass_on(t, f))
			return false;
	}
	return true;
}
