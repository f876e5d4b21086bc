/*
 * advice.h: the error codes of provisioning logs (spec provisioning.md
 * PS-090), of what kind they are, and what helps.
 */
#ifndef SYNC_ADVICE_H
#define SYNC_ADVICE_H

#include <stdbool.h>

#include "base/slice.h"

/* It does not speak SCIM. */
#define ADVICE_INCOMPATIBLE \
	"SystemForCrossDomainIdentityManagementServiceIncompatible"

struct advice {
	const char	*code;
	const char	*category;	/* "target", "source", "configuration",
					   "transient" */
	const char	*reason;
	const char	*action;	/* what an administrator can do */
};

/* Of CODE; NULL for one that is not known. */
const struct advice	*advice_find(struct slice code);

/* Code I, or NULL behind the last. */
const struct advice	*advice_at(size_t i);

/* The code for an answer with STATUS and the scimType WORD, or "". */
const char	*advice_code(int status, struct slice word);

/* May the same request be answered otherwise later, as it is? */
bool	advice_is_transient(struct slice code);

#endif
