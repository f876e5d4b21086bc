/*
 * errand.c: the files of errands.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/nelem.h"
#include "base/number.h"
#include "json/json.h"
#include "sync/errand.h"
#include "watch/lines.h"

enum {
	PATH_LEN_MAX = 4096,
	TEXT_MAX = 2 * JOBS_TEXT_MAX,
	PAGE_LEN = 8 * 1024 * 1024 /* bytes; then a page is full */
};

static void
path_of(const struct errand *e, const char *end, char path[PATH_LEN_MAX])
{
	char id[UUID_TEXT_SIZE];

	uuid_format(&e->id, id);
	snprintf(path, PATH_LEN_MAX, "%s/" ERRAND_DIR "/%u/%s%s", e->store,
	    e->tenant, id, end);
}

static int
failed(const char *path, struct error *err)
{
	return error_set(err, errno == ENOSPC ? ERR_FULL : ERR_INTERNAL,
	    "%s: %s", path, strerror(errno));
}

/* ---- one ---- */

static int
write_file(const char *path, struct slice text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
	int rc;

	if (fd == -1)
		return -1;
	errno = ENOSPC;
	rc = fchmod(fd, 0660) == 0 &&
		write(fd, text.data, text.len) == (ssize_t)text.len &&
		fsync(fd) == 0
	    ? 0
	    : -1;
	close(fd);
	return rc;
}

int
errand_save(struct arena *a, const struct errand *e,
    const struct json_object *v, struct error *err)
{
	char path[PATH_LEN_MAX], fresh[PATH_LEN_MAX], dir[PATH_LEN_MAX];

	snprintf(dir, sizeof(dir), "%s/" ERRAND_DIR "/%u", e->store, e->tenant);
	path_of(e, ".json", path);
	path_of(e, ".new", fresh);
	if (lines_make_directory(dir, err) == -1)
		return -1;
	if (write_file(fresh, json_text(a, v)) == -1 ||
	    rename(fresh, path) == -1)
		return failed(path, err);
	return 0;
}

int
errand_load(struct arena *a, const struct errand *e, struct json_object **out,
    struct error *err)
{
	char path[PATH_LEN_MAX], id[UUID_TEXT_SIZE];
	struct slice text;

	path_of(e, ".json", path);
	uuid_format(&e->id, id);
	if (access(path, F_OK) == -1)
		return error_set(
		    err, ERR_NOT_FOUND, "there is no errand '%s'", id);
	return file_read(a, path, TEXT_MAX, &text, err) == -1
	    ? -1
	    : json_load(a, text, out, err);
}

void
errand_drop(const struct errand *e)
{
	static const char *const ends[] = { ".due", ".json", ".lines", ".new" };
	char path[PATH_LEN_MAX];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		path_of(e, ends[i], path);
		unlink(path);
	}
}

/* ---- who does it ---- */

/* A file that others of the group may have, too; -1 with ERR. */
static int
open_file(const struct errand *e, const char *end, int flags, struct error *err)
{
	char path[PATH_LEN_MAX];
	int fd;

	path_of(e, end, path);
	fd = open(path, flags | O_CREAT | O_CLOEXEC, 0660);
	if (fd != -1 && fchmod(fd, 0660) == 0)
		return fd;
	failed(path, err);
	if (fd != -1)
		close(fd);
	return -1;
}

int
errand_begin(const struct errand *e, struct error *err)
{
	int fd = open_file(e, ".due", O_WRONLY, err);

	if (fd == -1)
		return -1;
	close(fd);
	return 0;
}

