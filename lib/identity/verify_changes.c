/*
 * verify_changes.c: the change log: numbers without a gap, each change can be
 * read, and the last change of a resource left it as it is.
 *
 * The last changes of all resources may be too many to be remembered at once:
 * the log is then walked once for each part of them.
 */
#include "identity/verify_private.h"
#include "json/json.h"
#include "json/walk.h"
#include "store/changes.h"
#include "store/resources.h"
#include "store/tally.h"
#include "store/tenants.h"

#define DO_LOG "the history has a hole, all else may be sound; " DO_REBUILD

enum { CHANGES_MAX = 500000, BATCH_MAX = 500, RECORDS_MAX = 100 };

struct log_walk {
	struct verify_run *run;
	const struct verify_tenant *tenant;
	struct footprints footprints;
	uint64_t last; /* number of the last change read */
	uint64_t end;  /* of the walk, once the log was walked; or 0 */
	size_t at;     /* of the footprints: the first that is compared */

	/* One batch. */
	struct footprint *batch;
	size_t n;
	uint64_t batch_last;
};

/* 0, or -1 when the change lacks what every change has. */
static int
read_footprint(
    struct log_walk *w, struct arena *a, struct slice text, struct footprint *f)
{
	const struct catalog *catalog = w->run->order->identity->catalog;
	struct json_object *tree;
	struct error err;
	int64_t version;

	if (json_parse(a, text, &tree, &err) == -1 ||
	    json_string(json_get(tree, "id")).len == 0 ||
	    json_string(json_get(tree, "operation")).len == 0 ||
	    json_kind(json_get(tree, "version")) != JSON_INTEGER)
		return -1;
	version = json_integer(json_get(tree, "version"));
	f->version = version < 0 ? 0 : (uint64_t)version;
	f->type =
	    catalog_find_type(catalog, json_string(json_get(tree, "type")));
	/* Settings, say, have names. */
	if (uuid_parse(json_string(json_get(tree, "id")), &f->id) == -1 &&
	    f->type != NULL)
		return -1;
	return 0;
}

/* No change is written before the one with the number below it. */
static int
check_gap(struct log_walk *w, uint64_t expected, uint64_t found)
{
	if (found != expected)
		verify_problem(w->run,
		    "%s: changes %llu to %llu are missing in changes.db; " DO_LOG,
		    w->tenant->name.data, (unsigned long long)expected,
		    (unsigned long long)(found - 1));
	return 0;
}

static void
check_change(
    struct log_walk *w, struct arena *a, uint64_t sequence, struct slice text)
{
	struct footprint *f = &w->batch[w->n];

	/* What is wrong with the log itself was told by the first walk. */
	if (w->end == 0)
		check_gap(w, w->batch_last + 1, sequence);
	w->batch_last = sequence;
	*f = (struct footprint){ .sequence = sequence };
	if (read_footprint(w, a, text, f) == -1 && w->end == 0)
		verify_problem(w->run,
		    "%s: change %llu cannot be read; " DO_LOG,
		    w->tenant->name.data, (unsigned long long)sequence);
	w->n++;
}

static int
batch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct log_walk *w = arg;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	uint64_t sequence;
	struct slice text;

	(void)err;
	w->n = 0;
	w->batch_last = w->last;
	if (changes_open(txn, w->tenant->number, w->last, &range) != STORE_OK)
		return -1;
	while (w->n < BATCH_MAX && (w->end == 0 || w->batch_last < w->end) &&
	    (status = changes_next(range, &sequence, &text)) == STORE_OK)
		check_change(w, store_arena(txn), sequence, text);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* The counter and the log, at one moment. */
static int
end_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct log_walk *w = arg;
	enum store_status status;
	struct kv_range *range;
	struct slice text;
	uint64_t sequence, last = w->last;
	int64_t counter;

	(void)err;
	if (tally_sequence(txn, w->tenant->number, &counter) != STORE_OK ||
	    changes_open(txn, w->tenant->number, last, &range) != STORE_OK)
		return -1;
	while ((status = changes_next(range, &sequence, &text)) == STORE_OK)
		last = sequence;
	kv_range_close(range);
	if (status == STORE_FAIL)
		return -1;
	if (last != (uint64_t)counter)
		verify_problem(w->run,
		    "%s: the last change is %llu, counters.db says %lld; " DO_LOG,
		    w->tenant->name.data, (unsigned long long)last,
		    (long long)counter);
	return 0;
}

