/*
 * computed.c: what a client sees of a resource and the body does not hold:
 * members, groups, and what references point to.
 */
#include "identity/groups.h"
#include "identity/member.h"
#include "identity/record.h"
#include "identity/reference.h"
#include "identity/renderer.h"
#include "store/members.h"

/* RFC 3986 section 2.3. */
static bool
is_unreserved(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

struct slice
render_url(struct renderer *r, const struct resource_type *type)
{
	size_t start = r->out->len;
	struct slice text;

	buf_json_string(r->out,
	    ARENA_JOIN(r->a, r->caller->base_url, type->endpoint, SLICE("/")));
	text = slice_from(buf_text(r->out), start + 1);
	if (text.len > 0)
		text.len--;
	text = arena_slice(r->a, text);
	buf_truncate(r->out, start);
	return text;
}

void
render_ref(
    struct renderer *r, const struct resource_type *type, struct slice id)
{
	if (r->ref_type != type)
		r->ref = render_url(r, type);
	r->ref_type = type;
	render_name(r, SLICE("$ref"));
	buf_putc(r->out, '"');
	buf_slice(r->out, r->ref);
	/* A client may have sent anything as an id. */
	for (size_t i = 0; i < id.len; i++)
		if (is_unreserved(id.data[i]))
			buf_putc(r->out, id.data[i]);
		else
			buf_printf(r->out, "%%%02X",
			    (unsigned)(unsigned char)id.data[i]);
	buf_putc(r->out, '"');
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
		status = reference_find(r->txn, r->identity, r->caller, ref,
		    &uuid, &t->type, &record);
	if (status == STORE_FAIL)
		return -1;
	t->exists = status == STORE_OK;
	if (t->exists)
		t->display = record_display(r->a, record.body);
	return 0;
}

/* The computed sub-attributes of a reference, behind "value". */
int
render_reference(struct renderer *r, enum want want,
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
	if (t.type != NULL && render_wants_sub(r, want, extension, attr, ref))
		render_ref(r, t.type, id);
	if (t.exists && render_wants_sub(r, want, extension, attr, type))
		render_string(r, "type", t.type->name);
	if (t.display.len > 0 &&
	    render_wants_sub(r, want, extension, attr, name)) {
		render_name(r, name->name);
		buf_json_string(r->out, t.display);
	}
	return 0;
}

int
render_edge(struct renderer *r, enum want want, const struct attr *attr,
    const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	buf_putc(r->out, '{');
	if (render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("value"))))
		render_string(r, "value", slice_of(text));
	if (render_reference(r, want, NULL, attr, slice_of(text)) == -1)
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
	int64_t n = 0;

	if (members_open(r->txn, r->caller->tenant, r->id, NULL, false,
		&range) != STORE_OK)
		return -1;
	buf_putc(r->out, '[');
	while ((status = members_next(range, &id, &type)) == STORE_OK) {
		int hidden = member_is_hidden(
		    r->txn, r->identity, r->caller, attr, r->id, &id);

		if (hidden == 1)
			continue;
		if (hidden == -1)
			break;
		if (n++ == r->members_max && r->members_max > 0) {
			r->is_truncated = true;
			status = STORE_NOTFOUND;
			break;
		}
		render_comma(r);
		if (render_edge(r, want, attr, &id) == -1 ||
		    buf_overflowed(r->out))
			break;
	}
	kv_range_close(range);
	buf_putc(r->out, ']');
	return status == STORE_NOTFOUND ? 0 : -1;
}

static void
put_membership(struct renderer *r, enum want want, const struct attr *attr,
    const struct resource_type *type, const struct membership *m)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(&m->group->id, text);
	buf_putc(r->out, '{');
	if (render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("value"))))
		render_string(r, "value", slice_of(text));
	if (render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("$ref"))))
		render_ref(r, type, slice_of(text));
	if (m->group->display.len > 0 &&
	    render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("display"))))
		render_string(r, "display", m->group->display);
	if (render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("type"))))
		render_string(r, "type",
		    m->is_direct ? SLICE("direct") : SLICE("indirect"));
	buf_putc(r->out, '}');
}

/* One group of User.groups: it looks the same in every member of it. */
static void
put_group(struct renderer *r, enum want want, const struct attr *attr,
    const struct resource_type *type, const struct membership *m)
{
	struct slice *shown = &m->group->shown[m->is_direct];
	size_t start;

	render_comma(r);
	start = r->out->len;
	if (shown->len > 0) {
		buf_slice(r->out, *shown);
		return;
	}
	put_membership(r, want, attr, type, m);
	*shown = arena_slice(r->a, slice_from(buf_text(r->out), start));
}

/* The type of the groups in ATTR, or NULL. */
static const struct resource_type *
type_of_groups(struct renderer *r, const struct attr *attr)
{
	const struct attr *ref;

	if (r->group_type == NULL) {
		ref = attr_find_sub(attr, SLICE("$ref"));
		if (ref != NULL && ref->nreference_types > 0)
			r->group_type = catalog_find_type(
			    r->identity->catalog, ref->reference_types[0]);
	}
	return r->group_type;
}

/* Which groups the resource ID is in; WANT is of ATTR. */
static int
ask_groups(struct renderer *r, enum want want, const struct attr *attr,
    const struct resource_type *type, const struct uuid *id)
{
	if (r->groups == NULL)
		r->groups = groups_new(r->txn, r->caller, type,
		    render_wants_sub(r, want, NULL, attr,
			attr_find_sub(attr, SLICE("display"))));
	return groups_of(r->groups, id, &r->memberships, &r->nmemberships);
}

static int
put_memberships(struct renderer *r, enum want want, const struct attr *attr,
    const struct resource_type *type)
{
	if (!r->has_asked && ask_groups(r, want, attr, type, r->id) == -1)
		return -1;
	r->has_asked = false;
	for (size_t i = 0; i < r->nmemberships; i++)
		put_group(r, want, attr, type, &r->memberships[i]);
	return 0;
}

static int
put_groups(struct renderer *r, enum want want, const struct attr *attr)
{
	const struct resource_type *type = type_of_groups(r, attr);

	buf_putc(r->out, '[');
	if (type != NULL && !r->is_created &&
	    put_memberships(r, want, attr, type) == -1)
		return -1;
	buf_putc(r->out, ']');
	return 0;
}

static bool
is_groups(const struct attr *attr)
{
	return attr->keep == KEEP_COMPUTED &&
	    slice_equal(attr->name, SLICE("groups"));
}

int
render_ask_first(struct renderer *r, const struct uuid *id)
{
	const struct schema *schema = r->type->schema;
	const struct resource_type *type;
	enum want want;

	for (size_t i = 0; i < schema->nattrs; i++) {
		const struct attr *attr = &schema->attrs[i];

		if (!is_groups(attr) ||
		    (want = project_wants(r->projection, NULL, attr)) ==
			WANT_NO ||
		    (type = type_of_groups(r, attr)) == NULL)
			continue;
		r->has_asked = true;
		return ask_groups(r, want, attr, type, id);
	}
	return 0;
}

/* The value of an attribute that is not in the body. */
int
render_computed(struct renderer *r, enum want want, const struct attr *attr)
{
	if (attr->keep == KEEP_EDGES)
		return put_members(r, want, attr);
	if (is_groups(attr))
		return put_groups(r, want, attr);
	if (attr->schema == NULL && slice_equal(attr->name, SLICE("meta")))
		render_meta(r, want, attr);
	return 0;
}
