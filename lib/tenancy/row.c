/*
 * row.c: a tenant as the store keeps it: its settings are one flat JSON
 * object, in which what is not set is left out.
 */
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "base/uuid.h"
#include "json/json.h"
#include "json/walk.h"
#include "store/changes.h"
#include "store/tally.h"
#include "tenancy/row.h"

#define FIELD(name) offsetof(struct tenant, name)

/* clang-format off */
static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{ "id", FIELD(id) },
	{ "created", FIELD(created) },
	{ "deleted", FIELD(deleted) },
	{ "profile", FIELD(profile) },
	{ "logBodies", FIELD(log_bodies) },
	{ "types", FIELD(choice.types) },
	{ "without", FIELD(choice.without) },
};
/* clang-format on */

int
tenancy_log_bodies(struct slice word)
{
	static const char *const words[] = { "none", "requests", "answers" };

	for (size_t i = 0; i < NELEM(words); i++)
		if (slice_equal(word, slice_of(words[i])))
			return (int)i;
	return -1;
}

const char *
tenancy_state_name(enum tenant_state state)
{
	static const char *const names[] = { [TENANT_ACTIVE] = "active",
		[TENANT_DISABLED] = "disabled",
		[TENANT_DELETING] = "deleting",
		[TENANT_DELETED] = "deleted" };

	_Static_assert(NELEM(names) == TENANT_STATE_MAX, "every state");
	return names[state];
}

static void
read_member(struct arena *a, struct slice name, struct slice value,
    struct tenant *tenant)
{
	struct slice text;

	for (size_t i = 0; i < NELEM(texts); i++) {
		if (!slice_equal(name, slice_of(texts[i].name)))
			continue;
		text = walk_string(a, value);
		memcpy((char *)tenant + texts[i].offset, &text, sizeof(text));
	}
	limit_read(tenant->limits, name, value);
}

int
row_read(struct arena *a, const struct tenant_row *row, struct tenant *tenant,
    struct error *err)
{
	struct walk w = walk_enter(arena_slice(a, row->settings));
	struct slice name, value;

	*tenant = (struct tenant){ .number = row->number,
		.state = row->state,
		.version = row->version,
		.name = arena_slice(a, row->name) };
	while (walk_member(&w, &name, &value))
		read_member(a, name, value, tenant);
	if (tenant->id.len == 0)
		return error_set(err, ERR_INTERNAL,
		    "the row of tenant %u is damaged", row->number);
	return 0;
}

static struct json_object *
to_json(struct arena *a, const struct tenant *tenant)
{
	struct json_object *v = json_new_object(a);
	struct slice text;

	for (size_t i = 0; i < NELEM(texts); i++) {
		memcpy(&text, (const char *)tenant + texts[i].offset,
		    sizeof(text));
		if (text.len > 0)
			json_set(v, slice_of(texts[i].name),
			    json_new_string(a, text));
	}
	limit_write(a, tenant->limits, v);
	return v;
}

struct tenant_row
row_of(struct arena *a, const struct tenant *tenant)
{
	return (struct tenant_row){ .number = tenant->number,
		.state = tenant->state,
		.version = tenant->version,
		.name = tenant->name,
		.settings = json_text(a, to_json(a, tenant)) };
}

int
row_load(struct kv_txn *txn, struct arena *a, uint32_t number,
    struct slice name, bool for_update, struct tenant *tenant,
    struct error *err)
{
	struct tenant_row row;

	switch (tenant_get(txn, number, for_update, &row)) {
	case STORE_OK:
		return row_read(a, &row, tenant, err);
	case STORE_NOTFOUND:
		*tenant = (struct tenant){ .number = number,
			.name = arena_slice(a, name) };
		return 0;
	default:
		return error_set(err, ERR_INTERNAL,
		    "the row of tenant %u cannot be read", number);
	}
}

int
row_count(struct kv_txn *txn, uint32_t number, const struct resource_type *type,
    int64_t *n)
{
	return tally_total(txn, number, type->name, n) == STORE_OK ? 0 : -1;
}

static struct json_object *
text_of(struct arena *a, const char *text)
{
	return json_new_string(a, slice_of(text));
}

/* What a change shows: name and state too, which have their own places. */
static struct json_object *
shown(struct arena *a, const struct tenant *tenant)
{
	struct json_object *v;

	if (tenant == NULL)
		return json_new_object(a);
	v = to_json(a, tenant);
	json_delete(v, SLICE("id"));
	json_set(v, SLICE("name"), json_new_string(a, tenant->name));
	json_set(
	    v, SLICE("state"), text_of(a, tenancy_state_name(tenant->state)));
	return v;
}

/* The members of V that OTHER does not have the same way. */
static struct json_object *
difference(struct arena *a, const struct json_object *v,
    const struct json_object *other)
{
	struct json_object *out = json_new_object(a);
	struct json_member m = json_first(v);

	for (; m.entry != NULL; json_next(&m))
		if (!json_equal(m.value, json_attr(other, m.name)))
			json_set(out, m.name, json_copy(a, m.value));
	return out;
}

int
row_log(struct kv_txn *txn, const struct tenancy *y, const char *operation,
    const struct tenant *before, const struct tenant *after)
{
	struct arena *a = store_arena(txn);
	const struct tenant *tenant = after != NULL ? after : before;
	struct json_object *v = json_new_object(a);
	struct json_object *old = shown(a, before), *new = shown(a, after);
	char at[CLOCK_TEXT_SIZE];

	clock_format(y->now, at);
	json_set(v, SLICE("at"), text_of(a, at));
	json_set(v, SLICE("operation"), text_of(a, operation));
	json_set(v, SLICE("type"), text_of(a, "Tenant"));
	json_set(v, SLICE("id"), json_new_string(a, tenant->id));
	json_set(v, SLICE("tenant"), json_new_integer(a, tenant->number));
	json_set(v, SLICE("actor"), json_new_string(a, y->actor));
	json_set(
	    v, SLICE("version"), json_new_integer(a, (int64_t)tenant->version));
	if (before != NULL)
		json_set(v, SLICE("before"), difference(a, old, new));
	if (after != NULL)
		json_set(v, SLICE("after"), difference(a, new, old));
	return change_append(txn, TENANT_STORE, json_text(a, v)) == STORE_OK
	    ? 0
	    : -1;
}
