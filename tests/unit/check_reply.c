/*
 * check_reply.c: do the replies that a test received keep the rules of every
 * reply?  JSON and its media type, the members of messages, and resources
 * that agree with the schema files, which are read here as plain JSON so that
 * no error of lib/scim hides itself.
 *
 *	check_reply FILE
 *
 * FILE is what note_reply of tests/lib.sh writes: for each reply a byte 1e
 * (hex), a line "TEST METHOD STATUS PATH", a line with the header field that
 * the test added, the head, an empty line, the body.  The schema files are
 * those of MUSTER_SCHEMAS.  Each violation is printed behind "# ", with the
 * body; the exit status is 1 if there was one.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/nelem.h"
#include "json/check.h"
#include "json/json.h"

#define CORE "urn:ietf:params:scim:schemas:core:2.0:"
#define API  "urn:ietf:params:scim:api:messages:2.0:"

enum { FILE_MAX = 512 * 1024 * 1024, BODY_SHOWN = 2000, FILES_MAX = 256 };

struct reply {
	struct slice test; /* how many tests there were before */
	struct slice method;
	struct slice path;
	struct slice field; /* that the test added, or empty */
	struct slice head;
	struct slice body;
	int status;
};

struct check {
	struct arena *schemas_arena;
	struct arena *a; /* of one reply */
	struct json_object *schemas[FILES_MAX];
	struct json_object *types[FILES_MAX];
	struct json_object *common; /* attributes of everything */
	size_t nschemas;
	size_t ntypes;
	const struct reply *reply;
	int bad; /* violations of this reply */
};

/* spec scim.md section 2.1. */
static const char common_attributes[] =
    "[{\"name\":\"schemas\",\"type\":\"reference\",\"multiValued\":true},"
    "{\"name\":\"id\",\"type\":\"string\",\"multiValued\":false},"
    "{\"name\":\"externalId\",\"type\":\"string\",\"multiValued\":false},"
    "{\"name\":\"meta\",\"type\":\"complex\",\"multiValued\":false,"
    "\"subAttributes\":["
    "{\"name\":\"resourceType\",\"type\":\"string\",\"multiValued\":false},"
    "{\"name\":\"created\",\"type\":\"dateTime\",\"multiValued\":false},"
    "{\"name\":\"lastModified\",\"type\":\"dateTime\",\"multiValued\":false},"
    "{\"name\":\"location\",\"type\":\"reference\",\"multiValued\":false},"
    "{\"name\":\"version\",\"type\":\"string\",\"multiValued\":false}]}]";

/* What the schemas of discovery belong to. */
static const char *const discovery_types[] = {
	"{\"name\":\"ServiceProviderConfig\","
	"\"endpoint\":\"/ServiceProviderConfig\","
	"\"schema\":\"" CORE "ServiceProviderConfig\"}",
	"{\"name\":\"ResourceType\",\"endpoint\":\"/ResourceTypes\","
	"\"schema\":\"" CORE "ResourceType\"}",
	"{\"name\":\"Schema\",\"endpoint\":\"/Schemas\","
	"\"schema\":\"" CORE "Schema\"}",
};

/* spec scim.md section 16.2. */
static const char *const scim_types[] = { "invalidFilter", "tooMany",
	"uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget",
	"invalidValue", "invalidVers", "sensitive", "invalidCursor",
	"expiredCursor", "invalidCount" };

__attribute__((format(printf, 2, 3))) static void
complain(struct check *c, const char *fmt, ...)
{
	va_list ap;

	printf("# after test %.*s: %.*s %.*s, %d: ", SLICE_ARG(c->reply->test),
	    SLICE_ARG(c->reply->method), SLICE_ARG(c->reply->path),
	    c->reply->status);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	c->bad++;
}

static bool
is_text(const struct json_object *v, const char *text)
{
	return json_kind(v) == JSON_STRING &&
	    slice_equal(json_string(v), slice_of(text));
}

static bool
holds(const struct json_object *array, struct slice text)
{
	for (size_t i = 0; i < json_len(array); i++)
		if (slice_equal(json_string(json_at(array, i)), text))
			return true;
	return false;
}

static bool
contains(struct slice s, const char *part)
{
	return memmem(s.data, s.len, part, strlen(part)) != NULL;
}

static bool
ends_with(struct slice s, struct slice end)
{
	return s.len >= end.len &&
	    slice_equal(slice_from(s, s.len - end.len), end);
}

