/*
 * merge.c: RFC 7396 section 2.  Names are exact: JSON's, not SCIM's.
 */
#include "json/merge.h"

/* MERGED becomes what PATCH makes of it; as deep as json_check lets it be. */
static void
apply(struct arena *a, struct json_object *merged,
    const struct json_object *patch)
{
	struct json_member m = json_first(patch);

	for (; m.entry != NULL; json_next(&m)) {
		const char *name = arena_strndup(a, m.name.data, m.name.len);
		struct json_object *old = json_get(merged, name);

		if (json_kind(m.value) == JSON_NULL)
			json_delete(merged, m.name);
		else
			json_set(merged, m.name, json_merge(a, old, m.value));
	}
}

struct json_object *
json_merge(struct arena *a, const struct json_object *target,
    const struct json_object *patch)
{
	struct json_object *merged;

	if (json_kind(patch) != JSON_OBJECT)
		return json_copy(a, patch);
	merged = json_kind(target) == JSON_OBJECT ? json_copy(a, target)
						  : json_new_object(a);
	apply(a, merged, patch);
	return merged;
}
