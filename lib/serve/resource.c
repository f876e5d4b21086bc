/*
 * resource.c: the handlers of a resource type's endpoint (RFC 7644 section
 * 3.2): what the URL and the body say goes to the identity store, what comes
 * back becomes the reply.
 */
#include "base/number.h"
#include "serve/problem.h"
#include "serve/serve.h"

static struct slice
parameter(const struct call *call, const char *name)
{
	struct slice value;

	return http_query(call->request, name, &value)
	    ? value
	    : (struct slice){ NULL, 0 };
}

static int
read_projection(struct call *call, struct projection **out, struct error *err)
{
	return project_parse(call->arena, call->type,
	    parameter(call, "attributes"),
	    parameter(call, "excludedAttributes"), out, err);
}

/* ETag, Location and the media type of one resource (HTTP-17). */
static void
describe(struct call *call, const struct outcome *outcome)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(&outcome->id, id);
	http_reply_header(call->reply, "Location",
	    slice_of(arena_printf(call->arena, "%.*s%.*s/%s",
		SLICE_ARG(call->base_url), SLICE_ARG(call->type->endpoint),
		id)));
	http_reply_header(call->reply, "ETag",
	    slice_of(arena_printf(call->arena, "W/\"%llu\"",
		(unsigned long long)outcome->version)));
	if (call->reply->body.len > 0)
		call->reply->content_type = SCIM_MEDIA_TYPE;
}

int
serve_create(struct call *call, struct error *err)
{
	struct projection *projection;
	struct outcome outcome;

	if (read_projection(call, &projection, err) == -1 ||
	    identity_create(call->identity, &call->caller, call->type,
		call->body, projection, &call->reply->body, &outcome,
		err) == -1)
		return -1;
	call->reply->status = 201;
	describe(call, &outcome);
	return 0;
}

int
serve_read(struct call *call, struct error *err)
{
	struct projection *projection;
	struct outcome outcome;

	if (read_projection(call, &projection, err) == -1 ||
	    identity_read(call->identity, &call->caller, call->type, call->id,
		projection, &call->reply->body, &outcome, err) == -1)
		return -1;
	describe(call, &outcome);
	return 0;
}

int
serve_replace(struct call *call, struct error *err)
{
	struct projection *projection;
	struct outcome outcome;

	if (read_projection(call, &projection, err) == -1 ||
	    identity_replace(call->identity, &call->caller, call->type,
		call->id, call->body, projection, &call->reply->body, &outcome,
		err) == -1)
		return -1;
	describe(call, &outcome);
	return 0;
}

/*
 * 204 for a group where the profile has it so: nobody wants a hundred
 * thousand members back for one that was added (ENTRA-31).  A client that
 * names attributes gets them (PROJ-14).
 */
static bool
wants_no_content(const struct call *call, const struct projection *projection)
{
	return profile_has(call->caller.profile, TOL_GROUP_NO_CONTENT) &&
	    slice_equal(call->type->name, SLICE("Group")) &&
	    !project_is_explicit(projection);
}

int
serve_patch(struct call *call, struct error *err)
{
	struct projection *projection;
	struct outcome outcome;
	bool no_content;

	if (read_projection(call, &projection, err) == -1)
		return -1;
	no_content = wants_no_content(call, projection);
	if (identity_patch(call->identity, &call->caller, call->type, call->id,
		call->body, projection, no_content ? NULL : &call->reply->body,
		&outcome, err) == -1)
		return -1;
	if (no_content)
		call->reply->status = 204;
	describe(call, &outcome);
	return 0;
}

int
serve_delete(struct call *call, struct error *err)
{
	if (identity_delete(
		call->identity, &call->caller, call->type, call->id, err) == -1)
		return -1;
	call->reply->status = 204;
	return 0;
}

/* An integer parameter; what lies outside MIN to MAX is MIN or MAX. */
static int
read_integer(const struct call *call, const char *name, int64_t preset,
    int64_t min, int64_t max, int64_t *out, struct error *err)
{
	struct slice text = parameter(call, name);
	bool clamped;

	*out = preset;
	if (text.data == NULL)
		return 0;
	if (parse_int(text, min, max, out, &clamped) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "'%s' must be an integer, not '%.*s'", name,
		    SLICE_ARG(text));
	return 0;
}

int
serve_list(struct call *call, struct error *err)
{
	struct projection *projection;
	struct query query = { .filter = parameter(call, "filter") };

	if (read_projection(call, &projection, err) == -1 ||
	    read_integer(call, "startIndex", 1, 1, INT64_MAX / 2,
		&query.start_index, err) == -1 ||
	    read_integer(call, "count", PAGE_SIZE_DEFAULT, 0, PAGE_SIZE_MAX,
		&query.count, err) == -1)
		return -1;
	query.projection = projection;
	if (identity_list(call->identity, &call->caller, call->type, &query,
		&call->reply->body, err) == -1)
		return -1;
	call->reply->content_type = SCIM_MEDIA_TYPE;
	return 0;
}
