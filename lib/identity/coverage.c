/*
 * coverage.c: which indexes a type should have, and which of them hold every
 * resource.
 */
#include <string.h>

#include "base/log.h"
#include "identity/coverage.h"
#include "store/kept.h"
#include "store/resources.h"
#include "store/sweep.h"

bool
index_form_is_unique(enum index_form form)
{
	return form == INDEX_UNIQUE_FOLDED || form == INDEX_UNIQUE_EXACT;
}

/* "userName", "emails.value", "urn:...:User:manager.value" */
struct slice
index_attribute(struct arena *a, const struct attr_ref *ref)
{
	struct slice name = ref->attr->name;

	if (ref->sub != NULL)
		name = ARENA_JOIN(a, name, SLICE("."), ref->sub->name);
	if (ref->extension != NULL)
		name = ARENA_JOIN(a, ref->extension->id, SLICE(":"), name);
	return name;
}

/*
 * Text that stands in the body: equal text means equal values there, which
 * is not so with times and numbers.
 */
static bool
can_have_index(const struct attr *attr)
{
	return (attr->type == ATTR_STRING || attr->type == ATTR_REFERENCE ||
		   attr->type == ATTR_BINARY) &&
	    attr->keep == KEEP_BODY && attr->returned != RET_NEVER &&
	    attr->mutability != MUT_WRITE_ONLY;
}

bool
index_is_candidate(const struct attr *attr)
{
	return attr->indexed || attr->uniqueness != UNIQ_NONE;
}

bool
index_is_possible(const struct attr_ref *ref)
{
	return can_have_index(ref->sub != NULL ? ref->sub : ref->attr) &&
	    ref->attr->keep == KEEP_BODY;
}

bool
index_declared(
    struct arena *a, const struct attr_ref *ref, struct index_decl *decl)
{
	const struct attr *attr = ref->sub != NULL ? ref->sub : ref->attr;

	if (!index_is_candidate(attr) || !index_is_possible(ref))
		return false;
	*decl = (struct index_decl){ .ref = *ref,
		.attribute = index_attribute(a, ref) };
	if (attr->uniqueness != UNIQ_NONE)
		decl->form =
		    attr->case_exact ? INDEX_UNIQUE_EXACT : INDEX_UNIQUE_FOLDED;
	else
		decl->form = attr->case_exact ? INDEX_EXACT : INDEX_FOLDED;
	return true;
}

static void
add(struct arena *a, const struct attr_ref *ref, struct index_decls *decls)
{
	struct index_decl decl;
	size_t size = decls->n * sizeof(decl);

	if (!index_declared(a, ref, &decl))
		return;
	decls->list = arena_grow(a, decls->list, size, size + sizeof(decl));
	decls->list[decls->n++] = decl;
}

static void
add_attrs(struct arena *a, const struct schema *extension,
    const struct attr *attrs, size_t n, struct index_decls *decls)
{
	struct attr_ref ref = { .extension = extension };

	for (size_t i = 0; i < n; i++) {
		ref.attr = &attrs[i];
		ref.sub = NULL;
		if (index_is_candidate(ref.attr))
			add(a, &ref, decls);
		for (size_t j = 0; j < attrs[i].nsub; j++) {
			ref.sub = &attrs[i].sub[j];
			if (index_is_candidate(ref.sub))
				add(a, &ref, decls);
		}
	}
}

void
index_declared_all(struct arena *a, const struct resource_type *type,
    struct index_decls *decls)
{
	size_t n;
	const struct attr *common = schema_common_attrs(&n);

	/* What is in force for a tenant changes; its indexes do not. */
	if (type->declared != NULL)
		type = type->declared;
	*decls = (struct index_decls){ .n = 0 };
	add_attrs(a, NULL, common, n, decls);
	add_attrs(a, NULL, type->schema->attrs, type->schema->nattrs, decls);
	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema *s = type->extensions[i].schema;

		add_attrs(a, s, s->attrs, s->nattrs, decls);
	}
}

int
coverage_is_complete(struct kv_txn *txn, uint32_t tenant,
    const struct resource_type *type, const struct index_decl *decl)
{
	struct slice row;

	if (meta_get_row(txn, tenant, type->name, &row) != STORE_OK)
		return -1;
	return meta_row_is_complete(row, decl->attribute, decl->form);
}

/* Whose notes are read. */
struct row_search {
	struct kv_txn *txn;
	uint32_t tenant;
	struct slice type;
};

static int
make_row(struct store *store, struct arena *a, void *arg, void *out,
    struct error *err)
{
	const struct row_search *s = arg;
	struct slice row;

	(void)store;
	if (meta_get_row(s->txn, s->tenant, s->type, &row) != STORE_OK)
		return error_set(err, ERR_INTERNAL, "notes of indexes");
	*(struct slice *)out = arena_slice(a, row);
	return 0;
}

int
coverage_is_known(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct index_decl *decl)
{
	static const size_t at = 0;
	static const struct kept_form form = { sizeof(struct slice), &at,
		sizeof(at), 1 };
	struct row_search search = { txn, caller->tenant, type->name };
	char place[KEPT_KEY_MAX] = { 'i' };
	size_t len = 1 + sizeof(caller->tenant) + type->name.len;
	struct slice row;
	struct error err;

	if (len > sizeof(place) || kv_txn_may_write(txn))
		return coverage_is_complete(txn, caller->tenant, type, decl);
	memcpy(place + 1, &caller->tenant, sizeof(caller->tenant));
	memcpy(place + 1 + sizeof(caller->tenant), type->name.data,
	    type->name.len);
	if (store_kept(kv_txn_owner(txn), caller->arena,
		(struct slice){ place, len }, &form, make_row, &search, &row,
		&err) == -1)
		return -1;
	return meta_row_is_complete(row, decl->attribute, decl->form);
}