/* TYPE-06: 2026-11-20T10:11:12.345Z; more digits if a client gave them. */
static bool
is_date(struct slice s)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.ddd";
	size_t len = sizeof(form) - 1;

	if (s.len <= len || s.data[s.len - 1] != 'Z')
		return false;
	for (size_t i = 0; i < s.len - 1; i++)
		if (i >= len || form[i] == 'd'
			? !isdigit((unsigned char)s.data[i])
			: s.data[i] != form[i])
			return false;
	return true;
}

static bool
is_base64(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.data[i]) &&
		    strchr("+/=", s.data[i]) == NULL)
			return false;
	return true;
}

/* The attribute NAME, spelled so, of a list of definitions; or NULL. */
static struct json_object *
named(const struct json_object *attributes, struct slice name)
{
	for (size_t i = 0; i < json_len(attributes); i++) {
		struct json_object *attr = json_at(attributes, i);

		if (slice_equal(json_string(json_get(attr, "name")), name))
			return attr;
	}
	return NULL;
}

static bool
fits(const char *type, const struct json_object *v)
{
	enum json_kind kind = json_kind(v);

	if (strcmp(type, "boolean") == 0)
		return kind == JSON_BOOLEAN;
	if (strcmp(type, "integer") == 0)
		return kind == JSON_INTEGER;
	if (strcmp(type, "decimal") == 0)
		return kind == JSON_INTEGER || kind == JSON_DECIMAL;
	if (strcmp(type, "complex") == 0)
		return kind == JSON_OBJECT && json_len(v) > 0;
	if (kind != JSON_STRING)
		return false;
	if (strcmp(type, "dateTime") == 0)
		return is_date(json_string(v));
	if (strcmp(type, "binary") == 0)
		return is_base64(json_string(v));
	return strcmp(type, "reference") != 0 || json_string(v).len > 0;
}

/* The Schema of Schema describes three levels, but defines two. */
static const struct json_object *
sub_attribute(const struct json_object *attr, struct slice name)
{
	if (is_text(json_get(attr, "name"), "subAttributes") &&
	    slice_equal(name, SLICE("subAttributes")))
		return attr;
	return named(json_get(attr, "subAttributes"), name);
}

static void check_attribute(struct check *c, const struct json_object *attr,
    const struct json_object *v, const char *where);

static void
check_value(struct check *c, const struct json_object *attr,
    const struct json_object *v, const char *where)
{
	struct slice word = json_string(json_get(attr, "type"));
	const char *type = word.len > 0 ? word.data : "string";

	if (!fits(type, v)) {
		complain(c, "%s is no %s", where, type);
		return;
	}
	if (json_kind(v) != JSON_OBJECT)
		return;
	for (struct json_member m = json_first(v); m.entry != NULL;
	     json_next(&m)) {
		const char *sub =
		    arena_printf(c->a, "%s.%.*s", where, SLICE_ARG(m.name));
		const struct json_object *def = sub_attribute(attr, m.name);

		if (def == NULL)
			complain(c, "%s is in no schema", sub);
		else
			check_attribute(c, def, m.value, sub);
	}
}

/* PRIM-01 */
static void
check_list(struct check *c, const struct json_object *list, const char *where)
{
	int primaries = 0;

	for (size_t i = 0; i < json_len(list); i++)
		primaries +=
		    json_boolean(json_get(json_at(list, i), "primary"));
	if (primaries > 1)
		complain(c, "%s has %d primary values", where, primaries);
}

static void
check_attribute(struct check *c, const struct json_object *attr,
    const struct json_object *v, const char *where)
{
	if (json_kind(v) == JSON_NULL) {
		complain(c, "%s is null", where);
		return;
	}
	if (is_text(json_get(attr, "returned"), "never"))
		complain(c, "%s is never returned", where);
	if (!json_boolean(json_get(attr, "multiValued"))) {
		check_value(c, attr, v, where);
		return;
	}
	if (json_kind(v) != JSON_ARRAY || json_len(v) == 0) {
		complain(c, "%s is no list, or an empty one", where);
		return;
	}
	for (size_t i = 0; i < json_len(v); i++)
		check_value(c, attr, json_at(v, i), where);
	if (is_text(json_get(attr, "type"), "complex"))
		check_list(c, v, where);
}

static const struct json_object *
schema_of(const struct check *c, struct slice urn)
{
	for (size_t i = 0; i < c->nschemas; i++)
		if (slice_equal(
			json_string(json_get(c->schemas[i], "id")), urn))
			return c->schemas[i];
	return NULL;
}

