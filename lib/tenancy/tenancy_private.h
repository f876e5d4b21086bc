/*
 * tenancy_private.h: what tenancy.c and update.c share.
 */
#ifndef TENANCY_TENANCY_PRIVATE_H
#define TENANCY_TENANCY_PRIVATE_H

#include "tenancy/row.h"

/* Errors with their words; -1. */
int	tenancy_no_tenant(struct slice name, struct error *err);
int	tenancy_name_taken(struct slice name, struct error *err);

/* Can a tenant have this name, these settings?  ERR_INVALID_VALUE. */
int	tenancy_check_name(struct slice name, struct error *err);
int	tenancy_check_settings(
    const struct tenancy *y, const struct tenant *tenant, struct error *err);

/* An id for a tenant, in the arena of Y. */
struct slice	tenancy_new_id(const struct tenancy *y);

#endif
