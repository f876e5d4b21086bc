/*
 * number.h: the one way from text to an integer, and a short one back.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdint.h>

#include "base/slice.h"

/*
 * Read an optional sign and decimal digits, all of TEXT.
 *
 * Returns: 0 with *OUT set, or -1 when TEXT is not an integer.  A number
 *          outside MIN to MAX becomes MIN or MAX and *OUT_OF_RANGE true;
 *          OUT_OF_RANGE may be NULL, then it is -1.
 */
int	parse_int(struct slice text, int64_t min, int64_t max, int64_t *out,
	    bool *out_of_range);

enum { NUMBER_LEN_MAX = 20 };

/* N in decimal, somewhere in TEXT. */
struct slice	number_text(uint64_t n, char text[NUMBER_LEN_MAX]);

#endif
