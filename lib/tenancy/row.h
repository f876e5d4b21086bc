/*
 * row.h: a tenant as the store keeps it, and what is told of its changes.
 */
#ifndef TENANCY_ROW_H
#define TENANCY_ROW_H

#include "tenancy/tenancy.h"

/*
 * What ROW says; the texts of TENANT live in A.
 *
 * Errors: ERR_INTERNAL when the row is damaged.
 */
int	row_read(struct arena *a, const struct tenant_row *row,
    struct tenant *tenant, struct error *err);

/* The row of TENANT, in A. */
struct tenant_row	row_of(struct arena *a, const struct tenant *tenant);

/*
 * The tenant NUMBER, called NAME if it is so old that it has no row.
 * FOR_UPDATE as in kv_get.
 */
int	row_load(struct kv_txn *txn, struct arena *a, uint32_t number,
    struct slice name, bool for_update, struct tenant *tenant,
    struct error *err);

/* How many resources of TYPE the tenant has. */
int	row_count(struct kv_txn *txn, uint32_t number,
    const struct resource_type *type, int64_t *n);

/*
 * Append to the change log of the store what Y's actor did: OPERATION made
 * AFTER of BEFORE, either NULL.
 */
int	row_log(struct kv_txn *txn, const struct tenancy *y, const char *operation,
    const struct tenant *before, const struct tenant *after);

#endif
