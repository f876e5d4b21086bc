/*
 * update.c: disable, enable, rename and set: one transaction that reads the
 * row of a tenant, changes it and tells the change log.
 */
#include "tenancy/tenancy_private.h"

/* What a change does to a tenant; 0, or -1 with ERR set. */
typedef int edit_fn(struct kv_txn *txn, const struct tenancy *y,
    struct tenant *tenant, const void *arg, struct error *err);

struct update {
	const struct tenancy *y;
	struct slice name;
	struct slice id; /* for a tenant without a row */
	const char *operation;
	edit_fn *edit;
	const void *arg;
};

static int
put(struct kv_txn *txn, const struct tenant *before, const struct tenant *after,
    struct error *err)
{
	struct tenant_row row = row_of(store_arena(txn), after);
	enum store_status status;

	if (slice_equal(before->name, after->name))
		return tenant_put(txn, &row) == STORE_OK ? 0 : -1;
	status = tenant_rename(txn, before->name, &row);
	if (status == STORE_EXISTS)
		return tenancy_name_taken(row.name, err);
	return status == STORE_OK ? 0 : -1;
}

static bool
is_same(struct arena *a, const struct tenant *x, const struct tenant *y)
{
	return x->state == y->state && slice_equal(x->name, y->name) &&
	    slice_equal(row_of(a, x).settings, row_of(a, y).settings);
}

static int
update_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct update *u = arg;
	struct tenant before, after;
	enum store_status status;
	uint32_t number;

	status = tenant_find(txn, u->name, &number);
	if (status == STORE_NOTFOUND)
		return tenancy_no_tenant(u->name, err);
	if (status == STORE_FAIL ||
	    row_load(txn, store_arena(txn), number, u->name, true, &before,
		err) == -1 ||
	    etag_check_match(&u->y->conditions, before.version, err) == -1)
		return -1;
	after = before;
	if (u->edit(txn, u->y, &after, u->arg, err) == -1)
		return -1;
	if (is_same(store_arena(txn), &before, &after))
		return 0;
	if (after.id.len == 0)
		after.id = u->id;
	after.version++;
	if (put(txn, &before, &after, err) == -1)
		return -1;
	return row_log(txn, u->y, u->operation, &before, &after);
}

static int
update(const struct tenancy *y, struct slice name, const char *operation,
    edit_fn *edit, const void *arg, struct error *err)
{
	struct update u = { y, name, tenancy_new_id(y), operation, edit, arg };

	return store_txn(y->store, update_body, &u, err);
}

static int
edit_state(struct kv_txn *txn, const struct tenancy *y, struct tenant *tenant,
    const void *arg, struct error *err)
{
	const enum tenant_state *state = arg;

	(void)txn;
	(void)y;
	(void)err;
	tenant->state = *state;
	return 0;
}

int
tenancy_disable(const struct tenancy *y, struct slice name, struct error *err)
{
	static const enum tenant_state state = TENANT_DISABLED;

	return update(y, name, "disable", edit_state, &state, err);
}

int
tenancy_enable(const struct tenancy *y, struct slice name, struct error *err)
{
	static const enum tenant_state state = TENANT_ACTIVE;

	return update(y, name, "enable", edit_state, &state, err);
}

static int
edit_name(struct kv_txn *txn, const struct tenancy *y, struct tenant *tenant,
    const void *arg, struct error *err)
{
	const struct slice *name = arg;

	(void)txn;
	(void)y;
	(void)err;
	tenant->name = *name;
	return 0;
}

int
tenancy_rename(const struct tenancy *y, struct slice name,
    struct slice new_name, struct error *err)
{
	if (tenancy_check_name(new_name, err) == -1)
		return -1;
	return update(y, name, "rename", edit_name, &new_name, err);
}

/* Is TYPE, or an extension of it, in force by OLD and no longer by NEW? */
static bool
loses(const struct resource_type *type, const struct choice *old,
    const struct choice *new)
{
	if (!choice_has_type(old, type))
		return false;
	if (!choice_has_type(new, type))
		return true;
	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema *s = type->extensions[i].schema;

		if (choice_has_extension(old, s) &&
		    !choice_has_extension(new, s))
			return true;
	}
	return false;
}

static int
check_unused(struct kv_txn *txn, const struct tenancy *y,
    const struct tenant *tenant, const struct choice *new, struct error *err)
{
	const struct resource_type *type;
	int64_t n;

	for (size_t i = 0; (type = catalog_type(y->catalog, i)) != NULL; i++) {
		if (!loses(type, &tenant->choice, new))
			continue;
		if (row_count(txn, tenant->number, type, &n) == -1)
			return -1;
		if (n > 0)
			return error_set(err, ERR_INVALID_VALUE,
			    "'%.*s' has %lld resources of type %.*s: neither "
			    "it nor its extensions can be left out",
			    SLICE_ARG(tenant->name), (long long)n,
			    SLICE_ARG(type->name));
	}
	return 0;
}

static void
take_text(struct slice *text, struct slice new)
{
	if (new.data != NULL)
		*text = new;
}

static int
edit_settings(struct kv_txn *txn, const struct tenancy *y,
    struct tenant *tenant, const void *arg, struct error *err)
{
	const struct tenant_changes *changes = arg;
	struct tenant after = *tenant;

	take_text(&after.name, changes->name);
	if (changes->state != NULL)
		after.state = *changes->state;
	take_text(&after.profile, changes->profile);
	take_text(&after.log_bodies, changes->log_bodies);
	take_text(&after.choice.types, changes->choice.types);
	take_text(&after.choice.without, changes->choice.without);
	for (int i = 0; i < LIMIT_MAX; i++)
		if (changes->limits[i] != -1)
			after.limits[i] = changes->limits[i];
	if (tenancy_check_settings(y, &after, err) == -1 ||
	    check_unused(txn, y, tenant, &after.choice, err) == -1)
		return -1;
	*tenant = after;
	return 0;
}

int
tenancy_set(const struct tenancy *y, struct slice name,
    const struct tenant_changes *changes, struct error *err)
{
	if (changes->name.data != NULL &&
	    tenancy_check_name(changes->name, err) == -1)
		return -1;
	return update(y, name, "set", edit_settings, changes, err);
}
