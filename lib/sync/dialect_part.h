/*
 * dialect_part.h: what the files of dialects share; nobody else includes it.
 */
#ifndef SYNC_DIALECT_PART_H
#define SYNC_DIALECT_PART_H

#include "sync/dialect.h"

/* V as it is sent for P: a boolean may be text. */
struct json_object	*dialect_value(struct arena *a,
			    const struct dialect *d, const struct place *p,
			    struct json_object *v);

/* {"schemas": [PatchOp], "Operations": OPERATIONS} */
struct json_object	*dialect_operations(struct arena *a,
			    struct json_object *operations);

/* {"op": OP, "path": PATH, "value": VALUE}, appended; PATH, VALUE or none. */
void	dialect_operation(struct arena *a, const struct dialect *d,
	    struct json_object *operations, const char *op,
	    struct slice path, struct json_object *value);

/* A query of ENDPOINT: it begins with what is asked of groups. */
void	dialect_begin_query(struct buf *b, struct slice endpoint);

/* NAME=VALUE, encoded. */
void	dialect_add_query(struct buf *b, const char *name,
	    struct slice value);

/* What is in B, in A; B is freed. */
struct slice	dialect_end_query(struct arena *a, struct buf *b);

#endif
