/*
 * preview.c: what a job would do with one object, and why.
 */
#include <stdio.h>

#include "http/pool.h"
#include "json/json.h"
#include "store/resources.h"
#include "sync/preview.h"
#include "sync/reserved.h"
#include "sync/progress.h"

/* ---- the job ---- */

struct opening {
	struct preview *p;
	const struct jobs *jobs;
	struct slice secret;
};

static int
load_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct opening *o = arg;
	struct preview *p = o->p;
	struct slice secret;

	if (job_load(txn, o->jobs->tenant, &p->run.key.id, &p->info, err) ==
		-1 ||
	    job_secret(txn, o->jobs->tenant, &p->run.key.id, &secret, err) ==
		-1)
		return -1;
	/* All of it lives in the transaction. */
	p->info.name = arena_slice(p->arena, p->info.name);
	p->info.definition = json_copy(p->arena, p->info.definition);
	p->info.state = json_copy(p->arena, p->info.state);
	o->secret = arena_slice(p->arena, secret);
	return 0;
}

/* What CHANGES would make of it, with the secret that they may have. */
static int
change(struct opening *o, struct slice which, const struct json_object *changes,
    bool is_whole, struct error *err)
{
	const struct json_object *secret =
	    json_get(json_get(changes, "target"), "secret");
	struct json_object *before;

	if (changes == NULL)
		return 0;
	if (jobs_preview(o->jobs, which, changes, is_whole, &before,
		&o->p->info.definition, err) == -1)
		return -1;
	if (json_kind(secret) == JSON_STRING)
		o->secret = json_string(secret);
	return 0;
}

static int
compile(struct opening *o, struct error *err)
{
	struct preview *p = o->p;
	const struct catalog *catalog = p->run.identity->catalog;
	struct job *job;

	if (job_compile(p->arena, p->info.definition, catalog,
		profile_default(catalog), &job, err) == -1 ||
	    target_settings_read(p->arena,
		json_get(p->info.definition, "target"), o->secret, &p->settings,
		err) == -1)
		return -1;
	p->run.job = job;
	return 0;
}

int
preview_open(const struct identity *identity, const struct jobs *j,
    struct slice which, const struct json_object *changes, bool is_whole,
    struct preview *out, struct error *err)
{
	struct opening o = { .p = out, .jobs = j };
	struct progress progress;
	struct job_info found;

	*out = (struct preview){ .arena = arena_new(),
		.run = { .identity = identity,
		    .key = { .tenant = j->tenant },
		    .now = j->now } };
	out->run.arena = arena_new();
	out->run.reserved = reserved_open();
	out->run.claimed = reserved_open();
	if (jobs_find(j, which, &found, err) == -1)
		goto fail;
	out->run.key.id = found.id;
	if (store_view(j->store, load_body, &o, err) == -1 ||
	    change(&o, which, changes, is_whole, err) == -1 ||
	    compile(&o, err) == -1)
		goto fail;
	out->run.version = out->info.version;
	progress_read(out->arena, out->info.state, &progress);
	out->guard = progress.guard;
	out->quarantine = progress.quarantine;
	out->links = progress.links;
	return 0;
fail:
	preview_close(out);
	return -1;
}

void
preview_close(struct preview *p)
{
	if (p->target != NULL)
		target_close(p->target);
	if (p->pool != NULL)
		http_pool_close(p->pool);
	reserved_close(p->run.reserved);
	reserved_close(p->run.claimed);
	arena_free(p->run.arena);
	arena_free(p->arena);
}

int
preview_connect(struct preview *p, struct error *err)
{
	p->pool = http_pool_open("");
	return target_open(p->pool, &p->settings, NULL, &p->target, err);
}

/* ---- one object ---- */

struct reading {
	struct preview *p;
	const struct uuid *id;
	struct slice type;
	struct intent *intent;
};

/* What its mappings say, though nothing is to be done. */
static void
map(struct kv_txn *txn, struct preview *p, struct intent *intent)
{
	struct error err;

	if (intent->subject.person == NULL || intent->nflows > 0 ||
	    intent->result == INTENT_FAILED)
		return;
	if (intent_map(txn, &p->run, intent, intent->link.state == LINK_NONE,
		&err) == -1)
		subject_step(&p->run, &intent->subject, "processing", "failure",
		    arena_slice(p->run.arena, slice_of(err.detail)), NULL);
}

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct reading *r = arg;

	if (intent_make(txn, &r->p->run, r->id, r->type, r->intent, err) == -1)
		return -1;
	map(txn, r->p, r->intent);
	return 0;
}

int
preview_read(struct preview *p, const struct uuid *id, struct slice type,
    struct intent *out, struct error *err)
{
	struct reading r = { p, id, type, out };

	return store_view(p->run.identity->store, read_body, &r, err);
}

static int
type_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct reading *r = arg;
	const struct run *run = &r->p->run;
	struct record record;
	struct link link;

	r->type = SLICE("");
	for (size_t i = 0; i < run->job->nrules && r->type.len == 0; i++)
		switch (resource_get(txn, run->key.tenant,
		    run->job->rules[i].source_name, r->id, false, &record)) {
		case STORE_OK:
			r->type = run->job->rules[i].source_name;
			break;
		case STORE_NOTFOUND:
			break;
		default:
			return -1;
		}
	if (r->type.len > 0)
		return 0;
	if (link_load(txn, run->arena, &run->key, r->id, &link, err) == -1)
		return -1;
	if (link.is_stored && job_rule_of(run->job, link.type) != NULL)
		r->type = link.type;
	return 0;
}

int
preview_type(struct preview *p, const struct uuid *id, struct slice *type,
    struct error *err)
{
	struct reading r = { .p = p, .id = id };

	if (store_view(p->run.identity->store, type_body, &r, err) == -1)
		return -1;
	*type = r.type;
	return r.type.len > 0;
}

/* ---- the target ---- */

bool
preview_is_open(const struct intent *intent)
{
	return intent->act == ACT_PROVISION && intent->began_us == 0 &&
	    (intent->link.state == LINK_NONE ||
		intent->link.state == LINK_CREATING ||
		intent->link.state == LINK_GIVEN);
}

static void
on_task(struct task *t, void *arg)
{
	const struct target_request *r = &t->request;
	struct preview *p = arg;

	p->running--;
	if (t->intent->began_us == 0)
		return;
	p->was_refused = p->was_refused || r->outcome == TARGET_REFUSED;
	p->nanswered += r->outcome == TARGET_ANSWERED;
	p->nunreached += r->outcome == TARGET_NOT_DONE;
	if (r->outcome != TARGET_ANSWERED && r->problem != NULL)
		snprintf(p->problem, sizeof(p->problem), "%s", r->problem);
}

void
preview_ask(struct preview *p, struct intent *intents, size_t n)
{
	struct task *tasks = arena_calloc(p->run.arena, n + 1, sizeof(*tasks));

	p->running = n;
	p->was_refused = false;
	p->nanswered = p->nunreached = 0;
	for (size_t i = 0; i < n; i++) {
		tasks[i] = (struct task){ .run = &p->run,
			.target = p->target,
			.intent = &intents[i],
			.done = on_task,
			.arg = p };
		task_start(&tasks[i], true);
	}
	while (p->running > 0)
		http_pool_turn(p->pool, target_turn(p->target));
}
