/*
 * bulk_reference.c: where "bulkId:x" stands in the data of an operation (RFC
 * 7644 section 3.7.2).
 *
 * Only whole strings count, and only where the schema has a reference to a
 * resource that a client may write: in attributes with such a "$ref", in
 * reference attributes, and in the filters of PATCH paths over them.
 */
#include <string.h>

#include "base/buf.h"
#include "json/json.h"
#include "scim/bulk.h"

static const char prefix[] = "bulkId:";
enum { PREFIX_LEN = sizeof(prefix) - 1 };

struct visitor {
	struct arena *a;
	const struct resource_type *type;
	bulk_reference_fn *fn;
	void *arg;
	struct json_object *later; /* operations of a PATCH, or NULL */
	bool is_patch;
	bool stopped;
};

struct slice
bulk_id_of(struct slice text)
{
	if (text.len <= PREFIX_LEN ||
	    memcmp(text.data, prefix, PREFIX_LEN) != 0)
		return (struct slice){ NULL, 0 };
	return slice_from(text, PREFIX_LEN);
}

/* RFC 7643 section 7: other reference types are names of resource types. */
static bool
is_to_resource(const struct attr *attr)
{
	for (size_t i = 0; attr != NULL && i < attr->nreference_types; i++)
		if (!slice_equal(attr->reference_types[i], SLICE("external")) &&
		    !slice_equal(attr->reference_types[i], SLICE("uri")))
			return true;
	return false;
}

/* Values that are read-only are passed over anyway. */
static bool
may_refer(const struct attr_ref *ref)
{
	const struct attr *attr = ref->attr;

	if (attr == NULL || attr->mutability == MUT_READ_ONLY ||
	    (ref->sub != NULL && !slice_equal(ref->sub->name, SLICE("value"))))
		return false;
	return is_to_resource(attr) ||
	    is_to_resource(attr_find_sub(attr, SLICE("$ref")));
}

static struct json_object *
text_value(struct visitor *v, struct slice text)
{
	return json_new_string(v->a, text);
}

/* The operation of v->later that adds to REF; a new one but for lists. */
static struct json_object *
later_op(struct visitor *v, const struct attr_ref *ref)
{
	struct slice path = ref->attr->name;
	struct json_object *op;

	if (ref->extension != NULL)
		path = slice_of(arena_printf(v->a, "%.*s:%.*s",
		    SLICE_ARG(ref->extension->id), SLICE_ARG(path)));
	if (v->later == NULL)
		v->later = json_new_array(v->a);
	op = json_at(v->later, json_len(v->later) - 1);
	if (ref->attr->multi_valued && op != NULL &&
	    slice_equal(json_string(json_get(op, "path")), path))
		return op;
	op = json_new_object(v->a);
	json_set(op, SLICE("op"), text_value(v, SLICE("add")));
	json_set(op, SLICE("path"), text_value(v, path));
	if (ref->attr->multi_valued)
		json_set(op, SLICE("value"), json_new_array(v->a));
	json_append(v->later, op);
	return op;
}

/* VALUE of REF is to be added afterwards. */
static void
add_later(
    struct visitor *v, const struct attr_ref *ref, struct json_object *value)
{
	struct json_object *op = later_op(v, ref);

	if (ref->attr->multi_valued)
		json_append(json_get(op, "value"), value);
	else
		json_set(op, SLICE("value"), value);
}

/*
 * Each visit puts what is to stand there in *VALUE; false: it is added later,
 * and goes.
 */
static bool visit(
    struct visitor *v, const struct attr_ref *ref, struct json_object **value);

/* What FN says about a string; *TEXT is changed accordingly. */
static enum bulk_verdict
ask(struct visitor *v, struct json_object **text)
{
	struct slice id = bulk_id_of(json_string(*text)), new;
	enum bulk_verdict verdict;

	if (id.data == NULL)
		return BULK_KEEP;
	verdict = v->fn(v->arg, id, &new);
	if (verdict == BULK_SET || verdict == BULK_LATER)
		*text = text_value(v, new);
	v->stopped |= verdict == BULK_STOP;
	return verdict;
}

static bool
visit_string(
    struct visitor *v, const struct attr_ref *ref, struct json_object **value)
{
	if (ask(v, value) != BULK_LATER)
		return true;
	add_later(v, ref, *value);
	return false;
}

