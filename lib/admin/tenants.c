/*
 * tenants.c: /admin/v1/tenants: what muster tenant does.
 */
#include <string.h>

#include "admin/admin.h"
#include "admin/answer.h"
#include "admin/field.h"
#include "admin/listing.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "identity/reindex.h"
#include "serve/settings.h"
#include "sync/errand.h"
#include "tenancy/removal.h"

/* Of one request for the removal of a tenant; muster work does the rest. */
enum { REMOVAL_MS = 2000 };

struct form {
	struct tenant tenant;
	struct slice state;
};

#define FIELD(name) offsetof(struct form, tenant.name)

/* clang-format off */
static const struct field texts[] = {
	{ "name",	FIELD_TEXT, FIELD_SHOWN | FIELD_MADE | FIELD_EDITED, FIELD(name), 0 },
	{ "id",		FIELD_TEXT, FIELD_SHOWN, FIELD(id), 0 },
	{ "state",	FIELD_TEXT, FIELD_SHOWN | FIELD_EDITED, offsetof(struct form, state), 0 },
	{ "created",	FIELD_TEXT, FIELD_SHOWN, FIELD(created), 0 },
	{ "deleted",	FIELD_TEXT, FIELD_SHOWN, FIELD(deleted), 0 },
	{ "profile",	FIELD_TEXT, FIELD_SHOWN | FIELD_MADE | FIELD_EDITED, FIELD(profile), 0 },
	{ "types",	FIELD_LIST, FIELD_SHOWN | FIELD_MADE | FIELD_EDITED, FIELD(choice.types), ',' },
	{ "without",	FIELD_LIST, FIELD_SHOWN | FIELD_MADE | FIELD_EDITED, FIELD(choice.without), ',' },
	{ "logBodies",	FIELD_TEXT, FIELD_SHOWN | FIELD_MADE | FIELD_EDITED, FIELD(log_bodies), 0 },
};
/* clang-format on */

enum { NFIELDS = NELEM(texts) + LIMIT_MAX };

/* The limits have a table of their own. */
static void
make_fields(struct field fields[NFIELDS])
{
	memcpy(fields, texts, sizeof(texts));
	for (size_t i = 0; i < LIMIT_MAX; i++)
		fields[NELEM(texts) + i] =
		    (struct field){ limit_row((enum limit)i)->name,
			    FIELD_NUMBER,
			    FIELD_SHOWN | FIELD_MADE | FIELD_EDITED,
			    FIELD(limits) + i * sizeof(int64_t), 0 };
}

static struct json_object *
show(struct arena *a, const struct tenant *tenant)
{
	struct json_object *v = json_new_object(a);
	struct field fields[NFIELDS];
	struct form form = { *tenant,
		slice_of(tenancy_state_name(tenant->state)) };

	make_fields(fields);
	field_show(a, fields, NFIELDS, &form, v);
	return v;
}

/* Is TENANT one that CALL asks for?  "all" are also those that were. */
static bool
is_wanted(const struct call *call, const struct tenant *tenant, bool all)
{
	if (call->caller.tenant != TENANT_STORE &&
	    call->caller.tenant != tenant->number)
		return false;
	return all || tenant->state != TENANT_DELETED;
}

static int
show_listed(struct call *call, size_t i, void *arg, struct json_object **out,
    struct error *err)
{
	const struct tenant *tenants = arg;

	(void)err;
	*out = show(call->arena, &tenants[i]);
	json_set(*out, SLICE("version"),
	    json_new_string(
		call->arena, etag_of(call->arena, tenants[i].version)));
	return 0;
}

