/*
 * coverage.h: which indexes a type should have, and which of them hold every
 * resource.
 *
 * A schema file may declare an index when there is data already.  What the
 * store promises (store/meta.h) and who keeps the promise:
 *
 *  1. A writer reads the notes of the type in its transaction.  Having a
 *     note for an index that it does not know, it refuses when its schema
 *     files were read before the index was announced (they are old: 503), or
 *     takes the note away (the declaration is gone).  So while there is a
 *     note, every committed write kept the index up.
 *  2. An index becomes complete only while its note stands: by reindex.c,
 *     or when the type has no resource and the index no key.
 *  3. Whoever asks an index reads the note in the same transaction, or,
 *     reading only, goes by what was read before and is still so (kept.h:
 *     who writes notes ends that before the commit); and looks at all
 *     resources when it is not complete.
 */
#ifndef IDENTITY_COVERAGE_H
#define IDENTITY_COVERAGE_H

#include "identity/identity.h"
#include "store/meta.h"

/* An index that the schema files declare. */
struct index_decl {
	struct attr_ref	ref;
	struct slice	attribute;	/* as in struct index_key */
	enum index_form	form;
};

struct index_decls {
	struct index_decl	*list;
	size_t			 n;
};

/* May there be an index on ATTR, a sub-attribute or not?  A quick look. */
bool	index_is_candidate(const struct attr *attr);

/* "userName", "emails.value", "urn:...:User:manager.value"; in A. */
struct slice	index_attribute(struct arena *a, const struct attr_ref *ref);

/* Could there be one on REF? */
bool	index_is_possible(const struct attr_ref *ref);

/*
 * Is there an index on REF?  On text in the body whose schema says so
 * (x-muster-index), or that is unique (RFC 7643 section 2.2).
 *
 * Owner: DECL->attribute lives in A, or in the catalog.
 */
bool	index_declared(struct arena *a, const struct attr_ref *ref,
	    struct index_decl *decl);

/* All indexes of TYPE; the list lives in A. */
void	index_declared_all(struct arena *a,
	    const struct resource_type *type, struct index_decls *decls);

bool	index_form_is_unique(enum index_form form);

/*
 * Does the index hold every resource?  In the transaction that asks it.
 *
 * Returns: 1, 0, or -1 when it could not be told.
 */
int	coverage_is_complete(struct kv_txn *txn, uint32_t tenant,
	    const struct resource_type *type, const struct index_decl *decl);

/* The same for a query of CALLER, which mostly knows it already. */
int	coverage_is_known(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, const struct index_decl *decl);

/*
 * The notes that a writer of TYPE goes by, DECLS being all its indexes; an
 * index without a note becomes complete when there is no resource yet.
 *
 * Errors: ERR_BUSY when the schema files of this process are too old.
 */
int	coverage_for_write(struct kv_txn *txn,
	    const struct identity *identity, const struct caller *caller,
	    const struct resource_type *type,
	    const struct index_decls *decls, struct index_notes *notes,
	    struct error *err);

/* Note DECL in that stage; NOTES has room for it. */
void	coverage_note(struct index_notes *notes,
	    const struct index_decl *decl, enum index_stage stage,
	    int64_t now);

/* A copy of NOTES in A, without those that DECLS lack, with room for all. */
struct index_notes	coverage_declared(struct arena *a,
			    const struct index_notes *notes,
			    const struct index_decls *decls);

#endif
