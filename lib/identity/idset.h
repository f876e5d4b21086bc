/*
 * idset.h: a set of ids, for walks that must not visit twice.
 */
#ifndef IDENTITY_IDSET_H
#define IDENTITY_IDSET_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/uuid.h"

struct idset;

/* An empty set in A. */
struct idset	*idset_new(struct arena *a);

/* Add ID; false when it was in already. */
bool	idset_add(struct idset *set, const struct uuid *id);

#endif
