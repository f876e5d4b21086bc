/*
 * lines.c: a directory of files of lines that only grow.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "base/clock.h"
#include "watch/lines.h"

enum {
	FILE_MODE = 0660,
	DIR_MODE = 02770,
	DAY_LEN = 8, /* of a name */
	NUMBER_MAX = 999999,
	TRIES = 10
};

static int
failed(const char *path, struct error *err)
{
	return error_set(err, errno == ENOSPC ? ERR_FULL : ERR_INTERNAL,
	    "%s: %s", path, strerror(errno));
}

/* The modes are ours whatever the umask: others of the group write too. */
static int
make_one(const char *path)
{
	if (mkdir(path, DIR_MODE) == -1)
		return errno == EEXIST ? 0 : -1;
	return chmod(path, DIR_MODE);
}

int
lines_make_directory(const char *path, struct error *err)
{
	char above[4096];
	const char *slash = strrchr(path, '/');

	if (make_one(path) == 0)
		return 0;
	if (errno != ENOENT || slash == NULL ||
	    (size_t)(slash - path) >= sizeof(above))
		return failed(path, err);
	memcpy(above, path, (size_t)(slash - path));
	above[slash - path] = '\0';
	if (make_one(above) == -1 || make_one(path) == -1)
		return failed(path, err);
	return 0;
}

static bool
is_name(const char *name)
{
	if (strlen(name) != LINES_NAME_LEN || name[DAY_LEN] != '-')
		return false;
	for (int i = 0; i < LINES_NAME_LEN; i++)
		if (i != DAY_LEN && (name[i] < '0' || name[i] > '9'))
			return false;
	return true;
}

/* The last name in DIR, "" when there is none. */
static int
find_newest(const char *dir, char newest[LINES_NAME_SIZE])
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	newest[0] = '\0';
	if (d == NULL)
		return -1;
	while ((entry = readdir(d)) != NULL)
		if (is_name(entry->d_name) && strcmp(entry->d_name, newest) > 0)
			memcpy(newest, entry->d_name, LINES_NAME_SIZE);
	closedir(d);
	return 0;
}

/* "20261121" */
static void
day_of(int64_t now, char day[DAY_LEN + 1])
{
	char at[CLOCK_TEXT_SIZE];

	clock_format(now, at);
	memcpy(day, at, 4);
	memcpy(day + 4, at + 5, 2);
	memcpy(day + 6, at + 8, 2);
	day[DAY_LEN] = '\0';
}

/* The name behind NAME, of DAY: a clock that was set back makes no older. */
static void
name_next(char name[LINES_NAME_SIZE], const char *day)
{
	bool is_newer = strncmp(day, name, DAY_LEN) > 0;
	long number = is_newer ? 0 : strtol(name + DAY_LEN + 1, NULL, 10);

	if (is_newer)
		memcpy(name, day, DAY_LEN);
	snprintf(name + DAY_LEN, LINES_NAME_SIZE - DAY_LEN, "-%06u",
	    (unsigned)(number + 1) % (NUMBER_MAX + 1));
}

static int
open_file(const char *dir, const char *name, int flags)
{
	char path[4096 + LINES_NAME_SIZE];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, flags | O_CLOEXEC, FILE_MODE);
	if (fd != -1 && (flags & O_CREAT) != 0 && fchmod(fd, FILE_MODE) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
has_room(int fd, uint64_t len_max)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink > 0 &&
	    (uint64_t)st.st_size < len_max;
}

int
lines_file(const char *dir, int64_t now, uint64_t len_max,
    char name[LINES_NAME_SIZE], bool *made, struct error *err)
{
	char day[DAY_LEN + 1];
	int fd;

	if (made != NULL)
		*made = false;
	day_of(now, day);
	/* Another process may make the same file, or the next, meanwhile. */
	for (int i = 0; i < TRIES; i++) {
		if (find_newest(dir, name) == -1)
			break;
		if (name[0] != '\0' && strncmp(day, name, DAY_LEN) <= 0) {
			fd = open_file(dir, name, O_RDWR | O_APPEND);
			if (fd != -1 && has_room(fd, len_max))
				return fd;
			if (fd != -1)
				close(fd);
		}
		name_next(name, day);
		fd = open_file(dir, name, O_RDWR | O_APPEND | O_CREAT | O_EXCL);
		if (fd != -1 && made != NULL)
			*made = true;
		if (fd != -1)
			return fd;
		if (errno != EEXIST)
			break;
	}
	return failed(dir, err);
}

static int
by_name(const void *x, const void *y)
{
	return strcmp(x, y);
}

char (
    *lines_files(struct arena *a, const char *dir, size_t *n))[LINES_NAME_SIZE]
{
	char(*list)[LINES_NAME_SIZE] = NULL;
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t size = 0;

	*n = 0;
	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (!is_name(entry->d_name))
			continue;
		if (*n == size) {
			size = size == 0 ? 16 : size * 2;
			list = arena_grow(
			    a, list, *n * sizeof(*list), size * sizeof(*list));
		}
		memcpy(list[(*n)++], entry->d_name, LINES_NAME_SIZE);
	}
	if (d != NULL)
		closedir(d);
	if (*n > 1)
		qsort(list, *n, sizeof(*list), by_name);
	return list;
}

struct lines_walk {
	const char *dir;
	bool back;
	char (*names)[LINES_NAME_SIZE];
	size_t n;
	size_t next; /* file to map; back: the one behind it */
	char *text;  /* of the file that is walked, or NULL */
	size_t len;  /* of it, up to its last newline */
	size_t mapped;
	size_t at;
	const char *name;
	struct lines_place from;
};

