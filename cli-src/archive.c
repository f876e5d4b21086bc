/*
 * archive.c: the files of a backup, in a directory or in one tar file
 * (POSIX.1-1988 ustar; sizes from 8 GiB on in base 256, as GNU tar reads).
 *
 * The first file is STORE_BACKUP_MARK, by which a directory is no store; the
 * last is "complete": without it the archive is not.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive.h"
#include "base/log.h"
#include "store/store.h"

enum { BLOCK_LEN = 512, COPY_LEN = 64 * 1024, PATH_LEN = 4096 };

static const char complete[] = "complete";

struct archive {
	struct kv_sink sink;
	const char *path;
	bool is_file;
	int dir;	 /* or -1 */
	int fd;		 /* of the tar, or of the file that is written */
	char name[100];	 /* of that file */
	off_t header_at; /* in a tar */
	uint64_t size;	 /* of that file so far */
	uint64_t len;
};

/* The header of one file; numbers are octal text. */
struct tar_header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	unsigned char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char link[100];
	char magic[6];
	char version[2];
	char rest[247];
};
_Static_assert(sizeof(struct tar_header) == BLOCK_LEN, "one block");

bool
archive_is_file(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && strcmp(path + len - 4, ".tar") == 0;
}

static int
failed(struct error *err, const char *path, int code)
{
	return error_set(err, code == ENOSPC ? ERR_FULL : ERR_INTERNAL,
	    "%s: %s", path, strerror(code));
}

static int
write_all(int fd, const void *data, size_t len)
{
	const char *at = data;
	ssize_t n;

	for (; len > 0; at += n, len -= (size_t)n) {
		n = write(fd, at, len);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			return errno;
	}
	return 0;
}

/* LEN bytes, or what there is to the end. */
static ssize_t
read_all(int fd, void *data, size_t len)
{
	size_t have = 0;
	ssize_t n = 1;

	while (have < len && n > 0) {
		n = read(fd, (char *)data + have, len - have);
		if (n == -1 && errno == EINTR)
			n = 1;
		else if (n > 0)
			have += (size_t)n;
	}
	return n == -1 ? -1 : (ssize_t)have;
}

static unsigned
checksum_of(const struct tar_header *h)
{
	const unsigned char *bytes = (const unsigned char *)h;
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(*h); i++)
		sum += i >= offsetof(struct tar_header, checksum) &&
			i < offsetof(struct tar_header, type)
		    ? ' '
		    : bytes[i];
	return sum;
}

static void
put_size(unsigned char out[12], uint64_t size)
{
	if (size < (uint64_t)1 << 33) {
		snprintf((char *)out, 12, "%011llo", (unsigned long long)size);
		return;
	}
	memset(out, 0, 12);
	out[0] = 0x80;
	for (int i = 0; i < 8; i++)
		out[11 - i] = (unsigned char)(size >> (8 * i));
}

static uint64_t
get_size(const unsigned char in[12])
{
	uint64_t size = 0;

	if (in[0] & 0x80)
		for (int i = 4; i < 12; i++)
			size = size << 8 | in[i];
	else
		for (int i = 0; i < 12 && in[i] >= '0' && in[i] <= '7'; i++)
			size = size << 3 | (uint64_t)(in[i] - '0');
	return size;
}

static void
fill_header(struct tar_header *h, const char *name, uint64_t size)
{
	memset(h, 0, sizeof(*h));
	snprintf(h->name, sizeof(h->name), "%s", name);
	memcpy(h->mode, "0000600", 8);
	memcpy(h->uid, "0000000", 8);
	memcpy(h->gid, "0000000", 8);
	memcpy(h->mtime, "00000000000", 12);
	memcpy(h->magic, "ustar", 6);
	memcpy(h->version, "00", 2);
	h->type = '0';
	put_size(h->size, size);
	snprintf(h->checksum, sizeof(h->checksum), "%06o", checksum_of(h));
}