/* The type that meta names, else that of a schema; or NULL. */
static const struct json_object *
type_of(const struct check *c, const struct json_object *resource)
{
	struct slice name =
	    json_string(json_get(json_get(resource, "meta"), "resourceType"));
	const struct json_object *urns = json_get(resource, "schemas");

	for (size_t i = 0; i < c->ntypes; i++) {
		const struct json_object *type = c->types[i];

		if (name.len > 0
			? slice_equal(json_string(json_get(type, "name")), name)
			: holds(urns, json_string(json_get(type, "schema"))))
			return type;
	}
	return NULL;
}

/* Is URN one of the extensions of TYPE? */
static bool
extends(const struct json_object *type, struct slice urn)
{
	const struct json_object *list = json_get(type, "schemaExtensions");

	for (size_t i = 0; i < json_len(list); i++)
		if (slice_equal(
			json_string(json_get(json_at(list, i), "schema")), urn))
			return true;
	return false;
}

/* CORE-05..07 */
static void
check_schemas(struct check *c, const struct json_object *type,
    const struct json_object *resource)
{
	const struct json_object *urns = json_get(resource, "schemas");
	struct slice base = json_string(json_get(type, "schema"));

	if (!holds(urns, base))
		complain(c, "schemas lacks %.*s", SLICE_ARG(base));
	for (size_t i = 0; i < json_len(urns); i++) {
		struct slice urn = json_string(json_at(urns, i));

		if (!slice_equal(urn, base) && !extends(type, urn))
			complain(c, "schemas has %.*s", SLICE_ARG(urn));
		for (size_t k = 0; k < i; k++)
			if (slice_equal(json_string(json_at(urns, k)), urn))
				complain(c, "schemas has %.*s twice",
				    SLICE_ARG(urn));
	}
}

static void
check_extension(struct check *c, const struct json_object *resource,
    const struct json_member *m)
{
	const struct json_object *attributes =
	    json_get(schema_of(c, m->name), "attributes");

	if (!holds(json_get(resource, "schemas"), m->name))
		complain(c, "schemas lacks %.*s", SLICE_ARG(m->name));
	if (json_kind(m->value) != JSON_OBJECT || json_len(m->value) == 0) {
		complain(c, "%.*s is no object, or an empty one",
		    SLICE_ARG(m->name));
		return;
	}
	for (struct json_member s = json_first(m->value); s.entry != NULL;
	     json_next(&s)) {
		const char *where =
		    arena_strndup(c->a, s.name.data, s.name.len);
		struct json_object *attr = named(attributes, s.name);

		if (attr == NULL)
			complain(
			    c, "%s is not in %.*s", where, SLICE_ARG(m->name));
		else
			check_attribute(c, attr, s.value, where);
	}
}

/* Has the request shaped its answer? */
static bool
is_projected(const struct reply *reply)
{
	return contains(reply->path, "ttributes=") ||
	    contains(reply->path, ".search");
}

/* DISC-09, CORE-14: id, and where it is. */
static void
check_identity(struct check *c, const struct json_object *type,
    const struct json_object *resource)
{
	const struct json_object *meta = json_get(resource, "meta");
	struct slice endpoint = json_string(json_get(type, "endpoint"));
	struct slice id = json_string(json_get(resource, "id"));
	struct slice location = json_string(json_get(meta, "location"));
	bool single = is_text(json_get(type, "name"), "ServiceProviderConfig");

	if (!single && id.len == 0)
		complain(c, "it has no id");
	if (meta == NULL && !is_projected(c->reply))
		complain(c, "it has no meta");
	if (location.len > 0 && !contains(location, "://"))
		complain(c, "meta.location is relative");
	if (location.len > 0 &&
	    !ends_with(location,
		slice_of(arena_printf(c->a, "%.*s%s%.*s", SLICE_ARG(endpoint),
		    single ? "" : "/", SLICE_ARG(single ? SLICE("") : id)))))
		complain(c, "meta.location is that of another");
}

static void
check_resource(struct check *c, const struct json_object *resource)
{
	const struct json_object *type = type_of(c, resource), *schema;

	if (type == NULL) {
		complain(c, "neither meta nor schemas tell what it is");
		return;
	}
	schema = schema_of(c, json_string(json_get(type, "schema")));
	check_schemas(c, type, resource);
	check_identity(c, type, resource);
	for (struct json_member m = json_first(resource); m.entry != NULL;
	     json_next(&m)) {
		const char *where =
		    arena_strndup(c->a, m.name.data, m.name.len);
		struct json_object *attr =
		    named(json_get(schema, "attributes"), m.name);

		if (attr == NULL)
			attr = named(c->common, m.name);
		if (extends(type, m.name))
			check_extension(c, resource, &m);
		/* ROLE-01: no schema can describe what it nests. */
		else if (slice_equal(m.name, SLICE("RolesAndEntitlements")))
			continue;
		else if (attr == NULL)
			complain(c, "%s is in no schema", where);
		else
			check_attribute(c, attr, m.value, where);
	}
}

