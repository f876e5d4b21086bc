/*
 * ordered.c: the keys of an index, walked in the order that a list wants.
 *
 * An index has the order of a sort when each resource has one value at most,
 * and that is text: both compare its folded bytes.
 */
#include "identity/index.h"
#include "identity/ordered.h"

/* Backwards, resources without a value come first: there must be none. */
static bool
has_order(const struct sort *sort, bool descending)
{
	const struct attr *attr = sort->ref.attr;

	return !sort->unknown && attr->keep == KEEP_BODY &&
	    !attr->multi_valued && sort->ref.sub == NULL &&
	    attr->type == ATTR_STRING && (!descending || attr->required);
}

int
ordered_open(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct sort *sort, bool descending,
    struct slice from, struct span_walk *walk)
{
	struct index_decl decl;
	struct index_key key;
	struct span span = { .prefix = SLICE("") };
	bool unique;
	int complete;

	if (!has_order(sort, descending) ||
	    !index_key_of(store_arena(txn), caller->tenant, type, &sort->ref,
		SLICE(""), &decl, &key))
		return 0;
	complete = coverage_is_known(txn, caller, type, &decl);
	if (complete != 1)
		return complete;
	unique = index_form_is_unique(decl.form);
	span.from = span.to = sort_key_text(from);
	if (descending)
		return span_open_back(txn, &key, unique, &span, walk) ==
			STORE_OK
		    ? 1
		    : -1;
	span.to = SLICE("");
	return span_open(txn, &key, unique, &span, walk) == STORE_OK ? 1 : -1;
}

bool
ordered_is_past(
    const struct span_walk *walk, bool descending, struct slice last)
{
	int order = span_compare(walk, sort_key_text(last));

	return descending ? order > 0 : order < 0;
}
