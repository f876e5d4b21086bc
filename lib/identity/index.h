/*
 * index.h: the index keys of a resource, out of its body and its schema.
 *
 * An attribute is indexed when its schema says so (x-muster-index), and
 * unique when its uniqueness is "server" or "global" (RFC 7643 section 2.2).
 */
#ifndef IDENTITY_INDEX_H
#define IDENTITY_INDEX_H

#include "identity/coverage.h"
#include "store/indexes.h"

/* One key of one body. */
struct index_entry {
	struct index_key	key;
	struct index_decl	decl;
	struct slice		shown;	/* the value as stored, for messages */
	bool			is_kept;	/* used by index_update */
};

struct index_entries {
	struct arena			*a;
	const struct resource_type	*type;
	struct index_entry		*list;
	size_t				 n;
	size_t				 size;
	uint32_t			 tenant;
};

/* All keys that BODY has; they live in A. */
void	index_entries_of(struct arena *a, uint32_t tenant,
	    const struct resource_type *type, struct slice body,
	    struct index_entries *entries);

/* Is KEY one of the keys of BODY?  A is used for working memory. */
bool	index_body_has(struct arena *a, const struct resource_type *type,
	    const struct index_key *key, struct slice body);

/*
 * In the transaction that writes the record: take away the keys of the body
 * OLD, add those of NEW; either may be empty.  All declared indexes are kept
 * up, complete or not.
 *
 * Errors: ERR_UNIQUENESS names the attribute, the value and who has it, or
 *         nothing when CALLER does not see that one; ERR_BUSY when
 *         the schema files of this process are too old (coverage.h).
 */
int	index_update(struct kv_txn *txn, const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    const struct uuid *id, struct slice old, struct slice new,
	    struct error *err);

/*
 * The key under which VALUE of the attribute REF is looked up.  The value is
 * brought into its compared form.
 *
 * Returns: false when the attribute has no index; whether the index holds
 *          every resource is another question (coverage.h).
 */
bool	index_key_of(struct arena *a, uint32_t tenant,
	    const struct resource_type *type, const struct attr_ref *ref,
	    struct slice value, struct index_decl *decl,
	    struct index_key *key);

/* Is DISPLAY_NAME taken by another resource of TYPE than ID? */
int	index_check_display_name(struct kv_txn *txn,
	    const struct caller *caller, const struct resource_type *type,
	    const struct uuid *id, struct slice body, struct error *err);

#endif