/* The member under whatever spelling of NAME the client took. */
static struct json_member
find_member(struct json_object *object, struct slice name)
{
	struct json_member m = json_first(object);

	while (m.entry != NULL && !slice_equal_nocase(m.name, name))
		json_next(&m);
	return m;
}

static bool
visit_object(
    struct visitor *v, const struct attr_ref *ref, struct json_object *value)
{
	struct json_member m = find_member(value, SLICE("value"));
	struct json_object *text;
	enum bulk_verdict verdict;

	if (m.entry == NULL)
		m = find_member(value, SLICE("$ref"));
	text = m.value;
	if (m.entry == NULL || json_kind(text) != JSON_STRING)
		return true;
	verdict = ask(v, &text);
	if (text != m.value)
		json_set(value, arena_slice(v->a, m.name), text);
	if (verdict != BULK_LATER)
		return true;
	add_later(v, ref, value);
	return false;
}

static void
visit_array(
    struct visitor *v, const struct attr_ref *ref, struct json_object *array)
{
	size_t n = json_len(array), kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *old = json_at(array, i), *new = old;

		if (!v->stopped && !visit(v, ref, &new))
			continue;
		if (new != old || kept != i)
			json_put_at(array, kept, new);
		kept++;
	}
	while (n > kept)
		json_delete_at(array, --n);
}

static bool
visit(struct visitor *v, const struct attr_ref *ref, struct json_object **value)
{
	switch (json_kind(*value)) {
	case JSON_STRING:
		return visit_string(v, ref, value);
	case JSON_OBJECT:
		return visit_object(v, ref, *value);
	case JSON_ARRAY:
		visit_array(v, ref, *value);
		return true;
	default:
		return true;
	}
}

/* The names of OBJECT's members, which can then be changed. */
static struct slice *
names_of(struct visitor *v, struct json_object *object, size_t *n)
{
	struct slice *names =
	    arena_calloc(v->a, json_len(object) + 1, sizeof(*names));
	struct json_member m;

	*n = 0;
	for (m = json_first(object); m.entry != NULL; json_next(&m))
		names[(*n)++] = arena_slice(v->a, m.name);
	return names;
}

static void
visit_member(struct visitor *v, struct json_object *object, struct slice name,
    const struct attr_ref *ref)
{
	struct json_member m = find_member(object, name);
	struct json_object *value = m.value;

	if (m.entry == NULL || !may_refer(ref))
		return;
	name = arena_slice(v->a, m.name);
	if (!visit(v, ref, &value))
		json_delete(object, name);
	else if (value != m.value)
		json_set(object, name, value);
}

/* A PATCH may put the URN of the type itself around attributes (PD-15). */
static bool
is_own_schema(const struct visitor *v, struct slice name)
{
	return v->is_patch && slice_equal_nocase(name, v->type->schema->id);
}

/* The members of the container of EXTENSION, or of the type (NULL). */
static void
visit_container(struct visitor *v, const struct schema *extension,
    struct json_object *container)
{
	const struct schema *schema =
	    extension != NULL ? extension : v->type->schema;
	size_t n;
	struct slice *names = names_of(v, container, &n);

	for (size_t i = 0; i < n && !v->stopped; i++) {
		struct attr_ref ref = { .extension = extension,
			.attr = attr_find(
			    schema->attrs, schema->nattrs, names[i]) };

		visit_member(v, container, names[i], &ref);
	}
}

static void
visit_resource(struct visitor *v, struct json_object *object)
{
	size_t n;
	struct slice *names = names_of(v, object, &n);

	for (size_t i = 0; i < n && !v->stopped; i++) {
		struct attr_ref ref;

		if (is_own_schema(v, names[i]))
			visit_container(v, NULL, json_attr(object, names[i]));
		else if (attr_resolve(v->type, names[i], &ref) != ATTR_FOUND)
			continue;
		else if (ref.attr == NULL)
			visit_container(
			    v, ref.extension, json_attr(object, names[i]));
		else
			visit_member(v, object, names[i], &ref);
	}
}

static struct slice
before_bracket(struct slice path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.data[i] == '[')
			return (struct slice){ path.data, i };
	return path;
}

