/*
 * verify.c: muster verify: does everything in the store agree?
 */
#include <stdio.h>

#include "base/nelem.h"
#include "identity/verify.h"
#include "sync/job.h"
#include "verb.h"

static const char usage[] = "verify [--store DIR]";

struct looking {
	struct progress progress;
	const struct workplace *w;
};

static void
show_problem(void *arg, const char *text)
{
	const struct looking *l = arg;

	progress_clear(&l->progress);
	puts(text);
	fflush(stdout);
}

static void
show_progress(void *arg, const char *what, uint64_t done)
{
	struct looking *l = arg;

	l->progress.what = what;
	progress_show(&l->progress, 0, done);
}

/* By all types there are, whatever is in force for its tenant. */
static int
check_job(void *arg, struct arena *a, const struct json_object *definition,
    struct error *err)
{
	const struct looking *l = arg;
	struct job *job;

	return job_compile(a, definition, l->w->catalog,
	    profile_default(l->w->catalog), &job, err);
}

static int
run(struct workplace *w, const void *arg)
{
	struct looking l = { .w = w };
	struct verify order = { .identity = &w->identity,
		.caller = &w->caller,
		.problem = show_problem,
		.progress = show_progress,
		.check_job = check_job,
		.arg = &l };
	struct verify_result result;
	struct error err;
	int rc;

	(void)arg;
	progress_start(&l.progress, "keys", 0);
	rc = identity_verify(&order, &result, &err);
	progress_clear(&l.progress);
	if (rc == -1)
		return verb_failed(&err);
	printf("%llu keys looked at, %llu problems\n",
	    (unsigned long long)result.keys,
	    (unsigned long long)result.problems);
	return result.problems == 0 ? EXIT_OK : EXIT_FAILED;
}

int
verb_verify(int argc, char **argv)
{
	const char *store = NULL;
	const struct verb_option options[] = { { "store", &store } };

	if (verb_read(argc, argv, options, NELEM(options), NULL) == -1)
		return verb_usage(usage);
	return workplace_run(store, NULL, run, NULL);
}
