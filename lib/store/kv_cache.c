/*
 * kv_cache.c: how large the cache is that all processes share.
 *
 * A page that is not in it is copied out of that of the operating system and
 * its checksum is worked out: 9 us of CPU, where one that is in it costs about
 * one.  So it has room for what the tables hold, if the machine has; but for
 * the change log, of which only the end is read.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/kv_private.h"

enum { CACHE_MIN = 64 * 1024 * 1024, SHARE = 4, SHARE_OF_DISK = 8 };

static size_t
least(uint64_t a, uint64_t b)
{
	return (size_t)(a < b ? a : b);
}

/* What the container may have; without a file of it there is no limit. */
static uint64_t
container_memory(void)
{
	unsigned long long len = ULLONG_MAX;
	FILE *f = fopen("/sys/fs/cgroup/memory.max", "re");

	if (f == NULL)
		return UINT64_MAX;
	/* "max": none. */
	if (fscanf(f, "%20llu", &len) != 1)
		len = ULLONG_MAX;
	fclose(f);
	return len;
}

size_t
kv_cache_room(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page_len = sysconf(_SC_PAGESIZE);
	uint64_t len = container_memory();
	struct rlimit limit;

	if (pages > 0 && page_len > 0)
		len = least(len, (uint64_t)pages * (uint64_t)page_len);
	if (getrlimit(RLIMIT_AS, &limit) == 0 &&
	    limit.rlim_cur != RLIM_INFINITY)
		len = least(len, limit.rlim_cur);
	return (size_t)(len / SHARE);
}

static uint64_t
tables_len(const char *dir)
{
	char path[PATH_MAX + 64];
	uint64_t len = 0;
	struct stat st;

	for (int i = 0; i < KV_TABLE_MAX; i++) {
		if (i == KV_CHANGES)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir,
		    kv_table_file((enum kv_table)i));
		if (stat(path, &st) == 0)
			len += (uint64_t)st.st_size;
	}
	return len;
}

size_t
kv_cache_len(const struct kv_options *options)
{
	uint64_t room;
	size_t len;

	if (options->cache_len != 0)
		return options->cache_len;
	room = least(
	    options->cache_max, kv_free_space(options->dir) / SHARE_OF_DISK);
	len = least(tables_len(options->dir), room);
	return len < CACHE_MIN ? CACHE_MIN : len;
}

size_t
kv_cache_made(const struct kv *kv)
{
	u_int32_t gbytes, bytes;
	int regions;

	if (kv->env->get_cachesize(kv->env, &gbytes, &bytes, &regions) != 0)
		return 0;
	return ((size_t)gbytes << 30) + bytes;
}
