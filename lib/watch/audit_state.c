/*
 * audit_state.c: how far the chain of the audit has come: audit/state.
 *
 *	{"n":17,"hash":"...","file":"20261121-000001","offset":4711,
 *	"positions":[3,4711]}
 *
 * It is written after the entries: what is behind it in the files is read
 * again.  It also shows when the end of the chain was cut off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "json/json.h"
#include "watch/audit_private.h"

enum { STATE_MAX = 64 * 1024 * 1024 };

uint64_t *
audit_position(struct arena *a, struct audit_state *s, uint32_t log)
{
	size_t n = (size_t)log + 1;

	if (n > s->npositions) {
		s->positions = arena_grow(a, s->positions,
		    s->npositions * sizeof(*s->positions),
		    n * sizeof(*s->positions));
		memset(s->positions + s->npositions, 0,
		    (n - s->npositions) * sizeof(*s->positions));
		s->npositions = n;
	}
	return &s->positions[log];
}

static int
take_state(struct arena *a, const struct json_object *v, struct audit_state *s)
{
	struct slice hash = json_string(json_get(v, "hash"));
	struct slice file = json_string(json_get(v, "file"));
	const struct json_object *list = json_get(v, "positions");

	if (hash.len != AUDIT_HASH_LEN || file.len != LINES_NAME_LEN ||
	    json_kind(list) != JSON_ARRAY ||
	    json_kind(json_get(v, "n")) != JSON_INTEGER ||
	    json_kind(json_get(v, "offset")) != JSON_INTEGER)
		return -1;
	s->head.n = (uint64_t)json_integer(json_get(v, "n"));
	memcpy(s->head.hash, hash.data, hash.len + 1);
	memcpy(s->place.file, file.data, file.len + 1);
	s->place.offset = (uint64_t)json_integer(json_get(v, "offset"));
	for (size_t i = 0; i < json_len(list); i++)
		*audit_position(a, s, (uint32_t)i) =
		    (uint64_t)json_integer(json_at(list, i));
	s->is_saved = true;
	return 0;
}

int
audit_state_load(
    struct arena *a, const char *dir, struct audit_state *s, struct error *err)
{
	struct json_object *v;
	struct slice text;
	char path[4096];

	*s = (struct audit_state){ .is_saved = false };
	audit_path(dir, "state", path);
	if (access(path, F_OK) == -1 && errno == ENOENT)
		return 0;
	if (file_read(a, path, STATE_MAX, &text, err) == -1)
		return -1;
	if (json_parse(a, text, &v, err) == 0 && take_state(a, v, s) == 0)
		return 0;
	return error_set(err, ERR_INTERNAL, "%s: damaged", path);
}

static int
write_file(const char *path, struct slice text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
	int rc;

	if (fd == -1)
		return -1;
	rc = fchmod(fd, 0660) == 0 &&
		write(fd, text.data, text.len) == (ssize_t)text.len &&
		fsync(fd) == 0
	    ? 0
	    : -1;
	close(fd);
	return rc;
}

int
audit_state_save(
    const char *dir, const struct audit_state *s, struct error *err)
{
	char path[4096], fresh[4096];
	struct buf b;
	int rc;

	buf_init(&b, STATE_MAX);
	buf_printf(&b,
	    "{\"n\":%llu,\"hash\":\"%s\",\"file\":\"%s\",\"offset\":%llu,"
	    "\"positions\":[",
	    (unsigned long long)s->head.n, s->head.hash, s->place.file,
	    (unsigned long long)s->place.offset);
	for (size_t i = 0; i < s->npositions; i++)
		buf_printf(&b, "%s%llu", i > 0 ? "," : "",
		    (unsigned long long)s->positions[i]);
	buf_puts(&b, "]}\n");
	audit_path(dir, "state", path);
	audit_path(dir, "state.new", fresh);
	rc = write_file(fresh, buf_text(&b)) == 0 && rename(fresh, path) == 0
	    ? 0
	    : error_set(err, errno == ENOSPC ? ERR_FULL : ERR_INTERNAL,
		  "%s: %s", path, strerror(errno));
	buf_fini(&b);
	return rc;
}
