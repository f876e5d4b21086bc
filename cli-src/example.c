/*
 * example.c: an organisation to look at, out of a file.
 *
 * The file holds {"Users": [...], "Groups": [...]}, SCIM resources in which
 * managers and members are userNames and displayNames; groups that are
 * members stand before the groups that hold them.
 */
#include "base/file.h"
#include "json/json.h"
#include "verb.h"

enum { EXAMPLE_FILE_MAX = 1024 * 1024 };

struct loader {
	struct workplace *w;
	struct arena *a;
	struct json_object *ids; /* name -> id */
	struct error *err;
};

static struct json_object *
string(struct loader *l, struct slice text)
{
	return json_new_string(l->a, text);
}

static int
create(struct loader *l, const struct resource_type *type,
    struct json_object *body, struct slice name)
{
	struct write_request request = {
		.kind = WRITE_CREATE, .type = type, .body = body
	};
	char id[UUID_TEXT_SIZE];

	if (identity_write(&l->w->identity, &l->w->caller, &request, l->err) ==
	    -1)
		return -1;
	uuid_format(&request.outcome.id, id);
	json_set(l->ids, name, string(l, slice_of(id)));
	return 0;
}

/* The id of a resource that was loaded before. */
static int
look_up(struct loader *l, struct slice name, struct json_object **id)
{
	*id = json_attr(l->ids, name);
	if (*id != NULL)
		return 0;
	return error_set(l->err, ERR_INVALID_VALUE,
	    "example: '%.*s' is not there (yet)", SLICE_ARG(name));
}

static int
load_user(struct loader *l, const struct resource_type *type,
    struct json_object *user)
{
	struct json_object *extension = json_get(user, URN_ENTERPRISE);
	struct json_object *manager = json_get(extension, "manager"), *id;
	struct json_object *reference = json_new_object(l->a);

	if (manager != NULL) {
		if (look_up(l, json_string(manager), &id) == -1)
			return -1;
		json_set(reference, SLICE("value"), id);
		json_set(extension, SLICE("manager"), reference);
	}
	return create(l, type, user, json_string(json_get(user, "userName")));
}

static int
load_group(struct loader *l, const struct resource_type *type,
    struct json_object *group)
{
	struct json_object *members = json_get(group, "members"), *id;

	for (size_t i = 0; i < json_len(members); i++) {
		struct json_object *member = json_new_object(l->a);

		if (look_up(l, json_string(json_at(members, i)), &id) == -1)
			return -1;
		json_set(member, SLICE("value"), id);
		json_put_at(members, i, member);
	}
	return create(
	    l, type, group, json_string(json_get(group, "displayName")));
}

static int
load_all(struct loader *l, struct json_object *resources, const char *name,
    int (*load)(
	struct loader *, const struct resource_type *, struct json_object *))
{
	const struct resource_type *type =
	    catalog_find_type(l->w->identity.catalog, slice_of(name));

	if (type == NULL)
		return error_set(l->err, ERR_INVALID_VALUE,
		    "example: no resource type %s", name);
	for (size_t i = 0; i < json_len(resources); i++)
		if (load(l, type, json_at(resources, i)) == -1)
			return -1;
	return 0;
}

int
example_load(struct workplace *w, const char *path, struct error *err)
{
	struct loader l = { .w = w,
		.a = w->arena,
		.err = err,
		.ids = json_new_object(w->arena) };
	struct json_object *example;
	struct slice text;

	if (file_read(l.a, path, EXAMPLE_FILE_MAX, &text, err) == -1 ||
	    json_parse(l.a, text, &example, err) == -1)
		return -1;
	if (load_all(&l, json_get(example, "Users"), "User", load_user) == -1)
		return -1;
	return load_all(&l, json_get(example, "Groups"), "Group", load_group);
}
