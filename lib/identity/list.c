/*
 * list.c: the resources that a query asks for, a page of them (RFC 7644
 * section 3.4.2, RFC 9865).
 *
 * Without an order a page is written while the resources are walked, in the
 * order of their ids; a cursor goes on behind the last one.  With an order,
 * or over several types, what comes first is collected (top.h) and written
 * then; along an index that has the order, as far as the page goes.
 */
#include <string.h>

#include "base/clock.h"
#include "base/find.h"
#include "base/log.h"
#include "base/number.h"
#include "identity/advice.h"
#include "identity/bound.h"
#include "identity/breaker.h"
#include "identity/member.h"
#include "identity/ordered.h"
#include "identity/plan.h"
#include "identity/record.h"
#include "identity/renderer.h"
#include "identity/seal.h"
#include "identity/top.h"
#include "scim/filter_cost.h"
#include "scim/sieve.h"
#include "scim/sort.h"
#include "store/ranks.h"

enum {
	LOOKS_A_CLOCK = 256, /* resources between two looks at the clock */
	MANY = 16	     /* resources on a page that are read in bulk */
};

/* What the query means for one of its types. */
struct part {
	const struct resource_type *type;
	struct filter *filter;	/* of the query, bound, or NULL */
	struct filter *planned; /* and that of the caller, or NULL */
	struct sort sort;
	struct projection *projection;
	struct renderer *renderer;
};

struct list {
	const struct identity *identity;
	const struct caller *caller;
	const struct query *query;
	struct buf *out;
	size_t out_start;
	struct arena *scratch; /* for one match */
	int64_t skip;	       /* resources before the page */
	int64_t count;
	int64_t late_at; /* monotonic ms; 0: never */
	bool may_seal;	 /* the answer may hold a cursor */
	struct seal seal;

	/* Begun anew by each run of the body. */
	struct kv_txn *txn;
	struct part *parts;
	const struct cursor *from; /* the page goes on behind it, or NULL */
	struct slice sieve;	   /* what no match lacks; empty: not known */
	struct top top;		   /* used when is_sorted */
	bool is_sorted;
	int64_t total; /* -1: what matches is counted */
	int64_t looked_at;
	int64_t matched;
	int64_t shown;
	bool is_too_much;
	bool is_late;
	bool is_too_large; /* a value that the filter asks for */
	bool more;	   /* there is another page */
	struct uuid last;
	struct slice last_key;
};

/* What a cursor is bound to: it is good for nothing else. */
static struct slice
binding(const struct list *l, struct arena *a)
{
	const struct query *q = l->query;

	return slice_of(arena_printf(a,
	    "%u %.*s\n%s\n%zu %.*s\n%zu %.*s\n%zu %.*s\n%zu %.*s\n%d",
	    l->caller->tenant, SLICE_ARG(l->caller->actor),
	    q->ntypes == 1 ? q->types[0]->endpoint.data : "", q->filter.len,
	    SLICE_ARG(q->filter), q->sort_by.len, SLICE_ARG(q->sort_by),
	    q->attributes.len, SLICE_ARG(q->attributes), q->excluded.len,
	    SLICE_ARG(q->excluded), q->descending));
}

/* The page is full at its count, or when it gets too long (PAGE-04). */
static bool
is_full(const struct list *l)
{
	return l->shown >= l->count ||
	    l->out->len - l->out_start >= PAGE_BYTES_MAX;
}

static int
show(struct list *l, const struct part *part, const struct uuid *id,
    const struct record *record)
{
	if (l->shown++ > 0)
		buf_putc(l->out, ',');
	l->last = *id;
	return render_next(part->renderer, id, record, l->out);
}

/* A match joins the others; its key is gone with the scratch arena. */
static int
collect(struct list *l, const struct part *part, const struct uuid *id,
    const struct record *record, const struct match_source *source)
{
	struct slice key = SLICE("");

	if (l->query->sort_by.data != NULL &&
	    sort_key(l->scratch, &part->sort, record->body, source, &key) == -1)
		return -1;
	if (l->from == NULL ||
	    top_compare(l->query->descending, key, id, l->from->key,
		&l->from->last) > 0)
		top_add(&l->top, key, id, (size_t)(part - l->parts));
	return 0;
}

