/*
 * self.c: what a person may not change about itself.
 */
#include "base/nelem.h"
#include "identity/self.h"
#include "json/walk.h"
#include "scim/schema.h"

static const char *const kept[] = { "userName", "externalId", "active",
	"userType", "roles", "entitlements", "schemas", URN_ENTERPRISE };

static struct slice
value_of(struct slice body, const char *name)
{
	struct slice value;

	return walk_find(body, slice_of(name), &value) ? value : SLICE("");
}

int
self_check(struct slice before, struct slice after, struct error *err)
{
	for (size_t i = 0; i < NELEM(kept); i++)
		if (!slice_equal(
			value_of(before, kept[i]), value_of(after, kept[i]))) {
			error_set(err, ERR_FORBIDDEN,
			    "'%s' is not yours to change", kept[i]);
			return error_about(err, slice_of(kept[i]));
		}
	return 0;
}
