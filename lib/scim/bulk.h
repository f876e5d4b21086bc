/*
 * bulk.h: the BulkRequest message (RFC 7644 section 3.7): its operations,
 * what they refer to, and the order in which they can be done.
 *
 * Pure: what an operation does to the store is none of its business.
 */
#ifndef SCIM_BULK_H
#define SCIM_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "scim/schema.h"

struct json_object;

enum bulk_method { BULK_POST, BULK_PUT, BULK_PATCH, BULK_DELETE };

struct bulk_op {
	enum bulk_method		 method;
	struct slice			 method_name;	/* as it came */
	struct slice			 bulk_id;	/* "": none */
	struct slice			 version;	/* .data NULL: none */
	struct slice			 path;		/* as it came */
	const struct resource_type	*type;
	struct slice			 id;	/* out of the path; "bulkId:x" */
	struct json_object		*data;
	struct error			 problem; /* of the operation itself */
	size_t				*targets; /* POSTs that it refers to */
	size_t				 ntargets;
	size_t				 rank;	/* its place in the order */
	size_t				 unit;	/* a circle shares one */
};

struct bulk {
	struct bulk_op	*ops;
	size_t		 n;
	int64_t		 fail_on_errors; /* 0: never */
	bool		 atomic;	/* an extension of ours */
	size_t		*order;		/* of execution: indexes of ops */
	size_t		*by_id;		/* the POSTs with a bulkId, sorted */
	size_t		 nids;
};

/*
 * Read BODY.  What is wrong with one operation is noted in its problem.
 *
 * Errors: ERR_INVALID_SYNTAX, ERR_INVALID_VALUE (a bulkId twice,
 *         failOnErrors, atomic), ERR_TOO_LARGE (more than MAX operations).
 */
int	bulk_parse(struct arena *a, const struct catalog *catalog,
	    struct json_object *body, size_t max, struct bulk *out,
	    struct error *err);

/*
 * Put the operations in the order in which they can be done: as they came,
 * but what refers to a later one waits for it, and what waits is not passed
 * by a later operation on the same resource (BULK-13, 15).  Operations whose
 * references make a circle stand together and share a unit (BULK-14).  Called
 * by bulk_parse; needs their targets.
 */
void	bulk_sort(struct arena *a, struct bulk *bulk);

/* What becomes of a reference to a bulkId. */
enum bulk_verdict {
	BULK_KEEP,
	BULK_SET,	/* *TEXT takes its place */
	BULK_LATER,	/* the same, but in a PATCH that comes afterwards */
	BULK_STOP
};

/* Called for every bulkId that stands where a reference may stand. */
typedef enum bulk_verdict bulk_reference_fn(void *arg, struct slice bulk_id,
    struct slice *text);

/*
 * Call FN for every reference in DATA, the data of an operation on TYPE, and
 * change DATA accordingly.  IS_PATCH: DATA is a PatchOp.
 *
 * Returns: 0, or -1 when FN said BULK_STOP.  *LATER is the PatchOp, in A,
 *          that adds what was taken out of DATA; NULL when nothing was.
 */
int	bulk_each_reference(struct arena *a, const struct resource_type *type,
	    bool is_patch, struct json_object *data, bulk_reference_fn *fn,
	    void *arg, struct json_object **later);

/* "x" of "bulkId:x"; .data is NULL for any other text. */
struct slice	bulk_id_of(struct slice text);

/* The POST with that bulkId, or -1. */
long	bulk_find(const struct bulk *bulk, struct slice bulk_id);

#endif