/* A match in the order of ids: on the page, before it or behind it. */
static int
pass(struct list *l, const struct part *part, const struct uuid *id,
    const struct record *record)
{
	if (l->from != NULL && uuid_compare(id, &l->from->last) <= 0)
		return 0;
	if (l->matched <= l->skip)
		return 0;
	if (!is_full(l))
		return show(l, part, id, record);
	l->more = true;
	return 0;
}

/* May the caller see another body than is stored (breaker.h)? */
static bool
sees_otherwise(const struct list *l)
{
	return bound_quarantine(l->caller->bound).len > 0;
}

/* RECORD as the caller sees it; a new body lives in A. */
static int
see(const struct list *l, struct arena *a, const struct uuid *id,
    struct record *record)
{
	return sees_otherwise(l)
	    ? breaker_see(l->txn, a, l->identity, l->caller, id, record)
	    : 0;
}

static int
take(struct list *l, const struct part *part, const struct uuid *id,
    const struct record *record)
{
	struct record seen = *record;
	struct render_subject subject = { .txn = l->txn,
		.a = l->scratch,
		.identity = l->identity,
		.caller = l->caller,
		.type = part->type,
		.id = id,
		.record = &seen };
	struct match_source source = render_source(&subject);
	int met = 1;

	if (l->looked_at++ == l->identity->scan_max &&
	    l->identity->scan_max > 0) {
		l->is_too_much = true;
		return -1;
	}
	if (l->looked_at % LOOKS_A_CLOCK == 0 && l->late_at != 0 &&
	    clock_monotonic_ms() > l->late_at) {
		l->is_late = true;
		return -1;
	}
	if (l->sieve.len > 0 && !sees_otherwise(l) &&
	    !find_may_hold(record->body, l->sieve))
		return 0;
	arena_reset(l->scratch);
	if (see(l, l->scratch, id, &seen) == -1)
		return -1;
	if (part->filter != NULL)
		met =
		    filter_match(l->scratch, part->filter, seen.body, &source);
	l->is_too_large = subject.is_too_large;
	if (met == 1)
		met = bound_admits(
		    l->txn, l->scratch, l->caller, part->type, id, record);
	if (met != 1)
		return met;
	l->matched++;
	return l->is_sorted ? collect(l, part, id, &seen, &source)
			    : pass(l, part, id, &seen);
}

/* Is nothing left to find out?  What is counted is walked to its end. */
static bool
is_done(const struct list *l)
{
	return !l->is_sorted && l->total != -1 && l->more;
}

/*
 * Where the page begins among ids that all match: nothing before it needs a
 * look, and how many there are is known.
 */
static size_t
skip_ids(struct list *l, const struct id_list *ids)
{
	size_t i = 0;

	l->total = (int64_t)ids->n;
	if (l->from != NULL)
		while (i < ids->n &&
		    uuid_compare(&ids->ids[i], &l->from->last) <= 0)
			i++;
	else
		i = (uint64_t)l->skip < ids->n ? (size_t)l->skip : ids->n;
	l->matched = (int64_t)i;
	return i;
}

static int
take_ids(struct list *l, const struct part *part, const struct plan *plan)
{
	const struct id_list *ids = &plan->ids;
	struct record record;
	size_t i = 0;

	if (plan->is_exact && !l->is_sorted && l->caller->bound == NULL)
		i = skip_ids(l, ids);
	for (; i < ids->n && !is_done(l); i++) {
		enum store_status status =
		    resource_get(l->txn, l->caller->tenant, part->type->name,
			&ids->ids[i], false, &record);

		if (status == STORE_FAIL ||
		    (status == STORE_OK &&
			take(l, part, &ids->ids[i], &record) == -1))
			return -1;
	}
	return 0;
}

/*
 * Where a walk over all begins: behind the cursor, or close before the page,
 * where it is known how many stand there: they match already.
 */
static int
find_start(struct list *l, const struct part *part, struct uuid *start,
    const struct uuid **after, const struct uuid **from)
{
	int64_t skip = l->skip;
	enum store_status status;

	*after = *from = NULL;
	if (l->is_sorted)
		return 0;
	if (l->from != NULL) {
		*after = &l->from->last;
		return 0;
	}
	if (part->planned != NULL || l->skip < RANK_BLOCK)
		return 0;
	status = rank_find(l->txn, l->caller->tenant, part->type->name,
	    l->total, &skip, start);
	if (status == STORE_OK) {
		*from = start;
		l->matched = l->skip - skip;
	}
	return status == STORE_FAIL ? -1 : 0;
}

