/*
 * patch_parse.c: the PatchOp message (RFC 7644 section 3.5.2) becomes a list
 * of operations with one path each.
 */
#include "base/nelem.h"
#include "json/json.h"
#include "scim/patch.h"

struct parser {
	struct arena *a;
	const struct resource_type *type;
	const struct profile *profile;
	struct slice id;
	struct patch *patch;
	size_t size; /* of patch->ops */
	struct error *err;
};

static const struct {
	struct slice word;
	enum patch_verb verb;
} verbs[] = {
	{ { "add", 3 }, PATCH_ADD },
	{ { "remove", 6 }, PATCH_REMOVE },
	{ { "replace", 7 }, PATCH_REPLACE },
};

static int
push(struct parser *p, const struct patch_op *op)
{
	struct patch *patch = p->patch;
	size_t size = p->size == 0 ? 16 : p->size * 2;

	if (patch->nops == PATCH_OPS_MAX)
		return error_set(p->err, ERR_TOO_LARGE,
		    "more than %d operations", PATCH_OPS_MAX);
	if (patch->nops == p->size) {
		patch->ops = arena_grow(p->a, patch->ops, p->size * sizeof(*op),
		    size * sizeof(*op));
		p->size = size;
	}
	patch->ops[patch->nops++] = *op;
	return 0;
}

/*
 * A read-only attribute must not be named (PATCH-15).  Sub-attributes that
 * the server computes count as such.
 */
static bool
is_read_only(const struct path *path)
{
	const struct attr *attr = path->ref.attr, *sub = path->ref.sub;

	if (attr == NULL)
		return false;
	return attr->mutability == MUT_READ_ONLY ||
	    attr->keep == KEEP_COMPUTED ||
	    (sub != NULL &&
		(sub->mutability == MUT_READ_ONLY ||
		    sub->keep == KEEP_COMPUTED));
}

static int
refuse_read_only(struct parser *p, const struct path *path)
{
	return error_set(p->err, ERR_MUTABILITY,
	    "attribute '%.*s%s%.*s' is read-only",
	    SLICE_ARG(path->ref.attr->name), path->ref.sub ? "." : "",
	    path->ref.sub ? (int)path->ref.sub->name.len : 0,
	    path->ref.sub ? path->ref.sub->name.data : "");
}

/* PD-27: pass over it, or refuse the whole request (PATCH-08). */
static int
unknown_path(struct parser *p, struct slice text)
{
	if (profile_forgives(p->profile, TOL_UNKNOWN_PATH)) {
		p->patch->nignored++;
		return 0;
	}
	return error_set(p->err, ERR_INVALID_PATH,
	    "'%.*s' is not an attribute of %.*s", SLICE_ARG(text),
	    SLICE_ARG(p->type->name));
}

/* A path of its own, named by the client. */
static int
explicit_path(struct parser *p, struct patch_op *op, struct slice text)
{
	if (path_parse(p->a, p->type, p->profile, text, &op->path, p->err) ==
	    -1)
		return -1;
	if (op->path.unknown)
		return unknown_path(p, text);
	if (is_read_only(&op->path))
		return refuse_read_only(p, &op->path);
	return push(p, op);
}

static bool
is_own_id(
    struct parser *p, const struct path *path, const struct json_object *v)
{
	return slice_equal(path->ref.attr->name, SLICE("id")) &&
	    slice_equal(json_string(v), p->id);
}

/*
 * "schemas" beside other keys only repeats what the resource is: where the
 * profile takes it so, it takes nothing away (PD-17).
 */
static int
push_key(struct parser *p, struct patch_op *op)
{
	if (op->path.ref.attr != NULL &&
	    slice_equal(op->path.ref.attr->name, SLICE("schemas")) &&
	    profile_forgives(p->profile, TOL_READ_ONLY_KEYS))
		op->verb = PATCH_ADD;
	return push(p, op);
}

/*
 * A key of a value without path; a filter in it is not in the RFC (PD-16).
 * Read-only keys are passed over where the profile says so (PD-17), else
 * what they say must be so (PATCH-16); the id always.
 */
static int
key_path(struct parser *p, struct patch_op *op, struct slice key,
    const struct schema *extension)
{
	struct slice text = key;

	if (extension != NULL)
		text = slice_of(arena_printf(p->a, "%.*s:%.*s",
		    SLICE_ARG(extension->id), SLICE_ARG(key)));
	if (path_parse(p->a, p->type, p->profile, text, &op->path, p->err) ==
	    -1)
		return -1;
	if (op->path.filter != NULL &&
	    !profile_forgives(p->profile, TOL_FILTER_KEY))
		return error_set(p->err, ERR_INVALID_PATH,
		    "'%.*s': a key without path has no filter",
		    SLICE_ARG(text));
	if (op->path.unknown)
		return unknown_path(p, text);
	if (!is_read_only(&op->path))
		return push_key(p, op);
	if (is_own_id(p, &op->path, op->value))
		return 0;
	if (slice_equal(op->path.ref.attr->name, SLICE("id")))
		return refuse_read_only(p, &op->path);
	if (profile_forgives(p->profile, TOL_READ_ONLY_KEYS))
		return 0;
	if (op->path.ref.attr->keep != KEEP_COMPUTED)
		return refuse_read_only(p, &op->path);
	op->is_claim = true;
	return push(p, op);
}

/*
 * Is NAME the URN of a schema alone, with an object for its attributes?
 * *EXTENSION is NULL for the schema of the type itself (PD-10, PD-11, PD-15).
 */
