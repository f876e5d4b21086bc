/*
 * verify.c: muster verify: does everything in the store agree?
 */
#include <stdio.h>

#include "base/nelem.h"
#include "identity/verify.h"
#include "verb.h"

static const char usage[] = "verify [--store DIR]";

static void
show_problem(void *arg, const char *text)
{
	progress_clear(arg);
	puts(text);
	fflush(stdout);
}

static void
show_progress(void *arg, const char *what, uint64_t done)
{
	struct progress *p = arg;

	p->what = what;
	progress_show(p, 0, done);
}

static int
run(struct workplace *w, const void *arg)
{
	struct progress progress;
	struct verify order = { .identity = &w->identity,
		.caller = &w->caller,
		.problem = show_problem,
		.progress = show_progress,
		.arg = &progress };
	struct verify_result result;
	struct error err;
	int rc;

	(void)arg;
	progress_start(&progress, "keys", 0);
	rc = identity_verify(&order, &result, &err);
	progress_clear(&progress);
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