static int
walk_all(struct list *l, const struct part *part)
{
	const struct uuid *after, *from;
	struct uuid start;
	struct kv_range *range;
	struct record record;
	struct uuid id;
	enum store_status status = STORE_NOTFOUND;

	if (find_start(l, part, &start, &after, &from) == -1 ||
	    resources_open(l->txn, l->caller->tenant, part->type->name, after,
		from, &range) != STORE_OK)
		return -1;
	if (l->count >= MANY || part->filter != NULL || l->is_sorted)
		kv_range_many(range);
	while (!is_done(l) &&
	    (status = resources_next(range, &id, &record)) == STORE_OK)
		if (take(l, part, &id, &record) == -1) {
			status = STORE_FAIL;
			break;
		}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/*
 * A walk may last, and nobody waits for its end: it keeps no locks.  Only who
 * is in a group is kept as it is, since it stands under many keys.
 */
static int
take_all(struct list *l, const struct part *part)
{
	int rc;

	kv_read_briefly(l->txn, member_attr(part->type) == NULL);
	l->sieve = part->filter != NULL ? sieve_text(part->filter) : SLICE("");
	rc = walk_all(l, part);
	l->sieve = SLICE("");
	kv_read_briefly(l->txn, false);
	return rc;
}

/* Along the index of the order, until nothing behind can be on the page. */
static int
take_walk(struct list *l, const struct part *part, struct span_walk *walk)
{
	enum store_status status;
	struct record record;
	struct uuid id;

	while ((status = span_next(walk, &id)) == STORE_OK) {
		struct slice last = top_last_key(&l->top);

		if (last.len > 0 &&
		    ordered_is_past(walk, l->query->descending, last))
			return 1;
		status = resource_get(l->txn, l->caller->tenant,
		    part->type->name, &id, false, &record);
		if (status == STORE_FAIL ||
		    (status == STORE_OK && take(l, part, &id, &record) == -1))
			return -1;
	}
	return status == STORE_FAIL ? -1 : 0;
}

/*
 * The page of one type in an order that an index has.
 *
 * Returns: 1, 0 when all must be looked at after all: those without a value
 *          come behind those that have one; or -1.
 */
static int
take_ordered(struct list *l, const struct part *part)
{
	struct span_walk walk;
	int rc;

	if (!l->is_sorted || l->query->ntypes > 1 || part->planned != NULL ||
	    (l->from != NULL && sort_key_text(l->from->key).len == 0))
		return 0;
	rc = ordered_open(l->txn, l->caller, part->type, &part->sort,
	    l->query->descending, l->from != NULL ? l->from->key : SLICE(""),
	    &walk);
	if (rc != 1)
		return rc;
	rc = take_walk(l, part, &walk);
	kv_range_close(walk.range);
	if (rc == 0 && part->sort.ref.attr->required)
		return 1;
	if (rc == 0) {
		top_clear(&l->top);
		l->looked_at = 0;
	}
	return rc;
}

static int
take_part(struct list *l, const struct part *part)
{
	struct plan plan;
	int rc = take_ordered(l, part);

	if (rc != 0)
		return rc == 1 ? 0 : -1;

	if (plan_make(l->txn, l->caller, part->type, part->planned, &plan) ==
	    -1)
		return -1;
	return plan.is_scan ? take_all(l, part) : take_ids(l, part, &plan);
}

/* The page out of what was collected. */
static int
show_collected(struct list *l)
{
	top_sort(&l->top);
	for (size_t i = (size_t)l->skip; i < l->top.n; i++) {
		const struct top_entry *e = &l->top.list[i];
		const struct part *part = &l->parts[e->type];
		struct record record;

		if (is_full(l)) {
			l->more = true;
			return 0;
		}
		if (resource_get(l->txn, l->caller->tenant, part->type->name,
			&e->id, false, &record) != STORE_OK ||
		    see(l, l->top.a, &e->id, &record) == -1 ||
		    show(l, part, &e->id, &record) == -1)
			return -1;
		l->last_key = (struct slice){ e->key, e->key_len };
	}
	return 0;
}

/*
 * A name that the one type does not know has no value, or is refused where
 * the profile says so (FILTER-27, SORT-09).
 */
static int
check_known(const struct list *l, const struct part *part, struct error *err)
{
	const struct profile *profile = l->caller->profile;
	const struct filter *f = filter_unknown(part->filter);

	if (f != NULL && profile_has(profile, TOL_REFUSE_FILTER))
		return error_set(err, ERR_INVALID_FILTER,
		    "filter, byte %zu: %.*s has no attribute '%.*s'", f->offset,
		    SLICE_ARG(part->type->name), SLICE_ARG(f->name));
	if (part->sort.unknown && profile_has(profile, TOL_REFUSE_SORT))
		return error_set(err, ERR_INVALID_VALUE,
		    "'sortBy': %.*s has no attribute '%.*s'",
		    SLICE_ARG(part->type->name), SLICE_ARG(l->query->sort_by));
	return 0;
}

/* What the caller is bounded by helps to find candidates, too. */
static int
plan_with_bound(
    const struct list *l, struct arena *a, struct part *part, struct error *err)
{
	struct filter *both;

	if (bound_filter(
		a, l->caller->bound, part->type, &part->planned, err) == -1)
		return -1;
	if (part->filter == NULL)
		return 0;
	if (part->planned == NULL) {
		part->planned = part->filter;
		return 0;
	}
	both = arena_calloc(a, 1, sizeof(*both));
	*both = (struct filter){
		.op = FILTER_AND, .left = part->filter, .right = part->planned
	};
	part->planned = both;
	return 0;
}

static int
check_cost(const struct list *l, const struct filter *f, struct error *err)
{
	int64_t cost = filter_cost(f), max = l->identity->filter_cost;

	if (max == 0 || cost <= max)
		return 0;
	return error_set(err, ERR_TOO_MANY,
	    "the filter costs %lld comparisons a resource, more than %lld: "
	    "ask in several queries, without co, ew and members",
	    (long long)cost, (long long)max);
}

static int
read_part(struct list *l, struct arena *a, struct part *part, struct error *err)
{
	const struct query *q = l->query;

	if (project_parse(a, part->type, l->caller->profile, q->attributes,
		q->excluded, &part->projection, err) == -1)
		return -1;
	part->renderer = arena_calloc(a, 1, sizeof(*part->renderer));
	render_begin(part->renderer, l->txn, l->identity, l->caller, part->type,
	    part->projection);
	if (q->sort_by.data != NULL &&
	    sort_parse(part->type, q->sort_by, &part->sort, err) == -1)
		return -1;
	if (q->filter.data != NULL &&
	    (filter_parse(a, q->filter, &part->filter, err) == -1 ||
		filter_bind(a, part->type, l->caller->profile, part->filter,
		    err) == -1))
		return -1;
	if (check_cost(l, part->filter, err) == -1)
		return -1;
	if (plan_with_bound(l, a, part, err) == -1)
		return -1;
	return q->ntypes == 1 ? check_known(l, part, err) : 0;
}

/* How many there are, where that needs no counting. */
static int
read_total(struct list *l)
{
	int64_t n;

	l->total = -1;
	if (l->from != NULL && !l->is_sorted)
		l->total = l->from->total;
	if (l->query->filter.data != NULL || l->caller->bound != NULL)
		return 0;
	l->total = 0;
	for (size_t i = 0; i < l->query->ntypes; i++) {
		if (record_count(l->txn, l->caller, l->query->types[i], &n) ==
		    -1)
			return -1;
		l->total += n;
	}
	return 0;
}

static int
begin(struct list *l, struct error *err)
{
	struct arena *a = store_arena(l->txn);

	buf_truncate(l->out, l->out_start);
	l->looked_at = l->matched = l->shown = 0;
	l->more = l->is_too_much = l->is_too_large = l->is_late = false;
	l->from = NULL;
	l->last_key = l->sieve = SLICE("");
	l->parts = arena_calloc(a, l->query->ntypes, sizeof(*l->parts));
	if (seal_open(
		&l->seal, a, l->caller, l->query->cursor, &l->from, err) == -1)
		return -1;
	for (size_t i = 0; i < l->query->ntypes; i++) {
		l->parts[i].type = l->query->types[i];
		if (read_part(l, a, &l->parts[i], err) == -1)
			return -1;
	}
	l->is_sorted = l->query->sort_by.data != NULL || l->query->ntypes > 1;
	l->top = (struct top){ .a = a,
		.k = (size_t)(l->skip + l->count) + 1,
		.descending = l->query->descending };
	return read_total(l);
}

/* The numbers stand behind the resources: they are known then. */
static void
finish(struct list *l)
{
	struct arena *a = store_arena(l->txn);
	int64_t total = l->total != -1 ? l->total : l->matched;
	struct cursor cursor = { .issued_at = l->caller->now,
		.total = total,
		.count = l->count,
		.last = l->last,
		.key = l->last_key };

	buf_puts(l->out, "],\"totalResults\":");
	buf_number(l->out, (uint64_t)total);
	buf_puts(l->out, ",\"itemsPerPage\":");
	buf_number(l->out, (uint64_t)l->shown);
	if (l->query->cursor.data == NULL) {
		buf_puts(l->out, ",\"startIndex\":");
		buf_number(l->out, (uint64_t)l->skip + 1);
	}
	if (l->may_seal && l->more && l->shown > 0)
		seal_print(&l->seal, a, &cursor, l->out);
	buf_putc(l->out, '}');
}

static const char *
advice(const struct list *l, const struct part *part)
{
	return advice_of(store_arena(l->txn), l->txn, l->caller, part->type,
	    part->filter, l->query->sort_by.data != NULL ? &part->sort : NULL);
}

/* LIST-06: what would have been the way; -1 with ERR as it is if none. */
static int
too_much(const struct list *l, const struct part *part, struct error *err)
{
	if (l->is_too_large)
		return error_set(err, ERR_TOO_MANY,
		    "the filter looks at every member of a group that has too "
		    "many; ask for \"members eq\" with an id, or read "
		    "/Groups/ID/members");
	if (l->is_late)
		return error_set(err, ERR_TOO_MANY,
		    "the query has looked at %lld resources, which took longer "
		    "than %lld ms; %s",
		    (long long)l->looked_at, (long long)l->identity->scan_ms,
		    advice(l, part));
	if (!l->is_too_much)
		return -1;
	return error_set(err, ERR_TOO_MANY,
	    "the query looks at more than %lld resources; %s",
	    (long long)l->identity->scan_max, advice(l, part));
}

static int
list_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct list *l = arg;

	l->txn = txn;
	if (begin(l, err) == -1)
		return -1;
	buf_puts(l->out, "{\"schemas\":[\"" URN_LIST "\"],\"Resources\":[");
	for (size_t i = 0; i < l->query->ntypes; i++)
		if (take_part(l, &l->parts[i]) == -1)
			return too_much(l, &l->parts[i], err);
	if (l->is_sorted && show_collected(l) == -1)
		return -1;
	finish(l);
	return 0;
}