struct lines_walk *
lines_open(
    struct arena *a, const char *dir, bool back, const struct lines_place *from)
{
	struct lines_walk *w = arena_calloc(a, 1, sizeof(*w));

	w->dir = arena_strdup(a, dir);
	w->back = back;
	w->from = *from;
	w->names = lines_files(a, dir, &w->n);
	w->next = back ? w->n : 0;
	if (from->file[0] == '\0')
		return w;
	if (back)
		while (w->next > 0 &&
		    strcmp(w->names[w->next - 1], from->file) > 0)
			w->next--;
	else
		while (
		    w->next < w->n && strcmp(w->names[w->next], from->file) < 0)
			w->next++;
	return w;
}

void
lines_close(struct lines_walk *w)
{
	if (w->text != NULL)
		munmap(w->text, w->mapped);
	w->text = NULL;
}

/* Where the walk begins in a file, which FROM may stand in. */
static void
enter_file(struct lines_walk *w)
{
	bool is_from = strcmp(w->name, w->from.file) == 0;

	w->at = w->back ? w->len : 0;
	if (is_from && w->from.offset <= w->len)
		w->at = (size_t)w->from.offset;
	else if (is_from && !w->back)
		w->at = w->len;
}

/* Map a file up to its last newline; one that is gone is passed over. */
static int
map_file(struct lines_walk *w, struct error *err)
{
	int fd = open_file(w->dir, w->name, O_RDONLY);
	struct stat st;
	const char *end;

	if (fd == -1)
		return errno == ENOENT ? 0 : failed(w->dir, err);
	if (fstat(fd, &st) == -1 || st.st_size == 0) {
		close(fd);
		return 0;
	}
	w->mapped = (size_t)st.st_size;
	w->text = mmap(NULL, w->mapped, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (w->text == MAP_FAILED) {
		w->text = NULL;
		return failed(w->dir, err);
	}
	end = memrchr(w->text, '\n', w->mapped);
	w->len = end == NULL ? 0 : (size_t)(end - w->text) + 1;
	enter_file(w);
	return 0;
}

/* 1: there is a line in the file that is open. */
static int
next_in_file(struct lines_walk *w, size_t *start, size_t *len)
{
	while (w->back ? w->at > 0 : w->at < w->len) {
		const char *newline;

		if (w->back) {
			newline = w->at == 1
			    ? NULL
			    : memrchr(w->text, '\n', w->at - 1);
			*start = newline == NULL
			    ? 0
			    : (size_t)(newline - w->text) + 1;
			*len = w->at - 1 - *start;
			w->at = *start;
		} else {
			*start = w->at;
			newline = memchr(w->text + w->at, '\n', w->len - w->at);
			*len = (size_t)(newline - w->text) - w->at;
			w->at += *len + 1;
		}
		if (*len > 0)
			return 1;
	}
	return 0;
}

int
lines_next(struct lines_walk *w, struct slice *line, struct lines_place *place,
    struct error *err)
{
	size_t start, len;

	for (;;) {
		if (w->text != NULL && next_in_file(w, &start, &len) == 1)
			break;
		lines_close(w);
		if (w->back ? w->next == 0 : w->next == w->n)
			return 0;
		w->name = w->names[w->back ? --w->next : w->next++];
		if (map_file(w, err) == -1)
			return -1;
	}
	*line = (struct slice){ w->text + start, len };
	memcpy(place->file, w->name, LINES_NAME_SIZE);
	place->offset = start;
	return 1;
}

void
lines_place_print(const struct lines_place *place, char text[40])
{
	snprintf(text, 40, "%s:%llu", place->file,
	    (unsigned long long)place->offset);
}

int
lines_place_parse(struct slice text, struct lines_place *place)
{
	int64_t offset;

	if (text.len <= LINES_NAME_LEN || text.data[LINES_NAME_LEN] != ':')
		return -1;
	memcpy(place->file, text.data, LINES_NAME_LEN);
	place->file[LINES_NAME_LEN] = '\0';
	if (!is_name(place->file) ||
	    parse_int(slice_from(text, LINES_NAME_SIZE), 0, INT64_MAX, &offset,
		NULL) == -1)
		return -1;
	place->offset = (uint64_t)offset;
	return 0;
}

static void
remove_file(const char *dir, const char *name)
{
	char path[4096 + LINES_NAME_SIZE];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
}

void
lines_prune(const char *dir, int64_t now, int64_t age_ms, uint64_t len_max)
{
	char path[4096 + LINES_NAME_SIZE];
	struct arena *a = arena_new();
	uint64_t total = 0;
	struct stat st;
	size_t n;
	char(*names)[LINES_NAME_SIZE] = lines_files(a, dir, &n);

	/* The newest first: what does not fit beside newer ones goes. */
	for (size_t i = n; i > 0; i--) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i - 1]);
		if (stat(path, &st) == -1)
			continue;
		total += (uint64_t)st.st_size;
		if ((age_ms != 0 &&
			(int64_t)st.st_mtime * 1000 < now - age_ms) ||
		    (len_max != 0 && i < n && total > len_max))
			remove_file(dir, names[i - 1]);
	}
	arena_free(a);
}

void
lines_prune_each(
    const char *above, int64_t now, int64_t age_ms, uint64_t len_max)
{
	DIR *d = opendir(above);
	struct dirent *entry;
	char path[4096];
	int64_t number;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (parse_int(slice_of(entry->d_name), 0, UINT32_MAX, &number,
			NULL) == -1)
			continue;
		snprintf(path, sizeof(path), "%s/%s", above, entry->d_name);
		lines_prune(path, now, age_ms, len_max);
	}
	if (d != NULL)
		closedir(d);
}
