/*
 * nospace.c: a disk that is full from the n-th write on.
 *
 * To be preloaded.  MUSTER_STORE names the store; the file NOSPACE_FILE holds
 * 8 bytes, how many writes to files of the store may still be done by all
 * processes together.  The one after them does half of its work, up to the end
 * of a block, as on a disk that fills up; what follows fails with ENOSPC.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "instore.h"

enum { BLOCK_LEN = 4096 };

static _Atomic int64_t *
writes_left(void)
{
	static _Atomic int64_t *left;
	const char *path = getenv("NOSPACE_FILE");
	void *p;
	int fd;

	if (left == NULL && path != NULL &&
	    (fd = open(path, O_RDWR | O_CLOEXEC)) != -1) {
		p = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
		close(fd);
		if (p != MAP_FAILED)
			left = p;
	}
	return left;
}

/* Half of LEN bytes at OFFSET, or less, up to the end of a block. */
static ssize_t
half(size_t len, off_t offset)
{
	off_t end = (offset + (off_t)len / 2) / BLOCK_LEN * BLOCK_LEN;

	return end > offset ? (ssize_t)(end - offset) : 0;
}

/*
 * How many of LEN bytes FD takes at OFFSET, at least one; -1 with errno set:
 * none.
 */
static ssize_t
room_for(int fd, size_t len, off_t offset)
{
	_Atomic int64_t *left = writes_left();
	char name[256];
	int64_t before;

	if (left == NULL || !instore_name_of_fd(fd, name, sizeof(name)))
		return (ssize_t)len;
	before = atomic_fetch_sub(left, 1);
	if (before > 0)
		return (ssize_t)len;
	if (before == 0 && half(len, offset) > 0)
		return half(len, offset);
	errno = ENOSPC;
	return -1;
}

ssize_t
write(int fd, const void *data, size_t len)
{
	ssize_t room = room_for(fd, len, lseek(fd, 0, SEEK_CUR));

	return room == -1 ? -1 : syscall(SYS_write, fd, data, (size_t)room);
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t offset)
{
	ssize_t room = room_for(fd, len, offset);

	return room == -1
	    ? -1
	    : syscall(SYS_pwrite64, fd, data, (size_t)room, offset);
}

/* All parts or none. */
ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	ssize_t room = room_for(fd, 1, 0);

	return room == -1 ? -1 : syscall(SYS_writev, fd, parts, count);
}

/* The ballast, and whatever else is kept back. */
int
posix_fallocate(int fd, off_t offset, off_t len)
{
	ssize_t room = room_for(fd, 1, 0);

	if (room == -1)
		return ENOSPC;
	return (int)syscall(SYS_fallocate, fd, 0, offset, len) == 0 ? 0 : errno;
}
