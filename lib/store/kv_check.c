/*
 * kv_check.c: can there be a store, and can this process work on it (spec
 * berkeley-db.md section 3.1)?  Asked before the gate.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/nelem.h"
#include "store/kv_private.h"

enum {
	MIB = 1024 * 1024,
	FILES_MIN = 18,	       /* tables, regions, logs */
	HEAP_LEN = 16 * MIB,   /* beside the regions */
	REGIONS_LEN = 64 * MIB /* without the cache, to be made */
};

/* Kernel locks and shared mappings are not to be had on these. */
static const struct {
	long type;
	const char *name;
} foreign_file_systems[] = {
	{ 0x6969, "NFS" },
	{ 0x65735546, "FUSE" },
	{ 0x01021997, "9P" },
	{ 0x5346414f, "AFS" },
	{ 0x00c36400, "Ceph" },
	{ 0x0bd00bd0, "Lustre" },
	{ 0x517b, "SMB" },
	{ (long)0xff534d42, "CIFS" },
	{ (long)0xfe534d42, "SMB2" },
};

/* 5.3 only: later ones have another licence and another format. */
static int
check_library(struct error *err)
{
	int major, minor;

	db_version(&major, &minor, NULL);
	if (major == 5 && minor == 3)
		return 0;
	return error_set(err, ERR_INTERNAL,
	    "store: Berkeley DB 5.3 is needed, this is %s", kv_library());
}

static int
check_place(const char *dir, struct error *err)
{
	char path[PATH_MAX];
	struct statfs fs;

	snprintf(path, sizeof(path), "%s/DB_CONFIG", dir);
	if (access(path, F_OK) == 0)
		return error_set(err, ERR_INTERNAL,
		    "%s: this file would override the settings of muster; "
		    "take it away",
		    path);
	if (statfs(dir, &fs) == -1)
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
	for (size_t i = 0; i < NELEM(foreign_file_systems); i++)
		if (foreign_file_systems[i].type == (long)fs.f_type)
			return error_set(err, ERR_INTERNAL,
			    "%s: the store cannot be on %s; choose a local "
			    "disk",
			    dir, foreign_file_systems[i].name);
	return 0;
}

/*
 * The library would wait ten seconds for files, inside, to no avail.  One is
 * opened; the others are numbers for it, which cost next to nothing.
 */
static int
check_files(const char *dir, struct error *err)
{
	int fds[FILES_MIN], n = 0;

	fds[n] = open(dir, O_RDONLY | O_CLOEXEC);
	while (fds[n] != -1 && ++n < FILES_MIN)
		fds[n] = fcntl(fds[0], F_DUPFD_CLOEXEC, 0);
	for (int i = 0; i < n; i++)
		close(fds[i]);
	if (n == FILES_MIN)
		return 0;
	return error_set(err, ERR_BUSY,
	    "%s: this process may open too few files, the store needs %d "
	    "(ulimit -n)",
	    dir, FILES_MIN);
}

/* Of the region files as they are, or as recovery will make them. */
static size_t
regions_len(const struct kv_options *options)
{
	size_t len = 0, cache_len = options->cache_made;
	char path[PATH_MAX];
	struct stat st;

	for (int i = 1; i <= 3; i++) {
		snprintf(path, sizeof(path), "%s/__db.00%d", options->dir, i);
		if (stat(path, &st) == 0)
			len += (size_t)st.st_size;
	}
	if (cache_len == 0 || cache_len < options->cache_len)
		cache_len = kv_cache_len(options);
	/* They are mapped at the length that they may grow to. */
	return (len > 0 ? len * 2 : REGIONS_LEN) + cache_len * 5 / 4;
}

/* One without memory would take the environment for broken. */
static int
check_memory(const struct kv_options *options, struct error *err)
{
	size_t len = regions_len(options) + HEAP_LEN;
	void *p = mmap(NULL, len, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return error_set(err, ERR_BUSY,
		    "%s: this process may have too little memory, the store "
		    "needs %zu MiB (ulimit -v, MUSTER_CACHE_MIB)",
		    options->dir, len / MIB);
	munmap(p, len);
	return 0;
}

int
kv_check(const struct kv_options *options, struct error *err)
{
	if (check_library(err) == -1 || check_place(options->dir, err) == -1 ||
	    check_files(options->dir, err) == -1)
		return -1;
	return check_memory(options, err);
}
