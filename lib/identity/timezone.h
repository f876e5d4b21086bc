/*
 * timezone.h: values that name a time zone (RFC 7643 section 4.1.1).
 */
#ifndef IDENTITY_TIMEZONE_H
#define IDENTITY_TIMEZONE_H

#include "identity/identity.h"
#include "scim/schema.h"

/*
 * Does every time zone in BODY that was not in OLD exist (CANON-07)?  Both
 * are stored texts of TYPE; OLD may be empty.
 *
 * Errors: ERR_INVALID_VALUE, about the attribute.
 */
int	timezone_check(struct arena *a, const struct resource_type *type,
	    struct slice old, struct slice body, struct error *err);

#endif
