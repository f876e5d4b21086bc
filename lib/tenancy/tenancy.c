/*
 * tenancy.c: make a tenant, find one, list all.
 */
#include "base/clock.h"
#include "base/uuid.h"
#include "scim/profile.h"
#include "tenancy/tenancy_private.h"

int
tenancy_no_tenant(struct slice name, struct error *err)
{
	return error_set(
	    err, ERR_NOT_FOUND, "there is no tenant '%.*s'", SLICE_ARG(name));
}

int
tenancy_name_taken(struct slice name, struct error *err)
{
	return error_set(err, ERR_UNIQUENESS,
	    "there is a tenant '%.*s', or one that is being deleted",
	    SLICE_ARG(name));
}

int
tenancy_check_name(struct slice name, struct error *err)
{
	if (tenant_is_name(name))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "a tenant's name has lower-case letters, digits and '-', and is "
	    "no version such as v2");
}

int
tenancy_check_settings(
    const struct tenancy *y, const struct tenant *tenant, struct error *err)
{
	if (tenant->profile.len > 0 &&
	    profile_find(y->catalog, tenant->profile) == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "there is no profile '%.*s'", SLICE_ARG(tenant->profile));
	if (tenant->log_bodies.len > 0 &&
	    tenancy_log_bodies(tenant->log_bodies) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "log-bodies must be none, requests or answers");
	if (limit_check(tenant->limits, err) == -1)
		return -1;
	return choice_check(y->catalog, &tenant->choice, err);
}

struct slice
tenancy_new_id(const struct tenancy *y)
{
	struct uuid id = uuid_new(y->now);
	char text[UUID_TEXT_SIZE];

	uuid_format(&id, text);
	return slice_of(arena_strdup(y->arena, text));
}

struct creation {
	const struct tenancy *y;
	struct tenant *tenant;
};

static int
create_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct creation *c = arg;
	struct tenant_row row = row_of(store_arena(txn), c->tenant);

	switch (tenant_insert(txn, &row)) {
	case STORE_OK:
		c->tenant->number = row.number;
		return row_log(txn, c->y, "create", NULL, c->tenant);
	case STORE_EXISTS:
		return tenancy_name_taken(row.name, err);
	default:
		return -1;
	}
}

int
tenancy_create(
    const struct tenancy *y, struct tenant *tenant, struct error *err)
{
	struct creation c = { y, tenant };
	char at[CLOCK_TEXT_SIZE];

	if (tenancy_check_name(tenant->name, err) == -1 ||
	    tenancy_check_settings(y, tenant, err) == -1)
		return -1;
	clock_format(y->now, at);
	tenant->state = TENANT_ACTIVE;
	tenant->version = 1;
	tenant->id = tenancy_new_id(y);
	tenant->created = slice_of(arena_strdup(y->arena, at));
	return store_txn(y->store, create_body, &c, err);
}

struct finding {
	const struct tenancy *y;
	struct slice name;
	struct tenant *tenant;
};

static int
find_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct finding *f = arg;
	uint32_t number;

	switch (tenant_find_any(txn, f->name, &number)) {
	case STORE_OK:
		return row_load(
		    txn, f->y->arena, number, f->name, false, f->tenant, err);
	case STORE_NOTFOUND:
		return tenancy_no_tenant(f->name, err);
	default:
		return -1;
	}
}

int
tenancy_find(const struct tenancy *y, struct slice name, struct tenant *tenant,
    struct error *err)
{
	struct finding f = { y, name, tenant };

	return store_view(y->store, find_body, &f, err);
}

struct listing {
	const struct tenancy *y;
	struct tenant *list;
	size_t n;
};

static void
add(struct listing *l, const struct tenant *tenant)
{
	size_t size = l->n * sizeof(*tenant);

	l->list =
	    arena_grow(l->y->arena, l->list, size, size + sizeof(*tenant));
	l->list[l->n++] = *tenant;
}

static int
list_named(struct kv_txn *txn, struct listing *l, struct error *err)
{
	struct kv_range *range;
	struct slice name;
	struct tenant tenant;
	uint32_t number;
	enum store_status status;
	int rc = 0;

	if (tenants_open(txn, &range) != STORE_OK)
		return -1;
	while (rc == 0 &&
	    (status = tenants_next(range, &name, &number)) == STORE_OK) {
		rc = row_load(
		    txn, l->y->arena, number, name, false, &tenant, err);
		if (rc == 0)
			add(l, &tenant);
	}
	kv_range_close(range);
	return rc == -1 || status == STORE_FAIL ? -1 : 0;
}

static int
list_deleted(struct kv_txn *txn, struct listing *l, struct error *err)
{
	struct kv_range *range;
	struct tenant_row row;
	struct tenant tenant;
	enum store_status status;
	int rc = 0;

	if (tenant_rows_open(txn, &range) != STORE_OK)
		return -1;
	while (
	    rc == 0 && (status = tenant_rows_next(range, &row)) == STORE_OK) {
		if (row.state != TENANT_DELETED)
			continue;
		rc = row_read(l->y->arena, &row, &tenant, err);
		if (rc == 0)
			add(l, &tenant);
	}
	kv_range_close(range);
	return rc == -1 || status == STORE_FAIL ? -1 : 0;
}

static int
list_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct listing *l = arg;

	l->list = NULL;
	l->n = 0;
	if (list_named(txn, l, err) == -1)
		return -1;
	return list_deleted(txn, l, err);
}

int
tenancy_list(
    const struct tenancy *y, struct tenant **list, size_t *n, struct error *err)
{
	struct listing l = { .y = y };

	if (store_view(y->store, list_body, &l, err) == -1)
		return -1;
	*list = l.list;
	*n = l.n;
	return 0;
}

int
tenancy_find_number(const struct tenancy *y, uint32_t number,
    struct tenant *tenant, struct error *err)
{
	struct tenant *list;
	size_t n;

	*tenant = (struct tenant){ .name = SLICE("") };
	if (number == TENANT_STORE)
		return 0;
	if (tenancy_list(y, &list, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (list[i].number == number) {
			*tenant = list[i];
			return 0;
		}
	return error_set(err, ERR_NOT_FOUND,
	    "there is no tenant with the number %u", number);
}

struct counting {
	uint32_t number;
	const struct resource_type *type;
	int64_t *n;
};

static int
count_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct counting *c = arg;

	(void)err;
	return row_count(txn, c->number, c->type, c->n);
}

int
tenancy_count(const struct tenancy *y, uint32_t number,
    const struct resource_type *type, int64_t *n, struct error *err)
{
	struct counting c = { number, type, n };

	return store_view(y->store, count_body, &c, err);
}
