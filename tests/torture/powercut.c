/*
 * powercut.c: logs what a program writes to the files of a store.
 *
 * To be preloaded.  MUSTER_STORE names the store, POWERCUT_LOG the log
 * (powercut.h).  The region files and the gate are mapped, not written: a
 * power cut takes them all.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "instore.h"
#include "powercut.h"

static int
log_fd(void)
{
	static int fd = -1;
	const char *path = getenv("POWERCUT_LOG");

	if (fd == -1 && path != NULL)
		fd =
		    open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	return fd;
}

static bool
name_of_fd(int fd, char *name, size_t size)
{
	return log_fd() != -1 && instore_name_of_fd(fd, name, size);
}

static void
put(struct cut_record *r, const void *data)
{
	struct iovec parts[2] = { { r, sizeof(*r) }, { NULL, r->len } };
	struct timespec ts;
	int error = errno;

	memcpy(&parts[1].iov_base, &data, sizeof(data));
	clock_gettime(CLOCK_MONOTONIC, &ts);
	r->ns = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
	if (syscall(SYS_writev, log_fd(), parts, 2) !=
	    (long)(sizeof(*r) + r->len))
		abort();
	errno = error;
}

static void
put_write(int fd, const void *data, ssize_t len, off_t offset)
{
	struct cut_record r = { .kind = CUT_WRITE };

	if (len <= 0 || !name_of_fd(fd, r.name, sizeof(r.name)))
		return;
	r.len = (uint32_t)len;
	r.offset = (uint64_t)offset;
	put(&r, data);
}

ssize_t
write(int fd, const void *data, size_t len)
{
	ssize_t n = syscall(SYS_write, fd, data, len);

	if (n > 0)
		put_write(fd, data, n, lseek(fd, 0, SEEK_CUR) - n);
	return n;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t offset)
{
	ssize_t n = syscall(SYS_pwrite64, fd, data, len, offset);

	put_write(fd, data, n, offset);
	return n;
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	ssize_t n = syscall(SYS_writev, fd, parts, count), left = n;
	off_t offset = n > 0 ? lseek(fd, 0, SEEK_CUR) - n : 0;

	for (int i = 0; i < count && left > 0; i++) {
		ssize_t len = left < (ssize_t)parts[i].iov_len
		    ? left
		    : (ssize_t)parts[i].iov_len;

		put_write(fd, parts[i].iov_base, len, offset);
		offset += len;
		left -= len;
	}
	return n;
}

static int
sync_by(long call, int fd)
{
	struct cut_record r = { .kind = CUT_SYNC };
	bool ours = name_of_fd(fd, r.name, sizeof(r.name));
	struct stat st;
	int rc;

	if (ours && fstat(log_fd(), &st) == 0)
		r.offset = (uint64_t)st.st_size;
	rc = (int)syscall(call, fd);
	if (ours && rc == 0)
		put(&r, NULL);
	return rc;
}

int
fsync(int fd)
{
	return sync_by(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return sync_by(SYS_fdatasync, fd);
}

int
ftruncate(int fd, off_t len)
{
	struct cut_record r = { .kind = CUT_TRUNCATE, .offset = (uint64_t)len };
	int rc = (int)syscall(SYS_ftruncate, fd, len);

	if (rc == 0 && name_of_fd(fd, r.name, sizeof(r.name)))
		put(&r, NULL);
	return rc;
}

int
unlink(const char *path)
{
	struct cut_record r = { .kind = CUT_UNLINK };
	int rc = (int)syscall(SYS_unlink, path);

	if (rc == 0 && log_fd() != -1 &&
	    instore_name(path, r.name, sizeof(r.name)))
		put(&r, NULL);
	return rc;
}
