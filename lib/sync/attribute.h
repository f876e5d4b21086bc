/*
 * attribute.h: the attributes that expressions and scoping filters read.
 */
#ifndef SYNC_ATTRIBUTE_H
#define SYNC_ATTRIBUTE_H

#include "scim/path.h"
#include "sync/expression.h"

struct attribute {
	struct slice		 name;
	enum datum_kind		 kind;
	bool			 multi_valued;
	const struct path	*path;	/* or NULL: a member by its name */
};

/*
 * What NAME means: one of the attributes of ENVIRONMENT, else a path of its
 * resource type.
 *
 * Owner:  *OUT lives in A.
 * Errors: ERR_INVALID_VALUE, with the nearest name; a detail without position.
 */
int	attribute_resolve(struct arena *a,
	    const struct expression_environment *environment,
	    struct slice name, struct attribute *out, struct error *err);

/* The value of AT for PERSON. */
void	attribute_read(struct arena *a, const struct attribute *at,
	    const struct json_object *person, struct datum *out);

#endif
