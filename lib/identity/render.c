/*
 * render.c: a stored resource becomes the JSON that a client sees.
 *
 * The body is copied as it stands; only attributes that are projected in
 * part, or that hold a reference, are written anew.
 */
#include "identity/groups.h"
#include "identity/member.h"
#include "identity/record.h"
#include "identity/reference.h"
#include "identity/render.h"
#include "json/walk.h"
#include "store/members.h"

/* A rendered value that a filter asks for. */
enum { VALUE_MAX = 64 * 1024 * 1024 };

struct renderer {
	struct kv_txn *txn;
	struct arena *a;
	const struct identity *identity;
	const struct caller *caller;
	const struct resource_type *type;
	const struct projection *projection;
	const struct uuid *id;
	const struct record *record;
	struct buf *out;
};

static void
put_name(struct renderer *r, struct slice name)
{
	char last = r->out->len == 0 ? '{' : r->out->data[r->out->len - 1];

	if (last != '{' && last != '[')
		buf_putc(r->out, ',');
	buf_putc(r->out, '"');
	buf_slice(r->out, name);
	buf_puts(r->out, "\":");
}

static void
put_element_comma(struct renderer *r)
{
	if (r->out->data[r->out->len - 1] != '[')
		buf_putc(r->out, ',');
}

static void
put_string(struct renderer *r, const char *name, struct slice text)
{
	put_name(r, slice_of(name));
	buf_json_string(r->out, text);
}

/* Is SUB of ATTR wanted, when ATTR as a whole is WANT? */
static bool
wants_sub(struct renderer *r, enum want want, const struct schema *extension,
    const struct attr *attr, const struct attr *sub)
{
	if (sub == NULL)
		return false;
	if (want == WANT_ALL)
		return sub->returned == RET_DEFAULT ||
		    sub->returned == RET_ALWAYS;
	return project_wants_sub(r->projection, extension, attr, sub);
}

/* "$ref": the URL of the resource ID of TYPE. */
static void
put_ref(struct renderer *r, const struct resource_type *type, struct slice id)
{
	put_name(r, SLICE("$ref"));
	buf_json_string(r->out,
	    slice_of(arena_printf(r->a, "%.*s%.*s/%.*s",
		SLICE_ARG(r->caller->base_url), SLICE_ARG(type->endpoint),
		SLICE_ARG(id))));
}

/* What the server knows about the target of a reference. */
struct target {
	const struct resource_type *type;
	struct slice id;
	struct slice display;
	bool exists;
};

static int
find_target(struct renderer *r, const struct attr *attr, struct slice id,
    struct target *t)
{
	const struct attr *ref = attr_find_sub(attr, SLICE("$ref"));
	struct record record;
	struct uuid uuid;
	enum store_status status = STORE_NOTFOUND;

	*t = (struct target){ .id = id,
		.type = catalog_find_type(
		    r->identity->catalog, ref->reference_types[0]) };
	if (uuid_parse(id, &uuid) == 0)
		status = reference_find(r->txn, r->identity, r->caller->tenant,
		    ref, &uuid, &t->type, &record);
	if (status == STORE_FAIL)
		return -1;
	t->exists = status == STORE_OK;
	if (t->exists)
		t->display = record_display(r->a, record.body);
	return 0;
}

/* The computed sub-attributes of a reference, behind "value". */
static int
put_reference(struct renderer *r, enum want want,
    const struct schema *extension, const struct attr *attr, struct slice id)
{
	const struct attr *ref = attr_find_sub(attr, SLICE("$ref"));
	const struct attr *type = attr_find_sub(attr, SLICE("type"));
	const struct attr *name = attr_find_sub(attr, SLICE("display"));
	struct target t;

	if (name == NULL)
		name = attr_find_sub(attr, SLICE("displayName"));
	if (find_target(r, attr, id, &t) == -1)
		return -1;
	if (t.type != NULL && wants_sub(r, want, extension, attr, ref))
		put_ref(r, t.type, id);
	if (t.exists && wants_sub(r, want, extension, attr, type))
		put_string(r, "type", t.type->name);
	if (t.display.len > 0 && wants_sub(r, want, extension, attr, name)) {
		put_name(r, name->name);
		buf_json_string(r->out, t.display);
	}
	return 0;
}