/* In a tar the header is written again once the size is known. */
static int
begin_file(void *arg, const char *name)
{
	struct archive *ar = arg;
	struct tar_header h;

	ar->size = 0;
	snprintf(ar->name, sizeof(ar->name), "%s", name);
	if (!ar->is_file) {
		ar->fd = openat(ar->dir, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		return ar->fd == -1 ? errno : 0;
	}
	ar->header_at = lseek(ar->fd, 0, SEEK_CUR);
	if (ar->header_at == -1)
		return errno;
	fill_header(&h, name, 0);
	return write_all(ar->fd, &h, sizeof(h));
}

static int
write_file(void *arg, const void *data, size_t len)
{
	struct archive *ar = arg;

	ar->size += len;
	ar->len += len;
	return write_all(ar->fd, data, len);
}

static int
end_member(struct archive *ar)
{
	static const char zeros[BLOCK_LEN];
	struct tar_header h;
	size_t pad = (BLOCK_LEN - ar->size % BLOCK_LEN) % BLOCK_LEN;
	int rc = write_all(ar->fd, zeros, pad);

	if (rc != 0)
		return rc;
	fill_header(&h, ar->name, ar->size);
	return pwrite(ar->fd, &h, sizeof(h), ar->header_at) == sizeof(h) ? 0
									 : EIO;
}

static int
end_file(void *arg)
{
	struct archive *ar = arg;
	int rc;

	if (ar->is_file)
		return end_member(ar);
	rc = fsync(ar->fd) == -1 ? errno : 0;
	close(ar->fd);
	ar->fd = -1;
	return rc;
}

static int
add_empty(struct archive *ar, const char *name)
{
	int rc = begin_file(ar, name);

	return rc != 0 ? rc : end_file(ar);
}

static int
open_archive(struct archive *ar)
{
	if (ar->is_file) {
		ar->fd =
		    open(ar->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		return ar->fd == -1 ? errno : 0;
	}
	if (mkdir(ar->path, 0700) == -1)
		return errno;
	ar->dir = open(ar->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return ar->dir == -1 ? errno : 0;
}

int
archive_create(const char *path, struct archive **out, struct error *err)
{
	struct archive *ar = calloc(1, sizeof(*ar));
	int rc;

	if (ar == NULL)
		fatal("out of memory");
	*ar = (struct archive){ .path = path,
		.is_file = archive_is_file(path),
		.dir = -1,
		.fd = -1 };
	ar->sink = (struct kv_sink){ begin_file, write_file, end_file, ar };
	rc = open_archive(ar);
	if (rc == 0)
		rc = add_empty(ar, STORE_BACKUP_MARK);
	if (rc != 0) {
		archive_abandon(ar);
		return failed(err, path, rc);
	}
	*out = ar;
	return 0;
}

const struct kv_sink *
archive_sink(struct archive *ar)
{
	return &ar->sink;
}

uint64_t
archive_len(const struct archive *ar)
{
	return ar->len;
}

void
archive_abandon(struct archive *ar)
{
	if (ar->fd != -1)
		close(ar->fd);
	if (ar->dir != -1)
		close(ar->dir);
	free(ar);
}

/* What is in it is on the disk before it says that it is complete. */
static int
seal(struct archive *ar)
{
	static const char zeros[2 * BLOCK_LEN];
	int rc;

	if (fsync(ar->is_file ? ar->fd : ar->dir) == -1)
		return errno;
	rc = add_empty(ar, complete);
	if (rc == 0 && ar->is_file)
		rc = write_all(ar->fd, zeros, sizeof(zeros));
	if (rc == 0 && fsync(ar->is_file ? ar->fd : ar->dir) == -1)
		rc = errno;
	return rc;
}

int
archive_finish(struct archive *ar, struct error *err)
{
	const char *path = ar->path;
	int rc = seal(ar);

	archive_abandon(ar);
	return rc == 0 ? 0 : failed(err, path, rc);
}

/* Only what a backup can hold: tables, log and marks. */
static bool
is_known(const char *name)
{
	size_t len = strlen(name);

	if (strchr(name, '/') != NULL)
		return false;
	return (len > 3 && strcmp(name + len - 3, ".db") == 0) ||
	    strncmp(name, "log.", 4) == 0 || strcmp(name, "key") == 0 ||
	    strcmp(name, STORE_BACKUP_MARK) == 0 || strcmp(name, complete) == 0;
}

void
archive_remove(const char *path)
{
	char name[PATH_LEN];
	struct dirent *entry;
	DIR *dir;

	if (archive_is_file(path)) {
		unlink(path);
		return;
	}
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (is_known(entry->d_name))
			unlink(name);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

/* One that is read. */
struct extraction {
	const char *path;
	const char *dir;
	void (*progress)(void *arg, uint64_t done);
	void *arg;
	uint64_t done;
	bool is_complete;
};

/* LEN bytes of FROM become the file NAME. */
static int
extract_file(struct extraction *x, const char *name, int from, uint64_t len)
{
	char path[PATH_LEN], data[COPY_LEN];
	ssize_t n = 0;
	int fd, rc = 0;

	snprintf(path, sizeof(path), "%s/%s", x->dir, name);
	/* Nobody but its owner changes the key file (store/vault.h). */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    strcmp(name, "key") == 0 ? 0640 : 0660);
	if (fd == -1)
		return errno;
	for (; rc == 0 && len > 0; len -= (uint64_t)n) {
		n = read_all(
		    from, data, len < sizeof(data) ? len : sizeof(data));
		if (n <= 0)
			rc = n == -1 ? errno : EIO;
		else
			rc = write_all(fd, data, (size_t)n);
		if (rc != 0)
			break;
		x->done += (uint64_t)n;
		x->progress(x->arg, x->done);
	}
	if (rc == 0 && fsync(fd) == -1)
		rc = errno;
	close(fd);
	return rc;
}

/* The marks say something; all else is copied. */
static int
extract_known(struct extraction *x, const char *name, int from, uint64_t len)
{
	if (strcmp(name, complete) == 0)
		x->is_complete = true;
	if (strcmp(name, complete) == 0 || strcmp(name, STORE_BACKUP_MARK) == 0)
		return 0;
	return extract_file(x, name, from, len);
}

static int
extract_entry(struct extraction *x, int dir, const char *name)
{
	struct stat st;
	int rc, fd;

	if (!is_known(name))
		return 0;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno;
	rc = fstat(fd, &st) == -1
	    ? errno
	    : extract_known(x, name, fd, (uint64_t)st.st_size);
	close(fd);
	return rc;
}

static int
extract_directory(struct extraction *x)
{
	DIR *dir = opendir(x->path);
	struct dirent *entry;
	int rc = 0;

	if (dir == NULL)
		return errno;
	while (rc == 0 && (entry = readdir(dir)) != NULL)
		rc = extract_entry(x, dirfd(dir), entry->d_name);
	closedir(dir);
	return rc;
}

/* The next file of a tar; EIO when it is not one of ours. */
static int
extract_member(struct extraction *x, int fd, bool *end)
{
	struct tar_header h;
	ssize_t n = read_all(fd, &h, sizeof(h));
	uint64_t size;
	off_t behind;
	int rc;

	*end = n == 0 || (n == sizeof(h) && h.name[0] == '\0');
	if (*end)
		return 0;
	if (n != sizeof(h) || memcmp(h.magic, "ustar", 5) != 0 ||
	    h.name[sizeof(h.name) - 1] != '\0' ||
	    strtoul(h.checksum, NULL, 8) != checksum_of(&h) ||
	    !is_known(h.name))
		return EIO;
	size = get_size(h.size);
	behind = lseek(fd, 0, SEEK_CUR) +
	    (off_t)((size + BLOCK_LEN - 1) / BLOCK_LEN * BLOCK_LEN);
	rc = extract_known(x, h.name, fd, size);
	if (rc == 0 && lseek(fd, behind, SEEK_SET) == -1)
		rc = errno;
	return rc;
}

static int
extract_tar(struct extraction *x)
{
	int fd = open(x->path, O_RDONLY | O_CLOEXEC), rc = 0;
	bool end = false;

	if (fd == -1)
		return errno;
	while (rc == 0 && !end)
		rc = extract_member(x, fd, &end);
	close(fd);
	return rc;
}

int
archive_extract(const char *path, const char *dir,
    void (*progress)(void *arg, uint64_t done), void *arg, struct error *err)
{
	struct extraction x = {
		.path = path, .dir = dir, .progress = progress, .arg = arg
	};
	struct stat st;
	int rc = stat(path, &st) == -1 ? errno : 0;

	if (rc == 0)
		rc = S_ISDIR(st.st_mode) ? extract_directory(&x)
					 : extract_tar(&x);
	if (rc == EIO || (rc == 0 && !x.is_complete))
		return error_set(err, ERR_INTERNAL,
		    "%s: is not a complete backup of muster: use another one",
		    path);
	return rc == 0 ? 0 : failed(err, path, rc);
}
