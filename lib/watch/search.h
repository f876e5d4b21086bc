/*
 * search.h: a search through a directory of lines (lines.h), which ends when
 * enough was found, or when it has taken long enough, and can be gone on with.
 */
#ifndef WATCH_SEARCH_H
#define WATCH_SEARCH_H

#include "watch/lines.h"

/* LINE is good until it returns; 1 goes on, 0 ends the search, -1 fails. */
typedef int search_fn(struct slice line, void *arg, struct error *err);

struct search {
	const char	*dir;
	bool		 back;		/* the newest first */
	int64_t		 since;		/* ms UTC: files of days long before
					   it are not read; 0: all are */
	int64_t		 ends_at;	/* by clock_monotonic_ms; 0: never */
	bool		(*is_found)(struct slice line, const void *what);
	const void	*what;
};

/*
 * Call FN for the lines that are found from *PLACE on (file "": from where the
 * search begins); *PLACE becomes where the next call goes on.
 *
 * Returns: 0 when all was looked at, 1 when there may be more, -1 with ERR.
 */
int	search_run(const struct search *s, struct lines_place *place,
	    search_fn *fn, void *arg, struct error *err);

/* What was found, in an arena: not more than this. */
struct search_found {
	struct arena	*arena;
	struct slice	*list;
	size_t		 n;
	size_t		 max;		/* lines; 0: any number */
	size_t		 len;
	size_t		 len_max;	/* bytes, and one line more; 0: any */
};

/* A search_fn, with a struct search_found. */
int	search_keep(struct slice line, void *arg, struct error *err);

#endif
