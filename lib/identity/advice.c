/*
 * advice.c: what would have made a query cheap.
 *
 * The plan (plan.c) looks at everything when a part of the filter that had to
 * narrow it down has no index that answers it: that part is named.
 */
#include "identity/advice.h"
#include "identity/coverage.h"

struct adviser {
	struct arena *a;
	struct kv_txn *txn;
	const struct caller *caller;
	const struct resource_type *type;
};

/* Which operators an index answers (plan.c). */
static bool
is_answered(enum filter_op op)
{
	return op != FILTER_CO && op != FILTER_EW && op != FILTER_NE;
}

/* What is to be done for an index on REF; NULL when there is a whole one. */
static const char *
for_attribute(const struct adviser *v, const struct attr_ref *ref)
{
	struct index_decl decl;
	struct slice name = index_attribute(v->a, ref);

	if (!index_declared(v->a, ref, &decl))
		return arena_printf(v->a,
		    "an index on '%.*s' would help: \"x-muster-index\": true in "
		    "its schema file, then muster reindex",
		    SLICE_ARG(name));
	if (coverage_is_complete(v->txn, v->caller->tenant, v->type, &decl) ==
	    1)
		return NULL;
	return arena_printf(v->a,
	    "the index on '%.*s' is not complete, and would help: run muster "
	    "reindex",
	    SLICE_ARG(name));
}

static const char *
for_term(const struct adviser *v, const struct filter *f)
{
	if (f->unknown || f->ref.attr == NULL || !index_is_possible(&f->ref))
		return NULL;
	if (is_answered(f->op))
		return for_attribute(v, &f->ref);
	return arena_printf(v->a,
	    "no index answers '%s'; ask for '%.*s' by eq or sw",
	    filter_op_word(f->op), SLICE_ARG(index_attribute(v->a, &f->ref)));
}

/* The first part of F that an index could answer, and none does. */
static const char *
for_filter(const struct adviser *v, const struct filter *f)
{
	const char *left;

	if (f == NULL)
		return NULL;
	switch (f->op) {
	case FILTER_TRUE:
	case FILTER_NOT:
		return NULL;
	case FILTER_AND:
	case FILTER_OR:
		left = for_filter(v, f->left);
		return left != NULL ? left : for_filter(v, f->right);
	case FILTER_VALUE_PATH:
		return f->unknown ? NULL : for_filter(v, f->left);
	default:
		return for_term(v, f);
	}
}

static const char *
for_sort(const struct adviser *v, const struct sort *sort)
{
	return sort == NULL || sort->unknown || sort->ref.attr == NULL ||
		!index_is_possible(&sort->ref)
	    ? NULL
	    : for_attribute(v, &sort->ref);
}

const char *
advice_of(struct arena *a, struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct filter *f,
    const struct sort *sort)
{
	struct adviser v = { a, txn, caller, type };
	const char *text = for_filter(&v, f);

	if (text == NULL && f == NULL)
		text = for_sort(&v, sort);
	if (text != NULL)
		return text;
	return f == NULL
	    ? "page by cursor, or ask for less"
	    : "ask for less, and for an attribute with an index: eq on id, "
	      "userName, externalId, displayName or what x-muster-index "
	      "declares";
}
