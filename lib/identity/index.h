/*
 * index.h: the index keys of a resource, out of its body and its schema.
 *
 * An attribute is indexed when its schema says so (x-muster-index), and
 * unique when its uniqueness is "server" or "global" (RFC 7643 section 2.2).
 */
#ifndef IDENTITY_INDEX_H
#define IDENTITY_INDEX_H

#include "identity/identity.h"
#include "store/indexes.h"

/*
 * In the transaction that writes the record: take away the keys of the body
 * OLD, add those of NEW; either may be empty.
 *
 * Errors: ERR_UNIQUENESS names the attribute and the value.
 */
int	index_update(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, const struct uuid *id,
	    struct slice old, struct slice new, struct error *err);

/*
 * The key under which VALUE of the attribute REF is looked up.  The value is
 * brought into its compared form.
 *
 * Returns: false when the attribute has no index.
 */
bool	index_key_of(struct arena *a, uint32_t tenant,
	    const struct resource_type *type, const struct attr_ref *ref,
	    struct slice value, struct index_key *key, bool *is_unique);

/* Is DISPLAY_NAME taken by another resource of TYPE than ID? */
int	index_check_display_name(struct kv_txn *txn,
	    const struct caller *caller, const struct resource_type *type,
	    const struct uuid *id, struct slice body, struct error *err);

#endif
