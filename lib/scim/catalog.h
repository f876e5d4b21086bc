/*
 * catalog.h: what schema.c, the loaders and profile.c share; nobody else
 * includes it.
 */
#ifndef SCIM_CATALOG_H
#define SCIM_CATALOG_H

#include "scim/schema.h"

struct catalog {
	struct arena			*arena;
	struct schema			**schemas;
	size_t				 nschemas;
	const struct resource_type	**types;
	size_t				 ntypes;
	struct profile			**profiles;	/* by name */
	size_t				 nprofiles;
	struct slice			 files;	/* digests, by path: JSON */
};

/* The keywords in the order of their enums. */
extern const struct slice	attr_type_keywords[ATTR_TYPE_MAX];
extern const struct slice	attr_mutability_keywords[MUT_MAX];
extern const struct slice	attr_returned_keywords[RET_MAX];
extern const struct slice	attr_uniqueness_keywords[UNIQ_MAX];

/* Are these the letters, digits and marks of RFC 8141 section 2? */
bool	schema_is_urn(struct slice text);

#endif
