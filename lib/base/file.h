/*
 * file.h: a small file as a piece of text.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/*
 * Read the file PATH of at most MAX bytes into A, or a pipe to its end.
 *
 * Errors: ERR_INTERNAL; the detail names the file.
 */
int	file_read(struct arena *a, const char *path, size_t max,
	    struct slice *out, struct error *err);

#endif
