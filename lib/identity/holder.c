/*
 * holder.c: who has a value.
 */
#include "identity/holder.h"
#include "store/resources.h"

/* Look at all resources for those whose body has KEY. */
static int
look_at_all(struct kv_txn *txn, const struct resource_type *type,
    const struct index_key *key, size_t max, struct id_list *holders)
{
	struct arena *scratch = arena_new();
	struct kv_range *range;
	struct record record;
	struct uuid id;
	enum store_status status;

	status =
	    resources_open(txn, key->tenant, type->name, NULL, NULL, &range);
	if (status == STORE_OK) {
		while (holders->n < max &&
		    (status = resources_next(range, &id, &record)) ==
			STORE_OK) {
			if (index_body_has(scratch, type, key, record.body))
				id_list_add(holders, store_arena(txn), &id);
			arena_reset(scratch);
		}
		kv_range_close(range);
	}
	arena_free(scratch);
	return status == STORE_FAIL ? -1 : 0;
}

/*
 * Ask the index.  Also when it is not complete: what was walked stays
 * locked, so that no other writer takes the value meanwhile.
 */
static int
ask_index(struct kv_txn *txn, const struct index_key *key, size_t max,
    struct id_list *holders)
{
	struct kv_range *range;
	struct uuid id;
	enum store_status status = STORE_OK;

	if (index_open(txn, key, &range) != STORE_OK)
		return -1;
	while (
	    holders->n < max && (status = index_next(range, &id)) == STORE_OK)
		id_list_add(holders, store_arena(txn), &id);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static int
ask_unique(
    struct kv_txn *txn, const struct index_key *key, struct id_list *holders)
{
	struct uuid id;
	enum store_status status = unique_get(txn, key, &id);

	if (status == STORE_OK)
		id_list_add(holders, store_arena(txn), &id);
	return status == STORE_FAIL ? -1 : 0;
}

int
holder_list(struct kv_txn *txn, uint32_t tenant,
    const struct resource_type *type, const struct attr_ref *ref,
    struct slice value, size_t max, struct id_list *holders)
{
	struct index_decl decl;
	struct index_key key;
	int complete;

	*holders = (struct id_list){ .n = 0 };
	if (!index_key_of(
		store_arena(txn), tenant, type, ref, value, &decl, &key))
		return 0;
	complete = coverage_is_complete(txn, tenant, type, &decl);
	if (complete == -1 ||
	    (index_form_is_unique(decl.form)
		    ? ask_unique(txn, &key, holders)
		    : ask_index(txn, &key, max, holders)) == -1)
		return -1;
	if (complete)
		return 0;
	holders->n = 0;
	return look_at_all(txn, type, &key, max, holders);
}

/* Does the body of ID have KEY?  1, 0 or -1. */
static int
has(struct kv_txn *txn, const struct resource_type *type,
    const struct index_key *key, const struct uuid *id)
{
	struct record record;

	switch (
	    resource_get(txn, key->tenant, type->name, id, false, &record)) {
	case STORE_OK:
		return index_body_has(store_arena(txn), type, key, record.body);
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

/* Take KEY, from one who does not have the value any more as well. */
static int
take_key(struct kv_txn *txn, const struct resource_type *type,
    const struct index_key *key, const struct uuid *id, struct uuid *other)
{
	int rc;

	switch (unique_insert(txn, key, id)) {
	case STORE_OK:
		return 0;
	case STORE_EXISTS:
		break;
	default:
		return -1;
	}
	if (unique_get(txn, key, other) != STORE_OK)
		return -1;
	if (uuid_compare(other, id) == 0)
		return 0;
	rc = has(txn, type, key, other);
	if (rc != 0)
		return rc;
	return unique_put(txn, key, id) == STORE_OK ? 0 : -1;
}

/*
 * The key first, which makes those wait who want the same value; then the
 * look sees what they wrote.
 */
int
holder_claim(struct kv_txn *txn, const struct resource_type *type,
    const struct index_key *key, const struct uuid *id, bool look,
    struct uuid *other)
{
	struct id_list holders = { .n = 0 };
	int rc = take_key(txn, type, key, id, other);

	if (rc != 0 || !look)
		return rc;
	if (look_at_all(txn, type, key, SIZE_MAX, &holders) == -1)
		return -1;
	for (size_t i = 0; i < holders.n; i++)
		if (uuid_compare(&holders.ids[i], id) != 0) {
			*other = holders.ids[i];
			return 1;
		}
	return 0;
}
