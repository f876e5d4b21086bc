/*
 * resource.c: the handlers of one resource (RFC 7644 section 3.2): what the
 * URL, the header and the body say goes to the identity store, what comes
 * back becomes the reply.
 */
#include "base/nelem.h"
#include "serve/problem.h"
#include "serve/serve.h"

static int
read_projection(struct call *call, struct projection **out, struct error *err)
{
	struct slice attributes, excluded;
	struct http_parameter wanted[] = {
		{ SLICE("attributes"), &attributes, 0 },
		{ SLICE("excludedAttributes"), &excluded, 0 },
	};

	if (call_parameters(call, wanted, NELEM(wanted), err) == -1)
		return -1;
	return project_parse(call->arena, call->type, call->caller.profile,
	    attributes, excluded, out, err);
}

/* A header field that did not come has no .data. */
static struct slice
field(const struct call *call, const char *name)
{
	struct slice value = http_header(call->request, name);

	return value.len > 0 ? value : (struct slice){ NULL, 0 };
}

static struct conditions
read_conditions(const struct call *call)
{
	return (struct conditions){ field(call, "If-Match"),
		field(call, "If-None-Match") };
}

/* ETag, the places and the media type of one resource (HTTP-17). */
static void
describe(struct call *call, const struct outcome *outcome)
{
	char id[UUID_TEXT_SIZE];
	struct slice location;

	uuid_format(&outcome->id, id);
	location = ARENA_JOIN(call->arena, call->base_url, call->type->endpoint,
	    SLICE("/"), (struct slice){ id, UUID_TEXT_LEN });
	call->reply->location = location;
	http_reply_header(
	    call->reply, "ETag", etag_of(call->arena, outcome->version));
	if (call->reply->body.len == 0)
		return;
	http_reply_header(call->reply, "Content-Location", location);
	call->reply->content_type = SCIM_MEDIA_TYPE;
}

/* "Prefer: return=minimal" among other preferences (RFC 7240). */
static bool
prefers_minimal(const struct call *call)
{
	struct slice rest = http_header(call->request, "Prefer"), item;

	while (slice_next(&rest, ',', &item)) {
		struct slice preference;

		if (slice_next(&item, ';', &preference) &&
		    slice_equal_nocase(
			slice_trim(preference), SLICE("return=minimal")))
			return true;
	}
	return false;
}

/*
 * 204 for a group where the profile has it so: nobody wants a hundred
 * thousand members back for one that was added (ENTRA-31); and for who
 * prefers it.  A client that names attributes gets them (PROJ-14).
 */
static bool
wants_no_content(struct call *call, const struct write_request *request)
{
	if (request->kind == WRITE_DELETE)
		return true;
	if (project_is_given(request->projection))
		return false;
	if (prefers_minimal(call)) {
		http_reply_header(
		    call->reply, "Preference-Applied", SLICE("return=minimal"));
		return true;
	}
	return serve_write_status(call, call->type, request->kind) == 204;
}

int
serve_write_status(const struct call *call, const struct resource_type *type,
    enum write_kind kind)
{
	switch (kind) {
	case WRITE_CREATE:
		return 201;
	case WRITE_PATCH:
		return profile_has(
			   call->caller.profile, TOL_GROUP_NO_CONTENT) &&
			slice_equal(type->name, SLICE("Group"))
		    ? 204
		    : 200;
	case WRITE_DELETE:
		return 204;
	default:
		return 200;
	}
}

static int
write_resource(struct call *call, enum write_kind kind, struct error *err)
{
	struct write_request request = { .kind = kind,
		.type = call->type,
		.id = call->id,
		.body = call->body,
		.conditions = read_conditions(call) };
	bool no_content;

	if (read_projection(call, &request.projection, err) == -1)
		return -1;
	no_content = wants_no_content(call, &request);
	request.out = no_content ? NULL : &call->reply->body;
	if (identity_write(call->identity, &call->caller, &request, err) ==
	    -1) {
		if (err->code == ERR_METHOD)
			http_reply_header(
			    call->reply, "Allow", SLICE("GET, HEAD, OPTIONS"));
		return -1;
	}
	if (kind == WRITE_CREATE)
		call->reply->status = 201;
	else
		call->reply->status = no_content ? 204 : 200;
	if (kind != WRITE_DELETE)
		describe(call, &request.outcome);
	return 0;
}

int
serve_create(struct call *call, struct error *err)
{
	return write_resource(call, WRITE_CREATE, err);
}

int
serve_replace(struct call *call, struct error *err)
{
	return write_resource(call, WRITE_REPLACE, err);
}

int
serve_patch(struct call *call, struct error *err)
{
	return write_resource(call, WRITE_PATCH, err);
}

int
serve_delete(struct call *call, struct error *err)
{
	return write_resource(call, WRITE_DELETE, err);
}

int
serve_read(struct call *call, struct error *err)
{
	struct conditions conditions = read_conditions(call);
	struct projection *projection;
	struct outcome outcome;

	if (read_projection(call, &projection, err) == -1 ||
	    identity_read(call->identity, &call->caller, call->type, call->id,
		&conditions, projection, &call->reply->body, &outcome,
		err) == -1)
		return -1;
	if (outcome.not_modified)
		call->reply->status = 304;
	describe(call, &outcome);
	return 0;
}
