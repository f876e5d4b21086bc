/*
 * in_force.h: what a request of a tenant goes by.
 */
#ifndef TENANCY_IN_FORCE_H
#define TENANCY_IN_FORCE_H

#include "tenancy/tenancy.h"

/*
 * The tenant NUMBER, if it is active and NAME, where that is not "", is its
 * name.  One key is read, however many tenants there are.
 *
 * Owner:  the texts of TENANT live in A.
 * Errors: ERR_UNAUTHORIZED, whatever is the reason; those of store_peek.
 */
int	in_force_find(struct store *store, struct arena *a, uint32_t number,
    struct slice name, struct tenant *tenant, struct error *err);

#endif
