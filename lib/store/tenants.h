/*
 * tenants.h: the tenants of a store, by name.
 */
#ifndef STORE_TENANTS_H
#define STORE_TENANTS_H

#include <stdint.h>

#include "store/kv.h"

/* The tenant of /scim/v2, which has no name in the URL. */
#define TENANT_DEFAULT_NAME "default"

/*
 * Can a tenant be called NAME?  Lower-case letters, digits and '-', at most
 * 63, and nothing that a URL takes for a version ("v2").
 */
bool	tenant_is_name(struct slice name);

/* The number of the tenant NAME: STORE_OK, STORE_NOTFOUND or STORE_FAIL. */
enum store_status	tenant_find(struct kv_txn *txn, struct slice name,
			    uint32_t *tenant);

/* Make the tenant NAME with the next number: STORE_EXISTS when it is one. */
enum store_status	tenant_insert(struct kv_txn *txn, struct slice name,
			    uint32_t *tenant);

/* Walk the tenants by name; close with kv_range_close. */
enum store_status	tenants_open(struct kv_txn *txn,
			    struct kv_range **out);
enum store_status	tenants_next(struct kv_range *range,
			    struct slice *name, uint32_t *tenant);

#endif
