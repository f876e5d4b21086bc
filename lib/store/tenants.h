/*
 * tenants.h: the tenants of a store: a number for each name, and a row for
 * each number.
 *
 * A number is given once.  Everything that a tenant has stands under its
 * number, so one that takes a name again has nothing of the one before it.
 */
#ifndef STORE_TENANTS_H
#define STORE_TENANTS_H

#include <stdint.h>

#include "store/kv.h"

/* The tenant of /scim/v2, which has no name in the URL. */
#define TENANT_DEFAULT_NAME "default"

/* The store itself: its counters, and the changes of its tenants. */
enum { TENANT_STORE = 0 };

enum tenant_state {
	TENANT_ACTIVE,
	TENANT_DISABLED, /* keeps what it has, serves nobody */
	TENANT_DELETING, /* its data goes, its name is still taken */
	TENANT_DELETED,	 /* only its changes are left, and this row */
	TENANT_STATE_MAX
};

struct tenant_row {
	uint32_t number;
	enum tenant_state state;
	uint64_t version; /* counts its changes, from 1 */
	struct slice name;
	struct slice settings; /* what the store does not read */
};

/*
 * Can a tenant be called NAME?  Lower-case letters, digits and '-', at most
 * 63, and nothing that a URL takes for a version ("v2").
 */
bool	tenant_is_name(struct slice name);

/*
 * The number of the tenant NAME: STORE_OK, STORE_NOTFOUND (also while it is
 * deleted) or STORE_FAIL.
 */
enum store_status	tenant_find(
    struct kv_txn *txn, struct slice name, uint32_t *tenant);

/* The same for one that is being deleted too. */
enum store_status	tenant_find_any(
    struct kv_txn *txn, struct slice name, uint32_t *tenant);

/*
 * Make the tenant ROW->name with the next number, which ROW gets:
 * STORE_EXISTS when the name is taken.
 */
enum store_status	tenant_insert(struct kv_txn *txn, struct tenant_row *row);

/*
 * The row of a number, in the arena of TXN.  STORE_NOTFOUND: there is none,
 * or the tenant is as old as the first stores, which had names only.
 */
enum store_status	tenant_get(struct kv_txn *txn, uint32_t tenant,
    bool for_update, struct tenant_row *row);

/* Write ROW over what was there; its name must be the tenant's. */
enum store_status	tenant_put(struct kv_txn *txn, const struct tenant_row *row);

/* Call the tenant ROW->name, no longer OLD: STORE_EXISTS when it is taken. */
enum store_status	tenant_rename(
    struct kv_txn *txn, struct slice old, const struct tenant_row *row);

/* NAME can be taken again. */
enum store_status	tenant_free_name(struct kv_txn *txn, struct slice name);

/*
 * Is the tenant deleted, or about to be?  Asked in every transaction that
 * writes, so that nothing is written behind the deletion.
 *
 * Returns: 1, 0, or -1 when it could not be told.
 */
int	tenant_is_gone(struct kv_txn *txn, uint32_t tenant);

/*
 * Is the tenant active?  Asked by what works for it without being asked by
 * it.
 *
 * Returns: 1, 0, or -1 when it could not be told.
 */
int	tenant_is_served(struct kv_txn *txn, uint32_t tenant);

/*
 * Walk the tenants by name, those that are being deleted too; close with
 * kv_range_close.
 */
enum store_status	tenants_open(struct kv_txn *txn, struct kv_range **out);
enum store_status	tenants_next(
    struct kv_range *range, struct slice *name, uint32_t *tenant);

/* Walk the rows by number: what was deleted too, the oldest without. */
enum store_status	tenant_rows_open(struct kv_txn *txn, struct kv_range **out);
enum store_status	tenant_rows_next(
    struct kv_range *range, struct tenant_row *row);

#endif
