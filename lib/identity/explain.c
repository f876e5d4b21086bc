/*
 * explain.c: how a filter is answered.
 */
#include "base/clock.h"
#include "base/nelem.h"
#include "base/number.h"
#include "identity/explain.h"
#include "identity/plan.h"
#include "identity/record.h"
#include "json/walk.h"

enum { ANSWER_MAX = 64 * 1024 };

/* clang-format off */
static const char *const tables[] = {
	[KV_META] = "meta",		[KV_TENANTS] = "tenants",
	[KV_CREDENTIALS] = "credentials", [KV_COUNTERS] = "counters",
	[KV_RESOURCES] = "resources",	[KV_UNIQUES] = "uniques",
	[KV_INDEXES] = "indexes",	[KV_MEMBERS] = "members",
	[KV_GROUPS] = "groups",		[KV_CHANGES] = "changes",
	[KV_BREAKERS] = "breakers",
	[KV_LINKS] = "links",
	[KV_JOBS] = "jobs",
	[KV_STREAMS] = "streams",	[KV_REQUESTS] = "requests",
};
/* clang-format on */
_Static_assert(NELEM(tables) == KV_TABLE_MAX, "every table");

const char *
explain_table_name(enum kv_table table)
{
	return tables[table];
}

struct explaining {
	const struct caller *caller;
	const struct resource_type *type;
	struct slice filter;
	struct buf *terms;
	struct explanation *out;
};

static int
plan_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct explaining *e = arg;
	struct arena *a = store_arena(txn);
	struct filter *f;
	struct plan plan;
	int64_t started;

	buf_clear(e->terms);
	if (filter_parse(a, e->filter, &f, err) == -1 ||
	    filter_bind(a, e->type, e->caller->profile, f, err) == -1 ||
	    plan_describe(txn, e->caller, e->type, f, e->terms) == -1 ||
	    record_count(txn, e->caller, e->type, &e->out->total) == -1)
		return -1;
	started = clock_monotonic_us();
	if (plan_make(txn, e->caller, e->type, f, &plan) == -1)
		return -1;
	e->out->plan_us = clock_monotonic_us() - started;
	e->out->is_scan = plan.is_scan;
	e->out->is_exact = plan.is_exact;
	e->out->candidates = plan.ids.n;
	return 0;
}

/* What the query touched, of what the process had touched before. */
static void
take_difference(const struct kv_touched *now, struct kv_touched *since)
{
	for (int i = 0; i < KV_TABLE_MAX; i++) {
		since->reads[i] = now->reads[i] - since->reads[i];
		since->writes[i] = now->writes[i] - since->writes[i];
	}
}

/* Only the number is asked for: no resource is shown. */
static int
ask(const struct identity *identity, const struct explaining *e,
    struct error *err)
{
	struct query query = {
		.types = &e->type, .ntypes = 1, .filter = e->filter, .count = 0
	};
	struct slice total;
	struct buf answer;
	int64_t started = clock_monotonic_us();
	int rc;

	buf_init(&answer, ANSWER_MAX);
	e->out->touched = *store_touched(identity->store);
	rc = identity_list(identity, e->caller, &query, &answer, err);
	e->out->query_us = clock_monotonic_us() - started;
	take_difference(store_touched(identity->store), &e->out->touched);
	if (rc == 0 &&
	    walk_find(buf_text(&answer), SLICE("totalResults"), &total))
		rc = parse_int(total, 0, INT64_MAX, &e->out->found, NULL);
	buf_fini(&answer);
	return rc;
}

int
identity_explain(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, struct slice filter, struct buf *terms,
    struct explanation *out, struct error *err)
{
	struct explaining e = { caller, type, filter, terms, out };

	*out = (struct explanation){ .is_scan = true };
	if (store_view(identity->store, plan_body, &e, err) == -1)
		return -1;
	return ask(identity, &e, err);
}
