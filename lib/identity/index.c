/*
 * index.c: the index keys of a resource.
 */

#include "base/text.h"
#include "identity/holder.h"
#include "identity/index.h"
#include "identity/record.h"
#include "json/walk.h"

static struct slice
compared_form(struct arena *a, enum index_form form, struct slice value)
{
	return form == INDEX_EXACT || form == INDEX_UNIQUE_EXACT
	    ? text_nfc(a, value)
	    : text_fold(a, value);
}

bool
index_key_of(struct arena *a, uint32_t tenant, const struct resource_type *type,
    const struct attr_ref *ref, struct slice value, struct index_decl *decl,
    struct index_key *key)
{
	if (!index_declared(a, ref, decl))
		return false;
	*key = (struct index_key){ .tenant = tenant,
		.type = type->name,
		.attribute = decl->attribute,
		.value = compared_form(a, decl->form, value) };
	return true;
}

static void
add_value(
    struct index_entries *e, const struct attr_ref *ref, struct slice value)
{
	struct index_entry entry = { .shown = walk_string(e->a, value) };
	size_t size = e->size == 0 ? 16 : e->size * 2;

	if (walk_kind(value) != JSON_STRING ||
	    !index_key_of(e->a, e->tenant, e->type, ref, entry.shown,
		&entry.decl, &entry.key))
		return;
	if (e->n == e->size) {
		e->list = arena_grow(
		    e->a, e->list, e->n * sizeof(entry), size * sizeof(entry));
		e->size = size;
	}
	e->list[e->n++] = entry;
}

/* The value, or every value of a list, or of a sub-attribute in it. */
static void
add_values(
    struct index_entries *e, const struct attr_ref *ref, struct slice value)
{
	struct slice item;
	struct walk w;

	if (walk_kind(value) == JSON_ARRAY) {
		for (w = walk_enter(value); walk_element(&w, &item);)
			add_values(e, ref, item);
	} else if (ref->sub == NULL) {
		add_value(e, ref, value);
	} else if (walk_find(value, ref->sub->name, &item)) {
		add_value(e, ref, item);
	}
}

static void
add_attribute(struct index_entries *e, const struct schema *extension,
    const struct attr *attr, struct slice value)
{
	struct attr_ref ref = { .extension = extension, .attr = attr };

	if (index_is_candidate(attr))
		add_values(e, &ref, value);
	for (size_t i = 0; i < attr->nsub; i++) {
		ref.sub = &attr->sub[i];
		if (index_is_candidate(ref.sub))
			add_values(e, &ref, value);
	}
}

static void add_object(struct index_entries *e, const struct schema *extension,
    struct slice object);

static void
add_member(struct index_entries *e, const struct schema *extension,
    struct slice name, struct slice value)
{
	struct attr_ref ref;

	if (extension != NULL)
		ref = (struct attr_ref){ .extension = extension,
			.attr = attr_find(
			    extension->attrs, extension->nattrs, name) };
	else if (attr_resolve(e->type, name, &ref) != ATTR_FOUND)
		return;
	if (ref.attr == NULL && extension == NULL)
		add_object(e, ref.extension, value);
	else if (ref.attr != NULL)
		add_attribute(e, ref.extension, ref.attr, value);
}

static void
add_object(struct index_entries *e, const struct schema *extension,
    struct slice object)
{
	struct walk w = walk_enter(object);
	struct slice name, value;

	while (walk_member(&w, &name, &value))
		add_member(e, extension, name, value);
}

void
index_entries_of(struct arena *a, uint32_t tenant,
    const struct resource_type *type, struct slice body,
    struct index_entries *entries)
{
	*entries =
	    (struct index_entries){ .a = a, .type = type, .tenant = tenant };
	add_object(entries, NULL, body);
}

static bool
same_key(const struct index_key *x, const struct index_key *y)
{
	return slice_equal(x->value, y->value) &&
	    slice_equal(x->attribute, y->attribute);
}

bool
index_body_has(struct arena *a, const struct resource_type *type,
    const struct index_key *key, struct slice body)
{
	struct index_entries entries;

	index_entries_of(a, key->tenant, type, body, &entries);
	for (size_t i = 0; i < entries.n; i++)
		if (same_key(&entries.list[i].key, key))
			return true;
	return false;
}

/* Mark what is in both, so that it costs nothing. */
static void
mark_kept(struct index_entries *old, struct index_entries *new)
{
	for (size_t i = 0; i < old->n; i++)
		for (size_t j = 0; j < new->n; j++)
			if (same_key(&old->list[i].key, &new->list[j].key))
				old->list[i].is_kept = new->list[j].is_kept =
				    true;
}

