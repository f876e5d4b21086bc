/*
 * file.c: a small file as a piece of text.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { PIECE_LEN = 64 * 1024 };

/* LEN bytes of FD, or as many as there are. */
static size_t
read_all(int fd, char *into, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, into + done, len - done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done;
}

static int
too_long(const char *path, size_t max, struct error *err)
{
	return error_set(
	    err, ERR_INTERNAL, "%s: longer than %zu bytes", path, max);
}

static bool
is_pipe(mode_t mode)
{
	return S_ISFIFO(mode) || S_ISCHR(mode) || S_ISSOCK(mode);
}

/* How long a pipe is only its end says. */
static int
read_pipe(struct arena *a, int fd, const char *path, size_t max,
    struct slice *out, struct error *err)
{
	size_t size = PIECE_LEN, len = 0, n;
	char *text = arena_alloc(a, size + 1);

	while ((n = read_all(fd, text + len, size - len)) == size - len) {
		len = size;
		if (len > max)
			return too_long(path, max, err);
		text = arena_grow(a, text, size + 1, 2 * size + 1);
		size *= 2;
	}
	len += n;
	if (len > max)
		return too_long(path, max, err);
	text[len] = '\0';
	*out = (struct slice){ text, len };
	return 0;
}

static int
read_file(struct arena *a, int fd, const char *path, size_t len,
    struct slice *out, struct error *err)
{
	char *text = arena_alloc(a, len + 1);

	if (read_all(fd, text, len) != len)
		return error_set(err, ERR_INTERNAL, "%s: cannot be read", path);
	text[len] = '\0';
	*out = (struct slice){ text, len };
	return 0;
}

int
file_read(struct arena *a, const char *path, size_t max, struct slice *out,
    struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		rc = error_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	else if (is_pipe(st.st_mode))
		rc = read_pipe(a, fd, path, max, out, err);
	else if (st.st_size < 0 || (size_t)st.st_size > max)
		rc = too_long(path, max, err);
	else
		rc = read_file(a, fd, path, (size_t)st.st_size, out, err);
	if (fd != -1)
		close(fd);
	return rc;
}
