/*
 * line.h: what a search looks at in a line of JSON: a record, an entry.
 */
#ifndef WATCH_LINE_H
#define WATCH_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* The member NAME of OBJECT as it stands there, escapes and all; or "". */
struct slice	line_text(struct slice object, const char *name);

/* Is it WANTED, without regard to case, or is that ""? */
bool	line_is(struct slice object, const char *name, struct slice wanted);

/* Is "at" between SINCE and UNTIL, ms UTC, 0 for any?  It has to be a time. */
bool	line_is_in_time(struct slice object, int64_t since, int64_t until);

#endif