/* Only the members in NAMES, each of them text between blanks; no nulls. */
static void
check_names(
    struct check *c, const struct json_object *message, const char *names)
{
	for (struct json_member m = json_first(message); m.entry != NULL;
	     json_next(&m)) {
		const char *name =
		    arena_printf(c->a, " %.*s ", SLICE_ARG(m.name));

		if (strstr(names, name) == NULL)
			complain(c, "a message with%s", name);
		if (json_kind(m.value) == JSON_NULL)
			complain(c, "null is the%s", name);
	}
}

/* ERR-01, ERR-02 */
static void
check_error(struct check *c, const struct json_object *body, int status)
{
	const struct json_object *type = json_get(body, "scimType");
	const char *number = arena_printf(c->a, "%d", status);
	bool known = type == NULL;

	check_names(c, body, " schemas status scimType detail ");
	if (json_len(json_get(body, "schemas")) != 1 ||
	    !is_text(json_at(json_get(body, "schemas"), 0), API "Error"))
		complain(c, "an error without its schemas");
	if (!is_text(json_get(body, "status"), number))
		complain(c, "status is not the text %s", number);
	for (size_t i = 0; i < NELEM(scim_types); i++)
		known |= is_text(type, scim_types[i]);
	if (!known)
		complain(c, "an unknown scimType");
	if (json_has(body, SLICE("detail")) &&
	    json_string(json_get(body, "detail")).len == 0)
		complain(c, "detail is no text");
}

static bool
is_count(const struct json_object *v, int64_t least)
{
	return json_kind(v) == JSON_INTEGER && json_integer(v) >= least;
}

static void
check_numbers(struct check *c, const struct json_object *list)
{
	const struct json_object *resources = json_get(list, "Resources");
	const struct json_object *total = json_get(list, "totalResults");
	const struct json_object *start = json_get(list, "startIndex");
	int64_t len = (int64_t)json_len(resources);

	if (!is_count(total, 0) || json_integer(total) < len)
		complain(c, "totalResults");
	if (json_kind(resources) != JSON_ARRAY)
		complain(c, "Resources is no list");
	if (!is_count(json_get(list, "itemsPerPage"), 0) ||
	    json_integer(json_get(list, "itemsPerPage")) != len)
		complain(c, "itemsPerPage is not the length of Resources");
	if (start != NULL ? !is_count(start, 1)
			  : !contains(c->reply->path, "cursor") &&
		    !contains(c->reply->path, ".search"))
		complain(c, "startIndex");
	if (start != NULL && len > 0 &&
	    json_integer(start) + len - 1 > json_integer(total))
		complain(c, "the page ends behind totalResults");
}

/* An element of GET /Groups/ID/members: one value of Group.members. */
static void
check_member(struct check *c, const struct json_object *member)
{
	const struct json_object *schema = schema_of(c, SLICE(CORE "Group"));

	check_value(c, named(json_get(schema, "attributes"), SLICE("members")),
	    member, "members");
}

/* LIST-03, PAGE-06, PAGE-07, CURSOR-02 */
static void
check_list_response(struct check *c, const struct json_object *list)
{
	const struct json_object *next = json_get(list, "nextCursor");
	struct slice cursor = json_string(next);

	check_names(c, list,
	    " schemas totalResults Resources startIndex"
	    " itemsPerPage nextCursor ");
	if (json_len(json_get(list, "schemas")) != 1)
		complain(c, "a list of two schemas");
	check_numbers(c, list);
	if (next != NULL && cursor.len == 0)
		complain(c, "nextCursor is no text");
	for (size_t i = 0; i < cursor.len; i++)
		if (!isalnum((unsigned char)cursor.data[i]) &&
		    strchr("-._~", cursor.data[i]) == NULL)
			complain(c, "nextCursor has a %c", cursor.data[i]);
	for (size_t i = 0; i < json_len(json_get(list, "Resources")); i++)
		(contains(c->reply->path, "/members") ? check_member
						      : check_resource)(
		    c, json_at(json_get(list, "Resources"), i));
}