void
coverage_note(struct index_notes *notes, const struct index_decl *decl,
    enum index_stage stage, int64_t now)
{
	notes->list[notes->n++] =
	    (struct index_note){ .attribute = decl->attribute,
		    .form = decl->form,
		    .stage = stage,
		    .id = uuid_new(now) };
}

static bool
is_declared(const struct index_decls *decls, const struct index_note *note)
{
	for (size_t i = 0; i < decls->n; i++)
		if (decls->list[i].form == note->form &&
		    slice_equal(decls->list[i].attribute, note->attribute))
			return true;
	return false;
}

struct index_notes
coverage_declared(struct arena *a, const struct index_notes *notes,
    const struct index_decls *decls)
{
	struct index_notes kept = { .list = arena_calloc(
					a, decls->n + 1, sizeof(*kept.list)) };

	for (size_t i = 0; i < notes->n; i++)
		if (is_declared(decls, &notes->list[i]))
			kept.list[kept.n++] = notes->list[i];
	return kept;
}

/* The time in an id: RFC 9562 section 5.7. */
static int64_t
time_of(const struct uuid *id)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id->bytes[i];
	return ms;
}

/*
 * A note for what this process does not know.  Which of the two happens is
 * a matter of clocks; both are safe.
 */
static int
check_note(const struct identity *identity, const struct resource_type *type,
    const struct index_note *note, struct error *err)
{
	if (time_of(&note->id) > identity->schemas_read_at)
		return error_set(err, ERR_BUSY,
		    "this program read the schema files before the index %.*s "
		    "of %.*s was declared: restart it",
		    SLICE_ARG(note->attribute), SLICE_ARG(type->name));
	log_warning("the schema files declare no index %.*s of %.*s any more",
	    SLICE_ARG(note->attribute), SLICE_ARG(type->name));
	return 0;
}

/* Take away the notes that are not declared; *CHANGED when there were any. */
static int
check_declared(const struct identity *identity,
    const struct resource_type *type, const struct index_decls *decls,
    struct index_notes *notes, struct arena *a, bool *changed,
    struct error *err)
{
	for (size_t i = 0; i < notes->n; i++) {
		if (is_declared(decls, &notes->list[i]))
			continue;
		if (check_note(identity, type, &notes->list[i], err) == -1)
			return -1;
		*changed = true;
	}
	*notes = coverage_declared(a, notes, decls);
	return 0;
}

/* 1 when there is no resource of the type, 0, or -1. */
static int
is_type_empty(
    struct kv_txn *txn, uint32_t tenant, const struct resource_type *type)
{
	struct kv_range *range;
	struct record record;
	struct uuid id;
	enum store_status status;

	if (resources_open(txn, tenant, type->name, NULL, NULL, &range) !=
	    STORE_OK)
		return -1;
	status = resources_next(range, &id, &record);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : status == STORE_NOTFOUND;
}

/* The same for the keys of DECL, which an old declaration may have left. */
static int
is_index_empty(struct kv_txn *txn, uint32_t tenant,
    const struct resource_type *type, const struct index_decl *decl)
{
	bool unique = index_form_is_unique(decl->form);
	struct slice prefix =
	    sweep_prefix(store_arena(txn), tenant, type->name, decl->attribute);
	struct sweep_place place = { .key = { NULL, 0 } };
	struct kv_range *range;
	enum store_status status;

	if (sweep_open(txn, unique, tenant, type->name, prefix, &range) !=
	    STORE_OK)
		return -1;
	status = sweep_next(range, unique, &place);
	kv_range_close(range);
	if (status == STORE_FAIL)
		return -1;
	return status == STORE_NOTFOUND || place.key.len < prefix.len ||
	    !slice_equal((struct slice){ place.key.data, prefix.len }, prefix);
}

/*
 * There is no resource yet: what is declared is complete.  The row is locked
 * for writing before it is looked again, so that no other writer is between
 * reading it and its commit.
 */
static int
note_empty(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct index_decls *decls,
    struct index_notes *notes, bool *changed)
{
	struct index_notes again;
	int empty = is_type_empty(txn, caller->tenant, type);

	if (empty != 1)
		return empty;
	if (meta_get_indexes(txn, caller->tenant, type->name, true, &again) !=
	    STORE_OK)
		return -1;
	empty = is_type_empty(txn, caller->tenant, type);
	for (size_t i = 0; empty == 1 && i < decls->n; i++) {
		const struct index_decl *decl = &decls->list[i];

		if (meta_find_index(notes, decl->attribute, decl->form))
			continue;
		switch (is_index_empty(txn, caller->tenant, type, decl)) {
		case 1:
			coverage_note(notes, decl, INDEX_COMPLETE, caller->now);
			*changed = true;
			break;
		case -1:
			return -1;
		}
	}
	return empty;
}

int
coverage_for_write(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct resource_type *type,
    const struct index_decls *decls, struct index_notes *notes,
    struct error *err)
{
	bool changed = false;

	if (meta_get_indexes(txn, caller->tenant, type->name, false, notes) !=
		STORE_OK ||
	    check_declared(identity, type, decls, notes, store_arena(txn),
		&changed, err) == -1 ||
	    (notes->n < decls->n &&
		note_empty(txn, caller, type, decls, notes, &changed) == -1))
		return -1;
	if (!changed)
		return 0;
	return meta_put_indexes(txn, caller->tenant, type->name, notes) ==
		STORE_OK
	    ? 0
	    : -1;
}
