/*
 * verify.c: muster verify: does everything in the store agree?
 */
#include <stdio.h>
#include <unistd.h>

#include "base/nelem.h"
#include "identity/verify.h"
#include "verb.h"

static const char usage[] = "verify [--store DIR]";

static void
show_problem(void *arg, const char *text)
{
	const bool *shows_progress = arg;

	if (*shows_progress)
		fputs("\r\033[K", stderr);
	puts(text);
	fflush(stdout);
}

static void
show_progress(void *arg, const char *what, uint64_t done)
{
	const bool *shows_progress = arg;

	if (*shows_progress)
		fprintf(
		    stderr, "\r\033[K%s: %llu", what, (unsigned long long)done);
}

static int
run(struct workplace *w, bool shows_progress)
{
	struct verify order = { .identity = &w->identity,
		.caller = &w->caller,
		.problem = show_problem,
		.progress = show_progress,
		.arg = &shows_progress };
	struct verify_result result;
	struct error err;
	int rc = identity_verify(&order, &result, &err);

	if (shows_progress)
		fputs("\r\033[K", stderr);
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
	struct workplace w;
	int rc;

	if (verb_read(argc, argv, options, NELEM(options), NULL) == -1)
		return verb_usage(usage);
	if (workplace_open(&w, store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	rc = run(&w, isatty(STDERR_FILENO));
	workplace_close(&w);
	return rc;
}
