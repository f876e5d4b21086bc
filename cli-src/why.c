/*
 * why.c: muster why: why somebody is in the target of a job, or is not.
 */
#include "base/nelem.h"
#include "job_object.h"
#include "store/tenants.h"

static const char usage[] =
    "why [--store DIR] [--tenant NAME] [--json] OBJECT JOB\n"
    "OBJECT: an id, a userName, or the displayName of a group";

struct why_words {
	struct job_words job;
	const char *names[2];
};

static int
tell(struct workplace *w, struct preview *p, const struct why_words *words,
    struct error *err)
{
	struct json_object *told;
	struct intent intent;

	p->run.is_traced = true;
	if (job_object_read(w, p, slice_of(words->names[0]), &intent, err) ==
	    -1)
		return -1;
	/* What is linked is compared with what the target was told. */
	if (!preview_is_open(&intent))
		preview_ask(p, &intent, 1);
	told = preview_tell(p, &intent);
	if (preview_tell_members(p, &intent, told, err) == -1)
		return -1;
	if (words->job.json)
		job_print_pretty(told);
	else
		job_object_print(p->run.arena, told);
	return 0;
}

static int
run(struct workplace *w, const void *arg)
{
	const struct why_words *words = arg;
	struct preview p;
	struct error err;
	struct jobs j;
	int rc;

	if (job_jobs(w, &words->job, &j, &err) == -1 ||
	    preview_open(&w->identity, &j, slice_of(words->names[1]), NULL,
		false, &p, &err) == -1)
		return verb_failed(&err);
	rc = tell(w, &p, words, &err);
	preview_close(&p);
	return rc == -1 ? verb_failed(&err) : EXIT_OK;
}

int
verb_why(int argc, char **argv)
{
	struct why_words words = {
		.job = { .place = { .tenant = TENANT_DEFAULT_NAME } }
	};
	const struct verb_option options[] = {
		{ "store", &words.job.place.store },
		{ "tenant", &words.job.place.tenant },
	};
	const struct verb_flag flags[] = { { "json", &words.job.json } };

	if (verb_read_words(argc, argv, options, NELEM(options), flags,
		NELEM(flags), words.names, NELEM(words.names)) == -1 ||
	    words.names[1] == NULL)
		return verb_usage(usage);
	return workplace_run(
	    words.job.place.store, words.job.place.tenant, run, &words);
}