int
admin_list_tenants(struct call *call, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct tenant *tenants;
	size_t n, wanted = 0;
	bool all;

	if (answer_read_flag(call, "all", &all, err) == -1 ||
	    tenancy_list(&y, &tenants, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (is_wanted(call, &tenants[i], all))
			tenants[wanted++] = tenants[i];
	return listing_answer(call, wanted, show_listed, tenants, err);
}

/* How many resources of each type in force it has. */
static int
show_counts(struct call *call, const struct tenant *tenant,
    struct json_object *v, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct json_object *counts = json_new_object(call->arena);
	const struct resource_type *type;
	int64_t n;

	for (size_t i = 0; (type = catalog_type(y.catalog, i)) != NULL; i++) {
		if (!choice_has_type(&tenant->choice, type))
			continue;
		if (tenancy_count(&y, tenant->number, type, &n, err) == -1)
			return -1;
		json_set(counts, type->name, json_new_integer(call->arena, n));
	}
	json_set(v, SLICE("resources"), counts);
	return 0;
}

static int
answer(struct call *call, int status, const struct tenant *tenant,
    struct error *err)
{
	struct json_object *v = show(call->arena, tenant);

	if (show_counts(call, tenant, v, err) == -1)
		return -1;
	return answer_versioned(call, status, v, tenant->version);
}

int
admin_show_tenant(struct call *call, struct error *err)
{
	struct tenant tenant;

	if (answer_tenant(call, call->id, &tenant, err) == -1)
		return -1;
	return answer(call, 200, &tenant, err);
}

static int
read_form(
    const struct call *call, unsigned use, struct form *form, struct error *err)
{
	struct field fields[NFIELDS];

	make_fields(fields);
	return field_read(
	    call->arena, call->body, fields, NFIELDS, use, form, err);
}

int
admin_create_tenant(struct call *call, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct form form = { .state = { NULL, 0 } };
	struct caller caller = call->caller;

	if (read_form(call, FIELD_MADE, &form, err) == -1 ||
	    tenancy_create(&y, &form.tenant, err) == -1)
		return -1;
	caller.tenant = form.tenant.number;
	if (identity_note_indexes(call->identity, &caller, err) == -1)
		return -1;
	answer_location(call, "/tenants", form.tenant.name);
	return answer(call, 201, &form.tenant, err);
}

/* "active" and "disabled" can be set; the rest comes by deletion. */
static int
read_state(
    struct slice text, const enum tenant_state **state, struct error *err)
{
	static const enum tenant_state states[] = { TENANT_ACTIVE,
		TENANT_DISABLED };

	*state = NULL;
	if (text.data == NULL)
		return 0;
	for (size_t i = 0; i < NELEM(states); i++)
		if (slice_equal(text, slice_of(tenancy_state_name(states[i]))))
			*state = &states[i];
	return *state != NULL
	    ? 0
	    : error_set(err, ERR_INVALID_VALUE,
		  "'state' is active or disabled, not '%.*s'", SLICE_ARG(text));
}

int
admin_edit_tenant(struct call *call, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	struct form form = { .state = { NULL, 0 } };
	struct tenant_changes changes = { .state = NULL };
	struct slice name = call->id;

	for (size_t i = 0; i < LIMIT_MAX; i++)
		form.tenant.limits[i] = -1;
	if (answer_conditions(call, &y.conditions, err) == -1 ||
	    read_form(call, FIELD_EDITED, &form, err) == -1 ||
	    read_state(form.state, &changes.state, err) == -1)
		return -1;
	changes.name = form.tenant.name;
	changes.profile = form.tenant.profile;
	changes.choice = form.tenant.choice;
	changes.log_bodies = form.tenant.log_bodies;
	memcpy(changes.limits, form.tenant.limits, sizeof(changes.limits));
	if (tenancy_set(&y, name, &changes, err) == -1)
		return -1;
	if (changes.name.data != NULL)
		name = changes.name;
	if (answer_tenant(call, name, &form.tenant, err) == -1)
		return -1;
	return answer(call, 200, &form.tenant, err);
}

static bool
has_time(void *arg, uint64_t keys)
{
	const int64_t *started = arg;

	(void)keys;
	return clock_monotonic_ms() - *started < REMOVAL_MS;
}

/* Its name is typed once more: ?name=. */
int
admin_delete_tenant(struct call *call, struct error *err)
{
	struct tenancy y = answer_tenancy(call);
	int64_t started = clock_monotonic_ms();
	struct removal_result result;
	struct tenant tenant;
	struct slice typed;

	if (answer_conditions(call, &y.conditions, err) == -1 ||
	    call_parameter(call, "name", &typed, err) == -1 ||
	    answer_tenant(call, call->id, &tenant, err) == -1)
		return -1;
	if (!slice_equal(typed, tenant.name))
		return error_set(err, ERR_INVALID_VALUE,
		    "the name of the tenant must be typed: ?name=%.*s",
		    SLICE_ARG(tenant.name));
	if (removal_run(&y, tenant.name, has_time, &started, &result, err) ==
	    -1)
		return -1;
	errand_drop_all(call->settings->store, tenant.number);
	call->reply->status = result.is_done ? 204 : 202;
	return 0;
}
