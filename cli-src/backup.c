/*
 * backup.c: muster backup: a copy of the store that can be restored, made
 * while others write.
 *
 * When another process dies in the store, it is recovered, and the copy that
 * was begun is of no use.  It is then made anew, by a new child: the watchdog
 * may have to end the one at work.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive.h"
#include "base/nelem.h"
#include "store/watchdog.h"
#include "verb.h"

static const char usage[] = "backup [--store DIR] DIRECTORY | FILE.tar";

enum { TRIES_MAX = 20, EXIT_AGAIN = 75 };

/* The sink of the archive, with a look at the progress. */
struct job {
	struct archive *archive;
	struct progress progress;
};

static int
job_open(void *arg, const char *name)
{
	struct job *job = arg;
	const struct kv_sink *sink = archive_sink(job->archive);

	return sink->open(sink->arg, name);
}

static int
job_write(void *arg, const void *data, size_t len)
{
	struct job *job = arg;
	const struct kv_sink *sink = archive_sink(job->archive);

	progress_show(
	    &job->progress, 0, archive_len(job->archive) / (1024 * 1024));
	return sink->write(sink->arg, data, len);
}

static int
job_close(void *arg)
{
	struct job *job = arg;
	const struct kv_sink *sink = archive_sink(job->archive);

	return sink->close(sink->arg);
}

static int
copy(struct workplace *w, const char *path)
{
	struct job job = { .archive = NULL };
	struct kv_sink sink = { job_open, job_write, job_close, &job };
	struct error err;
	uint64_t len;

	if (archive_create(path, &job.archive, &err) == -1)
		return verb_failed(&err);
	progress_start(&job.progress, "MiB copied", 0);
	if (store_backup(w->identity.store, &sink, &err) == -1) {
		progress_clear(&job.progress);
		archive_abandon(job.archive);
		archive_remove(path);
		return err.code == ERR_BUSY ? EXIT_AGAIN : verb_failed(&err);
	}
	progress_clear(&job.progress);
	len = archive_len(job.archive);
	if (archive_finish(job.archive, &err) == -1)
		return verb_failed(&err);
	printf("%llu MiB copied, %llu a second\n",
	    (unsigned long long)(len / (1024 * 1024)),
	    (unsigned long long)progress_rate(
		&job.progress, len / (1024 * 1024)));
	if (store_outer_key(w->identity.store) != NULL)
		printf("without the key file %s: keep a copy of it elsewhere\n",
		    store_outer_key(w->identity.store));
	return EXIT_OK;
}

/* The child: the only one that opens the store. */
static int
copy_once(const char *store, const char *path)
{
	struct workplace w;
	int rc;

	if (workplace_open(&w, store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	rc = copy(&w, path);
	workplace_close(&w);
	return rc;
}

/* The exit code of a child that does it; what it leaves behind is removed. */
static int
copy_in_child(const char *store, const char *path)
{
	int status = 0, rc;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		rc = copy_once(store, path);
		fflush(NULL);
		_exit(rc);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1) {
		perror("muster");
		return EXIT_FAILED;
	}
	rc = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_AGAIN;
	if (rc == WATCHDOG_STUCK || rc == WATCHDOG_RECOVERY)
		rc = EXIT_AGAIN;
	if (rc == EXIT_AGAIN)
		archive_remove(path);
	return rc;
}

int
verb_backup(int argc, char **argv)
{
	const char *store = NULL, *path = NULL;
	const struct verb_option options[] = { { "store", &store } };
	struct stat st;
	int rc = EXIT_AGAIN;

	if (verb_read(argc, argv, options, NELEM(options), &path) == -1 ||
	    path == NULL)
		return verb_usage(usage);
	if (lstat(path, &st) == 0) {
		fprintf(stderr,
		    "muster: %s is there already: nothing is overwritten\n",
		    path);
		return EXIT_FAILED;
	}
	for (int i = 0; i < TRIES_MAX && rc == EXIT_AGAIN; i++)
		rc = copy_in_child(store, path);
	if (rc != EXIT_AGAIN)
		return rc;
	fprintf(stderr,
	    "muster: the store was recovered again and again meanwhile: run "
	    "it once more\n");
	return EXIT_FAILED;
}
