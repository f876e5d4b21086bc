/*
 * lines_writer.h: lines at the end of many directories of them (lines.h),
 * one for each tenant: ABOVE/NUMBER.
 *
 * A process keeps the newest file of each open, so that tenants who ask in
 * turn cost no more than one.  What other processes begin, fill or take away
 * is noticed within LINES_LOOK_MS, and at a line that comes later than that.
 */
#ifndef WATCH_LINES_WRITER_H
#define WATCH_LINES_WRITER_H

#include "base/buf.h"
#include "base/zeros.h"
#include "watch/lines.h"

enum { LINES_LOOK_MS = 100 };

/*
 * One a process.  All zero at first, but for ABOVE, which stays the caller's,
 * and for what is kept of a directory: whenever a file is begun, lines_prune
 * is called so; and nothing is appended with less than SPACE_MIN bytes free.
 */
struct lines_writer {
	const char		*above;
	int64_t			 age_ms;
	uint64_t		 len_max;
	uint64_t		 space_min;

	struct lines_file	*files;		/* that are open, in sets */
	size_t			 nsets;
	struct zeros_span	 used;		/* of the files */
	size_t			 swept;		/* the next to be looked at */
	int64_t			 swept_at;
	int64_t			 space_at;	/* when it was looked for */
	bool			 is_full;	/* the disk was, then */
	struct buf		 line;		/* for who makes one */
};

/*
 * Append TEXT, which holds no newline, to the newest file in the directory
 * NUMBER, which is made if it is not there.
 *
 * Errors: ERR_FULL, ERR_INTERNAL.
 */
int	lines_writer_append(struct lines_writer *w, uint32_t number,
	    int64_t now, struct slice text, struct error *err);

/* Empty, for a line of LEN_MAX bytes; W keeps its memory for the next one. */
struct buf	*lines_writer_line(struct lines_writer *w, size_t len_max);

void	lines_writer_close(struct lines_writer *w);

#endif
