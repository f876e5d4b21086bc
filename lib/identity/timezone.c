/*
 * timezone.c: values that name a time zone.
 *
 * Their form is a matter of scim/form.c; which names there are changes
 * several times a year, and the system knows.
 */
#include "base/zone.h"
#include "identity/timezone.h"
#include "json/walk.h"

static int
check_one(struct arena *a, const struct attr *attr, struct slice old,
    struct slice body, struct error *err)
{
	struct slice value, before, name;

	if (attr->form != FORM_TIMEZONE || attr->multi_valued ||
	    !walk_find(body, attr->name, &value) ||
	    (walk_find(old, attr->name, &before) && slice_equal(before, value)))
		return 0;
	name = walk_string(a, value);
	if (zone_exists(name))
		return 0;
	error_set(err, ERR_INVALID_VALUE,
	    "attribute '%.*s': there is no time zone '%.*s'; names are like "
	    "Europe/Oslo",
	    SLICE_ARG(attr->name), SLICE_ARG(name));
	return error_about(err, attr->name);
}

static int
check_schema(struct arena *a, const struct schema *schema, struct slice old,
    struct slice body, struct error *err)
{
	for (size_t i = 0; i < schema->nattrs; i++)
		if (check_one(a, &schema->attrs[i], old, body, err) == -1)
			return -1;
	return 0;
}

int
timezone_check(struct arena *a, const struct resource_type *type,
    struct slice old, struct slice body, struct error *err)
{
	struct slice container, before;

	if (check_schema(a, type->schema, old, body, err) == -1)
		return -1;
	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema *schema = type->extensions[i].schema;

		if (!walk_find(body, schema->id, &container))
			continue;
		if (!walk_find(old, schema->id, &before))
			before = SLICE("");
		if (check_schema(a, schema, before, container, err) == -1)
			return -1;
	}
	return 0;
}
