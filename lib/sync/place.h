/*
 * place.h: where a mapping writes: the path of an attribute in a target.
 *
 *	userName   name.givenName   emails[type eq "work"].value   roles
 *	urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager
 *
 * A target may have attributes that no schema of ours knows: those are read by
 * the form of their path alone.  A filter names one element, which can be made
 * when it is not there: equalities, joined by "and".
 */
#ifndef SYNC_PLACE_H
#define SYNC_PLACE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "scim/schema.h"

enum { PLACE_LEN_MAX = 1024, PLACE_CONDITIONS_MAX = 8 };

struct place_condition {
	struct slice		 name;
	struct json_object	*value;
};

struct place {
	struct slice		 text;	/* as it was written */
	struct slice		 urn;	/* of an extension, or "" */
	struct slice		 name;
	struct slice		 sub;	/* or "" */
	const struct place_condition	*conditions;
	size_t			 nconditions;
	const struct attr	*attr;	/* that NAME is; NULL: not known */
	const struct attr	*leaf;	/* that the value is; or NULL */
	bool			 in_list; /* in one element of a list */
	bool			 many;	/* the value is the whole list */
	bool			 wraps;	/* the value stands as "value" in an
					   object: manager */
};

/*
 * Parse TEXT, a path of TYPE, which may be NULL.  An attribute that TYPE does
 * not know is no error: it has no attr.
 *
 * Owner:  *OUT points into A, TEXT and TYPE.
 * Errors: ERR_INVALID_PATH.
 */
int	place_parse(struct arena *a, const struct resource_type *type,
	    struct slice text, struct place *out, struct error *err);

/* The same element, or attribute where there is no list? */
bool	place_same_element(const struct place *p, const struct place *q);

/* The same place? */
bool	place_equal(const struct place *p, const struct place *q);

/* Is what one of the two writes a part of what the other does? */
bool	place_overlaps(const struct place *p, const struct place *q);

/*
 * What RESOURCE has at P; NULL: nothing, which null, "", [] and {} are, too.
 * Of several elements the primary one, else the first (ENTRA-G09).
 */
struct json_object	*place_get(const struct place *p,
			    const struct json_object *resource);

/* The element that P names in RESOURCE; NULL when there is none. */
struct json_object	*place_element(const struct place *p,
			    const struct json_object *resource);

/*
 * Put a copy of VALUE at P into RESOURCE, make what leads there; NULL takes
 * away what is there, and the element or object that has nothing else to say.
 */
void	place_put(struct arena *a, const struct place *p,
	    struct json_object *resource, const struct json_object *value);

/* VALUE as it stands in a resource: {"value": VALUE} where P wraps. */
struct json_object	*place_wrap(struct arena *a, const struct place *p,
			    const struct json_object *value);

/* How a path is written. */
enum {
	PLACE_ELEMENT = 1,	/* without the sub-attribute */
	PLACE_TEXT_BOOLEANS = 2	/* primary eq "True" (ENTRA-50) */
};

/* P as the path of a PATCH operation. */
struct slice	place_print(struct arena *a, const struct place *p,
		    unsigned how);

#endif
