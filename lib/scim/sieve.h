/*
 * sieve.h: what the stored body of every match holds.
 *
 * A scan can pass over a body without it unread: to look for a text costs a
 * tenth of a walk through the JSON.
 */
#ifndef SCIM_SIEVE_H
#define SCIM_SIEVE_H

#include "scim/filter.h"

/*
 * A text without which, for find_may_hold, no body meets the bound filter F:
 * the value of a comparison that all matches must pass; the longest of
 * several.
 *
 * Returns: a text of F, or an empty one when nothing can be said.
 */
struct slice sieve_text(const struct filter *f);

#endif
