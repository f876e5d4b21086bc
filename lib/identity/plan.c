/*
 * plan.c: which resources a query must look at.
 */
#include <stdlib.h>

#include "identity/descend.h"
#include "identity/index.h"
#include "identity/plan.h"
#include "identity/record.h"
#include "store/members.h"
#include "store/spans.h"

/*
 * Beyond a quarter of all resources a walk over them is faster than fetching
 * them one by one; a few candidates are not worth looking for fewer.
 */
enum { CANDIDATES_MIN = 1000, FEW = 16 };

/* What a term can be answered by, the best first. */
enum access {
	ACCESS_ID,
	ACCESS_UNIQUE,
	ACCESS_EDGE,
	ACCESS_GROUP,
	ACCESS_INDEX,
	ACCESS_SPAN,
	ACCESS_ALL_VALUES,
	ACCESS_SCAN
};

struct planner {
	struct kv_txn *txn;
	const struct caller *caller;
	const struct resource_type *type;
	bool failed; /* the store could not be read */
};

/* How to find what meets one comparison. */
struct access_path {
	enum access access;
	struct filter *term;
	struct index_key key;
	bool unique;
};

/* Resources of which those that meet a filter are some. */
struct candidates {
	struct id_list ids;
	size_t limit;	      /* more of them are of no use */
	struct filter *exact; /* the keys answer this node, or NULL */
	bool is_of_type;      /* all ids are resources of the type */
};

static bool
is_id(const struct attr_ref *ref)
{
	return ref->attr->schema == NULL && ref->sub == NULL &&
	    slice_equal(ref->attr->name, SLICE("id"));
}

/* What OP asks of an index; the others are met by values anywhere in it. */
static enum access
access_of_op(enum filter_op op, bool unique)
{
	switch (op) {
	case FILTER_EQ:
		return unique ? ACCESS_UNIQUE : ACCESS_INDEX;
	case FILTER_SW:
	case FILTER_GT:
	case FILTER_GE:
	case FILTER_LT:
	case FILTER_LE:
		return ACCESS_SPAN;
	case FILTER_PR:
		return ACCESS_ALL_VALUES;
	default:
		return ACCESS_SCAN;
	}
}

/*
 * URIs and bytes in base64 are compared by what they mean (TYPE-07, TYPE-09),
 * and an index has their text: it knows only which have a value.
 */
static bool
text_decides(const struct attr_ref *ref)
{
	const struct attr *attr = ref->sub != NULL ? ref->sub : ref->attr;

	return attr->type == ATTR_STRING;
}

/* An index that does not hold every resource is not asked. */
static enum access
access_index(struct planner *p, const struct attr_ref *ref,
    const struct filter *term, struct access_path *out)
{
	struct slice text =
	    term->op == FILTER_PR ? SLICE("") : term->value.text;
	struct index_decl decl;

	if (!index_key_of(store_arena(p->txn), p->caller->tenant, p->type, ref,
		text, &decl, &out->key))
		return ACCESS_SCAN;
	out->unique = index_form_is_unique(decl.form);
	switch (coverage_is_known(p->txn, p->caller, p->type, &decl)) {
	case 1:
		return access_of_op(term->op, out->unique);
	case -1:
		p->failed = true;
	}
	return ACCESS_SCAN;
}

/* "members.value eq", "groups.value eq" */
static bool
asks_value(const struct attr_ref *ref, const struct filter *term)
{
	return term->op == FILTER_EQ && ref->sub != NULL &&
	    slice_equal(ref->sub->name, SLICE("value"));
}

/* TERM stands in the value path PATH, or in none. */
static enum access
find_access(struct planner *p, const struct filter *path, struct filter *term,
    struct access_path *out)
{
	struct attr_ref ref = term->ref;

