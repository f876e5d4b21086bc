/*
 * in_force.c: what a request of a tenant goes by.
 */
#include "tenancy/in_force.h"
#include "tenancy/row.h"

struct search {
	struct arena *a;
	uint32_t number;
	struct slice name;
	struct tenant *tenant;
	bool has_row;
};

static int
row_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct search *s = arg;
	struct tenant_row row;
	enum store_status status = tenant_get(txn, s->number, false, &row);

	s->has_row = status == STORE_OK;
	if (status == STORE_OK)
		return row_read(s->a, &row, s->tenant, err);
	return status == STORE_FAIL ? -1 : 0;
}

/* One that is older than rows has its number under its name only. */
static int
name_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct search *s = arg;
	uint32_t number;
	enum store_status status = tenant_find(txn, s->name, &number);

	(void)err;
	if (status == STORE_OK && number == s->number)
		s->tenant->name = s->name;
	return status == STORE_FAIL ? -1 : 0;
}

int
in_force_find(struct store *store, struct arena *a, uint32_t number,
    struct slice name, struct tenant *tenant, struct error *err)
{
	struct search s = {
		.a = a, .number = number, .name = name, .tenant = tenant
	};

	*tenant = (struct tenant){ .number = number, .name = SLICE("") };
	if (store_peek(store, row_body, &s, err) == -1)
		return -1;
	if (!s.has_row && name.len > 0 &&
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

int64_t
in_force_limit(
    const struct tenant *tenant, enum tenant_limit limit, int64_t server)
{
	int64_t own = tenant->limits[limit];

	return own != 0 && (server == 0 || own < server) ? own : server;
}
