/*
 * reference.h: attributes that point to other resources, as manager does: a
 * "value" that is kept and a "$ref" that is computed (RFC 7643 section
 * 2.3.7).
 */
#ifndef IDENTITY_REFERENCE_H
#define IDENTITY_REFERENCE_H

#include "identity/identity.h"
#include "store/resources.h"

/* Is ATTR kept in the body and a reference to resources? */
bool	reference_is(const struct attr *attr);

/*
 * Call FN for the "value" of every reference of TYPE, extensions included,
 * until it returns -1.
 */
typedef int reference_fn(void *arg, const struct resource_type *type,
    const struct attr_ref *ref, struct error *err);
int	reference_each(const struct resource_type *type, reference_fn *fn,
	    void *arg, struct error *err);

/*
 * The resource ID, of one of the types that REF_ATTR, a "$ref", may point
 * to.  STORE_NOTFOUND when none of them has it for CALLER.
 */
enum store_status	reference_find(struct kv_txn *txn,
			    const struct identity *identity,
			    const struct caller *caller,
			    const struct attr *ref_attr,
			    const struct uuid *id,
			    const struct resource_type **type,
			    struct record *record);

/*
 * Do the references in BODY that are not in OLD point to something?
 *
 * Errors: ERR_INVALID_VALUE names the attribute (POST-11).
 */
int	reference_check(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct slice old, struct slice body, struct error *err);

#endif
