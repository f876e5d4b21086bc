/*
 * record.c: between the tree of a resource and its record.
 */
#include "auth/password.h"
#include "identity/bound.h"
#include "identity/record.h"
#include "json/json.h"
#include "json/walk.h"
#include "scim/value.h"
#include "store/ranks.h"
#include "store/tally.h"

static int
not_found(const struct resource_type *type, struct slice id, struct error *err)
{
	return error_set(err, ERR_NOT_FOUND, "there is no %.*s '%.*s'",
	    SLICE_ARG(type->name), SLICE_ARG(id));
}

int
record_parse_id(const struct resource_type *type, struct slice text,
    struct uuid *id, struct error *err)
{
	return uuid_parse(text, id) == 0 ? 0 : not_found(type, text, err);
}

int
record_get(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id, bool for_update,
    struct record *record, struct error *err)
{
	char text[UUID_TEXT_SIZE];

	switch (resource_get(
	    txn, caller->tenant, type->name, id, for_update, record)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		uuid_format(id, text);
		return not_found(type, slice_of(text), err);
	default:
		return -1;
	}
	switch (bound_admits(txn, store_arena(txn), caller, type, id, record)) {
	case 1:
		return 0;
	case 0:
		uuid_format(id, text);
		return not_found(type, slice_of(text), err);
	default:
		return -1;
	}
}

int
record_count(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, int64_t *n)
{
	return tally_total(txn, caller->tenant, type->name, n) == STORE_OK ? 0
									   : -1;
}

int
record_add_count(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id, int64_t delta)
{
	return rank_add(txn, caller->tenant, type->name, id, delta) == STORE_OK
	    ? 0
	    : -1;
}

static bool
is_secret(const struct attr *attr)
{
	return attr->returned == RET_NEVER ||
	    attr->mutability == MUT_WRITE_ONLY;
}

/* Does CONTAINER hold what is no part of the body: a secret, or edges? */
static bool
holds_apart(const struct schema *schema, const struct json_object *container)
{
	for (size_t i = 0; i < schema->nattrs; i++) {
		const struct attr *attr = &schema->attrs[i];

		if ((attr->keep == KEEP_EDGES || is_secret(attr)) &&
		    json_has(container, attr->name))
			return true;
	}
	return false;
}

static bool
is_all_body(const struct resource_type *type, const struct json_object *tree)
{
	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema *schema = type->extensions[i].schema;

		if (holds_apart(schema, json_attr(tree, schema->id)))
			return false;
	}
	return !holds_apart(type->schema, tree);
}

/* The extension of TYPE whose container stands under NAME, or NULL. */
static const struct schema *
extension_of(const struct resource_type *type, struct slice name)
{
	for (size_t i = 0; i < type->nextensions; i++)
		if (slice_equal(type->extensions[i].schema->id, name))
			return type->extensions[i].schema;
	return NULL;
}

/* The members of TREE that are secrets of SCHEMA go apart from the rest. */
static void
split(const struct schema *schema, const struct json_object *tree,
    struct json_object *body, struct json_object *secret)
{
	struct json_member m;

	for (m = json_first(tree); m.entry != NULL; json_next(&m)) {
		const struct attr *attr =
		    attr_find(schema->attrs, schema->nattrs, m.name);

		if (attr == NULL || attr->keep != KEEP_EDGES)
			json_set(
			    attr != NULL && is_secret(attr) ? secret : body,
			    m.name, m.value);
	}
}

static void
split_extension(struct arena *a, const struct schema *schema,
    const struct json_object *tree, struct json_object *body,
    struct json_object *secret)
{
	struct json_object *inner = json_new_object(a);
	struct json_object *inner_secret = json_new_object(a);

	split(schema, tree, inner, inner_secret);
	json_set(body, schema->id, inner);
	if (json_len(inner_secret) > 0)
		json_set(secret, schema->id, inner_secret);
}

static void
split_tree(struct arena *a, const struct resource_type *type,
    const struct json_object *tree, struct record *record)
{
	struct json_object *body = json_new_object(a);
	struct json_object *secret = json_new_object(a);
	struct json_member m;

	split(type->schema, tree, body, secret);
	for (m = json_first(tree); m.entry != NULL; json_next(&m)) {
		const struct schema *schema = extension_of(type, m.name);

		if (schema != NULL)
			split_extension(a, schema, m.value, body, secret);
	}
	record->body = json_text(a, body);
	record->secret =
	    json_len(secret) == 0 ? SLICE("") : json_text(a, secret);
}