/* BULK-11, BULK-17..19 */
static void
check_operation(struct check *c, const struct json_object *op)
{
	struct slice text = json_string(json_get(op, "status"));
	int status = text.len == 3 ? atoi(text.data) : 0;
	bool post = is_text(json_get(op, "method"), "POST");

	check_names(c, op, " method bulkId version location status response ");
	if (status < 200 || status > 599)
		complain(c, "the status of an operation is no text");
	if (post && json_string(json_get(op, "bulkId")).len == 0 &&
	    status < 400 && !contains(c->reply->path, "/.events/results/"))
		complain(c, "a POST without its bulkId");
	if (json_get(op, "location") == NULL && !(post && status >= 400))
		complain(c, "an operation without location");
	if (json_get(op, "response") == NULL) {
		if (status >= 400)
			complain(c, "a failure without response");
	} else if (status >= 400)
		check_error(c, json_get(op, "response"), status);
	else
		check_resource(c, json_get(op, "response"));
}

static void
check_bulk(struct check *c, const struct json_object *body)
{
	const struct json_object *ops = json_get(body, "Operations");

	check_names(c, body, " schemas Operations ");
	if (json_kind(ops) != JSON_ARRAY)
		complain(c, "Operations is no list");
	for (size_t i = 0; i < json_len(ops); i++)
		check_operation(c, json_at(ops, i));
}

/* The header field NAME; empty if there is none. */
static struct slice
field(struct slice head, const char *name)
{
	struct slice line, key = slice_of(name);

	while (slice_next(&head, '\n', &line)) {
		if (line.len > 0 && line.data[line.len - 1] == '\r')
			line.len--;
		if (slice_has_prefix_nocase(line, key) && line.len > key.len &&
		    line.data[key.len] == ':')
			return slice_trim(slice_from(line, key.len + 1));
	}
	return (struct slice){ 0 };
}

/* HTTP-17, POST-01, ETAG-02 */
static void
check_head(struct check *c, const struct json_object *body)
{
	const struct json_object *meta = json_get(body, "meta");
	struct slice version = json_string(json_get(meta, "version"));
	struct slice location = json_string(json_get(meta, "location"));
	struct slice tag = field(c->reply->head, "ETag");

	if (version.len > 0 && tag.len > 0 && !slice_equal(version, tag))
		complain(c, "ETag is not meta.version");
	if (c->reply->status == 201 && location.len > 0 &&
	    !slice_equal(location, field(c->reply->head, "Location")))
		complain(c, "Location is not meta.location");
	if (c->reply->status == 201 &&
	    field(c->reply->head, "Location").len == 0)
		complain(c, "201 without Location");
}

/* HTTP-01, HTTP-02 */
static void
check_media_type(struct check *c)
{
	struct slice type = field(c->reply->head, "Content-Type");
	struct slice first;

	slice_next(&type, ';', &first);
	if (slice_equal(first, SLICE("application/scim+json")))
		return;
	if (slice_equal(first, SLICE("application/json")) &&
	    (contains(c->reply->field, "application/json") ||
		contains(c->reply->field, "scim+json;q=0")))
		return;
	complain(c, "Content-Type is %.*s", SLICE_ARG(first));
}

static void
check_body(struct check *c, const struct json_object *body)
{
	const struct json_object *urns = json_get(body, "schemas");

	if (json_kind(body) != JSON_OBJECT)
		complain(c, "the body is no object");
	else if (c->reply->status >= 400)
		check_error(c, body, c->reply->status);
	else if (holds(urns, SLICE(API "ListResponse")))
		check_list_response(c, body);
	else if (holds(urns, SLICE(API "BulkResponse")))
		check_bulk(c, body);
	else {
		check_resource(c, body);
		check_head(c, body);
	}
}

static bool
may_be_empty(const struct reply *reply)
{
	return reply->status == 202 || reply->status == 204 ||
	    reply->status == 304 || contains(reply->field, "return=minimal") ||
	    slice_equal(reply->method, SLICE("HEAD"));
}

/* What is no SCIM: tokens (RFC 8936), keys (RFC 7517), a word for monitors. */
static bool
is_foreign(const struct reply *reply)
{
	return contains(reply->path, "/healthz") ||
	    (reply->status == 200 && contains(reply->path, "/metrics")) ||
	    (reply->status == 200 &&
		(contains(reply->path, "/.events/streams/") ||
		    contains(reply->path, "/.events/jwks")));
}

