/*
 * descend.h: who is in a group, in the groups within it too: groups.h the
 * other way round.
 */
#ifndef IDENTITY_DESCEND_H
#define IDENTITY_DESCEND_H

#include "identity/id_list.h"
#include "store/kv.h"

/*
 * Add to OUT the members of TYPE that GROUP has, and those of every group
 * within it; one that is in several groups stands there several times.  TYPE
 * may be that of groups.
 *
 * Returns: 0, or -1 when the store could not be read.
 */
int	descend(struct kv_txn *txn, uint32_t tenant,
	    const struct uuid *group, struct slice type, struct id_list *out);

#endif
