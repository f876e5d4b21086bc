/*
 * kv_system.c: what Berkeley DB asks of the operating system, where it asks
 * for too much time or for too little safety.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "store/kv_private.h"

enum {
	WAIT_MS = 25, /* in place of a second */
	PAGE_LEN_MIN = 512,
	PAGE_LEN_MAX = 65536
};

/*
 * Berkeley DB waits whole seconds where a moment is enough, and all who need
 * what it holds wait with it: two, four and six for a file descriptor, one
 * for a page that is written to while a checkpoint wants it, one for room in
 * the cache.  It looks again afterwards, as often as before.
 */
static int
wait_briefly(u_long seconds, u_long microseconds)
{
	u_long us = seconds * WAIT_MS * 1000 + microseconds;
	struct timespec ts = { .tv_sec = (time_t)(us / 1000000),
		.tv_nsec = (long)(us % 1000000) * 1000 };

	return us == 0 ? sched_yield() : nanosleep(&ts, NULL);
}

/* Is it a page, and of more than one block of the file system? */
static bool
is_page_of_blocks(int fd, size_t len)
{
	struct statvfs fs;

	return len >= PAGE_LEN_MIN && len <= PAGE_LEN_MAX &&
	    (len & (len - 1)) == 0 && fstatvfs(fd, &fs) == 0 &&
	    fs.f_frsize < len;
}

/* Do the blocks of a file from AT on have no room on the disk? */
static bool
lack_room(int fd, off_t at, off_t len)
{
	return fallocate(fd, FALLOC_FL_KEEP_SIZE, at, len) == -1 &&
	    kv_is_full(errno);
}

/*
 * A disk that fills up takes the first blocks of a page and not the others;
 * what the file then holds is no page, and recovery ends there.  So all of
 * them are kept before one is written: those that are new read as zeros, as
 * they did before.
 *
 * The last byte of a region file is written to make it that long: what stands
 * before it is memory, and whoever touches that where the disk has no block
 * for it is ended by SIGBUS (spec berkeley-db.md section 3.2).
 */
static int
keep_blocks(int fd, size_t len)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (at == -1)
		return 0;
	if (len == 1)
		return lack_room(fd, 0, at + 1) ? -1 : 0;
	return is_page_of_blocks(fd, len) && lack_room(fd, at, (off_t)len) ? -1
									   : 0;
}

static ssize_t
write_whole(int fd, const void *data, size_t len)
{
	const char *rest = data;
	size_t left = len;

	if (keep_blocks(fd, len) == -1)
		return -1;
	while (left > 0) {
		ssize_t n = write(fd, rest, left);

		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			rest += n;
			left -= (size_t)n;
		}
	}
	return (ssize_t)len;
}

bool
kv_is_full(int code)
{
	return code == ENOSPC || code == EDQUOT;
}

int
kv_prepare_library(void)
{
	int rc = kv_prepare_split();

	if (rc == 0)
		rc = db_env_set_func_yield(wait_briefly);
	return rc != 0 ? rc : db_env_set_func_write(write_whole);
}