int
errand_lock(const struct errand *e)
{
	char path[PATH_LEN_MAX];
	int fd;

	path_of(e, ".due", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

void
errand_end(const struct errand *e)
{
	char path[PATH_LEN_MAX];

	path_of(e, ".due", path);
	unlink(path);
}

int
errand_open(const struct errand *e, struct error *err)
{
	return open_file(e, ".lines", O_RDWR | O_TRUNC, err);
}

/* ---- its answer ---- */

/* The next whole line of FILE, without its end; 1, or 0. */
static int
next_line(FILE *file, char **line, size_t *size, size_t *len)
{
	ssize_t n = getline(line, size, file);

	if (n <= 0 || (*line)[n - 1] != '\n')
		return 0;
	*len = (size_t)n - 1;
	return 1;
}

static int
read_lines(struct arena *a, FILE *file, int64_t at, size_t max,
    struct errand_lines *out)
{
	char *line = NULL;
	size_t size = 0, len, sum = 0;
	int more = 0;

	out->list = arena_calloc(a, max, sizeof(*out->list));
	if (fseeko(file, (off_t)at, SEEK_SET) == -1)
		return 0;
	while ((more = next_line(file, &line, &size, &len)) == 1 &&
	    out->n < max && sum < PAGE_LEN) {
		out->list[out->n++] =
		    arena_slice(a, (struct slice){ line, len });
		out->next += (int64_t)len + 1;
		sum += len;
	}
	free(line);
	return more;
}

int
errand_read(struct arena *a, const struct errand *e, int64_t at, size_t max,
    struct errand_lines *out, struct error *err)
{
	char path[PATH_LEN_MAX];
	FILE *file;
	int more;

	*out = (struct errand_lines){ .next = at };
	path_of(e, ".lines", path);
	file = fopen(path, "re");
	if (file == NULL)
		return errno == ENOENT ? 0 : failed(path, err);
	more = read_lines(a, file, at, max, out);
	fclose(file);
	return more;
}

/* ---- all of them ---- */

/* The errands of one tenant whose file ends in END, in an order of their own. */
struct names {
	struct uuid *list;
	size_t n;
};

static int
compare(const void *x, const void *y)
{
	return uuid_compare(x, y);
}

static bool
take_name(const char *name, const char *end, struct uuid *id)
{
	return strlen(name) == UUID_TEXT_LEN + strlen(end) &&
	    strcmp(name + UUID_TEXT_LEN, end) == 0 &&
	    uuid_parse((struct slice){ name, UUID_TEXT_LEN }, id) == 0;
}

static void
read_names(struct arena *a, const char *store, uint32_t tenant, const char *end,
    struct names *out)
{
	char dir[PATH_LEN_MAX];
	struct dirent *entry;
	struct uuid id;
	DIR *d;

	*out = (struct names){ .n = 0 };
	snprintf(dir, sizeof(dir), "%s/" ERRAND_DIR "/%u", store, tenant);
	d = opendir(dir);
	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (!take_name(entry->d_name, end, &id))
			continue;
		out->list = arena_grow(a, out->list, out->n * sizeof(id),
		    (out->n + 1) * sizeof(id));
		out->list[out->n++] = id;
	}
	if (d != NULL)
		closedir(d);
	if (out->n > 0)
		qsort(out->list, out->n, sizeof(id), compare);
}

static bool
is_of(const struct json_object *v, const struct uuid *job)
{
	struct uuid id;

	return job == NULL ||
	    (uuid_parse(json_string(json_get(v, "job")), &id) == 0 &&
		uuid_compare(&id, job) == 0);
}

int
errand_list(struct arena *a, const char *store, uint32_t tenant,
    const struct uuid *job, struct json_object **list, struct error *err)
{
	struct json_object *v;
	struct names names;

	*list = json_new_array(a);
	read_names(a, store, tenant, ".json", &names);
	for (size_t i = 0; i < names.n; i++) {
		struct errand e = { store, tenant, names.list[i] };

		if (errand_load(a, &e, &v, err) == 0) {
			if (is_of(v, job))
				json_append(*list, v);
		} else if (err->code != ERR_NOT_FOUND)
			return -1;
	}
	return 0;
}

/* Call FN for all files that end in END, of every tenant. */
static void
each(const char *store, const char *end, errand_fn *fn, void *arg)
{
	struct errand e = { .store = store };
	char above[PATH_LEN_MAX];
	struct dirent *entry;
	struct names names;
	int64_t tenant;
	struct arena *a;
	DIR *d;

	snprintf(above, sizeof(above), "%s/" ERRAND_DIR, store);
	d = opendir(above);
	if (d == NULL)
		return;
	a = arena_new();
	while ((entry = readdir(d)) != NULL) {
		if (parse_int(slice_of(entry->d_name), 0, UINT32_MAX, &tenant,
			NULL) == -1)
			continue;
		e.tenant = (uint32_t)tenant;
		read_names(a, store, e.tenant, end, &names);
		for (size_t i = 0; i < names.n; i++) {
			e.id = names.list[i];
			fn(&e, arg);
		}
	}
	closedir(d);
	arena_free(a);
}

void
errand_each_due(const char *store, errand_fn *fn, void *arg)
{
	each(store, ".due", fn, arg);
}

struct finding {
	const struct uuid *id;
	struct errand *out;
	bool found;
};

static void
find(const struct errand *e, void *arg)
{
	struct finding *f = arg;

	if (uuid_compare(&e->id, f->id) != 0)
		return;
	*f->out = *e;
	f->found = true;
}

int
errand_find(const char *store, const struct uuid *id, struct errand *out)
{
	struct finding f = { id, out, false };

	each(store, ".json", find, &f);
	return f.found ? 0 : -1;
}

static const char *const left_ends[] = { ".json", ".due", ".lines" };

void
errand_drop_all(const char *store, uint32_t tenant)
{
	struct arena *a = arena_new();
	struct names names;

	for (size_t i = 0; i < NELEM(left_ends); i++) {
		read_names(a, store, tenant, left_ends[i], &names);
		for (size_t k = 0; k < names.n; k++)
			errand_drop(
			    &(struct errand){ store, tenant, names.list[k] });
	}
	arena_free(a);
}

static void
drop_old(const struct errand *e, void *arg)
{
	const int64_t *before = arg;

	if (uuid_time(&e->id) < *before)
		errand_drop(e);
}

void
errand_prune(const char *store, int64_t now)
{
	int64_t before = now - ERRAND_KEEP_MS;

	for (size_t i = 0; i < NELEM(left_ends); i++)
		each(store, left_ends[i], drop_old, &before);
}
