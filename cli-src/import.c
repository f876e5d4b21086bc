/*
 * import.c: muster import: resources out of lines of JSON.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/nelem.h"
#include "identity/import.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] = "import [--store DIR] [--tenant NAME] FILE | -";

enum {
	CHUNK_LEN = 64 * 1024,
	/* A tree of 150,000 members takes some 300 MiB. */
	LINE_MAX_LEN = 8 * 1024 * 1024
};

struct words {
	const char *store;
	const char *tenant;
	const char *file;
};

struct job {
	FILE *in;
	const char *name;
	struct progress progress;

	/* What was read of it, and where the next line begins there. */
	char chunk[CHUNK_LEN];
	size_t len;
	size_t at;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
	};

	if (verb_read(argc, argv, options, NELEM(options), &w->file) == -1)
		return -1;
	return w->file != NULL ? 0 : -1;
}

static void
show_problem(void *arg, uint64_t line, const char *text)
{
	struct job *job = arg;

	progress_clear(&job->progress);
	fprintf(
	    stderr, "%s:%llu: %s\n", job->name, (unsigned long long)line, text);
}

/* How long it is, if that can be known. */
static int
open_input(struct job *job, const char *file, struct error *err)
{
	struct stat st = { .st_size = 0 };

	job->in = stdin;
	job->name = "standard input";
	if (strcmp(file, "-") != 0) {
		job->name = file;
		job->in = fopen(file, "re");
	}
	if (job->in == NULL)
		return error_set(
		    err, ERR_NOT_FOUND, "%s: %s", file, strerror(errno));
	if (fstat(fileno(job->in), &st) == -1 || !S_ISREG(st.st_mode))
		st.st_size = 0;
	progress_start(&job->progress, "imported", (uint64_t)st.st_size);
	return 0;
}

/* Is there more of the input in the chunk? */
static bool
fill_chunk(struct job *job)
{
	if (job->at < job->len)
		return true;
	job->at = 0;
	job->len = fread(job->chunk, 1, sizeof(job->chunk), job->in);
	return job->len > 0;
}

/*
 * The next line, without what ends it; of one that is longer than LINE has
 * room for all is read and nothing kept (buf_overflowed).
 *
 * Returns: its bytes in the input, 0 at the end.
 */
static size_t
read_line(struct job *job, struct buf *line)
{
	size_t total = 0;

	buf_clear(line);
	while (fill_chunk(job)) {
		const char *from = job->chunk + job->at;
		const char *end = memchr(from, '\n', job->len - job->at);
		size_t len =
		    end != NULL ? (size_t)(end - from) : job->len - job->at;

		buf_add(line, from, len);
		job->at += len + (end != NULL);
		total += len + (end != NULL);
		if (end != NULL)
			break;
	}
	return total;
}

static int
take_line(struct importer *importer, uint64_t number, const struct buf *line,
    struct error *err)
{
	struct slice text = buf_text(line);

	if (buf_overflowed(line)) {
		import_refuse(importer, number,
		    "it is longer than 8 MiB: give the members of a group in "
		    "lines of their own");
		return 0;
	}
	while (text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	return import_line(importer, number, text, err);
}

static int
import_lines(struct job *job, struct importer *importer, struct error *err)
{
	const struct import_result *r = import_result(importer);
	uint64_t number = 0, bytes = 0;
	struct buf line;
	size_t len;
	int rc = 0;

	buf_init(&line, LINE_MAX_LEN);
	while (rc == 0 && (len = read_line(job, &line)) > 0) {
		bytes += len;
		rc = take_line(importer, ++number, &line, err);
		progress_show(&job->progress, bytes, r->created + r->same);
	}
	if (rc == 0 && ferror(job->in))
		rc = error_set(
		    err, ERR_INTERNAL, "%s: %s", job->name, strerror(errno));
	buf_fini(&line);
	return rc == 0 ? import_flush(importer, err) : rc;
}

static void
show_result(const struct job *job, const struct import_result *r)
{
	progress_clear(&job->progress);
	printf("%llu imported, %llu were there, %llu left as they are, "
	       "%llu refused; %llu members, %llu unknown; %llu a second\n",
	    (unsigned long long)r->created, (unsigned long long)r->same,
	    (unsigned long long)r->different, (unsigned long long)r->refused,
	    (unsigned long long)r->members,
	    (unsigned long long)r->unknown_members,
	    (unsigned long long)progress_rate(
		&job->progress, r->created + r->same));
}

static int
run(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct job job = { .in = NULL };
	struct import order = { .identity = &w->identity,
		.caller = &w->caller,
		.problem = show_problem,
		.arg = &job };
	const struct import_result *r;
	struct importer *importer;
	struct error err;
	int rc;

	if (open_input(&job, words->file, &err) == -1)
		return verb_failed(&err);
	importer = import_new(&order);
	r = import_result(importer);
	rc = import_lines(&job, importer, &err);
	show_result(&job, r);
	if (rc == -1)
		verb_failed(&err);
	rc = rc == 0 && r->different + r->refused + r->unknown_members == 0
	    ? EXIT_OK
	    : EXIT_FAILED;
	import_free(importer);
	if (job.in != stdin)
		fclose(job.in);
	return rc;
}

int
verb_import(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME };

	if (read_words(argc, argv, &words) == -1)
		return verb_usage(usage);
	return workplace_run(words.store, words.tenant, run, &words);
}
