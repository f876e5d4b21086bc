/*
 * fixture.h: the shipped schemas, for tests of the pure rooms.
 */
#ifndef UNIT_FIXTURE_H
#define UNIT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "identity/identity.h"

static inline struct catalog *
fixture_catalog(struct arena *a)
{
	struct catalog *catalog;
	struct error err;

	if (identity_load_catalog(a, "schemas", &catalog, &err) == -1) {
		printf("not ok - %s\n", err.detail);
		exit(1);
	}
	return catalog;
}

/* A shipped profile. */
static inline const struct profile *
fixture_profile(const char *name)
{
	static const struct catalog *catalog;

	if (catalog == NULL)
		catalog = fixture_catalog(arena_new());
	return profile_find(catalog, slice_of(name));
}

#endif