/* Was the resource changed by others after the log was walked?  1, 0, -1. */
static int
is_changed_since(
    const struct log_walk *w, struct kv_txn *txn, const struct footprint *f)
{
	enum store_status status;
	struct kv_range *range;
	struct slice text, value;
	struct uuid id;
	uint64_t sequence;
	int rc = 0;

	if (changes_open(txn, w->tenant->number, w->last, &range) != STORE_OK)
		return -1;
	while (rc == 0 &&
	    (status = changes_next(range, &sequence, &text)) == STORE_OK)
		if (walk_find(text, SLICE("id"), &value) &&
		    uuid_parse(walk_string(store_arena(txn), value), &id) ==
			0 &&
		    uuid_compare(&id, &f->id) == 0)
			rc = 1;
	kv_range_close(range);
	return rc == 0 && status == STORE_FAIL ? -1 : rc;
}

static int
check_record(struct log_walk *w, struct kv_txn *txn, const struct footprint *f)
{
	struct record record = { .version = 0 };
	char id[UUID_TEXT_SIZE];
	int rc = 0;

	if (f->type == NULL)
		return 0;
	if (resource_get(txn, w->tenant->number, f->type->name, &f->id, false,
		&record) == STORE_FAIL)
		return kv_txn_failure(txn) == KV_FAIL_NONE ? 0 : -1;
	if (record.version != f->version)
		rc = tenant_is_gone(txn, w->tenant->number);
	if (record.version != f->version && rc == 0)
		rc = is_changed_since(w, txn, f);
	if (record.version == f->version || rc != 0)
		return rc == -1 ? -1 : 0;
	uuid_format(&f->id, id);
	verify_problem(w->run,
	    "%s %.*s %s: version %llu, but change %llu left it at %llu (0: "
	    "none); " DO_REBUILD,
	    w->tenant->name.data, SLICE_ARG(f->type->name), id,
	    (unsigned long long)record.version, (unsigned long long)f->sequence,
	    (unsigned long long)f->version);
	return 0;
}

static int
records_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct log_walk *w = arg;

	(void)err;
	for (size_t i = w->at; i < w->footprints.n && i < w->at + RECORDS_MAX;
	     i++)
		if (check_record(w, txn, &w->footprints.all[i]) == -1)
			return -1;
	return 0;
}

/* Up to the end of the log, or to where the first walk ended. */
static int
read_log(struct log_walk *w, struct error *err)
{
	const struct verify *order = w->run->order;

	w->last = 0;
	do {
		if (verify_view(w->run, batch_body, w, err) == -1)
			return -1;
		for (size_t i = 0; i < w->n; i++)
			footprints_add(&w->footprints, &w->batch[i]);
		w->last = w->batch_last;
		w->run->result->keys += w->end == 0 ? w->n : 0;
		order->progress(order->arg, "changes", w->last);
	} while (w->n == BATCH_MAX);
	return 0;
}

static int
compare_records(struct log_walk *w, struct error *err)
{
	footprints_keep_last(&w->footprints);
	for (w->at = 0; w->at < w->footprints.n; w->at += RECORDS_MAX)
		if (verify_view(w->run, records_body, w, err) == -1)
			return -1;
	return 0;
}

static int
verify_log(struct log_walk *w, struct error *err)
{
	while (footprints_next(&w->footprints)) {
		if (read_log(w, err) == -1 ||
		    (w->end == 0 &&
			verify_view(w->run, end_body, w, err) == -1) ||
		    compare_records(w, err) == -1)
			return -1;
		w->end = w->last;
	}
	return 0;
}

int
verify_changes(struct verify_run *v, struct error *err)
{
	size_t max = v->order->changes_max;
	int rc = 0;

	for (size_t i = 0; i < v->ntenants && rc == 0; i++) {
		struct arena *a = arena_new();
		struct log_walk w = { .run = v, .tenant = &v->tenants[i] };

		w.batch = arena_alloc(a, BATCH_MAX * sizeof(*w.batch));
		footprints_init(&w.footprints, a, max == 0 ? CHANGES_MAX : max);
		rc = verify_log(&w, err);
		arena_free(a);
	}
	return rc;
}
