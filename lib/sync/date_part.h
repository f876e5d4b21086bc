/*
 * date_part.h: the parts of a date format, for who prints and who reads.
 */
#ifndef SYNC_DATE_PART_H
#define SYNC_DATE_PART_H

#include "sync/date.h"

/* A letter N times, or text as it is. */
struct date_part {
	char		letter;		/* or NUL */
	size_t		n;
	struct slice	literal;
};

/* Cut the next off *FORMAT; 1, 0 at the end, -1 when it is no format. */
int	date_next_part(struct slice *format, struct date_part *p);

/* What a standard format, one letter, is short for; else FORMAT. */
struct slice	date_custom(struct slice format);

extern const char *const date_months[12];
extern const char *const date_weekdays[7];

#endif
