/*
 * computed.c: what a client sees of a resource and the body does not hold:
 * members, groups, meta, and what references point to.
 */
#include "base/nelem.h"
#include "identity/groups.h"
#include "identity/member.h"
#include "identity/record.h"
#include "identity/reference.h"
#include "identity/renderer.h"
#include "store/members.h"

/* "$ref": the URL of the resource ID of TYPE. */
/* RFC 3986 section 2.3. */
static bool
is_unreserved(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

void
render_ref(
    struct renderer *r, const struct resource_type *type, struct slice id)
{
	render_name(r, SLICE("$ref"));
	buf_json_string(r->out,
	    slice_of(arena_printf(r->a, "%.*s%.*s/",
		SLICE_ARG(r->caller->base_url), SLICE_ARG(type->endpoint))));
	/* Inside the quotes.  A client may have sent anything as an id. */
	buf_truncate(r->out, r->out->len - 1);
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
		if (n++ == r->members_max && r->members_max > 0) {
			r->is_truncated = true;
			status = STORE_NOTFOUND;
			break;
		}
		render_comma(r);
		if (render_edge(r, want, attr, &id) == -1)
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
	render_comma(r);
	buf_putc(r->out, '{');
	if (render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("value"))))
		render_string(r, "value", slice_of(text));
	if (render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("$ref"))))
		render_ref(r, type, slice_of(text));
	if (m->display.len > 0 &&
	    render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("display"))))
		render_string(r, "display", m->display);
	if (render_wants_sub(
		r, want, NULL, attr, attr_find_sub(attr, SLICE("type"))))
		render_string(r, "type",
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
	for (size_t i = 0; i < NELEM(subs); i++)
		if (render_wants_sub(r, want, NULL, attr,
			attr_find_sub(attr, slice_of(subs[i].name))))
			render_string(r, subs[i].name, subs[i].text);
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
