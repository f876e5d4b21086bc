/*
 * literal.h: the values in a filter: JSON literals, and words without
 * quotes (RFC 7644 section 3.4.2.2 compValue, RFC 8259).
 */
#ifndef SCIM_LITERAL_H
#define SCIM_LITERAL_H

#include "base/arena.h"
#include "base/slice.h"
#include "scim/filter.h"

/*
 * Read the JSON string that TEXT begins with.
 *
 * Owner:   *OUT lives in A or is a part of TEXT.
 * Returns: 0 with *USED set to the bytes read, quotes included, or -1.
 */
int	literal_string(struct arena *a, struct slice text, struct slice *out,
	    size_t *used);

/* Tell true, false, null and numbers from other words; set VALUE. */
void	literal_word(struct slice word, struct filter_value *value);

#endif