/* One complex value, reduced to what is wanted. */
static int
put_object(struct renderer *r, enum want want, const struct schema *extension,
    const struct attr *attr, struct slice object)
{
	struct walk w = walk_enter(object);
	struct slice name, value;

	buf_putc(r->out, '{');
	while (walk_member(&w, &name, &value)) {
		const struct attr *sub = attr_find_sub(attr, name);

		if (!wants_sub(r, want, extension, attr, sub))
			continue;
		put_name(r, name);
		buf_slice(r->out, value);
	}
	if (reference_is(attr) && walk_find(object, SLICE("value"), &value) &&
	    put_reference(r, want, extension, attr, walk_string(r->a, value)) ==
		-1)
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

static int
put_array(struct renderer *r, enum want want, const struct schema *extension,
    const struct attr *attr, struct slice array)
{
	struct walk w = walk_enter(array);
	struct slice element;

	buf_putc(r->out, '[');
	while (walk_element(&w, &element)) {
		size_t undo_to = r->out->len, start;

		put_element_comma(r);
		start = r->out->len;
		if (put_object(r, want, extension, attr, element) == -1)
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
	put_name(r, attr->name);
	if (attr->type != ATTR_COMPLEX ||
	    (want == WANT_ALL && !reference_is(attr) &&
		!has_special_subs(attr))) {
		buf_slice(r->out, value);
		return 0;
	}
	start = r->out->len;
	rc = attr->multi_valued ? put_array(r, want, extension, attr, value)
				: put_object(r, want, extension, attr, value);
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

	put_name(r, extension->id);
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
put_member(struct renderer *r, enum want want, const struct attr *attr,
    struct slice type, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	buf_putc(r->out, '{');
	if (wants_sub(r, want, NULL, attr, attr_find_sub(attr, SLICE("value"))))
		put_string(r, "value", slice_of(text));
	(void)type;
	if (put_reference(r, want, NULL, attr, slice_of(text)) == -1)
		return -1;
	buf_putc(r->out, '}');
	return 0;
}

/* Group.members, an edge each. */
static int
put_members(struct renderer *r, enum want want, const struct attr *attr)
{
	struct kv_range *range;
	struct slice type;
	struct uuid id;
	enum store_status status;

	if (members_open(r->txn, r->caller->tenant, r->id, &range) != STORE_OK)
		return -1;
	buf_putc(r->out, '[');
	while ((status = members_next(range, &id, &type)) == STORE_OK) {
		put_element_comma(r);
		if (put_member(r, want, attr, type, &id) == -1)
			break;
	}
	kv_range_close(range);
	buf_putc(r->out, ']');
	return status == STORE_NOTFOUND ? 0 : -1;
}

/* One group of User.groups. */
static void
put_group(struct renderer *r, enum want want, const struct attr *attr,
    const struct resource_type *type, const struct membership *m)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(&m->group, text);
	put_element_comma(r);
	buf_putc(r->out, '{');
	if (wants_sub(r, want, NULL, attr, attr_find_sub(attr, SLICE("value"))))
		put_string(r, "value", slice_of(text));
	if (wants_sub(r, want, NULL, attr, attr_find_sub(attr, SLICE("$ref"))))
		put_ref(r, type, slice_of(text));
	if (m->display.len > 0 &&
	    wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("display"))))
		put_string(r, "display", m->display);
	if (wants_sub(r, want, NULL, attr, attr_find_sub(attr, SLICE("type"))))
		put_string(r, "type",
		    m->is_direct ? SLICE("direct") : SLICE("indirect"));
	buf_putc(r->out, '}');
}

static int
put_groups(struct renderer *r, enum want want, const struct attr *attr)
{
	const struct attr *ref = attr_find_sub(attr, SLICE("$ref"));
	const struct resource_type *type =
	    ref == NULL || ref->nreference_types == 0
	    ? NULL
	    : catalog_find_type(r->identity->catalog, ref->reference_types[0]);
	struct membership *list;
	size_t n;

	buf_putc(r->out, '[');
	if (type != NULL) {
		if (groups_of(r->txn, r->caller->tenant, type->name, r->id,
			&list, &n) == -1)
			return -1;
		for (size_t i = 0; i < n; i++)
			put_group(r, want, attr, type, &list[i]);
	}
	buf_putc(r->out, ']');
	return 0;
}

static void
put_meta(struct renderer *r, enum want want, const struct attr *attr)
{
	char id[UUID_TEXT_SIZE], created[CLOCK_TEXT_SIZE];
	char modified[CLOCK_TEXT_SIZE];
	const struct {
		const char *name;
		struct slice text;
	} subs[] = {
		{ "resourceType", r->type->name },
		{ "created", { created, CLOCK_TEXT_SIZE - 1 } },
		{ "lastModified", { modified, CLOCK_TEXT_SIZE - 1 } },
		{ "location",
		    slice_of(arena_printf(r->a, "%.*s%.*s/%s",
			SLICE_ARG(r->caller->base_url),
			SLICE_ARG(r->type->endpoint),
			(uuid_format(r->id, id), id))) },
		{ "version",
		    slice_of(arena_printf(r->a, "W/\"%llu\"",
			(unsigned long long)r->record->version)) },
	};

	clock_format(r->record->created_at, created);
	clock_format(r->record->modified_at, modified);
	buf_putc(r->out, '{');
	for (size_t i = 0; i < sizeof(subs) / sizeof(subs[0]); i++)
		if (wants_sub(r, want, NULL, attr,
			attr_find_sub(attr, slice_of(subs[i].name))))
			put_string(r, subs[i].name, subs[i].text);
	buf_putc(r->out, '}');
}

