/*
 * recount.h: what counts resources, made anew: the total of a type and the
 * blocks of ranks.h.
 */
#ifndef IDENTITY_RECOUNT_H
#define IDENTITY_RECOUNT_H

#include "identity/identity.h"

/*
 * Count the resources of TYPE of the tenant of CALLER, in transactions of
 * one block each; PROGRESS is called after each with what was counted so far.
 * Nobody else may write meanwhile (store_check_alone).  When it dies, it is
 * to be begun again.
 *
 * Errors: those of store_txn.
 */
int	identity_recount(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    void (*progress)(void *arg, uint64_t counted), void *arg,
	    struct error *err);

#endif
