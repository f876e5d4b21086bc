/*
 * patch_target.h: where one PATCH operation works; shared by the files that
 * carry operations out (patch.c, patch_set.c, patch_remove.c).
 */
#ifndef SCIM_PATCH_TARGET_H
#define SCIM_PATCH_TARGET_H

#include "scim/patch.h"
#include "scim/value.h"

/* One run of patch_apply. */
struct patch_applier {
	struct value_context	 values;
	struct json_object	*tree;
	struct arena		*a;
	const struct profile	*profile;
	struct error		*err;
	struct arena		*scratch;	/* for one comparison */
	size_t			 compared;	/* bytes so far */
	bool			 keeps_null;	/* null says nothing (PATCH-23) */
};

/* A container and, in it, elements of a list. */
struct patch_target {
	struct json_object	*container;	/* has the attribute */
	const struct attr	*attr;
	const struct attr	*sub;		/* or NULL */
	struct json_object	*value;		/* of the attribute, or NULL */
	size_t			*elements;	/* indexes that match */
	size_t			 nelements;
	bool			 selected;	/* a single value: it is meant */
};

/* One PATCH may compare this many bytes of values with filters. */
enum { PATCH_COMPARED_MAX = 16 * 1024 * 1024 };

/*
 * Find what the path of OP selects; its container is made if need be.
 *
 * Errors: ERR_TOO_LARGE when the request compares too much.
 */
int	target_find(struct patch_applier *ap, const struct patch_op *op,
	    struct patch_target *t);

/* Take the attribute away; ERR_MUTABILITY or ERR_INVALID_VALUE if required. */
int	target_unassign(struct patch_applier *ap, const struct patch_op *op,
	    const struct patch_target *t);

/* Take elements off the list that hold nothing but labels. */
void	target_drop_hollow(struct patch_target *t);

/* Carry out an add or replace, or a remove. */
int	patch_set(struct patch_applier *ap, const struct patch_op *op,
	    struct patch_target *t);
int	patch_remove(struct patch_applier *ap, const struct patch_op *op,
	    struct patch_target *t);

#endif
