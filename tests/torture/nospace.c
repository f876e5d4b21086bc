/*
 * nospace.c: a disk that is full from the n-th write on.
 *
 * To be preloaded.  MUSTER_STORE names the store; the file NOSPACE_FILE holds
 * 8 bytes, how many writes to files of the store may still be done by all
 * processes together.  The one after them does half of its work, up to the end
 * of a block, as on a disk that fills up; what follows fails with ENOSPC.
 *
 * NOSPACE_BLOCK is the length of a block, 4096 bytes if it is not set; with
 * NOSPACE_QUOTA it is a quota that is used up (EDQUOT).
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "instore.h"

/* Blocks that were kept last: they can be written. */
static struct {
	int fd;
	off_t at, end;
} kept = { .fd = -1 };

static off_t
block_len(void)
{
	const char *text = getenv("NOSPACE_BLOCK");

	return text == NULL ? 4096 : strtol(text, NULL, 10);
}

static int
full_code(void)
{
	return getenv("NOSPACE_QUOTA") == NULL ? ENOSPC : EDQUOT;
}

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
	off_t end = (offset + (off_t)len / 2) / block_len() * block_len();

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

	if (left == NULL || !instore_name_of_fd(fd, name, sizeof(name)) ||
	    (fd == kept.fd && offset >= kept.at &&
		offset + (off_t)len <= kept.end))
		return (ssize_t)len;
	before = atomic_fetch_sub(left, 1);
	if (before > 0)
		return (ssize_t)len;
	if (before == 0 && half(len, offset) > 0)
		return half(len, offset);
	errno = full_code();
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
		return errno;
	return (int)syscall(SYS_fallocate, fd, 0, offset, len) == 0 ? 0 : errno;
}

/* What blocks are kept for: all of it, or nothing. */
int
fallocate(int fd, int mode, off_t offset, off_t len)
{
	kept.fd = -1;
	if (room_for(fd, 1, 0) == -1)
		return -1;
	kept.fd = fd;
	kept.at = offset;
	kept.end = offset + len;
	return (int)syscall(SYS_fallocate, fd, mode, offset, len);
}

int
fstatvfs(int fd, struct statvfs *fs)
{
	int (*real)(int, struct statvfs *);
	void *symbol = dlsym(RTLD_NEXT, "fstatvfs");
	int rc;

	memcpy(&real, &symbol, sizeof(real));
	rc = real(fd, fs);
	if (rc == 0)
		fs->f_frsize = (unsigned long)block_len();
	return rc;
}
