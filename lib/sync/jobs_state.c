/*
 * jobs_state.c: what an administrator wants of a job: go on, stop, forget
 * (PS-002 to PS-005).  What that takes is for the engine to do.
 */
#include "base/nelem.h"
#include "sync/jobs_private.h"

/* PS-005, in the words of the specification. */
static const char *const scopes[] = { "None", "ConnectorDataStore", "Escrows",
	"Watermark", "QuarantineState", "Full", "ForceDeletes" };

/* PS-004: without a word. */
static const struct slice scopes_default = {
	"QuarantineState,Watermark,Escrows", 33
};

struct order {
	const struct jobs *j;
	struct slice which;
	const char *operation;
	int (*change)(struct arena *a, const struct job_info *info,
	    const struct order *order, struct json_object *state,
	    struct error *err);
	struct slice scopes;
	struct job_info *out;
};

static struct slice
state_of(const struct json_object *state)
{
	return json_string(json_get(state, "state"));
}

static void
set_state(struct arena *a, struct json_object *state, const char *word)
{
	json_set(state, SLICE("state"), json_new_string(a, slice_of(word)));
}

/* A job that was in quarantine when it was paused is so again. */
static int
start(struct arena *a, const struct job_info *info, const struct order *order,
    struct json_object *state, struct error *err)
{
	(void)order;
	if (jobs_needs_secret(info->definition) && !info->has_secret)
		return error_set(err, ERR_INVALID_VALUE,
		    "the job has no secret for its target: target.secret");
	set_state(a, state,
	    json_get(state, "quarantine") != NULL ? "quarantine" : "active");
	return 0;
}

static int
stop(struct arena *a, const struct job_info *info, const struct order *order,
    struct json_object *state, struct error *err)
{
	(void)info;
	(void)order;
	(void)err;
	/* One that never ran has nothing to stop. */
	if (!slice_equal(state_of(state), SLICE("notRun")))
		set_state(a, state, "paused");
	return 0;
}

static bool
has_text(const struct json_object *list, struct slice text)
{
	for (size_t i = 0; i < json_len(list); i++)
		if (slice_equal(json_string(json_at(list, i)), text))
			return true;
	return false;
}

static int
add_scope(struct arena *a, struct json_object *list, struct slice word,
    struct error *err)
{
	word = slice_trim(word);
	for (size_t i = 0; i < NELEM(scopes); i++) {
		struct slice scope = slice_of(scopes[i]);

		if (!slice_equal_nocase(word, scope))
			continue;
		if (!has_text(list, scope) && i > 0)
			json_append(list, json_new_string(a, scope));
		return 0;
	}
	return error_set(err, ERR_INVALID_VALUE,
	    "there is no scope '%.*s', only None, ConnectorDataStore, "
	    "Escrows, Watermark, QuarantineState, Full and ForceDeletes",
	    SLICE_ARG(word));
}

/* What was wanted before and is not done yet stays wanted. */
static int
restart(struct arena *a, const struct job_info *info, const struct order *order,
    struct json_object *state, struct error *err)
{
	struct slice rest =
			 order->scopes.len > 0 ? order->scopes : scopes_default,
		     word;
	struct json_object *list = json_get(state, "restart");

	if (list == NULL) {
		list = json_new_array(a);
		json_set(state, SLICE("restart"), list);
	}
	while (slice_next(&rest, ',', &word))
		if (add_scope(a, list, word, err) == -1)
			return -1;
	if (has_text(list, SLICE("QuarantineState")) ||
	    has_text(list, SLICE("Full")))
		json_delete(state, SLICE("quarantine"));
	if (json_len(list) == 0)
		json_delete(state, SLICE("restart"));
	return start(a, info, order, state, err);
}

/* What an administrator sees of the two states. */
static struct json_object *
shown(struct arena *a, const struct json_object *state)
{
	struct json_object *v = json_new_object(a),
			   *list = json_get(state, "restart");

	json_set(v, SLICE("state"), json_new_string(a, state_of(state)));
	if (list != NULL)
		json_set(v, SLICE("restart"), json_copy(a, list));
	return v;
}

static int
order_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct order *o = arg;
	struct arena *a = store_arena(txn);
	struct json_object *before;
	struct job_info info;

	if (jobs_enter(txn, o->j, o->which, &info, err) == -1)
		return -1;
	before = json_copy(a, info.state);
	if (o->change(a, &info, o, info.state, err) == -1)
		return -1;
	jobs_keep(o->j, &info, o->out);
	if (json_equal(before, info.state))
		return 0;
	if (job_state_put(txn, o->j->tenant, &info.id, info.state) == -1)
		return -1;
	return jobs_note(txn, o->j, o->operation, &info, shown(a, before),
	    shown(a, info.state));
}

int
jobs_start(const struct jobs *j, struct slice which, struct job_info *out,
    struct error *err)
{
	struct order o = { .j = j,
		.which = which,
		.operation = "start",
		.change = start,
		.out = out };

	return store_txn(j->store, order_body, &o, err);
}

int
jobs_pause(const struct jobs *j, struct slice which, struct job_info *out,
    struct error *err)
{
	struct order o = { .j = j,
		.which = which,
		.operation = "pause",
		.change = stop,
		.out = out };

	return store_txn(j->store, order_body, &o, err);
}

int
jobs_restart(const struct jobs *j, struct slice which, struct slice words,
    struct job_info *out, struct error *err)
{
	struct order o = { .j = j,
		.which = which,
		.operation = "restart",
		.change = restart,
		.scopes = words,
		.out = out };

	return store_txn(j->store, order_body, &o, err);
}
