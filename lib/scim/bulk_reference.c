/*
 * bulk_reference.c: where "bulkId:x" stands in the data of an operation (RFC
 * 7644 section 3.7.2).
 *
 * Only whole strings count, and only where the schema has a reference: in
 * attributes with "$ref", in reference attributes, and in the paths of a
 * PATCH.
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

static bool
may_refer(const struct attr *attr)
{
	return attr != NULL &&
	    (attr->type == ATTR_REFERENCE ||
		attr_find_sub(attr, SLICE("$ref")) != NULL);
}

static struct json_object *visit(
    struct visitor *v, const struct attr_ref *ref, struct json_object *value);

static struct json_object *
visit_string(
    struct visitor *v, const struct attr_ref *ref, struct json_object *value)
{
	struct slice id = bulk_id_of(json_string(value)), text;

	if (id.data == NULL)
		return value;
	switch (v->fn(v->arg, id, ref, &text)) {
	case BULK_SET:
		return json_new_string(v->a, text);
	case BULK_DROP:
		return NULL;
	case BULK_STOP:
		v->stopped = true;
		return value;
	default:
		return value;
	}
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

static struct json_object *
visit_object(
    struct visitor *v, const struct attr_ref *ref, struct json_object *value)
{
	struct json_member m = find_member(value, SLICE("value"));
	struct json_object *new;

	if (m.entry == NULL || json_kind(m.value) != JSON_STRING)
		return value;
	new = visit_string(v, ref, m.value);
	if (new == NULL)
		return NULL;
	if (new != m.value)
		json_set(value, arena_slice(v->a, m.name), new);
	return value;
}

static struct json_object *
visit_array(
    struct visitor *v, const struct attr_ref *ref, struct json_object *array)
{
	size_t i = 0;

	while (i < json_len(array) && !v->stopped) {
		struct json_object *element = json_at(array, i);
		struct json_object *new = visit(v, ref, element);

		if (new == NULL) {
			json_delete_at(array, i);
			continue;
		}
		if (new != element)
			json_put_at(array, i, new);
		i++;
	}
	return array;
}

/* What stands for VALUE from now on, NULL when it goes. */
static struct json_object *
visit(struct visitor *v, const struct attr_ref *ref, struct json_object *value)
{
	switch (json_kind(value)) {
	case JSON_STRING:
		return visit_string(v, ref, value);
	case JSON_OBJECT:
		return visit_object(v, ref, value);
	case JSON_ARRAY:
		return visit_array(v, ref, value);
	default:
		return value;
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
	struct json_object *value = json_attr(object, name), *new;

	if (value == NULL || !may_refer(ref->attr))
		return;
	new = visit(v, ref, value);
	if (new == NULL)
		json_delete(object, name);
	else if (new != value)
		json_set(object, name, new);
}

/* The members of an extension's container. */
static void
visit_container(struct visitor *v, const struct schema *extension,
    struct json_object *container)
{
	size_t n;
	struct slice *names = names_of(v, container, &n);

	for (size_t i = 0; i < n && !v->stopped; i++) {
		struct attr_ref ref = { .extension = extension,
			.attr = attr_find(
			    extension->attrs, extension->nattrs, names[i]) };

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

		if (attr_resolve(v->type, names[i], &ref) != ATTR_FOUND)
			continue;
		if (ref.attr == NULL)
			visit_container(
			    v, ref.extension, json_attr(object, names[i]));
		else
			visit_member(v, object, names[i], &ref);
	}
}

/* members[value eq "bulkId:x"]: the path with the ids in it. */
static struct slice
visit_path(struct visitor *v, struct slice path)
{
	struct slice rest = path, piece, text;
	struct buf out;
	bool first = true;

	buf_init(&out, path.len * 64 + 64);
	while (slice_next(&rest, '"', &piece)) {
		struct slice id = bulk_id_of(piece);

		if (!first)
			buf_putc(&out, '"');
		first = false;
		if (id.data != NULL) {
			enum bulk_verdict verdict =
			    v->fn(v->arg, id, NULL, &text);

			v->stopped |= verdict == BULK_STOP;
			if (verdict == BULK_SET)
				piece = text;
		}
		buf_slice(&out, piece);
	}
	text = arena_slice(v->a, buf_text(&out));
	buf_fini(&out);
	return text;
}

static struct slice
before_bracket(struct slice path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.data[i] == '[')
			return (struct slice){ path.data, i };
	return path;
}

static void
visit_operation(struct visitor *v, struct json_object *op)
{
	/* Of its own: the member's text goes with the member. */
	struct slice path =
	    arena_slice(v->a, json_string(json_attr(op, SLICE("path"))));
	struct json_member m = find_member(op, SLICE("value"));
	struct slice name;
	struct attr_ref ref;

	if (path.len > 0)
		json_set(op, SLICE("path"),
		    json_new_string(v->a, visit_path(v, path)));
	if (m.entry == NULL || v->stopped)
		return;
	name = arena_slice(v->a, m.name);
	if (path.len == 0) {
		visit_resource(v, m.value);
		return;
	}
	if (attr_resolve(v->type, before_bracket(path), &ref) == ATTR_FOUND)
		visit_member(v, op, name, &ref);
}

int
bulk_each_reference(struct arena *a, const struct resource_type *type,
    bool is_patch, struct json_object *data, bulk_reference_fn *fn, void *arg)
{
	struct visitor v = { .a = a, .type = type, .fn = fn, .arg = arg };
	struct json_object *ops;

	if (!is_patch) {
		visit_resource(&v, data);
		return v.stopped ? -1 : 0;
	}
	ops = json_attr(data, SLICE("Operations"));
	if (json_kind(ops) != JSON_ARRAY)
		return 0;
	for (size_t i = 0; i < json_len(ops) && !v.stopped; i++)
		visit_operation(&v, json_at(ops, i));
	return v.stopped ? -1 : 0;
}
