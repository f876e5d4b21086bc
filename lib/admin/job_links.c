/*
 * job_links.c: /admin/v1/jobs/JOB/links: who is whom at the target, and how
 * that is mended, as muster job links, link and unlink.
 */
#include "admin/admin.h"
#include "admin/jobs.h"
#include "sync/jobs_links.h"

static int
read_id(const char *name, struct slice text, struct uuid *id, struct error *err)
{
	if (uuid_parse(text, id) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "'%s' is the id of a user or a group", name);
}

static int
read_state(struct slice word, enum link_state *out, struct error *err)
{
	*out = LINK_STATE_MAX;
	if (word.data == NULL || link_state_find(word, out) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "'state' is none, creating, active, disabled or given");
}

/* ?object=, ?target=, ?state=, ?failing=true, ?count=, ?cursor= */
static int
read_query(const struct call *call, struct links_query *q, struct uuid *source,
    struct error *err)
{
	struct slice object, state, cursor;
	int64_t count = PAGE_SIZE_DEFAULT;

	*q = (struct links_query){ .source = NULL };
	if (call_parameter(call, "object", &object, err) == -1 ||
	    call_parameter(call, "target", &q->target, err) == -1 ||
	    call_parameter(call, "state", &state, err) == -1 ||
	    call_parameter(call, "cursor", &cursor, err) == -1 ||
	    answer_read_flag(call, "failing", &q->is_failing, err) == -1 ||
	    answer_read_number(call, "count", PAGE_SIZE_MAX, &count, err) ==
		-1 ||
	    read_state(state, &q->state, err) == -1)
		return -1;
	q->max = (size_t)count;
	q->has_after = cursor.data != NULL;
	if (q->has_after && read_id("cursor", cursor, &q->after, err) == -1)
		return -1;
	if (object.data == NULL)
		return 0;
	q->source = source;
	return read_id("object", object, source, err);
}

int
admin_list_job_links(struct call *call, struct error *err)
{
	struct json_object *v = json_new_object(call->arena),
			   *list = json_new_array(call->arena);
	char last[UUID_TEXT_SIZE];
	struct links_query q;
	struct links_page page;
	struct uuid source;
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    read_query(call, &q, &source, err) == -1 ||
	    jobs_links(&j, call->id, &q, &page, err) == -1)
		return -1;
	for (size_t i = 0; i < page.n; i++)
		json_append(list, jobs_link_show(&j, &page.list[i]));
	json_set(v, SLICE("itemsPerPage"),
	    json_new_integer(call->arena, (int64_t)page.n));
	json_set(v, SLICE("Resources"), list);
	if (page.is_more) {
		uuid_format(&page.last, last);
		json_set(v, SLICE("nextCursor"),
		    json_new_string(call->arena, slice_of(last)));
	}
	return answer_object(call, 200, v);
}

/* {"object": ID, "target": "2819c223"}; without the target to unlink. */
static int
read_body(const struct call *call, struct uuid *source, struct slice *target,
    struct error *err)
{
	const struct json_object *object = json_get(call->body, "object"),
				 *there = json_get(call->body, "target");

	if (json_kind(object) != JSON_STRING ||
	    json_len(call->body) != (target != NULL ? 2 : 1) ||
	    (target != NULL && json_kind(there) != JSON_STRING))
		return error_set(err, ERR_INVALID_VALUE,
		    "the body has 'object', the id of a user or a group%s",
		    target != NULL ? ", and 'target', the id that it has there"
				   : " and nothing else");
	if (target != NULL)
		*target = json_string(there);
	return read_id("object", json_string(object), source, err);
}

int
admin_link_job(struct call *call, struct error *err)
{
	struct slice target;
	struct uuid source;
	struct link link;
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    read_body(call, &source, &target, err) == -1 ||
	    jobs_link(&j, call->id, &source, target, &link, err) == -1)
		return -1;
	return answer_object(call, 200, jobs_link_show(&j, &link));
}

int
admin_unlink_job(struct call *call, struct error *err)
{
	struct uuid source;
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    read_body(call, &source, NULL, err) == -1 ||
	    jobs_unlink(&j, call->id, &source, err) == -1)
		return -1;
	return answer_object(call, 200, json_new_object(call->arena));
}
