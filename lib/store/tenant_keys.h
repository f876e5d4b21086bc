/*
 * tenant_keys.h: what stands under the number of a tenant, in every table.
 */
#ifndef STORE_TENANT_KEYS_H
#define STORE_TENANT_KEYS_H

#include <stdint.h>

#include "store/kv.h"

/*
 * Remove at most MAX keys of TENANT, whatever they are of; its changes and
 * their number stay.  Credentials and what tenants.h keeps are not looked at:
 * their keys do not begin with the number.
 *
 * Returns: STORE_OK with *REMOVED, less than MAX when none is left;
 *          STORE_FAIL.
 */
enum store_status	tenant_keys_remove(
    struct kv_txn *txn, uint32_t tenant, size_t max, size_t *removed);

#endif
