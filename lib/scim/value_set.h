/*
 * value_set.h: are two values of an attribute the same (RFC 7643 section
 * 2.4), one by one or many at once?
 *
 * Strings are compared as the attribute says (caseExact), base64 by its
 * bytes, numbers by value, complex values by their sub-attributes.
 */
#ifndef SCIM_VALUE_SET_H
#define SCIM_VALUE_SET_H

#include <stdint.h>

#include "base/arena.h"
#include "scim/schema.h"

struct json_object;

/*
 * Are strings of ATTR compared without case?  References never are, whatever
 * their schema says (TYPE-08).
 */
bool	value_ignores_case(const struct attr *attr);

/*
 * TEXT of ATTR in the form in which filters, orders and indexes compare it:
 * strings in normalisation form C, folded unless they are case-exact;
 * references as they are.  In A, or TEXT itself.
 */
struct slice	value_compared(struct arena *a, const struct attr *attr,
	    struct slice text);

/* Do X and Y, stored values of ATTR, mean the same? */
bool	value_equal(struct arena *a, const struct attr *attr,
	    const struct json_object *x, const struct json_object *y);

/* The same for whole attributes; lists are equal as sets (PUT-08). */
bool	value_same(struct arena *a, const struct attr *attr,
	    const struct json_object *x, const struct json_object *y);

struct value_set {
	struct arena		*a;
	const struct attr	*attr;
	struct value_key	**slots;	/* by hash */
	size_t			 nslots;
	size_t			 n;
	bool			 by_pair;
};

/* An empty set of values of ATTR; its memory is in A. */
void	value_set_init(struct value_set *set, struct arena *a,
	    const struct attr *attr);

/*
 * The same, but complex values are equal when their "value" and "type" are
 * (RFC 7643 section 2.4); what has no "value" is in no such set.
 */
void	value_set_init_pairs(struct value_set *set, struct arena *a,
	    const struct attr *attr);

/* Is V in the set? */
bool	value_set_has(const struct value_set *set,
	    const struct json_object *v);

/* Add V with the number I, unless it is in already; and find its number. */
void	value_set_put(struct value_set *set, const struct json_object *v,
	    size_t i);
bool	value_set_find(const struct value_set *set,
	    const struct json_object *v, size_t *i);

/* Add V; false when it was in already. */
bool	value_set_add(struct value_set *set, const struct json_object *v);

#endif