	*out = (struct access_path){ .term = term };
	if (ref.attr == NULL || term->unknown ||
	    (term->op != FILTER_PR && term->value.kind != FILTER_STRING))
		return ACCESS_SCAN;
	if (path != NULL)
		ref.extension = path->ref.extension;
	if (is_id(&ref))
		return term->op == FILTER_EQ ? ACCESS_ID : ACCESS_SCAN;
	if (ref.attr->keep == KEEP_EDGES)
		return asks_value(&ref, term) ? ACCESS_EDGE : ACCESS_SCAN;
	if (slice_equal(ref.attr->name, SLICE("groups")) &&
	    ref.attr->keep == KEEP_COMPUTED)
		return asks_value(&ref, term) ? ACCESS_GROUP : ACCESS_SCAN;
	if (term->op != FILTER_PR && !text_decides(&ref))
		return ACCESS_SCAN;
	return access_index(p, &ref, term, out);
}

static int
add_unique(
    struct planner *p, const struct access_path *path, struct candidates *c)
{
	struct uuid id;
	enum store_status status = unique_get(p->txn, &path->key, &id);

	if (status == STORE_OK)
		id_list_add(&c->ids, store_arena(p->txn), &id);
	return status == STORE_FAIL ? -1 : 1;
}

/* Which values can meet the term: all of them, or a part. */
static struct span
span_of(const struct access_path *path)
{
	struct slice value = path->key.value;
	struct span span = { .prefix = SLICE("") };

	switch (path->term->op) {
	case FILTER_SW:
		span.prefix = value;
		break;
	case FILTER_GT:
	case FILTER_GE:
		span.from = value;
		break;
	case FILTER_LT:
	case FILTER_LE:
		span.to = value;
		break;
	default:
		break;
	}
	return span;
}

static int
add_span(
    struct planner *p, const struct access_path *path, struct candidates *c)
{
	struct span span = span_of(path);
	struct span_walk walk;
	enum store_status status;
	struct uuid id;

	if (span_open(p->txn, &path->key, path->unique, &span, &walk) !=
	    STORE_OK)
		return -1;
	while (
	    (status = span_next(&walk, &id)) == STORE_OK && c->ids.n < c->limit)
		id_list_add(&c->ids, store_arena(p->txn), &id);
	kv_range_close(walk.range);
	return status == STORE_FAIL ? -1 : status == STORE_NOTFOUND;
}

/* Ids off a range that opened with STATUS; 0 when there are too many. */
static int
add_range(struct planner *p, enum store_status status, struct kv_range *range,
    enum store_status (*next)(struct kv_range *, struct uuid *),
    struct candidates *c)
{
	struct uuid id;

	if (status != STORE_OK)
		return -1;
	while ((status = next(range, &id)) == STORE_OK && c->ids.n < c->limit)
		id_list_add(&c->ids, store_arena(p->txn), &id);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : status == STORE_NOTFOUND;
}

static int
add_index(
    struct planner *p, const struct access_path *path, struct candidates *c)
{
	struct kv_range *range = NULL;
	enum store_status status = index_open(p->txn, &path->key, &range);

	return add_range(p, status, range, index_next, c);
}

/* The groups of the member; the edge itself is the answer to NODE. */
static int
add_edge(struct planner *p, const struct access_path *path, struct filter *node,
    struct candidates *c)
{
	struct kv_range *range = NULL;
	enum store_status status;
	struct uuid id;

	/* One who is bounded does not see every member: they are looked at. */
	if (p->caller->bound == NULL)
		c->exact = node;
	/* Worth any number of them: members are not looked at then. */
	c->limit = SIZE_MAX;
	if (uuid_parse(path->term->value.text, &id) == -1)
		return 1;
	status = groups_open(p->txn, p->caller->tenant, &id, &range);
	return add_range(p, status, range, groups_next, c);
}

/* The members of the group, and of those within it: the answer to NODE. */
static int
add_group(struct planner *p, const struct access_path *path,
    struct filter *node, struct candidates *c)
{
	struct uuid id;

	/* A group that the caller cannot see has nobody. */
	if (p->caller->bound == NULL)
		c->exact = node;
	c->is_of_type = true;
	c->limit = SIZE_MAX;
	if (uuid_parse(path->term->value.text, &id) == -1)
		return 1;
	return descend(
		   p->txn, p->caller->tenant, &id, p->type->name, &c->ids) == -1
	    ? -1
	    : 1;
}

