/*
 * lines_writer.c: lines at the end of many directories of them.
 *
 * What is open stands in a table: a number has one set of places, in which
 * the one that was used longest ago makes way.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "watch/lines_writer.h"

enum {
	FILE_LEN = 8 * 1024 * 1024, /* then the next one */
	DAY_MS = 24 * 3600 * 1000,
	WAYS = 4, /* places of a set */
	SETS_MAX = 512,
	PATH_LEN_MAX = 4096,
	LINE_KEPT = 64 * 1024 /* one that was longer gives its memory back */
};

/* The newest file of a directory, once it is open. */
struct lines_file {
	uint32_t number;
	int fd; /* 0: the place is free */
	int64_t used_at;
	int64_t looked_at; /* whether it is full, or gone */
	int64_t day;	   /* since 1970, on which it was opened */
};

static void
close_file(struct lines_file *f)
{
	if (f->fd != 0)
		close(f->fd);
	f->fd = 0;
}

struct buf *
lines_writer_line(struct lines_writer *w, size_t len_max)
{
	if (w->line.size > LINE_KEPT)
		buf_fini(&w->line);
	buf_clear(&w->line);
	w->line.max = len_max;
	return &w->line;
}

void
lines_writer_close(struct lines_writer *w)
{
	buf_fini(&w->line);
	for (size_t i = w->used.first; i < w->used.end; i++)
		close_file(&w->files[i]);
	zeros_free(w->files, w->nsets * WAYS * sizeof(*w->files));
	w->files = NULL;
	w->used = (struct zeros_span){ .end = 0 };
	w->nsets = 0;
}

/*
 * As many as half of the descriptors that the process may have: what a login
 * gets is less than what it may ask for.
 */
static void
make_table(struct lines_writer *w)
{
	struct rlimit limit = { .rlim_cur = 0 };
	rlim_t wanted = 2 * WAYS * SETS_MAX;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
		limit.rlim_cur =
		    limit.rlim_max < wanted ? limit.rlim_max : wanted;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	w->nsets = SETS_MAX;
	if (limit.rlim_cur < wanted)
		w->nsets = limit.rlim_cur / (2 * WAYS);
	if (w->nsets == 0)
		w->nsets = 1;
	w->files = zeros_new(w->nsets * WAYS * sizeof(*w->files));
}

/* What is left of the disk is for the store; looked at now and then. */
static bool
has_space(struct lines_writer *w, int64_t now)
{
	struct statvfs v;

	if (w->space_min == 0)
		return true;
	if (now >= w->space_at && now - w->space_at < LINES_LOOK_MS)
		return !w->is_full;
	w->space_at = now;
	/* A directory that is not there yet will do. */
	w->is_full = statvfs(w->above, &v) == 0 &&
	    (uint64_t)v.f_bavail * v.f_frsize < w->space_min;
	return !w->is_full;
}

static bool
is_growing(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink > 0 &&
	    (uint64_t)st.st_size < FILE_LEN;
}

/*
 * Looked at now and then: it is a system call.  A file that is full may be a
 * bit longer, and is not taken away as long as it is new.
 */
static bool
is_good(struct lines_file *f, int64_t now)
{
	if (f->day != now / DAY_MS)
		return false;
	if (now >= f->looked_at && now - f->looked_at < LINES_LOOK_MS)
		return true;
	f->looked_at = now;
	return is_growing(f->fd);
}

/*
 * One place after the other is looked at: nobody who has left holds the file
 * of a tenant that is gone.
 */
static void
sweep(struct lines_writer *w, int64_t now)
{
	struct lines_file *f;

	if (now >= w->swept_at && now - w->swept_at < LINES_LOOK_MS)
		return;
	w->swept_at = now;
	w->swept = (w->swept + 1) % (w->nsets * WAYS);
	f = &w->files[w->swept];
	if (f->fd != 0 && (f->day != now / DAY_MS || !is_growing(f->fd)))
		close_file(f);
}

/* The place of NUMBER, or the one that makes way for it. */
static struct lines_file *
place_of(struct lines_writer *w, uint32_t number)
{
	struct lines_file *set, *oldest;

	if (w->files == NULL)
		make_table(w);
	set = oldest = &w->files[number % w->nsets * WAYS];
	for (int i = 0; i < WAYS; i++) {
		if (set[i].fd != 0 && set[i].number == number)
			return &set[i];
		if (set[i].fd == 0 ||
		    (oldest->fd != 0 && set[i].used_at < oldest->used_at))
			oldest = &set[i];
	}
	return oldest;
}

static int
open_newest(struct lines_writer *w, struct lines_file *f, uint32_t number,
    int64_t now, struct error *err)
{
	char dir[PATH_LEN_MAX], name[LINES_NAME_SIZE];
	bool made = false;
	int fd;

	if (snprintf(dir, sizeof(dir), "%s/%u", w->above, number) >=
	    (int)sizeof(dir))
		return error_set(
		    err, ERR_INTERNAL, "%s: too long a path", w->above);
	fd = lines_file(dir, now, FILE_LEN, name, &made, err);
	if (fd == -1 && access(dir, F_OK) == -1 &&
	    lines_make_directory(dir, err) == 0)
		fd = lines_file(dir, now, FILE_LEN, name, &made, err);
	if (fd == -1)
		return -1;
	if (made && (w->age_ms != 0 || w->len_max != 0))
		lines_prune(dir, now, w->age_ms, w->len_max);
	zeros_note(&w->used, (size_t)(f - w->files));
	*f = (struct lines_file){ .number = number,
		.fd = fd,
		.looked_at = now,
		.day = now / DAY_MS };
	return 0;
}

/* The newest file of the directory NUMBER, open. */
static int
prepare(struct lines_writer *w, uint32_t number, int64_t now,
    struct lines_file **out, struct error *err)
{
	struct lines_file *f = place_of(w, number);

	sweep(w, now);
	if (!has_space(w, now))
		return error_set(
		    err, ERR_FULL, "%s: no room on the disk", w->above);
	if (f->fd == 0 || f->number != number || !is_good(f, now)) {
		close_file(f);
		if (open_newest(w, f, number, now, err) == -1)
			return -1;
	}
	f->used_at = now;
	*out = f;
	return 0;
}

int
lines_writer_append(struct lines_writer *w, uint32_t number, int64_t now,
    struct slice text, struct error *err)
{
	char newline[] = "\n";
	struct iovec parts[3] = { { newline, 1 }, { .iov_len = text.len },
		{ newline, 1 } };
	struct lines_file *f = NULL;
	ssize_t n;

	/* What iovec only reads, it takes without const. */
	memcpy(&parts[1].iov_base, &text.data, sizeof(text.data));
	if (prepare(w, number, now, &f, err) == -1)
		return -1;
	n = writev(f->fd, parts, 3);
	if (n == (ssize_t)text.len + 2)
		return 0;
	return error_set(err,
	    n >= 0 || errno == ENOSPC ? ERR_FULL : ERR_INTERNAL, "%s/%u: %s",
	    w->above, number, strerror(n >= 0 ? ENOSPC : errno));
}
