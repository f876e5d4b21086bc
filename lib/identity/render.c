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

/* What is done with a member of the body. */
enum fate { FATE_DROP, FATE_COPY, FATE_ATTRIBUTE, FATE_EXTENSION };

struct step {
	struct slice name;
	enum fate fate;
	const struct attr *attr;
	const struct schema *extension; /* FATE_EXTENSION */
	struct recipe *inner;		/* for what is in it */
};

/*
 * How the body, or the container of an extension, is rendered: a step for
 * each name, worked out when it is first met.  The resources of a page have
 * much the same names in the same order: the next step is tried first.
 */
struct recipe {
	const struct schema *extension; /* whose container; NULL: the body */
	struct step *steps;
	size_t n;
	size_t size;
	size_t next;
};

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

void
render_plain(
    struct renderer *r, struct slice name, struct slice head, struct slice tail)
{
	char *to;

	render_name(r, name);
	to = buf_extend(r->out, head.len + tail.len + 2);
	if (to == NULL)
		return;
	*to++ = '"';
	memcpy(to, head.data, head.len);
	to += head.len;
	memcpy(to, tail.data, tail.len);
	to[tail.len] = '"';
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

static enum fate
fate_of(const struct renderer *r, const struct schema *extension,
    const struct attr *attr)
{
	enum want want = project_wants(r->projection, extension, attr);

	if (want == WANT_NO)
		return FATE_DROP;
	if (attr->type != ATTR_COMPLEX ||
	    (want == WANT_ALL && !reference_is(attr) &&
		!has_special_subs(attr)))
		return FATE_COPY;
	return FATE_ATTRIBUTE;
}

static struct recipe *
recipe_new(struct arena *a, const struct schema *extension)
{
	struct recipe *recipe = arena_calloc(a, 1, sizeof(*recipe));

	recipe->extension = extension;
	return recipe;
}

/* The step for NAME of the body; "schemas" stands before it. */
static struct step
recipe_body_step(const struct renderer *r, struct slice name)
{
	struct attr_ref ref;

	if (slice_equal(name, SLICE("schemas")) ||
	    attr_resolve(r->type, name, &ref) != ATTR_FOUND)
		return (struct step){ .fate = FATE_DROP };
	if (ref.attr != NULL)
		return (struct step){ .fate = fate_of(r, NULL, ref.attr),
			.attr = ref.attr };
	return (struct step){ .fate = FATE_EXTENSION,
		.extension = ref.extension,
		.inner = recipe_new(r->a, ref.extension) };
}

static struct step
recipe_extension_step(
    const struct renderer *r, const struct schema *extension, struct slice name)
{
	const struct attr *attr =
	    attr_find(extension->attrs, extension->nattrs, name);

	if (attr == NULL)
		return (struct step){ .fate = FATE_DROP };
	return (
	    struct step){ .fate = fate_of(r, extension, attr), .attr = attr };
}

static struct step *
recipe_add(struct renderer *r, struct recipe *recipe, struct slice name)
{
	size_t size = recipe->size == 0 ? 16 : recipe->size * 2;
	struct step *step;

	if (recipe->n == recipe->size) {
		recipe->steps = arena_grow(r->a, recipe->steps,
		    recipe->n * sizeof(*step), size * sizeof(*step));
		recipe->size = size;
	}
	step = &recipe->steps[recipe->n++];
	*step = recipe->extension == NULL
	    ? recipe_body_step(r, name)
	    : recipe_extension_step(r, recipe->extension, name);
	/* The body is gone when the next resource is read. */
	step->name = arena_slice(r->a, name);
	recipe->next = 0;
	return step;
}

static struct step *
recipe_step(struct renderer *r, struct recipe *recipe, struct slice name)
{
	for (size_t i = 0; i < recipe->n; i++) {
		size_t at = (recipe->next + i) % recipe->n;

		if (slice_equal(recipe->steps[at].name, name)) {
			recipe->next = at + 1;
			return &recipe->steps[at];
		}
	}
	return recipe_add(r, recipe, name);
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

static int put_container(
    struct renderer *r, struct recipe *recipe, struct slice object);

static int
put_extension(struct renderer *r, struct recipe *recipe, struct slice object)
{
	size_t undo_to = r->out->len, start;

	render_name(r, recipe->extension->id);
	start = r->out->len;
	buf_putc(r->out, '{');
	if (put_container(r, recipe, object) == -1)
		return -1;
	buf_putc(r->out, '}');
	undo_empty(r, start, undo_to);
	return 0;
}

static int
put_step(struct renderer *r, const struct recipe *recipe,
    const struct step *step, struct slice value)
{
	if (step->fate == FATE_EXTENSION)
		return put_extension(r, step->inner, value);
	if (step->fate == FATE_ATTRIBUTE)
		return put_attribute(r, recipe->extension, step->attr, value);
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

static int
put_container(struct renderer *r, struct recipe *recipe, struct slice object)
{
	struct walk w = walk_enter(object);
	struct slice name, value, piece = SLICE("");

	while (walk_member(&w, &name, &value)) {
		const struct step *step = recipe_step(r, recipe, name);

		if (step->fate == FATE_COPY) {
			if (piece.len == 0)
				piece.data = name.data - 1;
			piece.len =
			    (size_t)(value.data + value.len - piece.data);
			continue;
		}
		put_piece(r, &piece);
		if (put_step(r, recipe, step, value) == -1)
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
		.recipe = recipe_new(store_arena(txn), NULL) };
	r->members_max = truncate_limit(r);
}

int
render_next(struct renderer *r, const struct uuid *id,
    const struct record *record, struct buf *out)
{
	char text[UUID_TEXT_SIZE];
	const struct attr *common;
	struct slice schemas;
	size_t ncommon, schemas_end = 0;

	r->id = id;
	r->record = record;
	r->out = out;
	r->is_truncated = false;
	buf_putc(out, '{');
	if (walk_find(record->body, SLICE("schemas"), &schemas)) {
		render_name(r, SLICE("schemas"));
		buf_slice(out, schemas);
		schemas_end = out->len;
	}
	uuid_format(id, text);
	render_plain(
	    r, SLICE("id"), (struct slice){ text, UUID_TEXT_LEN }, SLICE(""));
	common = schema_common_attrs(&ncommon);
	if (put_container(r, r->recipe, record->body) == -1 ||
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
