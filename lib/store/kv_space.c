/*
 * kv_space.c: room on the disk: the guard that refuses writes before there is
 * none, and the ballast that recovery throws off (spec berkeley-db.md section
 * 3.2).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/kv_private.h"

enum { SPACE_MS = 200 }; /* between two looks at the disk */

uint64_t
kv_free_space(const char *dir)
{
	struct statvfs fs;

	if (statvfs(dir, &fs) == -1)
		return UINT64_MAX;
	return (uint64_t)fs.f_bavail * fs.f_frsize;
}

bool
kv_has_space(struct kv *kv)
{
	int64_t now = clock_monotonic_ms();

	if (kv->space_seen_at != 0 && now - kv->space_seen_at < SPACE_MS)
		return kv->has_space;
	kv->space_seen_at = now;
	kv->has_space = kv_free_space(kv->dir) >= kv->space_min;
	return kv->has_space;
}

static void
ballast_path(const char *dir, char *path, size_t size)
{
	snprintf(path, size, "%s/ballast", dir);
}

void
kv_drop_ballast(const char *dir, size_t space_min)
{
	char path[PATH_MAX + 16];

	ballast_path(dir, path, sizeof(path));
	if (kv_free_space(dir) < space_min && unlink(path) == 0)
		log_warning("%s: the disk is full: the ballast is given up for "
			    "recovery",
		    dir);
}

/* The blocks are kept, nothing is written. */
static int
make_ballast(const char *path, size_t len)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, KV_MODE), rc;

	if (fd == -1)
		return -1;
	/* The group may have to make it again. */
	rc = fchmod(fd, KV_MODE);
	if (rc == 0 && (errno = posix_fallocate(fd, 0, (off_t)len)) != 0)
		rc = -1;
	close(fd);
	if (rc == -1)
		unlink(path);
	return rc;
}

void
kv_keep_ballast(const struct kv *kv)
{
	char path[PATH_MAX + 16];
	struct stat st;

	ballast_path(kv->dir, path, sizeof(path));
	/* Empty: its maker was killed. */
	if (kv->ballast_len == 0 || (stat(path, &st) == 0 && st.st_size > 0) ||
	    kv_free_space(kv->dir) < kv->space_min + kv->ballast_len)
		return;
	if (make_ballast(path, kv->ballast_len) == -1)
		log_warning("%s: %s", path, strerror(errno));
}