/* The value of an attribute that is not in the body. */
static int
put_computed_value(struct renderer *r, enum want want, const struct attr *attr)
{
	if (attr->keep == KEEP_EDGES)
		return put_members(r, want, attr);
	if (slice_equal(attr->name, SLICE("groups")))
		return put_groups(r, want, attr);
	if (slice_equal(attr->name, SLICE("meta")))
		put_meta(r, want, attr);
	return 0;
}

static int
put_computed(struct renderer *r, const struct attr *attr)
{
	enum want want = project_wants(r->projection, NULL, attr);
	size_t undo_to = r->out->len, start;

	if (want == WANT_NO || attr->type != ATTR_COMPLEX)
		return 0;
	put_name(r, attr->name);
	start = r->out->len;
	if (put_computed_value(r, want, attr) == -1)
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
	struct renderer r = { txn, store_arena(txn), identity, caller, type,
		projection, id, record, out };
	char text[UUID_TEXT_SIZE];
	const struct attr *common;
	struct slice schemas;
	size_t ncommon;

	buf_putc(out, '{');
	if (walk_find(record->body, SLICE("schemas"), &schemas)) {
		put_name(&r, SLICE("schemas"));
		buf_slice(out, schemas);
	}
	uuid_format(id, text);
	put_string(&r, "id", slice_of(text));
	common = schema_common_attrs(&ncommon);
	if (put_body(&r) == -1 ||
	    put_all_computed(&r, type->schema->attrs, type->schema->nattrs) ==
		-1 ||
	    put_all_computed(&r, common, ncommon) == -1)
		return -1;
	buf_putc(out, '}');
	return 0;
}

/* What BUF holds, copied into the arena; BUF is freed. */
static struct slice
take_text(struct arena *a, struct buf *b)
{
	struct slice text = arena_slice(a, buf_text(b));

	buf_fini(b);
	return text;
}

int
render_member(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, struct slice type, const struct uuid *id,
    struct slice *text)
{
	struct renderer r = { .txn = txn,
		.a = store_arena(txn),
		.identity = identity,
		.caller = caller };
	const struct resource_type *group =
	    catalog_find_type(identity->catalog, SLICE("Group"));
	struct buf out;
	int rc;

	buf_init(&out, VALUE_MAX);
	r.out = &out;
	rc = put_member(&r, WANT_ALL, member_attr(group), type, id);
	*text = take_text(r.a, &out);
	return rc;
}

/* A reference as a client sees it, for a filter on its display name. */
static int
put_stored_reference(struct renderer *r, const struct attr *attr)
{
	struct slice container = r->record->body, value;

	if (attr->schema != NULL && attr->schema != r->type->schema &&
	    !walk_find(container, attr->schema->id, &container))
		return 0;
	if (!walk_find(container, attr->name, &value))
		return 0;
	return attr->multi_valued
	    ? put_array(r, WANT_ALL, attr->schema, attr, value)
	    : put_object(r, WANT_ALL, attr->schema, attr, value);
}

static bool
source_get(
    void *arg, const struct attr *attr, struct slice *value, bool *failed)
{
	const struct render_subject *s = arg;
	struct renderer r = { s->txn, store_arena(s->txn), s->identity,
		s->caller, s->type, NULL, s->id, s->record, NULL };
	char id[UUID_TEXT_SIZE];
	struct buf out;
	int rc = 0;

	buf_init(&out, VALUE_MAX);
	r.out = &out;
	uuid_format(s->id, id);
	if (attr->type != ATTR_COMPLEX)
		buf_printf(&out, "\"%s\"", id);
	else if (attr->keep == KEEP_BODY)
		rc = put_stored_reference(&r, attr);
	else
		rc = put_computed_value(&r, WANT_ALL, attr);
	*failed |= rc == -1 || buf_overflowed(&out);
	*value = take_text(r.a, &out);
	return value->len > 2;
}

struct match_source
render_source(struct render_subject *subject)
{
	return (struct match_source){ source_get, subject };
}
