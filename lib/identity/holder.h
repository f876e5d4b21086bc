/*
 * holder.h: who has a value: by the index when it holds every resource, else
 * by looking at all of them.
 */
#ifndef IDENTITY_HOLDER_H
#define IDENTITY_HOLDER_H

#include "identity/change.h"
#include "identity/index.h"

/*
 * The resources of TYPE with VALUE in the attribute REF, by id, MAX of them at
 * most; where the attribute has no index, none.  When it has one and all were
 * listed, nobody else can get the value until TXN ends.
 */
int	holder_list(struct kv_txn *txn, uint32_t tenant,
	    const struct resource_type *type, const struct attr_ref *ref,
	    struct slice value, size_t max, struct id_list *holders);

/*
 * Take the unique value of KEY for ID, while its index is not complete: a
 * key in it may be wrong, and keys may be missing.  With LOOK all resources
 * are looked at; without it only the one that the key names.
 *
 * Returns: 0, 1 when *OTHER has the value, or -1.
 */
int	holder_claim(struct kv_txn *txn, const struct resource_type *type,
	    const struct index_key *key, const struct uuid *id, bool look,
	    struct uuid *other);

#endif
