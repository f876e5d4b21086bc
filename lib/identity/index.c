/*
 * index.c: the index keys of a resource.
 */

#include "base/text.h"
#include "identity/index.h"
#include "json/walk.h"

/* One key of one body. */
struct entry {
	struct index_key key;
	struct slice shown; /* the value as stored, for messages */
	bool is_unique;
	bool is_kept; /* also in the other body */
};

struct entries {
	struct arena *a;
	const struct resource_type *type;
	struct entry *list;
	size_t n;
	size_t size;
	uint32_t tenant;
};

static bool
is_unique_attr(const struct attr *attr)
{
	return attr->uniqueness != UNIQ_NONE && attr->keep == KEEP_BODY;
}

/* "userName", "emails.value", "urn:...:User:manager.value" */
static struct slice
attribute_text(struct arena *a, const struct attr_ref *ref)
{
	struct slice name = ref->attr->name;

	if (ref->sub != NULL)
		name = slice_of(arena_printf(a, "%.*s.%.*s", SLICE_ARG(name),
		    SLICE_ARG(ref->sub->name)));
	if (ref->extension != NULL)
		name = slice_of(arena_printf(a, "%.*s:%.*s",
		    SLICE_ARG(ref->extension->id), SLICE_ARG(name)));
	return name;
}

bool
index_key_of(struct arena *a, uint32_t tenant, const struct resource_type *type,
    const struct attr_ref *ref, struct slice value, struct index_key *key,
    bool *is_unique)
{
	const struct attr *attr = ref->sub != NULL ? ref->sub : ref->attr;

	*is_unique = is_unique_attr(attr);
	if (!*is_unique && !attr->indexed)
		return false;
	*key = (struct index_key){ .tenant = tenant,
		.type = type->name,
		.attribute = attribute_text(a, ref),
		.value = attr->case_exact ? text_nfc(a, value)
					  : text_fold(a, value) };
	return true;
}

static void
add_value(struct entries *e, const struct attr_ref *ref, struct slice value)
{
	struct entry entry = { .shown = walk_string(e->a, value) };
	size_t size = e->size == 0 ? 16 : e->size * 2;

	if (walk_kind(value) != JSON_STRING ||
	    !index_key_of(e->a, e->tenant, e->type, ref, entry.shown,
		&entry.key, &entry.is_unique))
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
add_values(struct entries *e, const struct attr_ref *ref, struct slice value)
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
add_attribute(struct entries *e, const struct schema *extension,
    const struct attr *attr, struct slice value)
{
	struct attr_ref ref = { .extension = extension, .attr = attr };

	if (attr->indexed || is_unique_attr(attr))
		add_values(e, &ref, value);
	for (size_t i = 0; i < attr->nsub; i++) {
		ref.sub = &attr->sub[i];
		if (ref.sub->indexed || is_unique_attr(ref.sub))
			add_values(e, &ref, value);
	}
}

static void add_object(
    struct entries *e, const struct schema *extension, struct slice object);

static void
add_member(struct entries *e, const struct schema *extension, struct slice name,
    struct slice value)
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
add_object(
    struct entries *e, const struct schema *extension, struct slice object)
{
	struct walk w = walk_enter(object);
	struct slice name, value;

	while (walk_member(&w, &name, &value))
		add_member(e, extension, name, value);
}

static bool
same_entry(const struct entry *x, const struct entry *y)
{
	return slice_equal(x->key.value, y->key.value) &&
	    slice_equal(x->key.attribute, y->key.attribute);
}

/* Mark what is in both, so that it costs nothing. */
static void
mark_kept(struct entries *old, struct entries *new)
{
	for (size_t i = 0; i < old->n; i++)
		for (size_t j = 0; j < new->n; j++)
			if (same_entry(&old->list[i], &new->list[j]))
				old->list[i].is_kept = new->list[j].is_kept =
				    true;
}

static int
remove_entry(
    struct kv_txn *txn, const struct entry *entry, const struct uuid *id)
{
	enum store_status status = entry->is_unique
	    ? unique_delete(txn, &entry->key)
	    : index_delete(txn, &entry->key, id);

	return status == STORE_FAIL ? -1 : 0;
}

/* Who has the value is no secret within the tenant. */
static int
taken(const struct resource_type *type, struct slice attribute,
    struct slice value, const struct uuid *other, struct error *err)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(other, id);
	return error_set(err, ERR_UNIQUENESS,
	    "a %.*s with %.*s '%.*s' exists, its id is %s",
	    SLICE_ARG(type->name), SLICE_ARG(attribute), SLICE_ARG(value), id);
}

static int
insert_entry(struct kv_txn *txn, const struct resource_type *type,
    const struct entry *entry, const struct uuid *id, struct error *err)
{
	enum store_status status = entry->is_unique
	    ? unique_insert(txn, &entry->key, id)
	    : index_put(txn, &entry->key, id);
	struct uuid other;

	if (status == STORE_EXISTS &&
	    unique_get(txn, &entry->key, &other) == STORE_OK)
		return taken(
		    type, entry->key.attribute, entry->shown, &other, err);
	return status == STORE_OK ? 0 : -1;
}

int
index_update(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id,
    struct slice old_body, struct slice new_body, struct error *err)
{
	struct entries old = { .a = store_arena(txn),
		.type = type,
		.tenant = caller->tenant },
		       new = old;

	if (slice_equal(old_body, new_body))
		return 0;
	add_object(&old, NULL, old_body);
	add_object(&new, NULL, new_body);
	mark_kept(&old, &new);
	for (size_t i = 0; i < old.n; i++)
		if (!old.list[i].is_kept &&
		    remove_entry(txn, &old.list[i], id) == -1)
			return -1;
	for (size_t i = 0; i < new.n; i++)
		if (!new.list[i].is_kept &&
		    insert_entry(txn, type, &new.list[i], id, err) == -1)
			return -1;
	return 0;
}

/* Another id than ID under KEY, *OTHER: 1, 0, or -1 when it could not be told. */
static int
held_by_other(struct kv_txn *txn, const struct index_key *key,
    const struct uuid *id, struct uuid *other)
{
	struct kv_range *range;
	int held = 0;
	enum store_status status;

	if (index_open(txn, key, &range) != STORE_OK)
		return -1;
	while (held == 0 && (status = index_next(range, other)) == STORE_OK)
		held = uuid_compare(other, id) != 0;
	kv_range_close(range);
	return held == 0 && status == STORE_FAIL ? -1 : held;
}

int
index_check_display_name(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id, struct slice body,
    struct error *err)
{
	struct arena *a = store_arena(txn);
	struct attr_ref ref;
	struct index_key key;
	struct slice value;
	struct uuid other;
	bool is_unique;
	int held;

	if (attr_resolve(type, SLICE("displayName"), &ref) != ATTR_FOUND ||
	    !walk_find(body, ref.attr->name, &value))
		return 0;
	value = walk_string(a, value);
	if (!index_key_of(
		a, caller->tenant, type, &ref, value, &key, &is_unique))
		return 0;
	held = held_by_other(txn, &key, id, &other);
	return held == 1 ? taken(type, ref.attr->name, value, &other, err)
			 : held;
}
