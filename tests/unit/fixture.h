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
		printf("Bail out! %s\n", err.detail);
		exit(1);
	}
	return catalog;
}

#endif
