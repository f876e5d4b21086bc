/*
 * answer.c: what the handlers of the administrators' API answer with.
 */
#include "admin/answer.h"
#include "base/number.h"

#define URN_LIST "urn:ietf:params:scim:api:messages:2.0:ListResponse"

int
answer_object(struct call *call, int status, const struct json_object *v)
{
	call->reply->status = status;
	call->reply->content_type = "application/json";
	json_print(&call->reply->body, v);
	return 0;
}

int
answer_text(struct call *call, int status, struct slice text)
{
	call->reply->status = status;
	call->reply->content_type = "application/json";
	buf_slice(&call->reply->body, text);
	return 0;
}

int
answer_versioned(
    struct call *call, int status, struct json_object *v, uint64_t version)
{
	struct slice tag = etag_of(call->arena, version);

	http_reply_header(call->reply, "ETag", tag);
	json_set(v, SLICE("version"), json_new_string(call->arena, tag));
	return answer_object(call, status, v);
}

void
answer_location(struct call *call, const char *path, struct slice id)
{
	call->reply->location = ARENA_JOIN(
	    call->arena, call->base_url, slice_of(path), SLICE("/"), id);
}

int
answer_read_number(const struct call *call, const char *name, int64_t max,
    int64_t *out, struct error *err)
{
	struct slice text;
	bool clamped;

	if (call_parameter(call, name, &text, err) == -1)
		return -1;
	if (text.data == NULL || parse_int(text, 0, max, out, &clamped) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "'%s' must be a number, not '%.*s'", name, SLICE_ARG(text));
}

int
answer_read_flag(
    const struct call *call, const char *name, bool *out, struct error *err)
{
	struct slice text;

	if (call_parameter(call, name, &text, err) == -1)
		return -1;
	*out = slice_equal(text, SLICE("true"));
	if (*out || text.data == NULL || slice_equal(text, SLICE("false")))
		return 0;
	return error_set(err, ERR_INVALID_VALUE, "'%s' is true or false", name);
}

int
answer_read_page(
    const struct call *call, size_t n, struct page *page, struct error *err)
{
	int64_t start = 1, count = PAGE_SIZE_DEFAULT;

	if (answer_read_number(
		call, "startIndex", INT64_MAX / 2, &start, err) == -1 ||
	    answer_read_number(call, "count", PAGE_SIZE_MAX, &count, err) == -1)
		return -1;
	*page = (struct page){ .total = n,
		.first = start > 1 ? (size_t)start - 1 : 0 };
	if (page->first > n)
		page->first = n;
	page->end =
	    n - page->first < (size_t)count ? n : page->first + (size_t)count;
	return 0;
}

struct json_object *
answer_make_page(const struct call *call, const struct page *page,
    struct json_object *things)
{
	struct arena *a = call->arena;
	struct json_object *v = json_new_object(a),
			   *schemas = json_new_array(a);

	json_append(schemas, json_new_string(a, SLICE(URN_LIST)));
	json_set(v, SLICE("schemas"), schemas);
	json_set(v, SLICE("totalResults"),
	    json_new_integer(a, (int64_t)page->total));
	json_set(v, SLICE("startIndex"),
	    json_new_integer(a, (int64_t)page->first + 1));
	json_set(v, SLICE("itemsPerPage"),
	    json_new_integer(a, (int64_t)(page->end - page->first)));
	json_set(v, SLICE("Resources"), things);
	return v;
}

int
answer_page(
    struct call *call, const struct page *page, struct json_object *things)
{
	return answer_object(call, 200, answer_make_page(call, page, things));
}

int
answer_conditions(
    const struct call *call, struct conditions *out, struct error *err)
{
	struct slice tags = http_header(call->request, "If-Match");

	*out = (struct conditions){ .if_match = tags };
	if (tags.len > 0)
		return 0;
	return error_set(err, ERR_NO_PRECONDITION,
	    "say which version is meant: If-Match with the ETag of what was "
	    "read");
}

struct tenancy
answer_tenancy(const struct call *call)
{
	return (struct tenancy){ .store = call->identity->store,
		.catalog = call->identity->catalog,
		.arena = call->arena,
		.actor = call->caller.actor,
		.now = call->caller.now };
}

int
answer_tenant(const struct call *call, struct slice name, struct tenant *tenant,
    struct error *err)
{
	struct tenancy y = answer_tenancy(call);

	if (tenancy_find(&y, name, tenant, err) == -1)
		return -1;
	if (call->caller.tenant == TENANT_STORE ||
	    call->caller.tenant == tenant->number)
		return 0;
	return error_set(
	    err, ERR_NOT_FOUND, "there is no tenant '%.*s'", SLICE_ARG(name));
}
