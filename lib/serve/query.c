/*
 * query.c: lists of resources: GET on an endpoint or on the base URL with
 * parameters, POST to .search with a SearchRequest (RFC 7644 sections 3.4.2
 * and 3.4.3).  Both mean the same.
 */
#include <string.h>

#include "base/nelem.h"
#include "base/number.h"
#include "json/json.h"
#include "serve/problem.h"
#include "serve/sensitive.h"
#include "serve/serve.h"

int
call_parameters(const struct call *call, struct http_parameter *wanted,
    size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		*wanted[i].value = (struct slice){ NULL, 0 };
	http_queries(call->request, wanted, n);
	for (size_t i = 0; i < n; i++)
		if (wanted[i].n > 1)
			return error_set(err, ERR_INVALID_VALUE,
			    "the query parameter '%.*s' is there more than "
			    "once",
			    SLICE_ARG(wanted[i].name));
	return 0;
}

int
call_parameter(const struct call *call, const char *name, struct slice *value,
    struct error *err)
{
	struct http_parameter wanted = { slice_of(name), value, 0 };

	return call_parameters(call, &wanted, 1, err);
}

/* An integer; what lies outside MIN to MAX is MIN or MAX (PAGE-01, 02). */
static int
read_integer(struct slice text, const char *name, int64_t min, int64_t max,
    int64_t *out, struct error *err)
{
	bool clamped;

	if (text.data == NULL)
		return 0;
	if (parse_int(text, min, max, out, &clamped) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "'%s' must be an integer, not '%.*s'", name,
		    SLICE_ARG(text));
	return 0;
}

static int
read_order(struct slice text, struct query *query, struct error *err)
{
	if (query->sort_by.data == NULL || text.data == NULL ||
	    slice_equal_nocase(text, SLICE("ascending")))
		return 0;
	query->descending = true;
	if (slice_equal_nocase(text, SLICE("descending")))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "'sortOrder' must be ascending or descending, not '%.*s'",
	    SLICE_ARG(text));
}

static int
read_page(struct query *query, struct slice start_index, struct slice count,
    struct error *err)
{
	if (query->cursor.data != NULL && start_index.data != NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "'cursor' and 'startIndex' exclude each other");
	if (read_integer(start_index, "startIndex", 1, INT64_MAX / 2,
		&query->start_index, err) == -1)
		return -1;
	return read_integer(
	    count, "count", 0, PAGE_SIZE_MAX, &query->count, err);
}

static int
query_of_url(const struct call *call, struct query *query, struct error *err)
{
	struct slice order, start_index, count;
	struct http_parameter wanted[] = {
		{ SLICE("filter"), &query->filter, 0 },
		{ SLICE("attributes"), &query->attributes, 0 },
		{ SLICE("excludedAttributes"), &query->excluded, 0 },
		{ SLICE("sortBy"), &query->sort_by, 0 },
		{ SLICE("sortOrder"), &order, 0 },
		{ SLICE("cursor"), &query->cursor, 0 },
		{ SLICE("startIndex"), &start_index, 0 },
		{ SLICE("count"), &count, 0 },
	};

	if (call_parameters(call, wanted, NELEM(wanted), err) == -1 ||
	    read_order(order, query, err) == -1)
		return -1;
	return read_page(query, start_index, count, err);
}

static int
wrong_member(const char *name, const char *wanted, struct error *err)
{
	return error_set(err, ERR_INVALID_VALUE,
	    "'%s' of a SearchRequest must be %s", name, wanted);
}

/* A string member; null counts as not given. */
static int
member_string(struct json_object *body, const char *name, struct slice *out,
    struct error *err)
{
	struct json_object *value = json_attr(body, slice_of(name));

	*out = (struct slice){ NULL, 0 };
	if (json_kind(value) == JSON_NULL)
		return 0;
	if (json_kind(value) != JSON_STRING)
		return wrong_member(name, "a string", err);
	*out = json_string(value);
	return 0;
}

/* The text of an integer member: one reader for both ways. */
static int
member_integer(
    struct call *call, const char *name, struct slice *out, struct error *err)
{
	struct json_object *value = json_attr(call->body, slice_of(name));

