/*
 * patch.h: PATCH requests (RFC 7644 section 3.5.2).
 *
 * patch_parse turns a PatchOp body into a list of operations with one path
 * each: an operation without path becomes one for every key of its value.
 * patch_apply runs those that concern the body of the resource on a copy;
 * operations on attributes kept as edges (members) are the caller's.
 */
#ifndef SCIM_PATCH_H
#define SCIM_PATCH_H

#include "scim/match.h"
#include "scim/path.h"

struct json_object;

/* PATCH-26: operations in one request, exploded ones counted. */
enum { PATCH_OPS_MAX = 1000 };

enum patch_verb { PATCH_ADD, PATCH_REMOVE, PATCH_REPLACE };

struct patch_op {
	enum patch_verb		 verb;
	size_t			 index;	/* in Operations, for messages */
	struct path		 path;
	struct json_object	*value;	/* NULL: null or not given */
	bool			 has_value;
	bool			 is_claim; /* read-only: VALUE must be true */
};

struct patch {
	struct patch_op	*ops;
	size_t		 nops;
	size_t		 nignored;	/* unknown paths passed over (PD-27) */
};

/*
 * Parse the PatchOp BODY for a resource of TYPE whose id is ID.
 *
 * Owner:  *OUT lives in A and keeps values of BODY.
 * Errors: ERR_INVALID_SYNTAX, ERR_INVALID_PATH, ERR_INVALID_FILTER,
 *         ERR_INVALID_VALUE, ERR_NO_TARGET, ERR_MUTABILITY; the detail
 *         begins with the operation's index.
 */
int	patch_parse(struct arena *a, const struct resource_type *type,
	    const struct profile *profile, struct slice id,
	    struct json_object *body, struct patch *out, struct error *err);

/*
 * Apply every operation on an attribute with KEEP_BODY to TREE, a resource
 * of TYPE, in order, and validate what comes out.  On failure TREE is half
 * changed: throw it away.  SOURCE tells the values that only the server
 * writes, for claims about them (PATCH-16); without one they are all false.
 *
 * Errors: as patch_parse; an error of the whole names the last operation
 *         that has to do with it.
 */
int	patch_apply(struct arena *a, const struct resource_type *type,
	    const struct profile *profile, const struct match_source *source,
	    const struct patch *patch, struct json_object *tree,
	    struct error *err);

/*
 * Name in ERR, which came after PATCH was applied, the last operation on what
 * it is about.  Returns: -1.
 */
int	patch_blame(const struct patch *patch, struct error *err);

#endif
