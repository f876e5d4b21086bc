/*
 * lines.h: a directory of files of lines that only grow: "20261121-000001",
 * the day and a number.
 *
 * Many processes append at once, none waits for another: a line is one
 * write(2) at the end of the newest file.  A file that is full, or of an
 * older day, is left alone for the next one; nothing is renamed, so no line
 * is lost.  A process that is killed leaves its last line whole, or a part
 * that ends where the next line begins.
 */
#ifndef WATCH_LINES_H
#define WATCH_LINES_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Bytes of "20261121-000001" and its NUL. */
enum { LINES_NAME_LEN = 15, LINES_NAME_SIZE = 16 };

/* Where a line begins; file "" is before the first. */
struct lines_place {
	char		file[LINES_NAME_SIZE];
	uint64_t	offset;
};

/* Make the directory PATH and, if need be, the one above it: mode 2770. */
int	lines_make_directory(const char *path, struct error *err);

/*
 * The file in DIR to append to at NOW (ms UTC), made if there is none or the
 * newest has LEN_MAX bytes.  NAME gets its name; *MADE unless NULL tells.
 *
 * Returns: a descriptor, or -1 with ERR set (ERR_INTERNAL).
 */
int	lines_file(const char *dir, int64_t now, uint64_t len_max,
	    char name[LINES_NAME_SIZE], bool *made, struct error *err);

/* The names of the files in DIR, in order; none if it is not there. */
char	(*lines_files(struct arena *a, const char *dir, size_t *n))[LINES_NAME_SIZE];

/*
 * A walk over the lines in DIR: onwards from FROM, or back from what stands
 * before it (a place with file "": from the end).  Empty lines, and a last
 * one that has no end yet, are passed over.
 */
struct lines_walk;
struct lines_walk	*lines_open(struct arena *a, const char *dir,
			    bool back, const struct lines_place *from);

/*
 * The next line, good until the next call, and where it stands.
 *
 * Returns: 1, 0 at the end, or -1 with ERR set.
 */
int	lines_next(struct lines_walk *w, struct slice *line,
	    struct lines_place *place, struct error *err);
void	lines_close(struct lines_walk *w);

/* "20261121-000001:4711" and back; -1 when TEXT is no place. */
void	lines_place_print(const struct lines_place *place, char text[40]);
int	lines_place_parse(struct slice text, struct lines_place *place);

/*
 * Delete files whose last line is older than AGE_MS (0: any age will do), and
 * the oldest while all have more than LEN_MAX bytes together (0: any number).
 * The newest stays, unless it is too old.
 */
void	lines_prune(const char *dir, int64_t now, int64_t age_ms,
	    uint64_t len_max);

/* The same for every directory ABOVE/NUMBER. */
void	lines_prune_each(const char *above, int64_t now, int64_t age_ms,
	    uint64_t len_max);

#endif
