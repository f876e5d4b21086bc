/*
 * discovery.c: what this server can do (RFC 7644 section 4, RFC 7643
 * sections 5 to 7), out of the catalog and the limits that are in force.
 */
#include "base/nelem.h"
#include "json/json.h"
#include "scim/event_uri.h"
#include "scim/schema_print.h"
#include "serve/problem.h"
#include "serve/serve.h"
#include "serve/settings.h"

/* DISC-04: a filter on discovery is refused. */
static int
refuse_filter(const struct call *call, struct error *err)
{
	struct slice filter;

	if (!http_query(call->request, "filter", &filter))
		return 0;
	return error_set(
	    err, ERR_FORBIDDEN, "discovery endpoints take no filter");
}

static void
answer(struct call *call, const struct json_object *v)
{
	json_print(&call->reply->body, v);
	call->reply->content_type = SCIM_MEDIA_TYPE;
}

static void
set(struct json_object *object, const char *name, struct json_object *v)
{
	json_set(object, slice_of(name), v);
}

static struct json_object *
text(struct call *call, const char *value)
{
	return json_new_string(call->arena, slice_of(value));
}

static struct json_object *
schemas_of(struct call *call, const char *urn)
{
	struct json_object *array = json_new_array(call->arena);

	json_append(array, text(call, urn));
	return array;
}

/* DISC-05: everything in one answer. */
static void
answer_list(struct call *call, struct json_object *resources)
{
	struct json_object *list = json_new_object(call->arena);
	int64_t n = (int64_t)json_len(resources);

	set(list, "schemas", schemas_of(call, URN_LIST));
	set(list, "totalResults", json_new_integer(call->arena, n));
	set(list, "itemsPerPage", json_new_integer(call->arena, n));
	set(list, "startIndex", json_new_integer(call->arena, 1));
	set(list, "Resources", resources);
	answer(call, list);
}

int
serve_schemas(struct call *call, struct error *err)
{
	struct json_object *all = json_new_array(call->arena);
	const struct schema *schema;

	if (refuse_filter(call, err) == -1)
		return -1;
	for (size_t i = 0;
	     (schema = catalog_schema(call->identity->catalog, i)) != NULL; i++)
		json_append(
		    all, schema_to_json(call->arena, schema, call->base_url));
	answer_list(call, all);
	return 0;
}

int
serve_schema(struct call *call, struct error *err)
{
	const struct schema *schema =
	    catalog_find_schema(call->identity->catalog, call->id);

	if (refuse_filter(call, err) == -1)
		return -1;
	if (schema == NULL)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no schema '%.*s'", SLICE_ARG(call->id));
	answer(call, schema_to_json(call->arena, schema, call->base_url));
	return 0;
}

int
serve_resource_types(struct call *call, struct error *err)
{
	struct json_object *all = json_new_array(call->arena);
	const struct resource_type *type;

	if (refuse_filter(call, err) == -1)
		return -1;
	for (size_t i = 0;
	     (type = catalog_type(call->identity->catalog, i)) != NULL; i++)
		json_append(all,
		    resource_type_to_json(call->arena, type, call->base_url));
	answer_list(call, all);
	return 0;
}

int
serve_resource_type(struct call *call, struct error *err)
{
	const struct resource_type *type =
	    catalog_find_type_id(call->identity->catalog, call->id);

	if (refuse_filter(call, err) == -1)
		return -1;
	if (type == NULL)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no resource type '%.*s'", SLICE_ARG(call->id));
	answer(call, resource_type_to_json(call->arena, type, call->base_url));
	return 0;
}

/* {"supported": ..., and up to two limits} */
static struct json_object *
feature(struct call *call, bool supported, const char *name1, int64_t limit1,
    const char *name2, int64_t limit2)
{
	struct json_object *v = json_new_object(call->arena);

	set(v, "supported", json_new_boolean(call->arena, supported));
	if (name1 != NULL)
		set(v, name1, json_new_integer(call->arena, limit1));
	if (name2 != NULL)
		set(v, name2, json_new_integer(call->arena, limit2));
	return v;
}

static struct json_object *
pagination(struct call *call)
{
	struct json_object *v = json_new_object(call->arena);
	int64_t max = call->settings->results_max;

	set(v, "cursor", json_new_boolean(call->arena, true));
	set(v, "index", json_new_boolean(call->arena, true));
	set(v, "defaultPaginationMethod", text(call, "index"));
	set(v, "defaultPageSize",
	    json_new_integer(call->arena,
		max < PAGE_SIZE_DEFAULT ? max : PAGE_SIZE_DEFAULT));
	set(v, "maxPageSize", json_new_integer(call->arena, max));
	set(v, "cursorTimeout", json_new_integer(call->arena, CURSOR_TIMEOUT));
	return v;
}

