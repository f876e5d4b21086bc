/*
 * records.h: what the verbs log and audit share: numbers as they are typed,
 * and records of JSON as lines.
 */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include "base/error.h"
#include "base/slice.h"

/*
 * The number in TEXT, 0 for "".  OPTION is its name.
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	records_read_number(const char *option, const char *text,
	    int64_t max, int64_t *number, struct error *err);

/*
 * Print the member NAME of OBJECT as it stands there, behind BEFORE, if there
 * is one: what a client sent stays escaped and is for no terminal to obey.
 */
void	records_print(struct slice object, const char *name,
	    const char *before);

#endif
