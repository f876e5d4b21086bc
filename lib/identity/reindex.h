/*
 * reindex.h: make the indexes of a type complete while others read and write
 * it, and take away the keys of indexes that are declared no more.
 *
 * Each transaction is short and either adds a key that a resource has, or
 * removes one that none has: whatever happens in between, it can be run
 * again.  What is complete afterwards, and why, is told in coverage.h.
 */
#ifndef IDENTITY_REINDEX_H
#define IDENTITY_REINDEX_H

#include "identity/coverage.h"

/* Two resources with one value of a unique attribute. */
struct reindex_duplicate {
	struct slice	attribute;
	struct slice	value;
	struct uuid	id;
	struct uuid	other;
};

struct reindex {
	const struct identity		*identity;
	const struct caller		*caller;	/* tenant, arena */
	const struct resource_type	*type;
	const struct attr_ref		*ref;		/* or NULL: all */
	bool				 again;		/* complete ones too */

	/* Called between transactions; each may be NULL. */
	void	(*progress)(void *arg, uint64_t done);
	void	(*duplicate)(void *arg, const struct reindex_duplicate *d);
	void	*arg;
};

struct reindex_result {
	struct index_decls	built;		/* complete now; in the arena */
	size_t			forgotten;	/* notes of undeclared ones */
	uint64_t		resources;	/* that were read */
	uint64_t		removed;	/* keys that were wrong */
	uint64_t		duplicates;
};

/*
 * Build those indexes of the type that are not complete; with AGAIN all of
 * them, which are not asked until they are complete anew.
 *
 * Errors: ERR_UNIQUENESS when there were duplicates: of their attributes no
 *         key is left, the other indexes are complete; ERR_NOT_FOUND when
 *         REF has no index; ERR_BUSY when another program took a note away
 *         meanwhile; those of store_txn.
 */
int	identity_reindex(const struct reindex *reindex,
	    struct reindex_result *result, struct error *err);

/*
 * The tenant of CALLER is new and has nothing: all its indexes are complete.
 *
 * Errors: as above.
 */
int	identity_note_indexes(const struct identity *identity,
	    const struct caller *caller, struct error *err);

#endif