static int
add_id(struct planner *p, const struct access_path *path, struct candidates *c)
{
	struct uuid id;

	if (uuid_parse(path->term->value.text, &id) == 0)
		id_list_add(&c->ids, store_arena(p->txn), &id);
	return 1;
}

/* The resources that meet TERM, and perhaps some more. */
static int
of_term(struct planner *p, struct filter *path, struct filter *term,
    struct candidates *c)
{
	struct access_path way;

	switch (find_access(p, path, term, &way)) {
	case ACCESS_ID:
		return add_id(p, &way, c);
	case ACCESS_UNIQUE:
		return add_unique(p, &way, c);
	case ACCESS_EDGE:
		/* members[value eq "x" and type eq "User"] is no edge alone. */
		if (path != NULL && path->left != term)
			return 0;
		return add_edge(p, &way, path != NULL ? path : term, c);
	case ACCESS_GROUP:
		if (path != NULL && path->left != term)
			return 0;
		return add_group(p, &way, path != NULL ? path : term, c);
	case ACCESS_INDEX:
		return add_index(p, &way, c);
	case ACCESS_SPAN:
	case ACCESS_ALL_VALUES:
		return add_span(p, &way, c);
	default:
		return p->failed ? -1 : 0;
	}
}

/* How good the keys for F can be, without asking them. */
static enum access
best_access(struct planner *p, struct filter *path, struct filter *f)
{
	struct access_path way;
	enum access left, right;

	switch (f->op) {
	case FILTER_TRUE:
	case FILTER_NOT:
		return ACCESS_SCAN;
	case FILTER_VALUE_PATH:
		return f->unknown ? ACCESS_SCAN : best_access(p, f, f->left);
	case FILTER_AND:
	case FILTER_OR:
		left = best_access(p, path, f->left);
		right = best_access(p, path, f->right);
		return (left < right) == (f->op == FILTER_AND) ? left : right;
	default:
		return find_access(p, path, f, &way);
	}
}

static int of_filter(struct planner *p, struct filter *path, struct filter *f,
    struct candidates *c);

/* Both sides have to be met: the candidates of the side with fewer. */
static int
of_and(struct planner *p, struct filter *path, struct filter *f,
    struct candidates *c)
{
	bool swap =
	    best_access(p, path, f->right) < best_access(p, path, f->left);
	struct candidates second = { .limit = c->limit };
	int rc = of_filter(p, path, swap ? f->right : f->left, c), rc2;

	if (rc == -1 || (rc == 1 && c->ids.n <= FEW))
		return rc;
	if (rc == 1)
		second.limit = c->ids.n - 1;
	rc2 = of_filter(p, path, swap ? f->left : f->right, &second);
	if (rc2 == 1)
		*c = second;
	return rc2 == 0 ? rc : rc2;
}

/* Either side may be met: the candidates of both, if both have any. */
static int
of_or(struct planner *p, struct filter *path, struct filter *f,
    struct candidates *c)
{
	int rc;

	if (best_access(p, path, f) == ACCESS_SCAN)
		return p->failed ? -1 : 0;
	rc = of_filter(p, path, f->left, c);
	if (rc == 1)
		rc = of_filter(p, path, f->right, c);
	c->exact = NULL;
	c->is_of_type = false;
	return rc;
}

/*
 * Find candidates for F by keys.
 *
 * Returns: 1, 0 when there is no way or there are more than the limit, or -1.
 */
static int
of_filter(struct planner *p, struct filter *path, struct filter *f,
    struct candidates *c)
{
	switch (f->op) {
	case FILTER_TRUE:
	case FILTER_NOT:
		return 0;
	case FILTER_VALUE_PATH:
		return f->unknown ? 0 : of_filter(p, f, f->left, c);
	case FILTER_AND:
		return of_and(p, path, f, c);
	case FILTER_OR:
		return of_or(p, path, f, c);
	default:
		return of_term(p, path, f, c);
	}
}

static int
by_id(const void *x, const void *y)
{
	return uuid_compare(x, y);
}

