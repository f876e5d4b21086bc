/*
 * verify_resources.c: records, and that each has its index keys.
 */
#include "identity/index.h"
#include "identity/record.h"
#include "identity/verify_private.h"
#include "json/json.h"
#include "scim/validate.h"
#include "store/key.h"

/* A resource that is looked at. */
struct subject {
	struct verify_run *run;
	struct kv_txn *txn;
	const struct resource_type *type;
	uint32_t tenant;
	struct uuid id;
	const char *name; /* "acme User 01a1...", for messages */
};

/* Read the key; false when it was told what is wrong with it. */
static bool
read_key(struct subject *s, struct slice key)
{
	const struct catalog *catalog = s->run->order->identity->catalog;
	char id[UUID_TEXT_SIZE];
	struct slice name;
	const char *tenant;

	if (!key_take_tenant(&key, &s->tenant) || !key_take_text(&key, &name) ||
	    !key_take_uuid(&key, &s->id) || key.len > 0) {
		verify_problem(s->run,
		    "a key of resources.db has no meaning; " DO_REBUILD);
		return false;
	}
	uuid_format(&s->id, id);
	tenant = verify_tenant_name(s->run, s->tenant);
	s->type = catalog_find_type(catalog, name);
	s->name = arena_printf(store_arena(s->txn), "%s %.*s %s",
	    tenant != NULL ? tenant : "?", SLICE_ARG(name), id);
	if (tenant == NULL)
		verify_problem(s->run,
		    "%s: belongs to tenant %u, which is not there; " DO_REBUILD,
		    s->name, s->tenant);
	else if (s->type == NULL)
		verify_problem(s->run,
		    "%s: no schema file has this type; let MUSTER_SCHEMAS "
		    "name the directories that it was written with",
		    s->name);
	return tenant != NULL && s->type != NULL;
}

static void
check_body(const struct subject *s, const struct record *record)
{
	struct arena *a = store_arena(s->txn);
	const struct profile *profile = s->run->order->caller->profile;
	struct json_object *tree, *valid;
	struct error err;

	if (record_to_tree(a, record, &tree, &err) == -1 ||
	    json_kind(tree) != JSON_OBJECT)
		verify_problem(s->run, "%s: is not JSON; " DO_RESTORE, s->name);
	else if (!resource_type_is_read_only(s->type) &&
	    validate_body(a, s->type, profile, tree, &valid, &err) == -1)
		verify_problem(s->run,
		    "%s: is not as its schema says: %s; change it by PUT or "
		    "PATCH",
		    s->name, err.detail);
	if (record->version == 0 || record->created_at > record->modified_at)
		verify_problem(s->run,
		    "%s: version or times are impossible; " DO_RESTORE,
		    s->name);
}

/* Is the key there, and this resource's?  1, 0 or -1. */
static int
has_key(const struct subject *s, const struct index_entry *entry)
{
	enum store_status status;
	struct uuid id;

	if (index_form_is_unique(entry->decl.form)) {
		status = unique_get(s->txn, &entry->key, &id);
		if (status == STORE_OK && uuid_compare(&id, &s->id) != 0)
			return 0;
	} else {
		status = index_get(s->txn, &entry->key, &s->id);
	}
	return status == STORE_FAIL ? -1 : status == STORE_OK;
}

static int
check_entry(const struct subject *s, const struct index_notes *notes,
    const struct index_entry *entry)
{
	const struct index_note *note =
	    meta_find_index(notes, entry->decl.attribute, entry->decl.form);
	int rc;

	if (note == NULL || note->stage != INDEX_COMPLETE)
		return 0;
	rc = has_key(s, entry);
	if (rc == 0)
		verify_problem(s->run,
		    "%s: %.*s '%.*s' has no key in %s.db; " DO_REINDEX, s->name,
		    SLICE_ARG(entry->decl.attribute), SLICE_ARG(entry->shown),
		    index_form_is_unique(entry->decl.form) ? "uniques"
							   : "indexes");
	return rc == -1 ? -1 : 0;
}

static int
check_keys(const struct subject *s, const struct record *record)
{
	struct index_entries entries;
	struct index_notes notes;

	if (meta_get_indexes(s->txn, s->tenant, s->type->name, false, &notes) !=
	    STORE_OK)
		return -1;
	index_entries_of(
	    store_arena(s->txn), s->tenant, s->type, record->body, &entries);
	for (size_t i = 0; i < entries.n; i++)
		if (check_entry(s, &notes, &entries.list[i]) == -1)
			return -1;
	return 0;
}

int
verify_resource(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	struct subject s = { .run = v, .txn = txn };
	struct record record;

	if (!read_key(&s, key))
		return 0;
	switch (
	    resource_get(txn, s.tenant, s.type->name, &s.id, false, &record)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		if (kv_txn_failure(txn) != KV_FAIL_NONE)
			return -1;
		verify_problem(
		    v, "%s: the record is damaged; " DO_RESTORE, s.name);
		return 0;
	}
	check_body(&s, &record);
	return check_keys(&s, &record);
}
