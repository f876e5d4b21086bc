/*
 * merge.h: change a JSON object by another one (RFC 7396).
 */
#ifndef JSON_MERGE_H
#define JSON_MERGE_H

#include "json/json.h"

/*
 * TARGET as PATCH has it: members of objects are merged, null takes a member
 * out, anything else stands in its place whole.
 *
 * Owner: a new tree in A, which shares nothing with either.
 */
struct json_object	*json_merge(struct arena *a,
			    const struct json_object *target,
			    const struct json_object *patch);

#endif
