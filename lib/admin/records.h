/*
 * records.h: pages of what stands in a log, the newest first.  How many there
 * are is not counted; a page ends where it is full, or has taken long enough,
 * and says where the next one begins.
 */
#ifndef ADMIN_RECORDS_H
#define ADMIN_RECORDS_H

#include "admin/answer.h"
#include "watch/search.h"

struct records {
	struct search_found	found;
	struct lines_place	place;
	int64_t			ends_at;	/* of the search */
};

/* ?count= and ?cursor=.  Errors: ERR_INVALID_VALUE. */
int	records_begin(const struct call *call, struct records *r,
	    struct error *err);

/* ?since= and ?until=, ms UTC.  Errors: as above. */
int	records_read_times(const struct call *call, int64_t *since,
	    int64_t *until, struct error *err);

/* Query parameters that are texts of a struct. */
struct records_text {
	const char	*name;
	size_t		 offset;	/* of a struct slice */
};
int	records_read_texts(const struct call *call,
	    const struct records_text *texts, size_t n, void *into,
	    struct error *err);

/*
 * Answer what was found; MORE is what the search returned.  What is long, the
 * members "body" and "answer", is left out: it is shown of one record.
 */
int	records_answer(struct call *call, const struct records *r, int more);

#endif
