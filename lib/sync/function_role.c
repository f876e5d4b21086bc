/*
 * function_role.c: the roles that a person has in an application (PS-056;
 * what they look like on the wire: ENTRA-46 to 49 of spec clients.md).
 */
#include "json/json.h"
#include "sync/function.h"

static const struct slice role_type = { "WindowsAzureActiveDirectoryRole", 31 };

static struct slice
member(const struct json_object *role, const char *name)
{
	return json_string(json_attr(role, slice_of(name)));
}

/* The value of an assignment, an object or the name of the role alone. */
static struct slice
role_value(const struct datum *v)
{
	return v->kind == DATUM_OBJECT ? member(v->object, "value")
	    : v->kind == DATUM_TEXT    ? v->text
				       : SLICE("");
}

/* The roles of argument 0 as a list, whatever they are; null is none. */
static int
call_roles(struct call *c, struct datum *out)
{
	struct datum *one;

	if (call_value(c, 0, out) == -1)
		return -1;
	if (out->kind != DATUM_LIST && out->kind != DATUM_NULL) {
		one = arena_alloc(c->r->a, sizeof(*one));
		*one = *out;
		*out = datum_list(one, 1);
	}
	return 0;
}

/* Of several roles the first, where Entra leaves it open. */
int
function_role(struct call *c, struct datum *out)
{
	struct datum roles;

	if (call_roles(c, &roles) == -1)
		return -1;
	if (roles.nitems > 0 && role_value(&roles.items[0]).len > 0)
		*out = datum_text(role_value(&roles.items[0]));
	return 0;
}

/* {"primary":false,"type":...,"display":...,"value":...} */
static struct datum
role_of(struct arena *a, const struct datum *from)
{
	struct json_object *role = json_new_object(a);
	struct slice display = role_value(from);

	if (from->kind == DATUM_OBJECT) {
		if (member(from->object, "display").len > 0)
			display = member(from->object, "display");
		else if (member(from->object, "displayName").len > 0)
			display = member(from->object, "displayName");
	}
	json_set(role, SLICE("primary"), json_new_boolean(a, false));
	json_set(role, SLICE("type"), json_new_string(a, role_type));
	json_set(role, SLICE("display"), json_new_string(a, display));
	json_set(role, SLICE("value"), json_new_string(a, role_value(from)));
	return (struct datum){ .kind = DATUM_OBJECT, .object = role };
}

int
function_roles(struct call *c, struct datum *out)
{
	struct datum roles, *items;
	size_t n = 0;

	if (call_roles(c, &roles) == -1)
		return -1;
	items = arena_calloc(c->r->a, roles.nitems + 1, sizeof(*items));
	for (size_t i = 0; i < roles.nitems; i++)
		if (role_value(&roles.items[i]).len > 0)
			items[n++] = role_of(c->r->a, &roles.items[i]);
	*out = datum_list(items, n);
	return 0;
}
