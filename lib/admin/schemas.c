/*
 * schemas.c: /admin/v1/tenants/NAME/schemas: the resource types and extensions
 * that are in force for a tenant, and those that are not.
 */
#include "admin/admin.h"
#include "admin/answer.h"
#include "admin/field.h"
#include "base/nelem.h"

static const struct field fields[] = {
	{ "types", FIELD_LIST, FIELD_SHOWN | FIELD_EDITED,
	    offsetof(struct choice, types), ',' },
	{ "without", FIELD_LIST, FIELD_SHOWN | FIELD_EDITED,
	    offsetof(struct choice, without), ',' },
};

static struct json_object *
text_of(const struct call *call, struct slice text)
{
	return json_new_string(call->arena, text);
}

static struct json_object *
show_extensions(const struct call *call, const struct resource_type *type,
    const struct choice *choice)
{
	struct json_object *list = json_new_array(call->arena);

	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema *s = type->extensions[i].schema;
		struct json_object *v = json_new_object(call->arena);

		json_set(v, SLICE("schema"), text_of(call, s->id));
		json_set(v, SLICE("inForce"),
		    json_new_boolean(
			call->arena, choice_has_extension(choice, s)));
		json_append(list, v);
	}
	return list;
}

/* TYPE, whether it is in force, and how many resources of it there are. */
static int
show_type(const struct call *call, const struct resource_type *type,
    const struct tenant *tenant, struct json_object *list, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct json_object *v = json_new_object(call->arena);
	int64_t n;

	if (tenancy_count(&y, tenant->number, type, &n, err) == -1)
		return -1;
	json_set(v, SLICE("name"), text_of(call, type->name));
	json_set(v, SLICE("endpoint"), text_of(call, type->endpoint));
	json_set(v, SLICE("schema"), text_of(call, type->schema->id));
	json_set(v, SLICE("inForce"),
	    json_new_boolean(
		call->arena, choice_has_type(&tenant->choice, type)));
	json_set(v, SLICE("resources"), json_new_integer(call->arena, n));
	json_set(v, SLICE("extensions"),
	    show_extensions(call, type, &tenant->choice));
	json_append(list, v);
	return 0;
}

static int
answer(struct call *call, struct slice name, struct error *err)
{
	const struct catalog *catalog = call->identity->catalog;
	struct json_object *v = json_new_object(call->arena);
	struct json_object *list = json_new_array(call->arena);
	const struct resource_type *type;
	struct tenant tenant;

	if (answer_tenant(call, name, &tenant, err) == -1)
		return -1;
	for (size_t i = 0; (type = catalog_type(catalog, i)) != NULL; i++)
		if (show_type(call, type, &tenant, list, err) == -1)
			return -1;
	field_show(call->arena, fields, NELEM(fields), &tenant.choice, v);
	json_set(v, SLICE("available"), list);
	return answer_versioned(call, 200, v, tenant.version);
}

int
admin_show_schemas(struct call *call, struct error *err)
{
	return answer(call, call->id, err);
}

int
admin_edit_schemas(struct call *call, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct tenant_changes changes = { .state = NULL };
	struct tenant tenant;

	for (size_t i = 0; i < LIMIT_MAX; i++)
		changes.limits[i] = -1;
	if (answer_tenant(call, call->id, &tenant, err) == -1 ||
	    answer_conditions(call, &y.conditions, err) == -1 ||
	    field_read(call->arena, call->body, fields, NELEM(fields),
		FIELD_EDITED, &changes.choice, err) == -1 ||
	    tenancy_set(&y, tenant.name, &changes, err) == -1)
		return -1;
	return answer(call, tenant.name, err);
}
