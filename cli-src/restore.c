/*
 * restore.c: muster restore: a store out of a backup.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "serve/settings.h"
#include "store/store.h"
#include "verb.h"

static const char usage[] = "restore [--store DIR] DIRECTORY | FILE.tar";

static void
show_progress(void *arg, uint64_t done)
{
	progress_show(arg, 0, done / (1024 * 1024));
}

static int
cannot(const char *path, struct error *err)
{
	return error_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
}

/* A new directory, or an empty one; by its mark it is no store yet. */
static int
make_place(const char *dir, struct error *err)
{
	char path[4096];
	int fd;

	if (rmdir(dir) == -1 && errno == ENOTEMPTY)
		return error_set(err, ERR_INTERNAL,
		    "%s is not empty: nothing is overwritten", dir);
	if (mkdir(dir, 0770) == -1 || chmod(dir, 02770) == -1)
		return cannot(dir, err);
	snprintf(path, sizeof(path), "%s/" STORE_BACKUP_MARK, dir);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return cannot(path, err);
	close(fd);
	return 0;
}

/* Join it once: that makes its gate. */
static int
enter(struct store_options *options, struct error *err)
{
	struct store *store;

	options->create = true;
	if (store_open(options, &store, err) == -1)
		return -1;
	store_close(store);
	return 0;
}

static int
run(const char *dir, const char *from, struct error *err)
{
	struct store_options options;
	struct progress progress;
	struct settings settings;

	if (settings_read(&settings, err) == -1)
		return -1;
	if (dir != NULL)
		settings.store = dir;
	options = settings_store(&settings, STORE_TOOL);
	progress_start(&progress, "MiB copied", 0);
	umask(007);
	if (access(from, R_OK) == -1)
		return cannot(from, err);
	if (make_place(options.dir, err) == -1 ||
	    archive_extract(from, options.dir, show_progress, &progress, err) ==
		-1)
		return -1;
	progress_clear(&progress);
	if (store_restore(&options, err) == -1 || enter(&options, err) == -1)
		return -1;
	printf("restored to %s in %.1f s; to look at all of it: muster verify "
	       "--store %s\n",
	    options.dir,
	    (double)(clock_monotonic_ms() - progress.started_at) / 1000,
	    options.dir);
	return 0;
}

int
verb_restore(int argc, char **argv)
{
	const char *store = NULL, *from = NULL;
	const struct verb_option options[] = { { "store", &store } };
	struct error err;

	if (verb_read(argc, argv, options, NELEM(options), &from) == -1 ||
	    from == NULL)
		return verb_usage(usage);
	return run(store, from, &err) == 0 ? EXIT_OK : verb_failed(&err);
}
