/*
 * test_errand.c: the files of errands: who does one, its answer by pages while
 * it grows, those that are due, and those that are too old.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json/json.h"
#include "sync/errand.h"
#include "tap.h"

enum { NOW_S = 1795000000 };
#define NOW ((int64_t)NOW_S * 1000)

static struct arena *a;
static struct uuid long_ago; /* ids of a process ascend: it comes first */
static char store[] = "/tmp/muster-errand.XXXXXX";

static struct errand
make(uint32_t tenant, struct uuid of)
{
	struct errand e = { store, tenant, of };
	struct json_object *v = json_new_object(a);
	char id[UUID_TEXT_SIZE];
	struct error err;
	int rc;

	uuid_format(&e.id, id);
	json_set(v, SLICE("id"), json_new_string(a, slice_of(id)));
	json_set(v, SLICE("job"), json_new_string(a, slice_of(id)));
	rc = errand_save(a, &e, v, &err) == -1 || errand_begin(&e, &err) == -1;
	tap_ok(rc == 0, "an errand is written: %s", rc == 0 ? "" : err.detail);
	return e;
}

static void
count(const struct errand *e, void *arg)
{
	int *n = arg;

	(void)e;
	++*n;
}

static int
due(void)
{
	int n = 0;

	errand_each_due(store, count, &n);
	return n;
}

static void
test_lock(void)
{
	struct errand e = make(1, uuid_new(NOW)), found;
	int first = errand_lock(&e), second = errand_lock(&e);

	tap_ok(first != -1 && second == -1, "one does it, and no other");
	close(first);
	second = errand_lock(&e);
	tap_ok(second != -1, "until that one is gone");
	close(second);
	tap_ok(due() == 1, "it is due");
	tap_ok(errand_find(store, &e.id, &found) == 0 && found.tenant == 1,
	    "and found by its id");
	errand_end(&e);
	tap_ok(due() == 0 && errand_lock(&e) == -1, "until its end");
	errand_drop(&e);
	tap_ok(errand_find(store, &e.id, &found) == -1, "it is forgotten");
}

static void
write_text(int fd, const char *text)
{
	tap_ok(write(fd, text, strlen(text)) == (ssize_t)strlen(text),
	    "some more of an answer");
}

static void
test_lines(void)
{
	struct errand e = make(2, uuid_new(NOW));
	struct errand_lines lines;
	struct error err;
	int fd, more;

	more = errand_read(a, &e, 0, 10, &lines, &err);
	tap_ok(more == 0 && lines.n == 0, "no answer yet");
	fd = errand_open(&e, &err);
	write_text(fd, "{\"n\":1}\n{\"n\":2}\n{\"n\"");
	more = errand_read(a, &e, 0, 10, &lines, &err);
	tap_ok(more == 0 && lines.n == 2 && lines.next == 16,
	    "a line that has no end is not there yet");
	write_text(fd, ":3}\n");
	more = errand_read(a, &e, 0, 2, &lines, &err);
	tap_ok(more == 1 && lines.n == 2, "a page, and there is more");
	more = errand_read(a, &e, lines.next, 2, &lines, &err);
	tap_ok(more == 0 && lines.n == 1 &&
		slice_equal(lines.list[0], SLICE("{\"n\":3}")),
	    "the next one");
	more = errand_read(a, &e, 1000, 2, &lines, &err);
	tap_ok(more == 0 && lines.n == 0, "nothing behind the end");
	close(fd);
	fd = errand_open(&e, &err);
	more = errand_read(a, &e, 0, 2, &lines, &err);
	tap_ok(more == 0 && lines.n == 0, "begun anew it is empty");
	close(fd);
	errand_drop(&e);
}

static void
test_list(void)
{
	struct errand old = make(3, long_ago), young = make(3, uuid_new(NOW)),
		      other = make(4, uuid_new(NOW));
	struct json_object *list;
	struct error err;
	int rc = errand_list(a, store, 3, NULL, &list, &err);

	tap_ok(rc == 0 && json_len(list) == 2, "those of a tenant");
	rc = errand_list(a, store, 3, &young.id, &list, &err);
	tap_ok(rc == 0 && json_len(list) == 1, "those of a job");
	tap_ok(due() == 3, "those that are due, of all");
	errand_prune(store, NOW);
	rc = errand_list(a, store, 3, NULL, &list, &err);
	tap_ok(rc == 0 && json_len(list) == 1 && due() == 2,
	    "what is too old is gone");
	rc = errand_load(a, &old, &list, &err);
	tap_ok(rc == -1 && err.code == ERR_NOT_FOUND, "and not found");
	errand_drop(&young);
	errand_drop(&other);
}

static void
remove_all(void)
{
	char path[128];

	for (int tenant = 1; tenant <= 4; tenant++) {
		snprintf(
		    path, sizeof(path), "%s/" ERRAND_DIR "/%d", store, tenant);
		rmdir(path);
	}
	snprintf(path, sizeof(path), "%s/" ERRAND_DIR, store);
	rmdir(path);
	tap_ok(rmdir(store) == 0, "nothing else was left");
}

int
main(void)
{
	a = arena_new();
	long_ago = uuid_new(NOW - ERRAND_KEEP_MS - 1);
	if (mkdtemp(store) == NULL)
		return 1;
	test_lock();
	test_lines();
	test_list();
	remove_all();
	arena_free(a);
	return tap_done();
}