static void
check_reply(struct check *c, const struct reply *reply)
{
	struct json_object *body;
	struct error err;

	c->reply = reply;
	c->bad = 0;
	if (slice_equal(reply->method, SLICE("HEAD")) || is_foreign(reply))
		return;
	if (reply->body.len == 0) {
		if (!may_be_empty(reply))
			complain(c, "an empty body");
		return;
	}
	check_media_type(c);
	if (reply->status == 204 || reply->status == 304)
		complain(c, "a body");
	if (json_check(reply->body, &err) == -1 ||
	    json_parse(c->a, reply->body, &body, &err) == -1)
		complain(c, "%s", err.detail);
	else
		check_body(c, body);
}

/* The parts of one reply in TEXT, which begins behind the byte 1e. */
static struct reply
reply_parse(struct slice text)
{
	struct reply r = { 0 };
	struct slice line, number;

	slice_next(&text, '\n', &line);
	slice_next(&line, ' ', &r.test);
	slice_next(&line, ' ', &r.method);
	slice_next(&line, ' ', &number);
	r.status = number.len > 0 ? atoi(number.data) : 0;
	r.path = line;
	slice_next(&text, '\n', &r.field);
	r.head.data = text.data;
	while (slice_next(&text, '\n', &line) && line.len > 1)
		r.head.len = (size_t)(line.data + line.len - r.head.data);
	r.body = text;
	return r;
}

static void
load(struct check *c, struct slice text, struct json_object **list,
    size_t *count)
{
	struct error err;

	if (*count == FILES_MAX ||
	    json_parse(c->schemas_arena, text, &list[*count], &err) == -1) {
		printf("# a schema file cannot be read\n");
		exit(2);
	}
	++*count;
}

static void
load_directory(
    struct check *c, const char *path, struct json_object **list, size_t *count)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct slice text;
	struct error err;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (!ends_with(slice_of(entry->d_name), SLICE(".json")))
			continue;
		if (file_read(c->schemas_arena,
			arena_printf(
			    c->schemas_arena, "%s/%s", path, entry->d_name),
			1 << 20, &text, &err) == 0)
			load(c, text, list, count);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
load_schemas(struct check *c)
{
	const char *list = getenv("MUSTER_SCHEMAS");
	struct slice rest = slice_of(list == NULL ? "schemas" : list), dir;
	size_t one = 0;

	load(c, SLICE(common_attributes), &c->common, &one);
	for (size_t i = 0; i < NELEM(discovery_types); i++)
		load(c, slice_of(discovery_types[i]), c->types, &c->ntypes);
	while (slice_next(&rest, ':', &dir)) {
		load_directory(c,
		    arena_printf(c->schemas_arena, "%.*s", SLICE_ARG(dir)),
		    c->schemas, &c->nschemas);
		load_directory(c,
		    arena_printf(
			c->schemas_arena, "%.*s/discovery", SLICE_ARG(dir)),
		    c->schemas, &c->nschemas);
		load_directory(c,
		    arena_printf(
			c->schemas_arena, "%.*s/types", SLICE_ARG(dir)),
		    c->types, &c->ntypes);
	}
}

/* Check all replies of TEXT; the number of those that break a rule. */
static int
check_replies(struct check *c, struct slice text)
{
	struct slice part;
	int count = 0, bad = 0;

	slice_next(&text, '\x1e', &part);
	while (slice_next(&text, '\x1e', &part)) {
		struct reply reply = reply_parse(part);

		check_reply(c, &reply);
		if (c->bad > 0)
			printf("#   %.*s\n",
			    reply.body.len < BODY_SHOWN ? (int)reply.body.len
							: BODY_SHOWN,
			    reply.body.data);
		bad += c->bad > 0;
		count++;
		arena_reset(c->a);
	}
	printf("# %d replies, %d of them break a rule\n", count, bad);
	return bad;
}

int
main(int argc, char **argv)
{
	static struct check c;
	struct slice text;
	struct error err;
	int bad;

	if (argc != 2) {
		fprintf(stderr, "usage: check_reply FILE\n");
		return 2;
	}
	c.schemas_arena = arena_new();
	c.a = arena_new();
	load_schemas(&c);
	if (file_read(c.schemas_arena, argv[1], FILE_MAX, &text, &err) == -1) {
		printf("# %s\n", err.detail);
		return 2;
	}
	bad = check_replies(&c, text);
	arena_free(c.a);
	arena_free(c.schemas_arena);
	return bad > 0;
}
