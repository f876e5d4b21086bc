/*
 * plan.c: which resources a query must look at.
 */
#include "identity/index.h"
#include "identity/plan.h"
#include "store/members.h"

/* What a term can be answered by, the best first. */
enum access {
	ACCESS_ID,
	ACCESS_UNIQUE,
	ACCESS_EDGE,
	ACCESS_INDEX,
	ACCESS_SCAN
};

struct choice {
	enum access access;
	struct filter *term; /* the comparison */
	struct filter *node; /* the comparison, or the path around it */
	struct index_key key;
};

struct planner {
	struct kv_txn *txn;
	const struct caller *caller;
	const struct resource_type *type;
	struct choice best;
	bool failed; /* a note could not be read */
};

/* The comparison inside members[value eq "x"], or F itself. */
static struct filter *
comparison_of(struct filter *f)
{
	if (f->op == FILTER_VALUE_PATH && !f->unknown &&
	    f->left->op == FILTER_EQ && !f->left->unknown)
		return f->left;
	return f->op == FILTER_EQ && !f->unknown ? f : NULL;
}

static bool
is_id(const struct attr_ref *ref)
{
	return ref->attr->schema == NULL && ref->sub == NULL &&
	    slice_equal(ref->attr->name, SLICE("id"));
}

/* An index that does not hold every resource is not asked. */
static enum access
if_complete(struct planner *p, const struct index_decl *decl)
{
	switch (
	    coverage_is_complete(p->txn, p->caller->tenant, p->type, decl)) {
	case 1:
		return index_form_is_unique(decl->form) ? ACCESS_UNIQUE
							: ACCESS_INDEX;
	case -1:
		p->failed = true;
	}
	return ACCESS_SCAN;
}

static enum access
access_of(struct planner *p, const struct filter *node,
    const struct filter *term, struct index_key *key)
{
	struct attr_ref ref = term->ref;
	struct index_decl decl;

	ref.extension = node->ref.extension;
	if (term->value.kind != FILTER_STRING || ref.attr == NULL)
		return ACCESS_SCAN;
	if (is_id(&ref))
		return ACCESS_ID;
	if (ref.attr->keep == KEEP_EDGES)
		return ref.sub != NULL &&
			slice_equal(ref.sub->name, SLICE("value"))
		    ? ACCESS_EDGE
		    : ACCESS_SCAN;
	if (!index_key_of(store_arena(p->txn), p->caller->tenant, p->type, &ref,
		term->value.text, &decl, key))
		return ACCESS_SCAN;
	return if_complete(p, &decl);
}

/* The terms of an "and", and the terms inside a value path's "and". */
static void
consider(struct planner *p, struct filter *f)
{
	struct choice choice = { .node = f };

	if (f->op == FILTER_AND) {
		consider(p, f->left);
		consider(p, f->right);
		return;
	}
	choice.term = comparison_of(f);
	if (choice.term == NULL)
		return;
	choice.access = access_of(p, f, choice.term, &choice.key);
	if (choice.access < p->best.access)
		p->best = choice;
}

/* emails[type eq "work" and value eq "x"]: its equality on "value". */
static void
consider_path(struct planner *p, struct filter *path, struct filter *f)
{
	struct choice choice = { .node = path, .term = f };

	if (f->op == FILTER_AND) {
		consider_path(p, path, f->left);
		consider_path(p, path, f->right);
		return;
	}
	if (f->op != FILTER_EQ || f->unknown ||
	    path->ref.attr->keep == KEEP_EDGES)
		return;
	choice.access = access_of(p, path, f, &choice.key);
	if (choice.access < p->best.access)
		p->best = choice;
}

static void
consider_paths(struct planner *p, struct filter *f)
{
	if (f->op == FILTER_AND) {
		consider_paths(p, f->left);
		consider_paths(p, f->right);
	} else if (f->op == FILTER_VALUE_PATH && !f->unknown) {
		consider_path(p, f, f->left);
	}
}

static int
by_unique(struct planner *p, struct plan *plan)
{
	struct uuid id;
	enum store_status status = unique_get(p->txn, &p->best.key, &id);

	if (status == STORE_OK)
		id_list_add(&plan->ids, store_arena(p->txn), &id);
	return status == STORE_FAIL ? -1 : 0;
}

static int
by_index(struct planner *p, struct plan *plan)
{
	struct kv_range *range;
	struct uuid id;
	enum store_status status;

	if (index_open(p->txn, &p->best.key, &range) != STORE_OK)
		return -1;
	while ((status = index_next(range, &id)) == STORE_OK)
		id_list_add(&plan->ids, store_arena(p->txn), &id);
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

/* The groups of the member; the edge itself is the answer to the term. */
static int
by_edge(struct planner *p, struct plan *plan)
{
	struct kv_range *range;
	struct uuid id;
	enum store_status status;

	p->best.node->op = FILTER_TRUE;
	if (uuid_parse(p->best.term->value.text, &id) == -1)
		return 0;
	if (groups_open(p->txn, p->caller->tenant, &id, &range) != STORE_OK)
		return -1;
	while ((status = groups_next(range, &id)) == STORE_OK)
		id_list_add(&plan->ids, store_arena(p->txn), &id);
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

int
plan_make(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, struct filter *f, struct plan *plan)
{
	struct planner p = { .txn = txn,
		.caller = caller,
		.type = type,
		.best = { .access = ACCESS_SCAN } };
	struct uuid id;

	*plan = (struct plan){ .is_scan = false };
	if (f != NULL) {
		consider(&p, f);
		consider_paths(&p, f);
	}
	if (p.failed)
		return -1;
	switch (p.best.access) {
	case ACCESS_ID:
		if (uuid_parse(p.best.term->value.text, &id) == 0)
			id_list_add(&plan->ids, store_arena(txn), &id);
		return 0;
	case ACCESS_UNIQUE:
		return by_unique(&p, plan);
	case ACCESS_EDGE:
		return by_edge(&p, plan);
	case ACCESS_INDEX:
		return by_index(&p, plan);
	default:
		plan->is_scan = true;
		return 0;
	}
}