void
record_from_tree(struct arena *a, const struct resource_type *type,
    const struct json_object *tree, struct record *record)
{
	if (!is_all_body(type, tree)) {
		split_tree(a, type, tree, record);
		return;
	}
	record->body = json_text(a, tree);
	record->secret = SLICE("");
}

/* What FROM has and TREE does not name goes into TREE, objects by parts. */
static void
merge(struct json_object *tree, const struct json_object *from)
{
	struct json_member m;

	for (m = json_first(from); m.entry != NULL; json_next(&m)) {
		struct json_object *there = json_attr(tree, m.name);

		if (!json_has(tree, m.name))
			json_set(tree, m.name, m.value);
		else if (json_kind(there) == JSON_OBJECT &&
		    json_kind(m.value) == JSON_OBJECT)
			merge(there, m.value);
	}
}

int
record_keep_secrets(struct arena *a, const struct record *record,
    struct json_object *tree, struct error *err)
{
	struct json_object *secret;

	if (record->secret.len == 0)
		return 0;
	if (json_load(a, record->secret, &secret, err) == -1)
		return -1;
	merge(tree, secret);
	return 0;
}

int
record_to_tree(struct arena *a, const struct record *record,
    struct json_object **out, struct error *err)
{
	if (json_load(a, record->body, out, err) == -1 ||
	    record_keep_secrets(a, record, *out, err) == -1)
		return error_set(
		    err, ERR_INTERNAL, "a stored resource is not JSON");
	return 0;
}

static int
hash(struct arena *a, struct json_object *v, struct json_object **out,
    struct error *err)
{
	struct slice hashed;

	if (password_hash(a, json_string(v), &hashed, err) == -1)
		return -1;
	*out = json_new_string(a, hashed);
	return 0;
}

static int
hash_container(struct arena *a, const struct schema *schema,
    struct json_object *container, struct error *err)
{
	for (size_t i = 0; i < schema->nattrs; i++) {
		const struct attr *attr = &schema->attrs[i];
		struct json_object *v;

		if (!is_secret(attr))
			continue;
		v = json_attr(container, attr->name);
		if (json_kind(v) != JSON_STRING)
			continue;
		if (hash(a, v, &v, err) == -1)
			return -1;
		json_set(container, attr->name, v);
	}
	return 0;
}

int
record_hash_secrets(struct arena *a, const struct resource_type *type,
    struct json_object *tree, struct error *err)
{
	if (hash_container(a, type->schema, tree, err) == -1)
		return -1;
	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema *schema = type->extensions[i].schema;
		struct json_object *container = json_attr(tree, schema->id);

		if (container != NULL &&
		    hash_container(a, schema, container, err) == -1)
			return -1;
	}
	return 0;
}

/*
 * Whatever form the value came in: what is stored is the hash, or nothing.
 */
static int
hash_op(struct value_context *c, struct patch_op *op)
{
	struct json_object *v;

	if (op->path.ref.attr == NULL || !is_secret(op->path.ref.attr) ||
	    op->verb == PATCH_REMOVE ||
	    value_is_clear(c->profile, op->path.ref.attr, op->value))
		return 0;
	if (value_normalise(c, op->path.ref.attr, op->value, &v) == -1)
		return -1;
	if (json_kind(v) != JSON_STRING)
		return error_set(c->err, ERR_INVALID_VALUE,
		    "attribute '%.*s' takes a string",
		    SLICE_ARG(op->path.ref.attr->name));
	return hash(c->a, v, &op->value, c->err);
}

int
record_hash_patch(struct arena *a, const struct profile *profile,
    struct patch *patch, struct error *err)
{
	struct value_context c = {
		.a = a, .profile = profile, .err = err, .patch = true
	};

	for (size_t i = 0; i < patch->nops; i++)
		if (hash_op(&c, &patch->ops[i]) == -1)
			return error_prefix(
			    err, "operation %zu: ", patch->ops[i].index);
	return 0;
}

void
record_touch(struct record *after, const struct record *before, int64_t now)
{
	after->version = before->version + 1;
	after->created_at = before->created_at;
	after->modified_at =
	    now > before->modified_at ? now : before->modified_at;
}

static struct slice
text_of(struct arena *a, struct slice object, struct slice name)
{
	struct slice value;

	return walk_find(object, name, &value) ? walk_string(a, value)
					       : SLICE("");
}

struct slice
record_display(struct arena *a, struct slice body)
{
	struct slice text = text_of(a, body, SLICE("displayName")), name;

	if (text.len == 0 && walk_find(body, SLICE("name"), &name))
		text = text_of(a, name, SLICE("formatted"));
	if (text.len == 0)
		text = text_of(a, body, SLICE("userName"));
	return text;
}
