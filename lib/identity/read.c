/*
 * read.c: one resource, or a list of them (RFC 7644 section 3.4).
 */
#include "base/log.h"
#include "identity/plan.h"
#include "identity/record.h"
#include "identity/render.h"

struct read {
	const struct identity *identity;
	const struct caller *caller;
	const struct resource_type *type;
	const struct projection *projection;
	struct uuid id;
	struct buf *out;
	size_t out_start;
	struct outcome *outcome;
};

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct read *r = arg;
	struct record record;

	buf_truncate(r->out, r->out_start);
	if (record_get(txn, r->caller, r->type, &r->id, false, &record, err) ==
	    -1)
		return -1;
	*r->outcome =
	    (struct outcome){ .id = r->id, .version = record.version };
	return render_resource(txn, r->identity, r->caller, r->type,
	    r->projection, &r->id, &record, r->out);
}

int
identity_read(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, struct slice id,
    const struct projection *projection, struct buf *out,
    struct outcome *outcome, struct error *err)
{
	struct read r = { identity, caller, type, projection, { { 0 } }, out,
		out->len, outcome };

	if (record_parse_id(type, id, &r.id, err) == -1)
		return -1;
	return store_view(identity->store, read_body, &r, err);
}

struct list {
	const struct identity *identity;
	const struct caller *caller;
	const struct resource_type *type;
	const struct query *query;
	struct slice filter;
	struct buf *out;
	size_t out_start;

	/* Begun anew by each run of the body. */
	struct kv_txn *txn;
	struct filter *bound;
	struct arena *scratch; /* for one match */
	int64_t looked_at;
	int64_t matched;
	int64_t shown;
};

/*
 * Is the match number N (from 1) on the page?  It is full at its count, or
 * when it gets too long: fewer are allowed (PAGE-04).
 */
static bool
is_on_page(const struct list *l, int64_t n)
{
	return n == l->query->start_index + l->shown &&
	    l->shown < l->query->count &&
	    l->out->len - l->out_start < PAGE_BYTES_MAX;
}

static int
show(struct list *l, const struct uuid *id, const struct record *record)
{
	if (l->shown++ > 0)
		buf_putc(l->out, ',');
	return render_resource(l->txn, l->identity, l->caller, l->type,
	    l->query->projection, id, record, l->out);
}

static int
take(struct list *l, const struct uuid *id, const struct record *record)
{
	struct render_subject subject = { .txn = l->txn,
		.identity = l->identity,
		.caller = l->caller,
		.type = l->type,
		.id = id,
		.record = record };
	struct match_source source = render_source(&subject);
	int met = 1;

	l->looked_at++;
	if (l->bound != NULL) {
		met = filter_match(l->scratch, l->bound, record->body, &source);
		arena_reset(l->scratch);
	}
	if (met != 1)
		return met;
	l->matched++;
	return is_on_page(l, l->matched) ? show(l, id, record) : 0;
}

static int
take_ids(struct list *l, const struct id_list *ids)
{
	struct record record;

	for (size_t i = 0; i < ids->n; i++) {
		enum store_status status =
		    resource_get(l->txn, l->caller->tenant, l->type->name,
			&ids->ids[i], false, &record);

		if (status == STORE_FAIL ||
		    (status == STORE_OK &&
			take(l, &ids->ids[i], &record) == -1))
			return -1;
	}
	return 0;
}

/* Without a filter the page is all there is to read: the rest is counted. */
static bool
is_done(const struct list *l)
{
	return l->bound == NULL &&
	    (l->shown >= l->query->count ||
		l->out->len - l->out_start >= PAGE_BYTES_MAX);
}

static int
take_all(struct list *l)
{
	struct kv_range *range;
	struct record record;
	struct uuid id;
	enum store_status status = STORE_NOTFOUND;

	if (resources_open(l->txn, l->caller->tenant, l->type->name, NULL,
		&range) != STORE_OK)
		return -1;
	while (!is_done(l) &&
	    (status = resources_next(range, &id, &record)) == STORE_OK)
		if (take(l, &id, &record) == -1) {
			status = STORE_FAIL;
			break;
		}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* The numbers stand behind the resources: they are known then. */
static int
finish(struct list *l)
{
	int64_t n = l->matched;

	if (l->bound == NULL &&
	    record_count(l->txn, l->caller, l->type, 0, &n) == -1)
		return -1;
	buf_printf(l->out,
	    "],\"totalResults\":%lld,\"itemsPerPage\":%lld,"
	    "\"startIndex\":%lld}",
	    (long long)n, (long long)l->shown,
	    (long long)l->query->start_index);
	return 0;
}

static int
list_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct list *l = arg;
	struct arena *a = store_arena(txn);
	struct plan plan;

	l->txn = txn;
	l->bound = NULL;
	l->looked_at = l->matched = l->shown = 0;
	buf_truncate(l->out, l->out_start);
	if (l->filter.data != NULL &&
	    (filter_parse(a, l->filter, &l->bound, err) == -1 ||
		filter_bind(a, l->type, l->caller->profile, l->bound, err) ==
		    -1))
		return -1;
	if (plan_make(txn, l->caller, l->type, l->bound, &plan) == -1)
		return -1;
	buf_puts(l->out, "{\"schemas\":[\"" URN_LIST "\"],\"Resources\":[");
	if ((plan.is_scan ? take_all(l) : take_ids(l, &plan.ids)) == -1)
		return -1;
	return finish(l);
}

int
identity_list(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, const struct query *query,
    struct buf *out, struct error *err)
{
	struct list l = { .identity = identity,
		.caller = caller,
		.type = type,
		.query = query,
		.filter = query->filter,
		.out = out,
		.out_start = out->len,
		.scratch = arena_new() };
	int rc = store_view(identity->store, list_body, &l, err);

	arena_free(l.scratch);
	if (rc == 0 && l.filter.data != NULL)
		log_info("filter: looked at %lld %.*s, found %lld",
		    (long long)l.looked_at, SLICE_ARG(type->name),
		    (long long)l.matched);
	return rc;
}
