/*
 * moment.h: a time in the past, as people type it.
 */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

/*
 * "30s", "30m", "2h", "7d" before NOW, or a dateTime or its day; ms UTC, 0 for
 * "".  NAME is what the one who typed it calls it.
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	moment_read(const char *name, struct slice text, int64_t now,
	    int64_t *at, struct error *err);

#endif
