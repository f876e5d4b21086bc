/*
 * render.c: a stored resource becomes the JSON that a client sees.
 *
 * The body is copied as it stands; only attributes that are projected in
 * part, or that hold a reference, are written anew.
 */
#include "identity/reference.h"
#include "identity/renderer.h"
#include "json/walk.h"

void
render_name(struct renderer *r, struct slice name)
{
	char last = r->out->len == 0 ? '{' : r->out->data[r->out->len - 1];

	if (last != '{' && last != '[')
		buf_putc(r->out, ',');
	buf_putc(r->out, '"');
	buf_slice(r->out, name);
	buf_puts(r->out, "\":");
}

void
render_comma(struct renderer *r)
{
	if (r->out->data[r->out->len - 1] != '[')
		buf_putc(r->out, ',');
}

void
render_string(struct renderer *r, const char *name, struct slice text)
{
	render_name(r, slice_of(name));
	buf_json_string(r->out, text);
}

/* Is SUB of ATTR wanted, when ATTR as a whole is WANT? */
bool
render_wants_sub(struct renderer *r, enum want want,
    const struct schema *extension, const struct attr *attr,
    const struct attr *sub)
{
	if (sub == NULL)
		return false;
	return project_wants_sub(r->projection, want, extension, attr, sub);
}

/* One complex value, reduced to what is wanted. */
int
render_object(struct renderer *r, enum want want,
    const struct schema *extension, const struct attr *attr,
    struct slice object)
{
	struct walk w = walk_enter(object);
	struct slice name, value;

	buf_putc(r->out, '{');
	while (walk_member(&w, &name, &value)) {
		const struct attr *sub = attr_find_sub(attr, name);

		if (!render_wants_sub(r, want, extension, attr, sub))
			continue;
		render_name(r, name);
		buf_slice(r->out, value);
	}
	if (reference_is(attr) && walk_find(object, SLICE("value"), &value) &&
	    render_reference(
		r, want, extension, attr, walk_string(r->a, value)) == -1)
		return -1;
	buf_putc(r->out, '}');
	return 0;
}

/* Take back what was written since LEN when it is an empty container. */
static bool
undo_empty(struct renderer *r, size_t start, size_t undo_to)
{
	if (r->out->len - start > 2)
		return false;
	buf_truncate(r->out, undo_to);
	return true;
}

int
render_array(struct renderer *r, enum want want, const struct schema *extension,
    const struct attr *attr, struct slice array)
{
	struct walk w = walk_enter(array);
	struct slice element;

	buf_putc(r->out, '[');
	while (walk_element(&w, &element)) {
		size_t undo_to = r->out->len, start;

		render_comma(r);
		start = r->out->len;
		if (render_object(r, want, extension, attr, element) == -1)
			return -1;
		undo_empty(r, start, undo_to);
	}
	buf_putc(r->out, ']');
	return 0;
}

/* Has ATTR sub-attributes that not every answer holds? */
static bool
has_special_subs(const struct attr *attr)
{
	for (size_t i = 0; i < attr->nsub; i++)
		if (attr->sub[i].returned == RET_NEVER ||
		    attr->sub[i].returned == RET_REQUEST)
			return true;
	return false;
}

static int
put_attribute(struct renderer *r, const struct schema *extension,
    const struct attr *attr, struct slice value)
{
	enum want want = project_wants(r->projection, extension, attr);
	size_t undo_to = r->out->len, start;
	int rc;

	if (want == WANT_NO)
		return 0;
	render_name(r, attr->name);
	if (attr->type != ATTR_COMPLEX ||
	    (want == WANT_ALL && !reference_is(attr) &&
		!has_special_subs(attr))) {
		buf_slice(r->out, value);
		return 0;
	}
	start = r->out->len;
	rc = attr->multi_valued
	    ? render_array(r, want, extension, attr, value)
	    : render_object(r, want, extension, attr, value);
	undo_empty(r, start, undo_to);
	return rc;
}

static int
put_extension(
    struct renderer *r, const struct schema *extension, struct slice object)
{
	struct walk w = walk_enter(object);
	struct slice name, value;
	size_t undo_to = r->out->len, start;

	render_name(r, extension->id);
	start = r->out->len;
	buf_putc(r->out, '{');
	while (walk_member(&w, &name, &value)) {
		const struct attr *attr =
		    attr_find(extension->attrs, extension->nattrs, name);

		if (attr != NULL &&
		    put_attribute(r, extension, attr, value) == -1)
			return -1;
	}
	buf_putc(r->out, '}');
	undo_empty(r, start, undo_to);
	return 0;
}

/* The members of the body behind "schemas". */
static int
put_body(struct renderer *r)
{
	struct walk w = walk_enter(r->record->body);
	struct slice name, value;

	while (walk_member(&w, &name, &value)) {
		struct attr_ref ref;
		int rc;

		if (slice_equal(name, SLICE("schemas")) ||
		    attr_resolve(r->type, name, &ref) != ATTR_FOUND)
			continue;
		rc = ref.attr == NULL ? put_extension(r, ref.extension, value)
				      : put_attribute(r, NULL, ref.attr, value);
		if (rc == -1)
			return -1;
	}
	return 0;
}

static int
put_computed(struct renderer *r, const struct attr *attr)
{
	enum want want = project_wants(r->projection, NULL, attr);
	size_t undo_to = r->out->len, start;

	if (want == WANT_NO || attr->type != ATTR_COMPLEX)
		return 0;
	render_name(r, attr->name);
	start = r->out->len;
	if (render_computed(r, want, attr) == -1)
		return -1;
	undo_empty(r, start, undo_to);
	return 0;
}

static int
put_all_computed(struct renderer *r, const struct attr *attrs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (attrs[i].keep != KEEP_BODY &&
		    put_computed(r, &attrs[i]) == -1)
			return -1;
	return 0;
}

int
render_resource(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct resource_type *type,
    const struct projection *projection, const struct uuid *id,
    const struct record *record, struct buf *out)
{
	struct renderer r = { .txn = txn,
		.a = store_arena(txn),
		.identity = identity,
		.caller = caller,
		.type = type,
		.projection = projection,
		.id = id,
		.record = record,
		.out = out };
	char text[UUID_TEXT_SIZE];
	const struct attr *common;
	struct slice schemas;
	size_t ncommon, schemas_end = 0;

	r.members_max = truncate_limit(&r);
	buf_putc(out, '{');
	if (walk_find(record->body, SLICE("schemas"), &schemas)) {
		render_name(&r, SLICE("schemas"));
		buf_slice(out, schemas);
		schemas_end = out->len;
	}
	uuid_format(id, text);
	render_string(&r, "id", slice_of(text));
	common = schema_common_attrs(&ncommon);
	if (put_body(&r) == -1 ||
	    put_all_computed(&r, type->schema->attrs, type->schema->nattrs) ==
		-1 ||
	    put_all_computed(&r, common, ncommon) == -1)
		return -1;
	if (r.is_truncated)
		truncate_tell(&r, schemas_end);
	buf_putc(out, '}');
	return 0;
}