/* Cut the last word off TEXT, of those between spaces and brackets. */
static struct slice
cut_word(struct slice *text)
{
	struct slice trimmed = slice_trim(*text);
	size_t from = trimmed.len;

	while (from > 0 && strchr(" \t[(", trimmed.data[from - 1]) == NULL)
		from--;
	*text = (struct slice){ trimmed.data, from };
	return slice_from(trimmed, from);
}

/* Does what follows BEFORE stand for the "value" of an element? */
static bool
is_value(struct slice before)
{
	struct slice comparison = cut_word(&before);

	return comparison.len > 0 &&
	    slice_equal_nocase(cut_word(&before), SLICE("value"));
}

/* Is the quote at the end of TEXT, a string so far, part of it? */
static bool
is_escaped(struct slice text)
{
	size_t n = 0;

	while (n < text.len && text.data[text.len - 1 - n] == '\\')
		n++;
	return n % 2 == 1;
}

static struct slice
filter_id(struct visitor *v, struct slice piece, struct slice id)
{
	struct slice text;
	enum bulk_verdict verdict = v->fn(v->arg, id, &text);

	v->stopped |= verdict == BULK_STOP;
	return verdict == BULK_SET ? text : piece;
}

/* members[value eq "bulkId:x"]: the path with the ids in it. */
static struct slice
visit_filter(struct visitor *v, struct slice path)
{
	struct slice rest = path, piece, id;
	bool is_string = false;
	struct buf out;

	buf_init(&out, path.len * 64 + 64);
	while (slice_next(&rest, '"', &piece)) {
		struct slice before = { path.data,
			(size_t)(piece.data - path.data) };

		if (before.len > 0) {
			buf_putc(&out, '"');
			before.len--;
		}
		id = bulk_id_of(piece);
		if (is_string && id.data != NULL && is_value(before))
			piece = filter_id(v, piece, id);
		buf_slice(&out, piece);
		is_string = !is_string || is_escaped(piece);
	}
	path = arena_slice(v->a, buf_text(&out));
	buf_fini(&out);
	return path;
}

static void
visit_with_path(struct visitor *v, struct json_object *op, struct slice path)
{
	struct slice name = before_bracket(path);
	struct attr_ref ref;

	if (is_own_schema(v, path)) {
		visit_container(v, NULL, json_attr(op, SLICE("value")));
		return;
	}
	if (attr_resolve(v->type, slice_trim(name), &ref) != ATTR_FOUND)
		return;
	if (ref.attr == NULL) {
		visit_container(
		    v, ref.extension, json_attr(op, SLICE("value")));
		return;
	}
	if (name.len < path.len && may_refer(&ref))
		json_set(
		    op, SLICE("path"), text_value(v, visit_filter(v, path)));
	if (!v->stopped)
		visit_member(v, op, SLICE("value"), &ref);
}

static void
visit_operation(struct visitor *v, struct json_object *op)
{
	/* Of its own: the member's text goes with the member. */
	struct slice path =
	    arena_slice(v->a, json_string(json_attr(op, SLICE("path"))));

	if (path.len > 0)
		visit_with_path(v, op, path);
	else
		visit_resource(v, json_attr(op, SLICE("value")));
}

/* The PatchOp of what was put off. */
static struct json_object *
later_message(struct visitor *v)
{
	struct json_object *message, *schemas;

	if (v->later == NULL)
		return NULL;
	message = json_new_object(v->a);
	schemas = json_new_array(v->a);
	json_append(schemas, text_value(v, SLICE(URN_PATCH)));
	json_set(message, SLICE("schemas"), schemas);
	json_set(message, SLICE("Operations"), v->later);
	return message;
}

int
bulk_each_reference(struct arena *a, const struct resource_type *type,
    bool is_patch, struct json_object *data, bulk_reference_fn *fn, void *arg,
    struct json_object **later)
{
	struct visitor v = {
		.a = a, .type = type, .fn = fn, .arg = arg, .is_patch = is_patch
	};
	struct json_object *ops = json_attr(data, SLICE("Operations"));

	if (!is_patch)
		visit_resource(&v, data);
	else if (json_kind(ops) == JSON_ARRAY)
		for (size_t i = 0; i < json_len(ops) && !v.stopped; i++)
			visit_operation(&v, json_at(ops, i));
	*later = later_message(&v);
	return v.stopped ? -1 : 0;
}
