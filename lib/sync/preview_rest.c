/*
 * preview_rest.c: what keeps a job from doing now what it would do with an
 * object, until when and why (spec provisioning.md section 2.9, row 8 of
 * section 8).
 */
#include "base/clock.h"
#include "base/nelem.h"
#include "json/json.h"
#include "sync/alert.h"
#include "sync/preview.h"

struct telling {
	const struct preview *p;
	const struct intent *intent;
	struct json_object *list;
};

static void
put(struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	if (text.len > 0)
		json_set(v, slice_of(name), json_new_string(a, text));
}

static void
add(const struct telling *t, const char *what, struct slice until,
    struct slice reason)
{
	struct arena *a = t->p->run.arena;
	struct json_object *v = json_new_object(a);

	put(a, v, "what", slice_of(what));
	put(a, v, "until", until);
	put(a, v, "reason", reason);
	json_append(t->list, v);
}

static void
add_until(const struct telling *t, const char *what, int64_t until,
    struct slice reason)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format(until, text);
	add(t, what, slice_of(text), reason);
}

/* An administrator has to start it. */
static void
tell_job(const struct telling *t)
{
	static const struct {
		const char *state;
		const char *reason;
	} rows[] = {
		{ "notRun", "it was not started yet" },
		{ "paused", "it is paused" },
		{ "disabled", "it is disabled" },
	};
	struct slice state = json_string(json_get(t->p->info.state, "state"));

	for (size_t i = 0; i < NELEM(rows); i++)
		if (slice_equal(state, slice_of(rows[i].state)))
			add(t, "job", SLICE(""), slice_of(rows[i].reason));
}

/* After a refusal, or nobody was there (PS-082). */
static void
tell_target(const struct telling *t)
{
	const struct json_object *v = json_get(t->p->info.state, "quarantine");
	bool refused = slice_equal(
	    json_string(json_get(v, "reason")), slice_of(ALERT_REFUSED));
	const char *reason = arena_printf(t->p->run.arena, "it %s: %.*s",
	    refused ? "refuses the credentials" : "cannot be reached",
	    SLICE_ARG(json_string(json_get(v, "error"))));

	if (v != NULL)
		add(t, "target", json_string(json_get(v, "nextAttempt")),
		    slice_of(reason));
}

/* PS-083 to PS-086. */
static void
tell_operation(const struct telling *t, enum operation operation)
{
	int64_t until =
	    quarantine_until(&t->p->quarantine, operation, t->p->run.now);

	if (until != 0)
		add_until(t, quarantine_operation_name(operation), until,
		    SLICE("too many of this kind have failed"));
}

/* As it would begin, whatever the target has said of it since. */
static void
tell_operations(const struct telling *t)
{
	struct intent intent = *t->intent;

	if (intent.act == ACT_NOTHING)
		return;
	intent.link.state = intent.link.stored_state;
	tell_operation(t, intent_operation(&intent));
	if (!intent.subject.rule->mapping.members)
		return;
	tell_operation(t, OPERATION_MEMBER_ADD);
	tell_operation(t, OPERATION_MEMBER_REMOVE);
}

/* PS-089. */
static void
tell_guard(const struct telling *t)
{
	if (t->intent->link.is_held)
		add(t, "guard", SLICE(""),
		    SLICE("it is held against accidental deletions until the "
			  "job is restarted with the scope ForceDeletes"));
}

/* The escrow: what has failed is tried again (PS-080). */
static void
tell_object(const struct telling *t)
{
	const struct link *link = &t->intent->link;

	if (link->stored_failures == 0 || link->is_held)
		return;
	if (link->stored_due_at == 0)
		add(t, "object", SLICE(""),
		    SLICE("it has failed for too long, and is tried again when "
			  "it changes or the job is restarted"));
	else if (link->stored_due_at > t->p->run.now)
		add_until(t, "object", link->stored_due_at,
		    SLICE("it has failed, and is tried again then"));
}

struct json_object *
preview_tell_rests(const struct preview *p, const struct intent *intent)
{
	struct telling t = { p, intent, json_new_array(p->run.arena) };

	tell_job(&t);
	tell_target(&t);
	tell_operations(&t);
	tell_guard(&t);
	tell_object(&t);
	return t.list;
}
