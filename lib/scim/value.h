/*
 * value.h: what a client sent for one attribute, in the form in which it is
 * stored (RFC 7643 sections 2.3 to 2.5).
 */
#ifndef SCIM_VALUE_H
#define SCIM_VALUE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "scim/profile.h"
#include "scim/schema.h"
#include "scim/value_set.h"

struct json_object;

/* More values in one attribute of the body are refused. */
enum { VALUE_COUNT_MAX = 1000 };

struct value_context {
	struct arena		*a;
	const struct profile	*profile;
	struct error		*err;
	bool			 patch;	/* a PATCH value: more is forgiven */
};

/*
 * Check V against ATTR, all values of it, and make the stored form: names as
 * in the schema, booleans from strings where the profile forgives, texts in
 * their canonical spelling unless the profile keeps them (form.h), read-only
 * and unknown sub-attributes dropped, nulls and empty containers gone, equal
 * values once.
 *
 * Returns: 0; *OUT is NULL when nothing is left (unassigned).  -1 with
 *          ERR_INVALID_VALUE and the attribute's name.
 */
int	value_normalise(struct value_context *c, const struct attr *attr,
	    struct json_object *v, struct json_object **out);

/* The same for one value of a multi-valued ATTR. */
int	value_normalise_element(struct value_context *c,
	    const struct attr *attr, struct json_object *v,
	    struct json_object **out);

/*
 * The sub-attribute that KEY means in a complex value of ATTR, for a client
 * to write; NULL when there is none.
 */
const struct attr	*value_sub_attr(const struct value_context *c,
			    const struct attr *attr, struct slice key);

/*
 * ENTRA-48: V, an element of ATTR, with what its "value" says when that is
 * JSON in a string and ATTR is "roles"; else V itself.
 */
struct json_object	*value_unwrap_role(const struct value_context *c,
			    const struct attr *attr, struct json_object *v);

/*
 * Is V one of the forms that mean "no value" of ATTR in a PATCH (CORE-20,
 * CORE-24, ENTRA-14)?
 */
bool	value_is_clear(const struct profile *profile, const struct attr *attr,
	    const struct json_object *v);

/* The number of elements of ARRAY whose "primary" is true. */
size_t	value_count_primary(const struct json_object *array);

#endif
