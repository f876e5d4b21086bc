/*
 * zone.c: the names of time zones: the files of Debian's tzdata.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/zone.h"

#define ZONES "/usr/share/zoneinfo"

/*
 * Names begin in upper case; beside them stand "posix", "right" and tables.
 * A '.' stands in no name, so none leads out of the directory.
 */
bool
zone_exists(struct slice name)
{
	char path[PATH_MAX];
	struct stat st;
	int len = snprintf(path, sizeof(path), ZONES "/%.*s", SLICE_ARG(name));

	if (access(ZONES "/UTC", F_OK) == -1)
		return true;
	if (name.len == 0 || *name.data < 'A' || *name.data > 'Z' ||
	    memchr(name.data, '.', name.len) != NULL ||
	    len >= (int)sizeof(path))
		return false;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}
