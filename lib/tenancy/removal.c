/*
 * removal.c: mark, sweep, finish.
 *
 * Mark: the tenant is TENANT_DELETING.  Every transaction that writes reads
 * its row, so what began before is over, and what comes later is refused.
 * Sweep: its keys, then its credentials.  Finish: its key for cursors, its
 * name; the row stays and says whose the changes were.
 */
#include <string.h>

#include "auth/credential_place.h"
#include "base/clock.h"
#include "base/number.h"
#include "json/walk.h"
#include "store/secrets.h"
#include "store/tenant_keys.h"
#include "tenancy/removal.h"
#include "tenancy/tenancy_private.h"

struct removal_run {
	const struct tenancy *y;
	struct slice name;
	struct slice id; /* for a tenant without a row */
	struct slice at;
	uint32_t number;

	/* One transaction. */
	size_t n;
	unsigned char after[DIGEST_LEN]; /* the credential looked at last */
	unsigned char last[DIGEST_LEN];	 /* what it is after the commit */
	bool is_first;
	bool is_last;
};

static int
load(struct kv_txn *txn, const struct removal_run *r, struct tenant *tenant,
    struct error *err)
{
	if (row_load(txn, store_arena(txn), r->number, r->name, true, tenant,
		err) == -1)
		return -1;
	if (tenant->id.len == 0)
		tenant->id = r->id;
	return 0;
}

static int
save(struct kv_txn *txn, const struct removal_run *r, const char *operation,
    const struct tenant *before, struct tenant *after)
{
	struct tenant_row row;

	after->version++;
	row = row_of(store_arena(txn), after);
	if (tenant_put(txn, &row) != STORE_OK)
		return -1;
	return row_log(txn, r->y, operation, before, after);
}

static int
mark_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct removal_run *r = arg;
	struct tenant before, after;

	switch (tenant_find_any(txn, r->name, &r->number)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return tenancy_no_tenant(r->name, err);
	default:
		return -1;
	}
	if (load(txn, r, &before, err) == -1)
		return -1;
	if (before.state == TENANT_DELETING)
		return 0;
	if (etag_check_match(&r->y->conditions, before.version, err) == -1)
		return -1;
	after = before;
	after.state = TENANT_DELETING;
	after.deleted = r->at;
	return save(txn, r, "delete", &before, &after);
}

static int
keys_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct removal_run *r = arg;

	(void)err;
	return tenant_keys_remove(txn, r->number, REMOVAL_BATCH, &r->n) ==
		STORE_OK
	    ? 0
	    : -1;
}

static bool
is_of(uint32_t tenant, struct slice credential)
{
	struct slice value;
	int64_t number;

	return walk_find(credential, SLICE("tenant"), &value) &&
	    parse_int(value, 0, UINT32_MAX, &number, NULL) == 0 &&
	    number == tenant;
}

static struct slice
text_of(struct arena *a, struct slice credential, struct slice name)
{
	struct slice value;

	return walk_find(credential, name, &value)
	    ? arena_slice(a, walk_string(a, value))
	    : SLICE("");
}

/* Those of a batch that the tenant has; others have their hashes too. */
static int
credentials_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct removal_run *r = arg;
	unsigned char hashes[REMOVAL_BATCH][DIGEST_LEN];
	struct slice ids[REMOVAL_BATCH], breakers[REMOVAL_BATCH];
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice text;
	size_t seen;

	(void)err;
	r->n = 0;
	if (credentials_open_after(
		txn, r->is_first ? NULL : r->after, &range) != STORE_OK)
		return -1;
	for (seen = 0; seen < REMOVAL_BATCH; seen++) {
		status = credentials_next(range, hashes[r->n], &text);
		if (status != STORE_OK)
			break;
		memcpy(r->last, hashes[r->n], DIGEST_LEN);
		if (!is_of(r->number, text))
			continue;
		ids[r->n] = text_of(store_arena(txn), text, SLICE("id"));
		breakers[r->n++] =
		    text_of(store_arena(txn), text, SLICE("breaker"));
	}
	kv_range_close(range);
	r->is_last = status == STORE_NOTFOUND;
	if (status == STORE_FAIL)
		return -1;
	for (size_t i = 0; i < r->n; i++)
		if (credential_delete(txn, hashes[i]) == STORE_FAIL ||
		    credential_forget(txn, r->number, ids[i], breakers[i]) ==
			STORE_FAIL)
			return -1;
	return 0;
}

static int
finish_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct removal_run *r = arg;
	struct tenant before, after;

	if (load(txn, r, &before, err) == -1)
		return -1;
	if (before.state == TENANT_DELETED)
		return 0;
	after = before;
	after.state = TENANT_DELETED;
	if (secret_delete(txn, r->number) == STORE_FAIL ||
	    tenant_free_name(txn, before.name) == STORE_FAIL)
		return -1;
	return save(txn, r, "deleted", &before, &after);
}

/* 1 when nothing is left, 0 when PROGRESS puts the rest off, -1. */
static int
sweep(struct removal_run *r, removal_progress *progress, void *arg,
    struct removal_result *result, struct error *err)
{
	do {
		if (store_txn(r->y->store, keys_body, r, err) == -1)
			return -1;
		result->keys += r->n;
		if (progress != NULL && !progress(arg, result->keys) &&
		    r->n == REMOVAL_BATCH)
			return 0;
	} while (r->n == REMOVAL_BATCH);
	for (r->is_first = true, r->is_last = false; !r->is_last;
	     r->is_first = false) {
		if (store_txn(r->y->store, credentials_body, r, err) == -1)
			return -1;
		memcpy(r->after, r->last, DIGEST_LEN);
		result->keys += r->n;
	}
	return 1;
}

int
removal_run(const struct tenancy *y, struct slice name,
    removal_progress *progress, void *arg, struct removal_result *result,
    struct error *err)
{
	char at[CLOCK_TEXT_SIZE];
	struct removal_run r = {
		.y = y, .name = name, .id = tenancy_new_id(y)
	};
	int swept;

	*result = (struct removal_result){ .keys = 0 };
	clock_format(y->now, at);
	r.at = slice_of(at);
	if (store_txn(y->store, mark_body, &r, err) == -1)
		return -1;
	swept = sweep(&r, progress, arg, result, err);
	if (swept != 1)
		return swept;
	result->is_done = true;
	return store_txn(y->store, finish_body, &r, err);
}

int
removal_resume(const struct tenancy *y, size_t *n, struct error *err)
{
	struct removal_result result;
	struct tenant *list;
	size_t ntenants;

	*n = 0;
	if (tenancy_list(y, &list, &ntenants, err) == -1)
		return -1;
	for (size_t i = 0; i < ntenants; i++) {
		if (list[i].state != TENANT_DELETING)
			continue;
		if (removal_run(y, list[i].name, NULL, NULL, &result, err) ==
		    -1)
			return -1;
		(*n)++;
	}
	return 0;
}