static int
run(struct list *l, struct error *err)
{
	if (l->may_seal) {
		l->seal.binding = binding(l, l->caller->arena);
		l->seal.count = l->count;
		if (seal_init(&l->seal, l->identity, l->caller, err) == -1)
			return -1;
	}
	return store_view(l->identity->store, list_body, l, err);
}

/* What the filter took, for the log. */
static void
note(const struct list *l)
{
	char looked_at[NUMBER_LEN_MAX], found[NUMBER_LEN_MAX];

	log_note(ARENA_JOIN(l->caller->arena, SLICE("filter: looked at "),
	    number_text((uint64_t)l->looked_at, looked_at), SLICE(", found "),
	    number_text((uint64_t)l->matched, found)));
}

int64_t
identity_page_size(const struct identity *identity, const struct query *query)
{
	int64_t max =
	    identity->results_max > 0 ? identity->results_max : PAGE_SIZE_MAX;
	int64_t count = query->count >= 0 ? query->count : PAGE_SIZE_DEFAULT;

	return count < max ? count : max;
}

int
identity_list(const struct identity *identity, const struct caller *caller,
    const struct query *query, struct buf *out, struct error *err)
{
	struct list l = { .identity = identity,
		.caller = caller,
		.query = query,
		.out = out,
		.out_start = out->len,
		.scratch = arena_new(),
		.skip = query->start_index > 0 ? query->start_index - 1 : 0,
		.count = identity_page_size(identity, query),
		.late_at = identity->scan_ms == 0
		    ? 0
		    : clock_monotonic_ms() + identity->scan_ms,
		.may_seal = query->cursor.data != NULL ||
		    (query->count > 0 && query->start_index == 0) };
	int rc = run(&l, err);

	arena_free(l.scratch);
	if (rc == 0 && query->filter.data != NULL)
		note(&l);
	return rc;
}
