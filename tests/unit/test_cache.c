/*
 * test_cache.c: how large the shared cache is made, and when it is made anew.
 */
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nelem.h"
#include "store/kv_private.h"
#include "store/store_private.h"
#include "tap.h"

#define MIB ((size_t)1024 * 1024)

static char dir[] = "/tmp/muster-cache.XXXXXX";
static struct error err;

static bool
make_file(enum kv_table table, size_t len)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, kv_table_file(table));
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd == -1)
		return false;
	return ftruncate(fd, (off_t)len) == 0 && close(fd) == 0;
}

static void
remove_files(void)
{
	char path[300];

	for (int i = 0; i < KV_TABLE_MAX; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir,
		    kv_table_file((enum kv_table)i));
		unlink(path);
	}
}

/* With tables of these lengths; they have no blocks. */
static void
test_len(void)
{
	static const struct {
		const char *what;
		size_t resources, uniques, changes, set, max, len;
	} rows[] = {
		/* clang-format off */
		{ "small tables", 1, 1, 1, 0, 9999, 64 },
		{ "tables that fit", 50, 20, 0, 0, 9999, 70 },
		{ "the change log does not count", 50, 20, 999, 0, 9999, 70 },
		{ "little memory", 50, 20, 0, 0, 66, 66 },
		{ "less", 50, 20, 0, 0, 10, 64 },
		{ "as somebody says", 50, 20, 0, 4, 9999, 4 },
		/* clang-format on */
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct kv_options options = { .dir = dir,
			.cache_len = rows[i].set * MIB,
			.cache_max = rows[i].max * MIB };
		bool made = make_file(KV_RESOURCES, rows[i].resources * MIB) &&
		    make_file(KV_UNIQUES, rows[i].uniques * MIB) &&
		    make_file(KV_CHANGES, rows[i].changes * MIB);

		tap_ok(made && kv_cache_len(&options) == rows[i].len * MIB,
		    "%s: a cache of %zu MiB", rows[i].what, rows[i].len);
	}
	tap_ok(kv_cache_room() > 0, "the machine has memory");
	remove_files();
}

static struct store *
enter(enum store_kind kind, size_t cache_len)
{
	struct store_options options = { .dir = dir,
		.cache_len = cache_len,
		.space_min = 1,
		.kind = kind,
		.create = cache_len != 0 };
	struct store *store;

	if (store_open(&options, &store, &err) == 0)
		return store;
	fprintf(stderr, "%s\n", err.detail);
	exit(EXIT_FAILURE);
}

/* Berkeley DB adds something to a small one. */
static bool
is_large(const struct store *store)
{
	size_t len = kv_cache_made(store->kv);

	return len >= 64 * MIB && len < 128 * MIB;
}

static void
test_anew(void)
{
	struct store *first = enter(STORE_WORKER, 4 * MIB), *other;
	unsigned made = gate_generation(first->gate);

	tap_ok(!is_large(first), "made as somebody says");
	other = enter(STORE_WORKER, 0);
	tap_ok(!is_large(other) && gate_generation(other->gate) == made,
	    "who comes in beside another takes the cache as it is");
	store_close(other);
	store_close(first);
	other = enter(STORE_ONESHOT, 0);
	tap_ok(!is_large(other) && gate_generation(other->gate) == made,
	    "so does a process of one request");
	store_close(other);
	other = enter(STORE_TOOL, 0);
	tap_ok(is_large(other) && gate_generation(other->gate) == made + 1,
	    "one that is alone makes it anew");
	store_close(other);
	other = enter(STORE_WORKER, 0);
	tap_ok(is_large(other) && gate_generation(other->gate) == made + 1,
	    "and the next one finds it right");
	store_close(other);
	other = enter(STORE_WORKER, 4 * MIB);
	tap_ok(is_large(other), "also one that would make a smaller one");
	store_close(other);
}

/* The files of the regions, and which of them have blocks for all they hold. */
static void
count_regions(size_t *files, size_t *whole)
{
	char pattern[300];
	struct stat st;
	glob_t found;

	*files = *whole = 0;
	snprintf(pattern, sizeof(pattern), "%s/__db.*", dir);
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		*files += stat(found.gl_pathv[i], &st) == 0;
		*whole += st.st_blocks * 512 > st.st_size;
	}
	globfree(&found);
}

static bool
can_reserve(void)
{
	char path[300];
	int fd;
	bool can;

	snprintf(path, sizeof(path), "%s/reserved", dir);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	can = fd != -1 && fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 4096) == 0;
	close(fd);
	unlink(path);
	return can;
}

/* On a full disk the first touch of a page without a block is SIGBUS. */
static void
test_reserved(void)
{
	size_t files, whole;

	if (!can_reserve()) {
		tap_ok(true, "# skip this file system keeps no blocks");
		return;
	}
	store_close(enter(STORE_TOOL, 0));
	count_regions(&files, &whole);
	tap_ok(files > 0 && whole == files,
	    "all of %zu regions have blocks, and some to grow: %zu", files,
	    whole);
}

int
main(void)
{
	char command[300];

	if (mkdtemp(dir) == NULL)
		return 1;
	test_len();
	test_anew();
	test_reserved();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		tap_ok(false, "cleaned up");
	return tap_done();
}
