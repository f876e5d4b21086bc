/*
 * ordered.h: the keys of an index, walked in the order that a list wants.
 */
#ifndef IDENTITY_ORDERED_H
#define IDENTITY_ORDERED_H

#include "identity/identity.h"
#include "scim/sort.h"
#include "store/spans.h"

/*
 * Walk the resources of TYPE that have the attribute of SORT, in its order
 * or backwards, from that of the sort key FROM on ("": from the beginning).
 * Those whose keys are the same stand in no order.
 *
 * Returns: 1, 0 when no index has that order or some resources without the
 *          attribute would come first, or -1.
 */
int	ordered_open(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, const struct sort *sort,
	    bool descending, struct slice from, struct span_walk *walk);

/* Has WALK, at a key, passed all whose sort key is LAST or stands before? */
bool	ordered_is_past(const struct span_walk *walk, bool descending,
	    struct slice last);

#endif
