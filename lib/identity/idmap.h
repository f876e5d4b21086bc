/*
 * idmap.h: what is known of ids, for walks that must not ask twice.
 */
#ifndef IDENTITY_IDMAP_H
#define IDENTITY_IDMAP_H

#include "base/arena.h"
#include "base/uuid.h"

struct idmap;

/* An empty map in A. */
struct idmap	*idmap_new(struct arena *a);

/*
 * The place of what is known of ID: a new place holds NULL, and whoever asked
 * fills it.  Good until the next call.
 */
void	**idmap_at(struct idmap *map, const struct uuid *id);

#endif
