/*
 * instore.h: which files belong to the store, for what is preloaded.
 *
 * MUSTER_STORE names the store.  The region files and the gate are mapped,
 * not written: they are none of these.
 */
#ifndef TORTURE_INSTORE_H
#define TORTURE_INSTORE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The name of PATH in the store; false: it is not there, or is mapped. */
static inline bool
instore_name(const char *path, char *name, size_t size)
{
	const char *store = getenv("MUSTER_STORE");
	size_t len = store == NULL ? 0 : strlen(store);

	if (len == 0 || strncmp(path, store, len) != 0 || path[len] != '/' ||
	    strncmp(path + len + 1, "__db", 4) == 0 ||
	    strcmp(path + len + 1, "gate") == 0)
		return false;
	snprintf(name, size, "%s", path + len + 1);
	return true;
}

/* The same of an open file. */
static inline bool
instore_name_of_fd(int fd, char *name, size_t size)
{
	char link[64], path[4096];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	if (len <= 0)
		return false;
	path[len] = '\0';
	return instore_name(path, name, size);
}

#endif
