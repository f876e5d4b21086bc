/*
 * in_force.c: what a request of a tenant goes by.
 */
#include <stddef.h>
#include <string.h>

#include "base/nelem.h"
#include "store/kept.h"
#include "tenancy/in_force.h"
#include "tenancy/row.h"

/* What is kept of a tenant. */
struct found {
	struct tenant tenant;
	bool has_row;
};

static const size_t texts[] = {
	offsetof(struct found, tenant.name),
	offsetof(struct found, tenant.id),
	offsetof(struct found, tenant.created),
	offsetof(struct found, tenant.deleted),
	offsetof(struct found, tenant.profile),
	offsetof(struct found, tenant.log_bodies),
	offsetof(struct found, tenant.choice.types),
	offsetof(struct found, tenant.choice.without),
};

static const struct kept_form kept = { sizeof(struct found), texts,
	sizeof(texts[0]), NELEM(texts) };
_Static_assert(
    sizeof(struct found) <= KEPT_SIZE_MAX && sizeof(struct found) % 8 == 0,
    "it can be kept");

struct row_search {
	struct arena *a;
	uint32_t number;
	struct found *found;
};

static int
row_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct row_search *s = arg;
	struct tenant_row row;
	enum store_status status = tenant_get(txn, s->number, false, &row);

	s->found->has_row = status == STORE_OK;
	if (status == STORE_OK)
		return row_read(s->a, &row, &s->found->tenant, err);
	return status == STORE_FAIL ? -1 : 0;
}

static int
make_tenant(struct store *store, struct arena *a, void *number, void *out,
    struct error *err)
{
	struct found *found = out;
	struct row_search s = { a, *(const uint32_t *)number, found };

	memset(found, 0, sizeof(*found));
	found->tenant.number = s.number;
	found->tenant.name = SLICE("");
	return store_peek(store, row_body, &s, err);
}

static int
find(struct store *store, struct arena *a, uint32_t number, struct found *found,
    struct error *err)
{
	char place[1 + sizeof(number)] = { 't' };

	memcpy(place + 1, &number, sizeof(number));
	return store_kept(store, a, (struct slice){ place, sizeof(place) },
	    &kept, make_tenant, &number, found, err);
}

struct name_search {
	struct slice name;
	struct tenant *tenant;
};

/* One that is older than rows has its number under its name only. */
static int
name_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct name_search *s = arg;
	uint32_t number;
	enum store_status status = tenant_find(txn, s->name, &number);

	(void)err;
	if (status == STORE_OK && number == s->tenant->number)
		s->tenant->name = s->name;
	return status == STORE_FAIL ? -1 : 0;
}

int
in_force_find(struct store *store, struct arena *a, uint32_t number,
    struct slice name, struct tenant *tenant, struct error *err)
{
	struct found found;
	struct name_search s = { name, tenant };

	if (find(store, a, number, &found, err) == -1)
		return -1;
	*tenant = found.tenant;
	if (!found.has_row && name.len > 0 &&
	    store_view(store, name_body, &s, err) == -1)
		return -1;
	if (tenant->state == TENANT_ACTIVE &&
	    (name.len == 0 || slice_equal(name, tenant->name)))
		return 0;
	return error_set(err, ERR_UNAUTHORIZED,
	    "tenant %u is %s and called '%.*s', not '%.*s'", number,
	    tenancy_state_name(tenant->state), SLICE_ARG(tenant->name),
	    SLICE_ARG(name));
}
