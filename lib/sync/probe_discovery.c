/*
 * probe_discovery.c: what a target says of itself (RFC 7644 section 4).
 */
#include <string.h>

#include "sync/probe_private.h"

enum { BULK_MAX = 1000, BULK_BYTES_MIN = 64 * 1024 };

/* Is the member NAME of CONFIG there, and does it say "supported"? */
static int
supported(const struct json_object *config, const char *name)
{
	const struct json_object *v =
	    json_attr(json_attr(config, slice_of(name)), SLICE("supported"));

	return json_kind(v) == JSON_BOOLEAN ? json_boolean(v) : -1;
}

static void
propose(struct probing *p, const char *name, const char *word)
{
	json_set(
	    p->dialect, slice_of(name), json_new_string(p->a, slice_of(word)));
}

static void
read_bulk(struct probing *p, const struct json_object *bulk)
{
	int64_t most = json_integer(json_attr(bulk, SLICE("maxOperations")));
	int64_t bytes = json_integer(json_attr(bulk, SLICE("maxPayloadSize")));

	if (most <= 1 || (bytes > 0 && bytes < BULK_BYTES_MIN)) {
		probe_find(p, PROBE_NOTE,
		    "Bulk requests of %lld operations and %lld bytes are too "
		    "small to be of use.",
		    (long long)most, (long long)bytes);
		return;
	}
	most = most < BULK_MAX ? most : BULK_MAX;
	json_set(p->dialect, SLICE("bulk"), json_new_integer(p->a, most));
	probe_find(p, PROBE_NOTE, "Bulk requests of %lld operations.",
	    (long long)most);
}

/* RFC 9865 section 4. */
static void
read_paging(struct probing *p, const struct json_object *paging)
{
	const struct json_object *cursor = json_attr(paging, SLICE("cursor"));
	const struct json_object *index = json_attr(paging, SLICE("index"));
	struct slice first =
	    json_string(json_attr(paging, SLICE("defaultPaginationMethod")));

	if (!json_boolean(cursor) ||
	    (json_boolean(index) && !slice_equal(first, SLICE("cursor"))))
		return;
	propose(p, "paging", "cursor");
	probe_find(p, PROBE_NOTE, "Lists are paged by cursor.");
}

static void
read_config(struct probing *p)
{
	const struct json_object *config = p->body;

	if (supported(config, "patch") == 0) {
		propose(p, "patch", "put");
		probe_find(p, PROBE_WARNING,
		    "No PATCH: resources are read, changed and replaced.");
	}
	if (supported(config, "filter") == 0)
		probe_find(p, PROBE_WARNING,
		    "The target says that it has no filters; without them "
		    "nobody is matched.");
	if (supported(config, "etag") == 1)
		json_set(
		    p->dialect, SLICE("etag"), json_new_boolean(p->a, true));
	if (supported(config, "bulk") == 1)
		read_bulk(p, json_attr(config, SLICE("bulk")));
	read_paging(p, json_attr(config, SLICE("pagination")));
}

/* "/Users" of "Users", "/Users" or a whole URL (CLI-02). */
static struct slice
path_of(struct probing *p, struct slice endpoint)
{
	struct slice rest = endpoint, item, last = endpoint;

	if (memchr(endpoint.data, ':', endpoint.len) != NULL) {
		while (slice_next(&rest, '/', &item))
			last = item;
		endpoint = last;
	}
	while (endpoint.len > 0 && endpoint.data[0] == '/')
		endpoint = slice_from(endpoint, 1);
	return slice_of(arena_printf(p->a, "/%.*s", SLICE_ARG(endpoint)));
}

static void
read_type(struct probing *p, const struct json_object *row, const char *type,
    struct slice urn)
{
	struct slice schema = json_string(json_attr(row, SLICE("schema")));
	struct slice name = json_string(json_attr(row, SLICE("name")));
	struct slice endpoint = json_string(json_attr(row, SLICE("endpoint")));

	if (endpoint.len == 0 ||
	    !(slice_equal_nocase(schema, urn) ||
		(schema.len == 0 && slice_equal_nocase(name, slice_of(type)))))
		return;
	json_set(p->endpoints, slice_of(type),
	    json_new_string(p->a, path_of(p, endpoint)));
}

/* A list, or an array without one. */
static const struct json_object *
rows_of(const struct json_object *body)
{
	return json_kind(body) == JSON_ARRAY
	    ? body
	    : json_attr(body, SLICE("Resources"));
}

static void
read_types(struct probing *p)
{
	const struct json_object *rows = rows_of(p->body);

	for (size_t i = 0; i < json_len(rows); i++) {
		const struct json_object *row = json_at(rows, i);

		read_type(p, row, "User",
		    SLICE("urn:ietf:params:scim:schemas:core:2.0:User"));
		read_type(p, row, "Group",
		    SLICE("urn:ietf:params:scim:schemas:core:2.0:Group"));
	}
}

/* What a user must have there. */
static void
read_schemas(struct probing *p)
{
	const struct json_object *rows = rows_of(p->body), *attributes, *one;
	struct slice name;

	for (size_t i = 0; i < json_len(rows); i++) {
		if (!slice_equal_nocase(
			json_string(json_attr(json_at(rows, i), SLICE("id"))),
			SLICE("urn:ietf:params:scim:schemas:core:2.0:User")))
			continue;
		attributes = json_attr(json_at(rows, i), SLICE("attributes"));
		for (size_t k = 0; k < json_len(attributes); k++) {
			one = json_at(attributes, k);
			name = json_string(json_attr(one, SLICE("name")));
			if (json_boolean(json_attr(one, SLICE("required"))) &&
			    !slice_equal_nocase(name, SLICE("userName")))
				probe_find(p, PROBE_NOTE,
				    "A user must have %.*s there.",
				    SLICE_ARG(name));
		}
	}
}

static const struct {
	const char *path;
	void (*read)(struct probing *p);
} documents[] = {
	{ "/ServiceProviderConfig", read_config },
	{ "/ResourceTypes", read_types },
	{ "/Schemas", read_schemas },
};

/* CLI-01: hints; without them the usual is taken. */
void
probe_discovery(struct probing *p)
{
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		bool good =
		    probe_ask(p, "GET", slice_of(documents[i].path), NULL);

		if (good && p->body != NULL) {
			documents[i].read(p);
			continue;
		}
		if (p->status == 0) {
			probe_find(p, PROBE_ERROR,
			    "The target does not answer: %s.",
			    p->problem == NULL ? "" : p->problem);
			return;
		}
		probe_find(p, PROBE_NOTE,
		    "No %s (status %d): the usual is taken.", documents[i].path,
		    p->status);
	}
}
