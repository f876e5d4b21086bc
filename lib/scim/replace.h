/*
 * replace.h: what a PUT leaves as it is (RFC 7644 section 3.5.1).
 */
#ifndef SCIM_REPLACE_H
#define SCIM_REPLACE_H

#include "base/arena.h"
#include "base/error.h"
#include "scim/schema.h"

struct json_object;

/*
 * TREE, made of the PUT body BODY, is to take the place of BEFORE, the
 * stored tree.  Immutable values that are set must be equal (PUT-08); those
 * that BODY does not name, secrets that it does not name, and read-only
 * values are copied into TREE (PUT-07, 10, 11).
 *
 * Errors: ERR_MUTABILITY, ERR_INVALID_VALUE.
 */
int	replace_keep(struct arena *a, const struct resource_type *type,
	    const struct json_object *body, const struct json_object *before,
	    struct json_object *tree, struct error *err);

#endif
