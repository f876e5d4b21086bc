/*
 * render.c: a stored resource becomes the JSON that a client sees.
 *
 * The body is copied as it stands, in pieces as long as can be; only
 * attributes that are projected in part, or that hold a reference, are
 * written anew.
 */
#include <string.h>

#include "identity/reference.h"
#include "identity/renderer.h"
#include "json/walk.h"

/* A comma, unless what follows is the first of its container. */
static void
separate(struct renderer *r)
{
	char last = r->out->len == 0 ? '{' : r->out->data[r->out->len - 1];

	if (last != '{' && last != '[')
		buf_putc(r->out, ',');
}

void
render_name(struct renderer *r, struct slice name)
{
	char *to;

	separate(r);
	to = buf_extend(r->out, name.len + 3);
	if (to == NULL)
		return;
	*to++ = '"';
	memcpy(to, name.data, name.len);
	memcpy(to + name.len, "\":", 2);
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

static int
put_attribute(struct renderer *r, const struct schema *extension,
    const struct attr *attr, struct slice value)
{
	enum want want = project_wants(r->projection, extension, attr);
	size_t undo_to = r->out->len, start;
	int rc;

	render_name(r, attr->name);
	start = r->out->len;
	rc = attr->multi_valued
	    ? render_array(r, want, extension, attr, value)
	    : render_object(r, want, extension, attr, value);
	undo_empty(r, start, undo_to);
	return rc;
}

static int put_members(
    struct renderer *r, struct container *container, struct walk w);

static int
put_extension(
    struct renderer *r, struct container *container, struct slice object)
{
	size_t undo_to = r->out->len, start;

	render_name(r, container->extension->id);
	start = r->out->len;
	buf_putc(r->out, '{');
	if (put_members(r, container, walk_enter(object)) == -1)
		return -1;
	buf_putc(r->out, '}');
	undo_empty(r, start, undo_to);
	return 0;
}

static int
put_step(struct renderer *r, const struct container *container,
    const struct step *step, struct slice value)
{
	if (step->fate == FATE_EXTENSION)
		return put_extension(r, step->inner, value);
	if (step->fate == FATE_ATTRIBUTE)
		return put_attribute(
		    r, container->extension, step->attr, value);
	return 0;
}

/* Members that stand side by side go as one PIECE, as they are stored. */
static void
put_piece(struct renderer *r, struct slice *piece)
{
	if (piece->len > 0) {
		separate(r);
		buf_slice(r->out, *piece);
	}
	*piece = SLICE("");
}

/* The members that W has before it. */
static int
put_members(struct renderer *r, struct container *container, struct walk w)
{
	struct slice member, value, piece = SLICE("");
	const struct step *step;

	while ((step = recipe_next(
		    r->recipe, container, &w, &member, &value)) != NULL) {
		if (step->fate == FATE_COPY) {
			if (piece.len == 0)
				piece.data = member.data;
			piece.len =
			    (size_t)(member.data + member.len - piece.data);
			continue;
		}
		put_piece(r, &piece);
		if (put_step(r, container, step, value) == -1)
			return -1;
	}
	put_piece(r, &piece);
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

void
render_begin(struct renderer *r, struct kv_txn *txn,
    const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, const struct projection *projection)
{
	*r = (struct renderer){ .txn = txn,
		.a = store_arena(txn),
		.identity = identity,
		.caller = caller,
		.type = type,
		.projection = projection,
		.recipe = recipes_find(identity->recipes, type, projection) };
	if (r->recipe == NULL)
		r->recipe = recipe_new(r->a, type, projection);
	r->members_max = truncate_limit(r);
}

/* The schemas, which stand first in the body; what is behind them in *REST. */
static size_t
put_schemas(struct renderer *r, struct slice body, struct walk *rest)
{
	struct slice name, value;

	*rest = walk_enter(body);
	if (!walk_member(rest, &name, &value) ||
	    !slice_equal(name, SLICE("schemas"))) {
		*rest = walk_enter(body);
		return 0;
	}
	render_name(r, name);
	buf_slice(r->out, value);
	return r->out->len;
}

static void
put_id(struct renderer *r)
{
	char *to;

	render_name(r, SLICE("id"));
	to = buf_extend(r->out, UUID_TEXT_LEN + 2);
	if (to == NULL)
		return;
	*to++ = '"';
	memcpy(to, r->id_text, UUID_TEXT_LEN);
	to[UUID_TEXT_LEN] = '"';
}

int
render_next(struct renderer *r, const struct uuid *id,
    const struct record *record, struct buf *out)
{
	const struct attr *common;
	size_t ncommon, schemas_end;
	struct walk rest;

	r->id = id;
	r->record = record;
	r->out = out;
	r->is_truncated = false;
	buf_putc(out, '{');
	schemas_end = put_schemas(r, record->body, &rest);
	uuid_format(id, r->id_text);
	put_id(r);
	common = schema_common_attrs(&ncommon);
	if (put_members(r, &r->recipe->body, rest) == -1 ||
	    put_all_computed(
		r, r->type->schema->attrs, r->type->schema->nattrs) == -1 ||
	    put_all_computed(r, common, ncommon) == -1)
		return -1;
	if (r->is_truncated)
		truncate_tell(r, schemas_end);
	buf_putc(out, '}');
	return 0;
}

int
render_resource(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct resource_type *type,
    const struct projection *projection, const struct uuid *id,
    const struct record *record, struct buf *out)
{
	struct renderer r;

	render_begin(&r, txn, identity, caller, type, projection);
	return render_next(&r, id, record, out);
}

int
render_created(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct resource_type *type,
    const struct projection *projection, const struct uuid *id,
    const struct record *record, struct buf *out)
{
	struct renderer r;

	render_begin(&r, txn, identity, caller, type, projection);
	r.is_created = true;
	return render_next(&r, id, record, out);
}
