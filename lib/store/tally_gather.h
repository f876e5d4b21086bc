/*
 * tally_gather.h: the rows of a store of format 2 that tally.h took the place
 * of: a counter of the changes, one for each type, and a block that was open
 * (ranks.h) like the others.
 */
#ifndef STORE_TALLY_GATHER_H
#define STORE_TALLY_GATHER_H

#include <stdint.h>

#include "store/kv.h"

/*
 * Put them together, for the first tenant from *TENANT on that has any; it
 * becomes the one behind.  Nobody else may write meanwhile.
 *
 * Returns: STORE_OK, STORE_NOTFOUND when no tenant has any, or STORE_FAIL.
 */
enum store_status	tally_gather(struct kv_txn *txn, uint32_t *tenant);

#endif