/* In order, each once: a resource may have two of the values. */
static void
settle(struct id_list *ids)
{
	size_t n = 0;

	if (ids->n < 2)
		return;
	qsort(ids->ids, ids->n, sizeof(*ids->ids), by_id);
	for (size_t i = 0; i < ids->n; i++)
		if (n == 0 || uuid_compare(&ids->ids[n - 1], &ids->ids[i]) != 0)
			ids->ids[n++] = ids->ids[i];
	ids->n = n;
}

static int
find_limit(struct planner *p, size_t *limit)
{
	int64_t n;

	if (record_count(p->txn, p->caller, p->type, &n) == -1)
		return -1;
	*limit = n / 4 > CANDIDATES_MIN ? (size_t)n / 4 : CANDIDATES_MIN;
	return 0;
}

int
plan_make(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, struct filter *f, struct plan *plan)
{
	struct planner p = { .txn = txn, .caller = caller, .type = type };
	struct candidates c = { .limit = CANDIDATES_MIN };
	size_t limit;
	int rc;

	*plan = (struct plan){ .is_scan = true };
	if (f == NULL)
		return 0;
	rc = of_filter(&p, NULL, f, &c);
	/* Mostly there are few: only now is it asked how many are many. */
	if (rc == 0 && find_limit(&p, &limit) == -1)
		return -1;
	if (rc == 0 && limit > CANDIDATES_MIN) {
		c = (struct candidates){ .limit = limit };
		rc = of_filter(&p, NULL, f, &c);
	}
	if (rc != 1)
		return rc;
	if (c.exact != NULL)
		c.exact->op = FILTER_TRUE;
	settle(&c.ids);
	*plan = (struct plan){ .is_scan = false,
		.ids = c.ids,
		.is_exact = c.is_of_type && f->op == FILTER_TRUE };
	return 0;
}

/* What an access costs, in words. */
static const char *const access_words[] = {
	[ACCESS_ID] = "the id: one key",
	[ACCESS_UNIQUE] = "unique index: one key",
	[ACCESS_EDGE] = "memberships of the member: a key a group",
	[ACCESS_GROUP] = "members of the group: a key a member",
	[ACCESS_INDEX] = "index: a key a match",
	[ACCESS_SPAN] = "index: a range of keys",
	[ACCESS_ALL_VALUES] = "index: all of its keys",
	[ACCESS_SCAN] = "no key: every resource that is left is looked at",
};

static void describe(struct planner *p, struct filter *path, struct filter *f,
    int depth, struct buf *out);

static void
describe_sides(struct planner *p, struct filter *path, struct filter *f,
    int depth, struct buf *out)
{
	bool swap =
	    best_access(p, path, f->right) < best_access(p, path, f->left);

	buf_printf(out, "%s\n",
	    f->op == FILTER_OR ? "or: the keys of both sides, if both have any"
		: swap	       ? "and: the second side first, then the fewer"
			       : "and: the first side first, then the fewer");
	describe(p, path, f->left, depth + 1, out);
	describe(p, path, f->right, depth + 1, out);
}

static void
describe(struct planner *p, struct filter *path, struct filter *f, int depth,
    struct buf *out)
{
	struct access_path way;

	buf_printf(out, "%*s", 2 * depth, "");
	switch (f->op) {
	case FILTER_TRUE:
		buf_puts(out, "always\n");
		break;
	case FILTER_NOT:
		buf_printf(out, "not: %s\n", access_words[ACCESS_SCAN]);
		describe(p, path, f->left, depth + 1, out);
		break;
	case FILTER_VALUE_PATH:
		buf_printf(out, "%.*s[ ]\n", SLICE_ARG(f->name));
		describe(p, f, f->left, depth + 1, out);
		break;
	case FILTER_AND:
	case FILTER_OR:
		describe_sides(p, path, f, depth, out);
		break;
	default:
		buf_printf(out, "%.*s %s: %s\n", SLICE_ARG(f->name),
		    filter_op_word(f->op),
		    f->unknown ? "no such attribute: nobody has a value"
			       : access_words[find_access(p, path, f, &way)]);
	}
}

int
plan_describe(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, struct filter *f, struct buf *out)
{
	struct planner p = { .txn = txn, .caller = caller, .type = type };

	describe(&p, NULL, f, 0, out);
	return p.failed ? -1 : 0;
}
