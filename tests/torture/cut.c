/*
 * cut.c: the files of a store as a power cut may leave them.
 *
 *	cut LOG DIR SEED whole|torn
 *
 * DIR is a copy of the store from before LOG was begun (powercut.h).  A
 * moment is chosen by SEED: one time in two while tables are written, else
 * any.  What was synced before it is in DIR afterwards.  Of every other write
 * before it chance decides, "whole" of the write at once, "torn" of each
 * 4 KiB of the file.  Removed files are gone.  Prints the moment in
 * nanoseconds, and what it did on standard error.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "powercut.h"

enum { PIECE = 4096, FILES_MAX = 200 };

struct file {
	char name[40];
	uint64_t synced; /* place in the log up to which */
	int fd;
};

struct cut {
	const char *log;
	size_t len;
	const char *dir;
	int64_t moment;
	bool torn;
	struct file files[FILES_MAX];
	long kept, dropped, synced;
};

/* The record at *AT, which moves on; false at the end. */
static bool
next(const struct cut *c, size_t *at, struct cut_record *r)
{
	if (c->len - *at < sizeof(*r))
		return false;
	memcpy(r, c->log + *at, sizeof(*r));
	if (c->len - *at - sizeof(*r) < r->len)
		return false;
	*at += sizeof(*r) + r->len;
	return true;
}

static bool
is_table(const struct cut_record *r)
{
	return r->kind == CUT_WRITE && strstr(r->name, ".db") != NULL;
}

/* The time of one record of those that are looked for, each as likely. */
static void
choose_moment(struct cut *c, bool tables)
{
	struct cut_record r;
	size_t at = 0;
	long n = 0;

	while (next(c, &at, &r))
		if ((!tables || is_table(&r)) && random() % ++n == 0)
			c->moment = r.ns;
}

static struct file *
file_of(struct cut *c, const char *name)
{
	int i = 0;

	while (
	    c->files[i].name[0] != '\0' && strcmp(c->files[i].name, name) != 0)
		if (++i == FILES_MAX) {
			fputs("cut: too many files\n", stderr);
			exit(1);
		}
	if (c->files[i].name[0] == '\0') {
		snprintf(
		    c->files[i].name, sizeof(c->files[i].name), "%s", name);
		c->files[i].fd = -1;
	}
	return &c->files[i];
}

static void
read_syncs(struct cut *c)
{
	struct cut_record r;
	struct file *file;
	size_t at = 0;

	while (next(c, &at, &r)) {
		if (r.kind != CUT_SYNC || r.ns > c->moment)
			continue;
		file = file_of(c, r.name);
		if (r.offset > file->synced)
			file->synced = r.offset;
	}
}

/* The directories of PATH behind its first FROM bytes: logs have their own. */
static void
make_way(char *path, size_t from)
{
	for (char *p = strchr(path + from, '/'); p != NULL;
	     p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0770);
		*p = '/';
	}
}

static int
open_file(struct cut *c, struct file *file)
{
	char path[4096];

	if (file->fd != -1)
		return file->fd;
	snprintf(path, sizeof(path), "%s/%s", c->dir, file->name);
	make_way(path, strlen(c->dir) + 1);
	file->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (file->fd == -1) {
		perror(path);
		exit(1);
	}
	return file->fd;
}

static void
keep(struct cut *c, struct file *file, const char *data, size_t len,
    uint64_t offset)
{
	if (pwrite(open_file(c, file), data, len, (off_t)offset) !=
	    (ssize_t)len)
		exit(1);
}

static void
apply_write(struct cut *c, struct file *file, const struct cut_record *r,
    const char *data, bool synced)
{
	size_t done = 0, len;
	bool kept;

	while (done < r->len) {
		len = PIECE - (r->offset + done) % PIECE;
		if (synced || !c->torn || len > r->len - done)
			len = r->len - done;
		kept = synced || random() % 2 == 0;
		if (kept)
			keep(c, file, data + done, len, r->offset + done);
		c->synced += synced;
		c->kept += kept && !synced;
		c->dropped += !kept;
		done += len;
	}
}

static void
apply(struct cut *c, size_t begin, const struct cut_record *r)
{
	struct file *file = file_of(c, r->name);
	char path[4096];

	switch (r->kind) {
	case CUT_WRITE:
		apply_write(c, file, r, c->log + begin + sizeof(*r),
		    begin < file->synced);
		break;
	case CUT_TRUNCATE:
		if (ftruncate(open_file(c, file), (off_t)r->offset) == -1)
			exit(1);
		break;
	case CUT_UNLINK:
		snprintf(path, sizeof(path), "%s/%s", c->dir, r->name);
		unlink(path);
		if (file->fd != -1)
			close(file->fd);
		file->fd = -1;
		break;
	default:
		break;
	}
}

static void
replay(struct cut *c)
{
	struct cut_record r;
	size_t at = 0, begin = 0;

	while (next(c, &at, &r)) {
		if (r.ns <= c->moment)
			apply(c, begin, &r);
		begin = at;
	}
}

static int
map_log(struct cut *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size == 0)
		return -1;
	c->len = (size_t)st.st_size;
	c->log = mmap(NULL, c->len, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return c->log == MAP_FAILED ? -1 : 0;
}

int
main(int argc, char **argv)
{
	static struct cut c;

	if (argc != 5 || map_log(&c, argv[1]) == -1)
		return 2;
	c.dir = argv[2];
	srandom((unsigned)strtoul(argv[3], NULL, 10));
	c.torn = strcmp(argv[4], "torn") == 0;
	choose_moment(&c, random() % 2 == 0);
	/* No table was written: all of it was still in the cache. */
	if (c.moment == 0)
		choose_moment(&c, false);
	read_syncs(&c);
	replay(&c);
	printf("%" PRId64 "\n", c.moment);
	fprintf(stderr,
	    "cut: seed %s, %s: %ld writes synced, of others %ld pieces kept, "
	    "%ld dropped\n",
	    argv[3], argv[4], c.synced, c.kept, c.dropped);
	return 0;
}
