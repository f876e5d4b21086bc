/*
 * records.c: what the verbs log and audit share.
 */
#include <stdio.h>

#include "base/number.h"
#include "records.h"
#include "watch/line.h"

int
records_read_number(const char *option, const char *text, int64_t max,
    int64_t *number, struct error *err)
{
	*number = 0;
	if (text[0] == '\0' ||
	    parse_int(slice_of(text), 0, max, number, NULL) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "--%s takes a number up to %lld", option, (long long)max);
}

void
records_print(struct slice object, const char *name, const char *before)
{
	struct slice text = line_text(object, name);

	if (text.len > 0)
		printf("%s%.*s", before, SLICE_ARG(text));
}
