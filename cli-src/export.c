/*
 * export.c: muster export: the resources of a tenant as lines of JSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/nelem.h"
#include "identity/export.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "export [--store DIR] [--tenant NAME] [--secrets] [FILE]";

struct words {
	const char *store;
	const char *tenant;
	const char *file;
	bool secrets;
};

struct job {
	FILE *out;
	const char *name; /* of the file, for messages */
	struct progress progress;
	uint64_t n;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
	};
	const struct verb_flag flags[] = { { "secrets", &w->secrets } };

	return verb_read_flags(
	    argc, argv, options, NELEM(options), flags, NELEM(flags), &w->file);
}

static int
write_failed(const struct job *job, struct error *err)
{
	return error_set(
	    err, ERR_INTERNAL, "%s: %s", job->name, strerror(errno));
}

static int
write_lines(void *arg, struct slice lines, uint64_t n, struct error *err)
{
	struct job *job = arg;

	if (lines.len > 0 &&
	    fwrite(lines.data, 1, lines.len, job->out) != lines.len)
		return write_failed(job, err);
	job->n += n;
	progress_show(&job->progress, 0, job->n);
	return 0;
}

/* Resources are not for everybody: mode 600; nothing is overwritten. */
static int
open_output(struct job *job, const char *file, struct error *err)
{
	int fd;

	job->out = stdout;
	job->name = "standard output";
	if (file == NULL || strcmp(file, "-") == 0)
		return 0;
	job->name = file;
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return write_failed(job, err);
	job->out = fdopen(fd, "w");
	return job->out != NULL ? 0 : write_failed(job, err);
}

static int
close_output(struct job *job, struct error *err)
{
	if (fflush(job->out) != 0 ||
	    (job->out != stdout && fsync(fileno(job->out)) == -1) ||
	    (job->out != stdout && fclose(job->out) != 0))
		return write_failed(job, err);
	return 0;
}

static int
run(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct job job = { .n = 0 };
	struct export order = { .identity = &w->identity,
		.caller = &w->caller,
		.secrets = words->secrets,
		.write = write_lines,
		.arg = &job };
	struct error err;

	if (open_output(&job, words->file, &err) == -1)
		return verb_failed(&err);
	progress_start(&job.progress, "exported", 0);
	if (identity_export(&order, &err) == -1 ||
	    close_output(&job, &err) == -1) {
		progress_clear(&job.progress);
		return verb_failed(&err);
	}
	progress_clear(&job.progress);
	fprintf(stderr, "%llu exported, %llu a second\n",
	    (unsigned long long)job.n,
	    (unsigned long long)progress_rate(&job.progress, job.n));
	return EXIT_OK;
}

int
verb_export(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME };

	if (read_words(argc, argv, &words) == -1)
		return verb_usage(usage);
	return workplace_run(words.store, words.tenant, run, &words);
}