static int
remove_entry(
    struct kv_txn *txn, const struct index_entry *entry, const struct uuid *id)
{
	enum store_status status = index_form_is_unique(entry->decl.form)
	    ? unique_delete(txn, &entry->key, id)
	    : index_delete(txn, &entry->key, id);

	return status == STORE_FAIL ? -1 : 0;
}

/* Is the resource ID there for CALLER, who may be bounded?  1, 0 or -1. */
static int
is_seen(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id)
{
	struct record record;
	struct error err = { .code = ERR_NONE };

	if (caller->bound == NULL ||
	    record_get(txn, caller, type, id, false, &record, &err) == 0)
		return 1;
	return err.code == ERR_NOT_FOUND ? 0 : -1;
}

/*
 * Who has the value is no secret within the tenant, but to one who does not
 * see him: such a caller learns that something cannot be, and not what.
 */
static int
taken(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, struct slice attribute,
    struct slice value, const struct uuid *other, struct error *err)
{
	char id[UUID_TEXT_SIZE];

	switch (is_seen(txn, caller, type, other)) {
	case 1:
		break;
	case 0:
		return error_set(err, ERR_UNIQUENESS,
		    "a value that must be unique cannot be used");
	default:
		return -1;
	}
	uuid_format(other, id);
	error_set(err, ERR_UNIQUENESS,
	    "a %.*s with %.*s '%.*s' exists, its id is %s",
	    SLICE_ARG(type->name), SLICE_ARG(attribute), SLICE_ARG(value), id);
	return error_about(err, attribute);
}

/* Take a unique value: from complete keys at once, else it is looked for. */
static int
claim_entry(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct index_notes *notes,
    const struct index_entry *entry, const struct uuid *id, struct error *err)
{
	const struct index_note *note =
	    meta_find_index(notes, entry->decl.attribute, entry->decl.form);
	struct uuid other;
	int rc;

	if (note != NULL && note->stage == INDEX_COMPLETE)
		switch (unique_insert(txn, &entry->key, id)) {
		case STORE_OK:
			return 0;
		case STORE_EXISTS:
			rc = unique_get(txn, &entry->key, &other) == STORE_OK
			    ? 1
			    : -1;
			break;
		default:
			return -1;
		}
	else
		rc = holder_claim(txn, type, &entry->key, id, true, &other);
	if (rc != 1)
		return rc;
	return taken(
	    txn, caller, type, entry->key.attribute, entry->shown, &other, err);
}

static int
insert_entry(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct index_notes *notes,
    const struct index_entry *entry, const struct uuid *id, struct error *err)
{
	if (index_form_is_unique(entry->decl.form))
		return claim_entry(txn, caller, type, notes, entry, id, err);
	return index_put(txn, &entry->key, id) == STORE_OK ? 0 : -1;
}

int
index_update(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct resource_type *type,
    const struct uuid *id, struct slice old_body, struct slice new_body,
    struct error *err)
{
	struct arena *a = store_arena(txn);
	struct index_entries old, new;
	struct index_decls decls;
	struct index_notes notes;

	if (slice_equal(old_body, new_body))
		return 0;
	index_declared_all(a, type, &decls);
	if (coverage_for_write(
		txn, identity, caller, type, &decls, &notes, err) == -1)
		return -1;
	index_entries_of(a, caller->tenant, type, old_body, &old);
	index_entries_of(a, caller->tenant, type, new_body, &new);
	mark_kept(&old, &new);
	for (size_t i = 0; i < old.n; i++)
		if (!old.list[i].is_kept &&
		    remove_entry(txn, &old.list[i], id) == -1)
			return -1;
	for (size_t i = 0; i < new.n; i++)
		if (!new.list[i].is_kept &&
		    insert_entry(
			txn, caller, type, &notes, &new.list[i], id, err) == -1)
			return -1;
	return 0;
}

int
index_check_display_name(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id, struct slice body,
    struct error *err)
{
	struct arena *a = store_arena(txn);
	struct id_list holders;
	struct attr_ref ref;
	struct slice value;

	if (attr_resolve(type, SLICE("displayName"), &ref) != ATTR_FOUND ||
	    !walk_find(body, ref.attr->name, &value))
		return 0;
	value = walk_string(a, value);
	if (holder_list(txn, caller->tenant, type, &ref, value, SIZE_MAX,
		&holders) == -1)
		return -1;
	for (size_t i = 0; i < holders.n; i++)
		if (uuid_compare(&holders.ids[i], id) != 0)
			return taken(txn, caller, type, ref.attr->name, value,
			    &holders.ids[i], err);
	return 0;
}
