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
	const struct resource_type *type;
	const struct profile	*profile;
	const struct match_source *source;
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

/*
 * Take the attribute away, or SUB of OBJECT, one of its values.
 *
 * Errors: ERR_MUTABILITY when it is immutable or, in a remove, required;
 *         otherwise ERR_INVALID_VALUE when it is required.
 */
int	target_unassign(struct patch_applier *ap, const struct patch_op *op,
	    const struct patch_target *t);
int	target_unassign_sub(struct patch_applier *ap,
	    const struct patch_op *op, struct json_object *object,
	    const struct attr *sub);

/*
 * Take elements off the list that hold nothing but labels; the attribute
 * when none is left.  Errors: as target_unassign.
 */
int	target_drop_hollow(struct patch_applier *ap,
	    const struct patch_op *op, struct patch_target *t);

/*
 * Of two elements that the operation made equal in value and type, or as a
 * whole where there is no value, keep one (CANON-01).
 */
void	target_drop_equal(struct patch_applier *ap, struct patch_target *t);

/* Is V a null that is not to clear anything: add in strict (PATCH-23)? */
bool	patch_says_nothing(const struct patch_applier *ap,
	    const struct json_object *v);

/*
 * Set or clear in OBJECT, a value of ATTR, the sub-attributes that VALUE
 * names, or SUB alone to the value of OP; the others stay.
 *
 * Errors: ERR_INVALID_VALUE, and ERR_MUTABILITY as target_unassign.
 */
int	patch_merge(struct patch_applier *ap, const struct patch_op *op,
	    const struct attr *attr, struct json_object *object,
	    struct json_object *value);
int	patch_set_sub(struct patch_applier *ap, const struct patch_op *op,
	    const struct attr *sub, struct json_object *object);

/* Carry out an add or replace, or a remove. */
int	patch_set(struct patch_applier *ap, const struct patch_op *op,
	    struct patch_target *t);
int	patch_remove(struct patch_applier *ap, const struct patch_op *op,
	    struct patch_target *t);

/* An operation on "schemas", or on an extension as a whole. */
int	patch_schemas(struct patch_applier *ap, const struct patch_op *op);
int	patch_extension(struct patch_applier *ap, const struct patch_op *op);

/* Must resources of the type have EXTENSION? */
bool	patch_requires(const struct patch_applier *ap,
	    const struct schema *extension);

/* Is what OP says of a read-only attribute true?  Else ERR_MUTABILITY. */
int	patch_claim(struct patch_applier *ap, const struct patch_op *op);

#endif
