/*
 * audit.c: /admin/v1/audit: every change, and whether the chain of them holds,
 * as muster audit.
 */
#include "admin/admin.h"
#include "admin/records.h"
#include "admin/visit.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "serve/settings.h"
#include "watch/audit.h"

/* For changes that muster work has not come to yet. */
enum { FOLLOW_MS = 1000 };

#define TEXT(name)                                         \
	{                                                  \
#name, offsetof(struct audit_search, name) \
	}

static const struct records_text texts[] = { TEXT(type), TEXT(id), TEXT(actor),
	TEXT(operation), TEXT(request) };

static bool
has_time(void *arg)
{
	const int64_t *ends_at = arg;

	return clock_monotonic_ms() < *ends_at;
}

static int
follow(const struct call *call, struct error *err)
{
	int64_t ends_at = clock_monotonic_ms() + FOLLOW_MS;
	uint64_t added;

	return audit_follow(call->identity->store, call->settings->store,
	    has_time, &ends_at, &added, err);
}

int
admin_list_audit(struct call *call, struct error *err)
{
	struct audit_search s = { .since = 0 };
	struct tenant tenant;
	struct records r;
	int more;

	if (visit_find(call, &tenant, err) == -1 ||
	    records_begin(call, &r, err) == -1 ||
	    records_read_texts(call, texts, NELEM(texts), &s, err) == -1 ||
	    records_read_times(call, &s.since, &s.until, err) == -1 ||
	    follow(call, err) == -1)
		return -1;
	s.tenant = tenant.number;
	s.all = tenant.number == TENANT_STORE;
	s.ends_at = r.ends_at;
	more = audit_search(call->settings->store, &s, true, &r.place,
	    search_keep, &r.found, err);
	return more == -1 ? -1 : records_answer(call, &r, more);
}

static int
read_head(const struct call *call, struct audit_head *head, struct error *err)
{
	struct slice text;

	*head = (struct audit_head){ .n = 0 };
	if (call_parameter(call, "head", &text, err) == -1)
		return -1;
	if (text.data == NULL || audit_head_parse(text, head) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "'head' is one that was noted: a number, ':' and a hash");
}

/* WAITING changes are not in the chain yet: nothing is proved of them. */
static int
answer_report(
    struct call *call, const struct audit_report *report, uint64_t waiting)
{
	struct json_object *v = json_new_object(call->arena);
	const char *head = arena_printf(call->arena, "%llu:%s",
	    (unsigned long long)report->head.n, report->head.hash);

	json_set(v, SLICE("holds"),
	    json_new_boolean(call->arena, !report->is_broken));
	json_set(v, SLICE("entries"),
	    json_new_integer(call->arena, (int64_t)report->head.n));
	json_set(
	    v, SLICE("head"), json_new_string(call->arena, slice_of(head)));
	json_set(v, SLICE("waiting"),
	    json_new_integer(call->arena, (int64_t)waiting));
	if (report->is_broken)
		json_set(v, SLICE("detail"),
		    json_new_string(call->arena, slice_of(report->what)));
	if (report->unfinished > 0)
		json_set(v, SLICE("unfinished"),
		    json_new_integer(call->arena, (int64_t)report->unfinished));
	return answer_object(call, 200, v);
}

int
admin_verify_audit(struct call *call, struct error *err)
{
	struct audit_report report;
	struct audit_head known;
	uint64_t waiting;
	bool changes;

	if (read_head(call, &known, err) == -1 ||
	    answer_read_flag(call, "changes", &changes, err) == -1 ||
	    audit_verify(call->settings->store,
		changes ? call->identity->store : NULL, &known, &report,
		err) == -1 ||
	    audit_lag(call->identity->store, call->settings->store, &waiting,
		err) == -1)
		return -1;
	return answer_report(call, &report, waiting);
}
