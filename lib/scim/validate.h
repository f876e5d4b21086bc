/*
 * validate.h: a whole resource against its type (RFC 7643 sections 2 and 3,
 * RFC 7644 sections 3.3 and 3.5.1).
 *
 * The tree that comes out is what the store keeps: "schemas" first, names as
 * in the schema, only what a client may write.
 */
#ifndef SCIM_VALIDATE_H
#define SCIM_VALIDATE_H

#include "base/arena.h"
#include "base/error.h"
#include "scim/profile.h"
#include "scim/schema.h"

struct json_object;

/*
 * Check the BODY of a POST or PUT and make the stored tree.
 *
 * Owner:  *OUT belongs to A; BODY is not changed.
 * Errors: ERR_INVALID_SYNTAX (no "schemas"), ERR_INVALID_VALUE.
 */
int	validate_body(struct arena *a, const struct resource_type *type,
	    const struct profile *profile, struct json_object *body,
	    struct json_object **out, struct error *err);

/*
 * Check a stored tree after it was changed: required attributes have a
 * value, at most one value is primary; write "schemas" anew from the
 * extensions that are there, empty ones go.
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	validate_tree(struct arena *a, const struct resource_type *type,
	    struct json_object *tree, struct error *err);

/* The same for V, the value of ATTR or NULL. */
int	validate_attribute(const struct attr *attr,
	    const struct json_object *v, struct error *err);

#endif
