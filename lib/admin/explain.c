/*
 * explain.c: /admin/v1/explain: how a filter is answered, as muster explain.
 */
#include "admin/admin.h"
#include "admin/visit.h"
#include "identity/explain.h"

enum { TERMS_MAX = 1024 * 1024 };

static struct json_object *
show_terms(const struct call *call, struct slice text)
{
	struct json_object *list = json_new_array(call->arena);
	struct slice line;

	while (text.len > 0 && slice_next(&text, '\n', &line))
		if (line.len > 0)
			json_append(list, json_new_string(call->arena, line));
	return list;
}

/* Of each table that was touched. */
static struct json_object *
show_reads(const struct call *call, const struct explanation *e)
{
	struct json_object *v = json_new_object(call->arena);

	for (int i = 0; i < KV_TABLE_MAX; i++)
		if (e->touched.reads[i] > 0)
			json_set(v,
			    slice_of(explain_table_name((enum kv_table)i)),
			    json_new_integer(
				call->arena, (int64_t)e->touched.reads[i]));
	return v;
}

static int
answer(struct call *call, const struct explanation *e, struct slice terms)
{
	const struct {
		const char *name;
		int64_t n;
	} numbers[] = {
		{ "candidates",
		    e->is_scan ? e->total : (int64_t)e->candidates },
		{ "total", e->total },
		{ "planMicroseconds", e->plan_us },
		{ "rowsScanned", (int64_t)e->touched.reads[KV_RESOURCES] },
		{ "found", e->found },
		{ "answerMicroseconds", e->query_us },
	};
	struct json_object *v = json_new_object(call->arena);

	json_set(v, SLICE("terms"), show_terms(call, terms));
	json_set(v, SLICE("plan"),
	    json_new_string(
		call->arena, e->is_scan ? SLICE("scan") : SLICE("keys")));
	json_set(v, SLICE("exact"),
	    json_new_boolean(call->arena, !e->is_scan && e->is_exact));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_set(v, slice_of(numbers[i].name),
		    json_new_integer(call->arena, numbers[i].n));
	json_set(v, SLICE("keysRead"), show_reads(call, e));
	return answer_object(call, 200, v);
}

/* ?type= is User without. */
static int
read_words(const struct call *call, const struct visit *visit,
    const struct resource_type **type, struct slice *filter, struct error *err)
{
	struct slice name;

	if (call_parameter(call, "type", &name, err) == -1 ||
	    call_parameter(call, "filter", filter, err) == -1)
		return -1;
	if (name.data == NULL)
		name = SLICE("User");
	*type = catalog_find_type(visit->identity.catalog, name);
	if (*type == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "there is no resource type '%.*s'", SLICE_ARG(name));
	return filter->len > 0
	    ? 0
	    : error_set(err, ERR_INVALID_VALUE, "which filter? ?filter=");
}

int
admin_explain(struct call *call, struct error *err)
{
	const struct resource_type *type;
	struct explanation e;
	struct tenant tenant;
	struct visit visit;
	struct slice filter;
	struct buf terms;
	int rc;

	if (visit_find_one(call, &tenant, err) == -1)
		return -1;
	visit = visit_tenant(call, &tenant);
	if (read_words(call, &visit, &type, &filter, err) == -1)
		return -1;
	buf_init(&terms, TERMS_MAX);
	rc = identity_explain(
	    &visit.identity, &visit.caller, type, filter, &terms, &e, err);
	if (rc == 0)
		rc = answer(call, &e, buf_text(&terms));
	buf_fini(&terms);
	return rc;
}
