/*
 * kv_files.c: the files of the environment: which must be there, which are
 * made anew, and the disk blocks that are kept for them (spec berkeley-db.md
 * section 3.2).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "store/kv_private.h"

enum { RESERVE_LEN = 4 * 1024 * 1024 }; /* a region file may grow by this */

static int
is_region(const struct dirent *entry)
{
	return strncmp(entry->d_name, "__db.0", 6) == 0;
}

/* The region that grows with the cache; 001 holds locks, 002 the log. */
static const char cache_region[] = "__db.003";

/* Disk blocks for LEN bytes and what the file may grow by. */
static void
reserve_file(const char *dir, const char *name, size_t cache_len)
{
	char path[PATH_MAX];
	struct stat st;
	off_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		log_warning(
		    "%s: cannot be reserved: %s", path, strerror(errno));
	} else {
		len = st.st_size + RESERVE_LEN;
		if (strcmp(name, cache_region) == 0)
			len += (off_t)(cache_len * 5 / 4);
		if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, len) == -1 &&
		    errno != EOPNOTSUPP)
			log_warning("%s: cannot be reserved: %s", path,
			    strerror(errno));
	}
	if (fd != -1)
		close(fd);
}

/*
 * The region files are sparse: on a full disk the first touch of a page
 * would end the process by SIGBUS (section 3.2).
 */
void
kv_reserve_regions(const char *dir, size_t cache_len)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_region, alphasort);

	for (int i = 0; i < n; i++) {
		reserve_file(dir, entries[i]->d_name, cache_len);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/*
 * Recovery makes them anew; it would first wait for whoever might still be
 * filling files that a power cut left empty.
 */
void
kv_remove_regions(const char *dir)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int n = scandir(dir, &entries, is_region, alphasort);

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		if (unlink(path) == -1)
			log_warning("%s: %s", path, strerror(errno));
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

int
kv_keep_names(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd == -1 || fsync(fd) == -1 ? errno : 0;

	if (fd != -1)
		close(fd);
	return rc;
}

/* The same wait for those who only enter: an empty file is no region. */
bool
kv_has_first_region(const char *dir)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/__db.001", dir);
	return stat(path, &st) == 0 && st.st_size > 0;
}

static int
is_log(const struct dirent *entry)
{
	return strncmp(entry->d_name, "log.", 4) == 0;
}

static bool
has_logs(const char *dir)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_log, NULL);

	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
	return n > 0;
}

static bool
has_table(const char *dir, size_t table)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, kv_table_file(table));
	return access(path, F_OK) == 0;
}

/*
 * Recovery makes tables that are not there, as those of a new store.  Once
 * the last one is made all must be there, or data would be gone in silence.
 */
bool
kv_is_complete(const char *dir)
{
	if (!has_table(dir, KV_TABLE_MAX - 1))
		return true;
	for (size_t i = 0; i < KV_TABLE_MAX; i++)
		if (!has_table(dir, i)) {
			log_error("%s/%s is missing", dir,
			    kv_table_file((enum kv_table)i));
			return false;
		}
	if (!has_logs(dir))
		log_error("%s: the log files are missing", dir);
	return has_logs(dir);
}
