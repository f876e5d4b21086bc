/*
 * computed.c: what a client sees of a resource and the body does not hold:
 * members, groups, meta, and what references point to.
 */
#include "identity/bound.h"
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

/* The URL of the resources of TYPE up to their id, inside a JSON string. */
static struct slice
url_of(struct renderer *r, const struct resource_type *type)
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
		r->ref = url_of(r, type);
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
		int hidden =
		    member_is_hidden(r->txn, r->identity, r->caller, attr, &id);

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

/* Is GROUP there for the caller (bound.h)? */
static int
admits_group(struct renderer *r, const struct resource_type *type,
    const struct group *group)
{
	struct record record;

	if (r->caller->bound == NULL)
		return 1;
	switch (resource_get(r->txn, r->caller->tenant, type->name, &group->id,
	    false, &record)) {
	case STORE_OK:
		return bound_admits(
		    r->txn, r->a, r->caller, type, &group->id, &record);
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

static int
put_groups(struct renderer *r, enum want want, const struct attr *attr)
{
	const struct attr *ref = attr_find_sub(attr, SLICE("$ref"));
	const struct resource_type *type =
	    ref == NULL || ref->nreference_types == 0
	    ? NULL
	    : catalog_find_type(r->identity->catalog, ref->reference_types[0]);
	const struct membership *list;
	size_t n;

	buf_putc(r->out, '[');
	if (type != NULL) {
		if (r->groups == NULL)
			r->groups =
			    groups_new(r->txn, r->caller->tenant, type->name);
		if (groups_of(r->groups, r->id, &list, &n) == -1)
			return -1;
		for (size_t i = 0; i < n; i++)
			switch (admits_group(r, type, list[i].group)) {
			case 1:
				put_group(r, want, attr, type, &list[i]);
				break;
			case -1:
				return -1;
			}
	}
	buf_putc(r->out, ']');
	return 0;
}

/* The parts of meta, RFC 7643 section 3.1. */
enum {
	META_RESOURCE_TYPE,
	META_CREATED,
	META_LAST_MODIFIED,
	META_LOCATION,
	META_VERSION,
	META_MAX
};

static const struct slice meta_names[META_MAX] = {
	[META_RESOURCE_TYPE] = { "resourceType", 12 },
	[META_CREATED] = { "created", 7 },
	[META_LAST_MODIFIED] = { "lastModified", 12 },
	[META_LOCATION] = { "location", 8 },
	[META_VERSION] = { "version", 7 },
};

/* Which parts of META are wanted is the same for all that R renders. */
static void
know_meta(struct renderer *r, enum want want, const struct attr *meta)
{
	for (int i = 0; i < META_MAX; i++)
		if (render_wants_sub(r, want, NULL, meta,
			attr_find_sub(meta, meta_names[i])))
			r->meta |= 1u << i;
	r->knows_meta = true;
}

/* Most were never modified: the one time is the other. */
static void
put_time(struct renderer *r, int part, int64_t at_ms)
{
	if (r->time_at != at_ms || r->time[0] == '\0')
		clock_format(at_ms, r->time);
	r->time_at = at_ms;
	render_plain(r, meta_names[part],
	    (struct slice){ r->time, CLOCK_TEXT_SIZE - 1 }, SLICE(""));
}

static void
put_meta_part(struct renderer *r, int part)
{
	char id[UUID_TEXT_SIZE];

	switch (part) {
	case META_RESOURCE_TYPE:
		render_string(r, "resourceType", r->type->name);
		break;
	case META_CREATED:
		put_time(r, part, r->record->created_at);
		break;
	case META_LAST_MODIFIED:
		put_time(r, part, r->record->modified_at);
		break;
	case META_LOCATION:
		if (r->location.len == 0)
			r->location = url_of(r, r->type);
		uuid_format(r->id, id);
		render_plain(r, meta_names[part], r->location,
		    (struct slice){ id, UUID_TEXT_LEN });
		break;
	case META_VERSION:
		render_name(r, meta_names[part]);
		buf_puts(r->out, "\"W/\\\"");
		buf_number(r->out, r->record->version);
		buf_puts(r->out, "\\\"\"");
		break;
	}
}

static void
put_meta(struct renderer *r, enum want want, const struct attr *attr)
{
	if (!r->knows_meta)
		know_meta(r, want, attr);
	buf_putc(r->out, '{');
	for (int i = 0; i < META_MAX; i++)
		if ((r->meta & 1u << i) != 0)
			put_meta_part(r, i);
	buf_putc(r->out, '}');
}

/* The value of an attribute that is not in the body. */
int
render_computed(struct renderer *r, enum want want, const struct attr *attr)
{
	if (attr->keep == KEEP_EDGES)
		return put_members(r, want, attr);
	if (slice_equal(attr->name, SLICE("groups")))
		return put_groups(r, want, attr);
	if (slice_equal(attr->name, SLICE("meta")))
		put_meta(r, want, attr);
	return 0;
}
