/*
 * advice.h: what would have made a query cheap that looked at too much.
 */
#ifndef IDENTITY_ADVICE_H
#define IDENTITY_ADVICE_H

#include "identity/identity.h"
#include "scim/filter.h"
#include "scim/sort.h"
#include "store/kv.h"

/*
 * Name the index that would help a query for TYPE by the bound filter F and
 * the order SORT, each NULL if there is none: "an index on 'title' would
 * help: ...", or what to ask instead.
 *
 * Owner: the text lives in A.
 */
const char	*advice_of(struct arena *a, struct kv_txn *txn,
	    const struct caller *caller, const struct resource_type *type,
	    const struct filter *f, const struct sort *sort);

#endif
