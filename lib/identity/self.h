/*
 * self.h: what a person may not change about itself (RFC 7644 section 2.2,
 * AUTH-10): who it is, what it may do, whether it is active.
 */
#ifndef IDENTITY_SELF_H
#define IDENTITY_SELF_H

#include "base/error.h"
#include "base/slice.h"

/*
 * May a person make its own stored body BEFORE into AFTER?  Both are JSON.
 *
 * Errors: ERR_FORBIDDEN; the detail names the attribute.
 */
int	self_check(struct slice before, struct slice after,
	    struct error *err);

#endif
