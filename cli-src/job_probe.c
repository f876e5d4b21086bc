/*
 * job_probe.c: muster job probe: is the target there, does it take our
 * credentials, and how does it want to be spoken to (PS-021)?
 */
#include <stdio.h>

#include "job.h"
#include "sync/probe.h"

/* A job, and what opens its target. */
struct opened {
	const struct jobs *j;
	struct job_info info;
	struct slice secret;
};

static int
secret_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct opened *o = arg;

	if (job_secret(txn, o->j->tenant, &o->info.id, &o->secret, err) == -1)
		return -1;
	o->secret = arena_slice(o->j->arena, o->secret);
	return 0;
}

/* One that is given counts; it is not kept. */
static int
find_secret(struct workplace *w, const struct job_words *words,
    struct opened *o, struct error *err)
{
	struct json_object *given = json_new_object(w->arena);

	if (words->secret_file == NULL)
		return store_view(o->j->store, secret_body, o, err);
	if (job_add_secret(w, words->secret_file, given, err) == -1)
		return -1;
	o->secret = json_string(json_get(json_get(given, "target"), "secret"));
	return 0;
}

/* The attribute by which users are matched first; NULL for the usual. */
static const char *
matching_of(struct arena *a, const struct json_object *definition)
{
	const struct json_object *rules = json_get(definition, "rules"), *rows,
				 *row;

	for (size_t i = 0; i < json_len(rules); i++) {
		if (!slice_equal(
			json_string(json_get(json_at(rules, i), "source")),
			SLICE("User")))
			continue;
		rows = json_get(json_at(rules, i), "mappings");
		for (size_t k = 0; k < json_len(rows); k++) {
			row = json_at(rows, k);
			if (json_integer(json_get(row, "match")) == 1)
				return arena_slice(
				    a, json_string(json_get(row, "target")))
				    .data;
		}
	}
	return NULL;
}

/* Who recovers the store does not wait for a target. */
static bool
go_on(void *arg)
{
	const struct workplace *w = arg;

	store_idle(w->identity.store);
	return true;
}

static void
print_steps(struct workplace *w, const struct json_object *steps)
{
	const struct json_object *step;

	for (size_t i = 0; i < json_len(steps); i++) {
		step = json_at(steps, i);
		printf("%-6.*s %3d %6lld ms  %.*s\n",
		    SLICE_ARG(json_string(json_get(step, "method"))),
		    (int)json_integer(json_get(step, "status")),
		    (long long)json_integer(json_get(step, "ms")),
		    SLICE_ARG(verb_plain(
			w->arena, json_string(json_get(step, "path")))));
	}
}

static void
print_findings(struct workplace *w, const struct json_object *findings)
{
	const struct json_object *one;

	for (size_t i = 0; i < json_len(findings); i++) {
		one = json_at(findings, i);
		printf("%.*s: %.*s\n",
		    SLICE_ARG(json_string(json_get(one, "level"))),
		    SLICE_ARG(verb_plain(
			w->arena, json_string(json_get(one, "text")))));
	}
}

/* What the job has otherwise; what it does not say, it has as proposed. */
static void
print_proposal(struct workplace *w, const struct json_object *has,
    const struct json_object *proposed)
{
	struct json_member m = json_first(proposed);
	const struct json_object *now;

	for (; m.entry != NULL; json_next(&m)) {
		now = json_attr(has, m.name);
		if (now != NULL && !json_equal(now, m.value))
			printf("proposed: target.dialect.%.*s is %.*s, not "
			       "%.*s\n",
			    SLICE_ARG(m.name),
			    SLICE_ARG(json_text(w->arena, m.value)),
			    SLICE_ARG(json_text(w->arena, now)));
	}
}

static int
say(struct workplace *w, const struct job_words *words,
    const struct json_object *target, const struct json_object *out,
    struct error *err)
{
	if (words->json) {
		job_print_json(words, out);
	} else {
		print_steps(w, json_get(out, "steps"));
		print_findings(w, json_get(out, "findings"));
		print_proposal(
		    w, json_get(target, "dialect"), json_get(out, "dialect"));
	}
	return json_boolean(json_get(out, "ok"))
	    ? 0
	    : error_set(
		  err, ERR_BUSY, "the target cannot be provisioned as it is");
}

int
job_probe(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	const struct json_object *target;
	struct target_settings settings;
	struct json_object *out;
	struct probe probe = {
		.writes = words->writes, .ca_file = "", .wait = go_on, .arg = w
	};
	struct opened o;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    jobs_find(&j, job_which(words), &o.info, err) == -1)
		return -1;
	o.j = &j;
	target = json_get(o.info.definition, "target");
	probe.matching = matching_of(w->arena, o.info.definition);
	if (find_secret(w, words, &o, err) == -1 ||
	    target_settings_read(w->arena, target, o.secret, &settings, err) ==
		-1 ||
	    probe_run(w->arena, &settings, &probe, &out, err) == -1)
		return -1;
	return say(w, words, target, out, err);
}
