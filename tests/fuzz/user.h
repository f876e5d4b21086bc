/*
 * user.h: what the fuzz targets work on: the type User of the shipped
 * schemas, a stored user and a stored group.
 */
#ifndef FUZZ_USER_H
#define FUZZ_USER_H

#include <stdlib.h>

#include "identity/identity.h"

static const char user_body[] =
    "{\"schemas\":[\"" URN_USER "\"],\"userName\":\"bj\",\"active\":true,"
    "\"name\":{\"givenName\":\"B\"},\"emails\":[{\"value\":\"b@x\","
    "\"type\":\"work\",\"primary\":true},{\"value\":\"c@x\"}],"
    "\"" URN_ENTERPRISE "\":{\"manager\":{\"value\":\"m\"}}}";

static const char group_body[] __attribute__((unused)) =
    "{\"schemas\":[\"" URN_GROUP "\"],\"displayName\":\"Tour Guides\"}";

/* Loaded once, from the directory MUSTER_SCHEMAS. */
static inline const struct catalog *
user_catalog(void)
{
	static struct catalog *catalog;
	struct error err;

	if (catalog == NULL &&
	    identity_load_catalog(
		arena_new(), getenv("MUSTER_SCHEMAS"), &catalog, &err) == -1)
		abort();
	return catalog;
}

static inline const struct resource_type *
user_type(void)
{
	return catalog_find_type(user_catalog(), SLICE("User"));
}

#endif