	*out = (struct slice){ NULL, 0 };
	if (json_kind(value) == JSON_NULL)
		return 0;
	if (json_kind(value) != JSON_INTEGER &&
	    json_kind(value) != JSON_DECIMAL)
		return wrong_member(name, "an integer", err);
	*out = json_text(call->arena, value);
	return 0;
}

/* ["a","b"] as "a,b"; one string of names is taken as well (SEARCH-06). */
static int
member_names(
    struct call *call, const char *name, struct slice *out, struct error *err)
{
	struct json_object *list = json_attr(call->body, slice_of(name));

	if (json_kind(list) != JSON_ARRAY)
		return member_string(call->body, name, out, err);
	*out = SLICE("");
	for (size_t i = 0; i < json_len(list); i++) {
		struct json_object *item = json_at(list, i);

		if (json_kind(item) != JSON_STRING)
			return wrong_member(name, "an array of strings", err);
		*out = slice_of(
		    arena_printf(call->arena, "%.*s%s%.*s", SLICE_ARG(*out),
			i == 0 ? "" : ",", SLICE_ARG(json_string(item))));
	}
	return 0;
}

static bool
has_schema(struct json_object *body, struct slice urn)
{
	struct json_object *schemas = json_attr(body, SLICE("schemas"));

	for (size_t i = 0; i < json_len(schemas); i++)
		if (json_kind(json_at(schemas, i)) == JSON_STRING &&
		    slice_equal_nocase(json_string(json_at(schemas, i)), urn))
			return true;
	return false;
}

static int
query_of_body(struct call *call, struct query *query, struct error *err)
{
	struct slice order, start_index, count;
	struct json_object *body = call->body;

	if (!has_schema(body, SLICE(URN_SEARCH)))
		return error_set(err, ERR_INVALID_SYNTAX,
		    "'schemas' of a search must hold " URN_SEARCH);
	if (member_names(call, "attributes", &query->attributes, err) == -1 ||
	    member_names(call, "excludedAttributes", &query->excluded, err) ==
		-1 ||
	    member_string(body, "filter", &query->filter, err) == -1 ||
	    member_string(body, "sortBy", &query->sort_by, err) == -1 ||
	    member_string(body, "cursor", &query->cursor, err) == -1 ||
	    member_string(body, "sortOrder", &order, err) == -1 ||
	    member_integer(call, "startIndex", &start_index, err) == -1 ||
	    member_integer(call, "count", &count, err) == -1 ||
	    read_order(order, query, err) == -1)
		return -1;
	return read_page(query, start_index, count, err);
}

/*
 * The type of the endpoint, or at the base URL all of them (LIST-04) that the
 * credential may read.
 */
static void
set_types(struct call *call, struct query *query)
{
	const struct catalog *catalog = call->identity->catalog;
	const struct resource_type **types, *type;
	size_t n = 0;

	if (call->type != NULL) {
		query->types = &call->type;
		query->ntypes = 1;
		return;
	}
	while (catalog_type(catalog, n) != NULL)
		n++;
	types = arena_calloc(call->arena, n, sizeof(*types));
	for (size_t i = 0; (type = catalog_type(catalog, i)) != NULL; i++)
		if (call_may(call, type, SCOPE_TO_READ))
			types[query->ntypes++] = type;
	query->types = types;
}

static int
answer(struct call *call, struct query *query, struct error *err)
{
	set_types(call, query);
	if (identity_list(call->identity, &call->caller, query,
		&call->reply->body, err) == -1)
		return -1;
	call->reply->content_type = SCIM_MEDIA_TYPE;
	return 0;
}

int
serve_list(struct call *call, struct error *err)
{
	struct query query = { .count = -1 };

	if (query_of_url(call, &query, err) == -1 ||
	    sensitive_check(call, query.filter, err) == -1)
		return -1;
	return answer(call, &query, err);
}

int
serve_members(struct call *call, struct error *err)
{
	struct query query = { .count = -1 };

	if (query_of_url(call, &query, err) == -1 ||
	    identity_list_members(call->identity, &call->caller, call->type,
		call->id, &query, &call->reply->body, err) == -1)
		return -1;
	call->reply->content_type = SCIM_MEDIA_TYPE;
	return 0;
}

int
serve_search(struct call *call, struct error *err)
{
	struct query query = { .count = -1 };

	if (query_of_body(call, &query, err) == -1)
		return -1;
	return answer(call, &query, err);
}
