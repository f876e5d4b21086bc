/*
 * diff.h: in what two JSON values differ, place by place.
 */
#ifndef JSON_DIFF_H
#define JSON_DIFF_H

#include "json/json.h"

/*
 * An array of what is another in AFTER than in BEFORE, in their order:
 *
 *	{"path":"rules[0].mappings[2].constant","before":"x","after":"y"}
 *
 * without "before" for what is new, without "after" for what is there no more;
 * path "" is the whole.  Elements of an array that moved up or down, because
 * others were put in or taken out in one place before them, are the same.
 *
 * Owner: it lives in A, and so do its values.
 */
struct json_object	*json_diff(struct arena *a,
			    const struct json_object *before,
			    const struct json_object *after);

#endif
