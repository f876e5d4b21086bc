/*
 * narrow.h: a catalog of which only a part is in force.
 *
 * A choice is two lists with commas: the names of resource types that are in
 * force ("": all), and the URNs of extensions that are not ("": none).
 */
#ifndef SCIM_NARROW_H
#define SCIM_NARROW_H

#include "scim/schema.h"

struct choice {
	struct slice types;
	struct slice without;
};

/*
 * Can CHOICE be made?  Its names must be there, some type must be left, and
 * an extension that a type of it requires cannot be left out.
 *
 * Errors: ERR_INVALID_VALUE; the detail names what is wrong.
 */
int	choice_check(
    const struct catalog *c, const struct choice *choice, struct error *err);

/* Does CHOICE leave TYPE, and SCHEMA as an extension, in force? */
bool	choice_has_type(
    const struct choice *choice, const struct resource_type *type);
bool	choice_has_extension(
    const struct choice *choice, const struct schema *schema);

/*
 * C as CHOICE, which was checked, leaves it: other types are not found, other
 * extensions unknown, and schemas that nothing uses are not shown.
 *
 * Owner: lives in A, beside C; C itself when nothing is left out.
 */
const struct catalog	*catalog_narrow(
    struct arena *a, const struct catalog *c, const struct choice *choice);

#endif