/* clang-format off */
static const struct {
	const char	*type, *name, *description, *spec;
	bool		 is_basic;	/* where that is switched on */
} schemes[] = {
	{ "oauthbearertoken", "OAuth Bearer Token",
	    "Opaque token in the Authorization header",
	    "https://www.rfc-editor.org/rfc/rfc6750", false },
	{ "oauth2", "OAuth 2.0",
	    "Client credentials or client assertion, at /oauth2/token",
	    "https://www.rfc-editor.org/rfc/rfc6749", false },
	{ "httpbasic", "HTTP Basic",
	    "Id and secret of a client in the Authorization header",
	    "https://www.rfc-editor.org/rfc/rfc7617", true },
};
/* clang-format on */

static struct json_object *
authentication_schemes(struct call *call)
{
	struct json_object *all = json_new_array(call->arena);

	for (size_t i = 0; i < NELEM(schemes); i++) {
		struct json_object *v = json_new_object(call->arena);

		if (schemes[i].is_basic && !call->settings->basic)
			continue;
		set(v, "type", text(call, schemes[i].type));
		set(v, "name", text(call, schemes[i].name));
		set(v, "description", text(call, schemes[i].description));
		set(v, "specUri", text(call, schemes[i].spec));
		set(v, "primary", json_new_boolean(call->arena, i == 0));
		json_append(all, v);
	}
	return all;
}

static struct json_object *
config_meta(struct call *call)
{
	struct json_object *v = json_new_object(call->arena);

	set(v, "resourceType", text(call, "ServiceProviderConfig"));
	set(v, "location",
	    text(call,
		arena_printf(call->arena, "%.*s/ServiceProviderConfig",
		    SLICE_ARG(call->base_url))));
	return v;
}

static struct json_object *
bulk(struct call *call)
{
	const struct settings *settings = call->settings;
	struct json_object *v =
	    feature(call, true, "maxOperations", settings->bulk_operations,
		"maxPayloadSize", settings->bulk_payload);

	if (settings->bulk_atomic)
		set(v, "atomic", json_new_boolean(call->arena, true));
	return v;
}

/* Of an expired draft, when its types are loaded (ROLE-01). */
static void
set_roles(struct call *call, struct json_object *config)
{
	static const struct {
		const char *type, *name, *several;
	} rows[] = {
		{ "Role", "roles", "multipleRolesSupported" },
		{ "Entitlement", "entitlements",
		    "multipleEntitlementsSupported" },
	};
	struct json_object *all = json_new_object(call->arena);

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct json_object *v;

		if (catalog_find_type(call->identity->catalog,
			slice_of(rows[i].type)) == NULL)
			continue;
		v = feature(call, true, NULL, 0, NULL, 0);
		set(v, rows[i].several, json_new_boolean(call->arena, true));
		set(v, "primarySupported", json_new_boolean(call->arena, true));
		set(v, "typeSupported", json_new_boolean(call->arena, true));
		set(all, rows[i].name, v);
	}
	if (json_len(all) > 0)
		set(config, "RolesAndEntitlements", all);
}

/* EVT-11: every event that a stream may hold. */
static struct json_object *
security_events(struct call *call)
{
	struct json_object *v = json_new_object(call->arena);
	struct json_object *uris = json_new_array(call->arena);

	for (size_t i = 0; event_uri(i) != NULL; i++)
		json_append(uris, text(call, event_uri(i)));
	set(v, "asyncRequest",
	    text(call, call->settings->async ? "request" : "none"));
	set(v, "eventUris", uris);
	return v;
}

int
serve_provider_config(struct call *call, struct error *err)
{
	struct json_object *v = json_new_object(call->arena);

	if (refuse_filter(call, err) == -1)
		return -1;
	set(v, "schemas", schemas_of(call, URN_SPC));
	set(v, "patch", feature(call, true, NULL, 0, NULL, 0));
	set(v, "bulk", bulk(call));
	set(v, "filter",
	    feature(call, true, "maxResults", call->settings->results_max, NULL,
		0));
	set(v, "changePassword", feature(call, true, NULL, 0, NULL, 0));
	set(v, "sort", feature(call, true, NULL, 0, NULL, 0));
	set(v, "etag", feature(call, true, NULL, 0, NULL, 0));
	set(v, "pagination", pagination(call));
	set(v, "securityEvents", security_events(call));
	set_roles(call, v);
	set(v, "authenticationSchemes", authentication_schemes(call));
	set(v, "meta", config_meta(call));
	answer(call, v);
	return 0;
}

int
serve_not_implemented(struct call *call, struct error *err)
{
	return error_set(err, ERR_NOT_IMPLEMENTED, "'%.*s' is not implemented",
	    SLICE_ARG(call->path));
}
