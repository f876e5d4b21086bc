/*
 * decimal.h: numbers by their text, exactly: a double holds neither 0.1 nor
 * every integer above 2^53.
 */
#ifndef JSON_DECIMAL_H
#define JSON_DECIMAL_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * Compare two JSON numbers that json_check (check.h) has passed, by value:
 * 1, 1.0 and 10e-1 are equal.
 *
 * Returns: less than, equal to or greater than 0.
 */
int	decimal_compare(struct slice x, struct slice y);

/*
 * Append the form that equal numbers have in common to B: sign, digits
 * without zeros at either end, exponent.
 */
void	decimal_print(struct buf *b, struct slice number);

#endif
