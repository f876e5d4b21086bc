/*
 * schema_print.h: the Schema and ResourceType resources of the discovery
 * endpoints (RFC 7643 sections 6 and 7, RFC 7644 section 4).
 */
#ifndef SCIM_SCHEMA_PRINT_H
#define SCIM_SCHEMA_PRINT_H

#include "base/arena.h"
#include "base/slice.h"
#include "scim/schema.h"

struct json_object;

/*
 * The resource for S or TYPE, meta.location below BASE_URL, which has no
 * slash at its end.
 *
 * Owner: the result lives in A.
 */
struct json_object	*schema_to_json(struct arena *a,
			    const struct schema *s, struct slice base_url);
struct json_object	*resource_type_to_json(struct arena *a,
			    const struct resource_type *type,
			    struct slice base_url);

#endif
