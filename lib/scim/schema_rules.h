/*
 * schema_rules.h: what an attribute must not say of itself; only
 * schema_load.c includes it.
 */
#ifndef SCIM_SCHEMA_RULES_H
#define SCIM_SCHEMA_RULES_H

#include "scim/schema.h"

/* A rule that an attribute breaks: the keyword to look at, and why. */
struct schema_rule {
	const char	*keyword;
	bool		(*is_broken)(const struct attr *attr);
	const char	*why;
};

/*
 * The first rule that ATTR breaks, or NULL.  ATTR knows its schema, its
 * parent and its sub-attributes.
 */
const struct schema_rule	*schema_rule_broken(const struct attr *attr);

/*
 * Is URN the schema of ServiceProviderConfig, ResourceType or Schema?  The
 * server alone writes these.
 */
bool	schema_is_discovery(struct slice urn);

#endif
