/*
 * file.c: a small file as a piece of text.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

int
file_read(struct arena *a, const char *path, size_t max, struct slice *out,
    struct error *err)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	char *text;
	size_t len;

	if (f == NULL || fstat(fileno(f), &st) == -1) {
		if (f != NULL)
			fclose(f);
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	}
	if (st.st_size < 0 || (size_t)st.st_size > max) {
		fclose(f);
		return error_set(
		    err, ERR_INTERNAL, "%s: longer than %zu bytes", path, max);
	}
	text = arena_alloc(a, (size_t)st.st_size + 1);
	len = fread(text, 1, (size_t)st.st_size, f);
	fclose(f);
	if (len != (size_t)st.st_size)
		return error_set(err, ERR_INTERNAL, "%s: cannot be read", path);
	text[len] = '\0';
	*out = (struct slice){ text, len };
	return 0;
}
