/*
 * job_log.c: /admin/v1/jobs/ID/log, /summary and /why: what a job did, what that
 * comes to, and what it makes of one object, as muster job log, job summary and
 * why.
 */
#include "admin/admin.h"
#include "admin/jobs.h"
#include "admin/records.h"
#include "base/nelem.h"
#include "serve/settings.h"
#include "sync/journal.h"
#include "sync/preview.h"
#include "sync/summary.h"

#define TEXT(name)                                           \
	{                                                    \
#name, offsetof(struct journal_search, name) \
	}

static const struct records_text texts[] = { TEXT(cycle), TEXT(object),
	TEXT(action), TEXT(status), TEXT(code) };

/* What is looked for in the log of the job, until R ends. */
static int
read_search(struct call *call, struct journal_search *s, struct records *r,
    struct error *err)
{
	char id[UUID_TEXT_SIZE];
	struct job_info info;
	struct jobs j;

	*s = (struct journal_search){ .since = 0 };
	if (jobs_visit(call, &j, err) == -1 ||
	    jobs_find(&j, call->id, &info, err) == -1 ||
	    records_begin(call, r, err) == -1 ||
	    records_read_texts(call, texts, NELEM(texts), s, err) == -1 ||
	    journal_check(s, err) == -1 ||
	    records_read_times(call, &s->since, &s->until, err) == -1)
		return -1;
	uuid_format(&info.id, id);
	s->job = arena_slice(call->arena, slice_of(id));
	s->tenant = j.tenant;
	s->ends_at = r->ends_at;
	return 0;
}

/* It takes no longer than a page: what is left out then is the oldest. */
int
admin_summarize_job_log(struct call *call, struct error *err)
{
	struct summary *summary = summary_new(call->arena);
	struct json_object *v;
	struct journal_search s;
	struct records r;
	int more;

	if (read_search(call, &s, &r, err) == -1)
		return -1;
	more = journal_run(call->settings->store, &s, true, &r.place,
	    summary_add, summary, err);
	if (more == -1)
		return -1;
	v = summary_show(call->arena, summary);
	json_set(v, SLICE("isWhole"), json_new_boolean(call->arena, more == 0));
	return answer_object(call, 200, v);
}

int
admin_list_job_log(struct call *call, struct error *err)
{
	struct journal_search s;
	struct records r;
	int more;

	if (read_search(call, &s, &r, err) == -1)
		return -1;
	more = journal_run(call->settings->store, &s, true, &r.place,
	    search_keep, &r.found, err);
	return more == -1 ? -1 : records_answer(call, &r, more);
}

/* ?object=ID */
static const struct records_text object_texts[] = { { "object", 0 } };

static int
find_object(struct call *call, struct preview *p, struct uuid *id,
    struct slice *type, struct error *err)
{
	struct slice text = SLICE("");
	int rc;

	if (records_read_texts(call, object_texts, 1, &text, err) == -1)
		return -1;
	if (uuid_parse(text, id) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "\"object\" is the id of a user or a group");
	rc = preview_type(p, id, type, err);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	return error_set(err, ERR_NOT_FOUND,
	    "the job has a rule for nobody with the id %.*s", SLICE_ARG(text));
}

/* By what is known here: the target is not asked. */
static int
answer_why(struct call *call, struct preview *p, struct error *err)
{
	struct json_object *told;
	struct intent intent;
	struct slice type;
	struct uuid id;

	p->run.is_traced = true;
	if (find_object(call, p, &id, &type, err) == -1 ||
	    preview_read(p, &id, type, &intent, err) == -1)
		return -1;
	if (!preview_is_open(&intent))
		preview_ask(p, &intent, 1);
	told = preview_tell(p, &intent);
	if (preview_tell_members(p, &intent, told, err) == -1)
		return -1;
	return answer_object(call, 200, told);
}

int
admin_explain_job(struct call *call, struct error *err)
{
	struct tenant tenant;
	struct visit visit;
	struct preview p;
	struct jobs j;
	int rc;

	if (visit_find_one(call, &tenant, err) == -1)
		return -1;
	visit = visit_tenant(call, &tenant);
	j = jobs_of(call, &tenant);
	if (preview_open(&visit.identity, &j, call->id, NULL, false, &p, err) ==
	    -1)
		return -1;
	rc = answer_why(call, &p, err);
	preview_close(&p);
	return rc;
}