static bool
is_container(const struct parser *p, struct slice name,
    const struct json_object *value, const struct schema **extension)
{
	struct attr_ref ref;

	*extension = NULL;
	if (json_kind(value) != JSON_OBJECT)
		return false;
	if (slice_equal_nocase(name, p->type->schema->id))
		return true;
	if (attr_resolve(p->type, name, &ref) != ATTR_FOUND || ref.attr != NULL)
		return false;
	*extension = ref.extension;
	return true;
}

/*
 * Every key of OBJECT as an operation of its own (PD-13 to 17): names,
 * dotted names, URN-qualified names, names with a filter, and the URNs of
 * schemas with an object, whose keys are EXTENSION's or the type's.
 */
static int
explode(struct parser *p, const struct patch_op *op,
    const struct schema *extension, struct json_object *object)
{
	struct json_member m;

	for (m = json_first(object); m.entry != NULL; json_next(&m)) {
		struct patch_op each = *op;
		const struct schema *inner;

		each.value = m.value;
		each.has_value = true;
		if (extension == NULL &&
		    is_container(p, m.name, m.value, &inner)) {
			if (explode(p, op, inner, m.value) == -1)
				return -1;
		} else if (key_path(p, &each, m.name, extension) == -1) {
			return -1;
		}
	}
	return 0;
}

static int
without_path(struct parser *p, struct patch_op *op)
{
	if (op->verb == PATCH_REMOVE)
		return error_set(p->err, ERR_NO_TARGET, "remove needs a path");
	if (json_kind(op->value) != JSON_OBJECT)
		return error_set(p->err, ERR_INVALID_VALUE,
		    "without a path the value must be an object, not %s",
		    json_kind_name(json_kind(op->value)));
	return explode(p, op, NULL, op->value);
}

/* The path may be the URN of a schema alone (PD-11, PATCH-81). */
static int
with_path(struct parser *p, struct patch_op *op, struct slice text)
{
	const struct schema *extension;

	if (op->verb != PATCH_REMOVE &&
	    is_container(p, text, op->value, &extension))
		return explode(p, op, extension, op->value);
	return explicit_path(p, op, text);
}

static int
parse_verb(struct parser *p, struct json_object *v, enum patch_verb *verb)
{
	struct slice word = json_string(v);

	for (size_t i = 0; i < NELEM(verbs); i++)
		if (slice_equal(word, verbs[i].word) ||
		    (slice_equal_nocase(word, verbs[i].word) &&
			profile_forgives(p->profile, TOL_OP_CASE))) {
			*verb = verbs[i].verb;
			return 0;
		}
	return error_set(
	    p->err, ERR_INVALID_SYNTAX, "'op' must be add, remove or replace");
}

static int
parse_op(struct parser *p, size_t index, struct json_object *v)
{
	struct patch_op op = { .index = index };
	struct json_object *path = json_attr(v, SLICE("path"));

	if (json_kind(v) != JSON_OBJECT)
		return error_set(p->err, ERR_INVALID_SYNTAX,
		    "an operation must be an object");
	if (parse_verb(p, json_attr(v, SLICE("op")), &op.verb) == -1)
		return -1;
	op.value = json_attr(v, SLICE("value"));
	op.has_value = json_has(v, SLICE("value"));
	if (op.verb != PATCH_REMOVE && !op.has_value)
		return error_set(
		    p->err, ERR_INVALID_VALUE, "'value' is missing");
	/* The RFC would have all values go, which nobody means (PATCH-58). */
	if (op.verb == PATCH_REMOVE && json_kind(op.value) != JSON_NULL &&
	    !profile_forgives(p->profile, TOL_REMOVE_LISTED))
		return error_set(
		    p->err, ERR_INVALID_VALUE, "remove takes no 'value'");
	if (json_kind(path) == JSON_NULL)
		return without_path(p, &op);
	if (json_kind(path) != JSON_STRING)
		return error_set(
		    p->err, ERR_INVALID_PATH, "'path' must be a string");
	return with_path(p, &op, json_string(path));
}

/* PATCH-02: the message says what it is; some do not (INTEROP-13). */
static int
check_schemas(
    const struct profile *profile, struct json_object *body, struct error *err)
{
	struct json_object *schemas = json_attr(body, SLICE("schemas"));

	if (json_kind(schemas) == JSON_NULL &&
	    profile_forgives(profile, TOL_NO_SCHEMAS))
		return 0;
	for (size_t i = 0; i < json_len(schemas); i++)
		if (slice_equal_nocase(
			json_string(json_at(schemas, i)), SLICE(URN_PATCH)))
			return 0;
	return error_set(
	    err, ERR_INVALID_SYNTAX, "'schemas' must name '" URN_PATCH "'");
}

int
patch_parse(struct arena *a, const struct resource_type *type,
    const struct profile *profile, struct slice id, struct json_object *body,
    struct patch *out, struct error *err)
{
	struct parser p = { .a = a,
		.type = type,
		.profile = profile,
		.id = id,
		.patch = out,
		.err = err };
	struct json_object *ops;

	*out = (struct patch){ .nops = 0 };
	if (json_kind(body) != JSON_OBJECT)
		return error_set(
		    err, ERR_INVALID_SYNTAX, "the body must be a JSON object");
	if (check_schemas(profile, body, err) == -1)
		return -1;
	ops = json_attr(body, SLICE("Operations"));
	if (json_kind(ops) != JSON_ARRAY || json_len(ops) == 0)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "'Operations' must be an array with at least one "
		    "operation");
	for (size_t i = 0; i < json_len(ops); i++)
		if (parse_op(&p, i, json_at(ops, i)) == -1)
			return error_prefix(err, "operation %zu: ", i);
	return 0;
}
