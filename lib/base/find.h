/*
 * find.h: does a text hold another one?  Fast, and now and then too careful.
 */
#ifndef BASE_FIND_H
#define BASE_FIND_H

#include <stdbool.h>

#include "base/slice.h"

/*
 * May JSON of the text BODY hold the string PART, in whatever case and form?
 *
 * False only when it does not: PART is ASCII, not empty, and BODY, which is
 * ASCII without escapes, has it nowhere, even with A-Z and a-z taken as
 * equal.  Any other BODY may hold it: characters beyond ASCII can fold to
 * letters, and escapes stand for them.
 */
bool find_may_hold(struct slice body, struct slice part);

#endif
