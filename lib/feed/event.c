/*
 * event.c: what was done to a resource, as an event.
 */
#include <string.h>

#include "feed/event.h"
#include "json/walk.h"
#include "scim/event_uri.h"

/* A change that is longer is told by names (EVT-16). */
enum { DATA_LEN_MAX = 256 * 1024 };

static const struct slice nothing = { NULL, 0 };
static const struct slice empty = { "{}", 2 };

/* One event on its way to the page. */
struct pen {
	struct arena *a;
	struct buf *out;
	const struct resource_type *type;
	/* Put down that PATH is VALUE now; .data NULL: it is gone. */
	void (*mark)(struct pen *pen, struct slice path, struct slice value);
	size_t n; /* put down so far */
};

static void
put_comma(struct pen *pen)
{
	if (pen->n++ > 0)
		buf_putc(pen->out, ',');
}

static bool
is_never(const struct attr *attr)
{
	return attr->returned == RET_NEVER ||
	    attr->mutability == MUT_WRITE_ONLY;
}

/* Is anything in the attribute at PATH never returned (EVT-05)? */
static bool
is_hidden(const struct resource_type *type, struct slice path)
{
	struct attr_ref ref;

	if (attr_resolve(type, path, &ref) != ATTR_FOUND || ref.attr == NULL)
		return false;
	if (ref.sub != NULL)
		return is_never(ref.attr) || is_never(ref.sub);
	for (size_t i = 0; i < ref.attr->nsub; i++)
		if (is_never(&ref.attr->sub[i]))
			return true;
	return is_never(ref.attr);
}

/* The member NAME of OBJECT, or OTHERWISE. */
static struct slice
member_of(struct slice object, struct slice name, struct slice otherwise)
{
	struct slice value;

	return walk_find(object, name, &value) ? value : otherwise;
}

static struct slice
part_of(struct slice change, const char *name)
{
	return member_of(change, slice_of(name), empty);
}

static bool
is_urn(struct slice name)
{
	return memchr(name.data, ':', name.len) != NULL;
}

static bool
is_object(struct slice value)
{
	return value.data != NULL && walk_kind(value) == JSON_OBJECT;
}

static void compare(struct pen *pen, struct slice prefix, struct slice before,
    struct slice after);

/*
 * A container of an extension is taken apart, and what was complex and is
 * still; else PATCH would merge the two.
 */
static void
compare_member(struct pen *pen, struct slice prefix, struct slice name,
    struct slice old, struct slice new)
{
	struct slice path = slice_of(arena_printf(
	    pen->a, "%.*s%.*s", SLICE_ARG(prefix), SLICE_ARG(name)));
	bool is_container = prefix.len == 0 && is_urn(name);

	if (slice_equal(path, SLICE("schemas")) ||
	    (old.data != NULL && new.data != NULL &&slice_equal(old, new)))
		return;
	if (is_container || (is_object(old) && is_object(new)))
		compare(pen,
		    slice_of(arena_printf(pen->a, "%.*s%c", SLICE_ARG(path),
			is_container ? ':' : '.')),
		    is_object(old) ? old : empty, is_object(new) ? new : empty);
	else
		pen->mark(pen, path, new);
}

/* Mark every path below PREFIX at which AFTER is not as BEFORE. */
static void
compare(struct pen *pen, struct slice prefix, struct slice before,
    struct slice after)
{
	struct walk w = walk_enter(after);
	struct slice name, value, other;

	while (walk_member(&w, &name, &value))
		compare_member(
		    pen, prefix, name, member_of(before, name, nothing), value);
	w = walk_enter(before);
	while (walk_member(&w, &name, &value))
		if (!walk_find(after, name, &other))
			compare_member(pen, prefix, name, value, nothing);
}

static void
mark_name(struct pen *pen, struct slice path, struct slice value)
{
	(void)value;
	put_comma(pen);
	buf_json_string(pen->out, path);
}

static void
mark_operation(struct pen *pen, struct slice path, struct slice value)
{
	if (is_hidden(pen->type, path))
		return;
	put_comma(pen);
	buf_printf(pen->out, "{\"op\":\"%s\",\"path\":",
	    value.data == NULL ? "remove" : "replace");
	buf_json_string(pen->out, path);
	if (value.data != NULL) {
		buf_puts(pen->out, ",\"value\":");
		buf_slice(pen->out, value);
	}
	buf_putc(pen->out, '}');
}

/* The names of what is never returned, of which the log says no more. */
static void
mark_secrets(struct pen *pen, const struct schema *schema, const char *prefix)
{
	for (size_t i = 0; i < schema->nattrs; i++)
		if (is_never(&schema->attrs[i]))
			mark_name(pen,
			    slice_of(arena_printf(pen->a, "%s%.*s", prefix,
				SLICE_ARG(schema->attrs[i].name))),
			    nothing);
}

static void
mark_all_secrets(struct pen *pen)
{
	const struct resource_type *type = pen->type;

	mark_secrets(pen, type->schema, "");
	for (size_t i = 0; i < type->nextensions; i++)
		mark_secrets(pen, type->extensions[i].schema,
		    arena_printf(pen->a,
			"%.*s:", SLICE_ARG(type->extensions[i].schema->id)));
}

/* EVT-03: "attributes", the names of what is different now. */
static void
put_names(struct pen *pen, struct slice change)
{
	struct slice value;

	pen->mark = mark_name;
	buf_puts(pen->out, "\"attributes\":[");
	compare(pen, SLICE(""), part_of(change, "before"),
	    part_of(change, "after"));
	if (walk_find(change, SLICE("membersAdded"), &value) ||
	    walk_find(change, SLICE("membersRemoved"), &value))
		mark_name(pen, SLICE("members"), nothing);
	if (walk_find(change, SLICE("secretChanged"), &value))
		mark_all_secrets(pen);
	buf_putc(pen->out, ']');
}

/* [{"value":"ID"}, ...] of a list of ids. */
static void
put_members(struct buf *out, struct slice ids)
{
	struct walk w = walk_enter(ids);
	struct slice id;
	bool first = true;

	buf_putc(out, '[');
	while (walk_element(&w, &id)) {
		buf_printf(
		    out, "%s{\"value\":%.*s}", first ? "" : ",", SLICE_ARG(id));
		first = false;
	}
	buf_putc(out, ']');
}

static void
put_member_operations(struct pen *pen, struct slice change)
{
	struct walk w = walk_enter(part_of(change, "membersRemoved"));
	struct slice ids, id;

	while (walk_element(&w, &id)) {
		put_comma(pen);
		buf_printf(pen->out,
		    "{\"op\":\"remove\",\"path\":\"members[value eq "
		    "\\\"%.*s\\\"]\"}",
		    SLICE_ARG(walk_string(pen->a, id)));
	}
	if (!walk_find(change, SLICE("membersAdded"), &ids))
		return;
	put_comma(pen);
	buf_puts(pen->out, "{\"op\":\"add\",\"path\":\"members\",\"value\":");
	put_members(pen->out, ids);
	buf_putc(pen->out, '}');
}

/* The data of a patch: a PatchOp that does what was done. */
static void
put_patch(struct pen *pen, struct slice change)
{
	pen->mark = mark_operation;
	buf_puts(pen->out,
	    "\"data\":{\"schemas\":[\"" URN_PATCH "\"],\"Operations\":[");
	compare(pen, SLICE(""), part_of(change, "before"),
	    part_of(change, "after"));
	put_member_operations(pen, change);
	buf_puts(pen->out, "]}");
}

/* The members of OBJECT that may be told, each behind a comma. */
static void
put_attributes(struct pen *pen, struct slice prefix, struct slice object)
{
	struct walk w = walk_enter(object);
	struct slice name, value, path;

	while (walk_member(&w, &name, &value)) {
		path = slice_of(arena_printf(
		    pen->a, "%.*s%.*s", SLICE_ARG(prefix), SLICE_ARG(name)));
		if (is_hidden(pen->type, path))
			continue;
		put_comma(pen);
		buf_printf(pen->out, "\"%.*s\":", SLICE_ARG(name));
		if (prefix.len > 0 || !is_urn(name)) {
			buf_slice(pen->out, value);
			continue;
		}
		buf_putc(pen->out, '{');
		pen->n = 0;
		put_attributes(pen,
		    slice_of(arena_printf(pen->a, "%.*s:", SLICE_ARG(name))),
		    value);
		pen->n = 1;
		buf_putc(pen->out, '}');
	}
}

/* The data of a create or put: the whole resource as it is then. */
static void
put_resource(struct pen *pen, struct slice change)
{
	struct slice ids;

	buf_puts(pen->out, "\"data\":{");
	put_comma(pen);
	buf_printf(pen->out, "\"id\":%.*s", SLICE_ARG(part_of(change, "id")));
	put_attributes(pen, SLICE(""), part_of(change, "same"));
	put_attributes(pen, SLICE(""), part_of(change, "after"));
	if (walk_find(change, SLICE("membersAdded"), &ids)) {
		buf_puts(pen->out, ",\"members\":");
		put_members(pen->out, ids);
	}
	buf_putc(pen->out, '}');
}

/* Does the log not know the whole resource?  A put names what it left. */
static bool
is_told_by_patch(struct slice change, const char *name)
{
	struct slice value;

	if (strcmp(name, "create") == 0)
		return false;
	return strcmp(name, "patch") == 0 ||
	    !walk_find(change, SLICE("same"), &value);
}

/*
 * "URI":{"data":...,"version":...}; false when there is nothing to be told,
 * as of a new password.
 */
static bool
put_full(struct pen *pen, const char *name, struct slice change)
{
	bool by_patch = is_told_by_patch(change, name);

	buf_printf(pen->out, "\"" EVENT_URI "prov:%s:full\":{",
	    by_patch ? "patch" : name);
	if (by_patch)
		put_patch(pen, change);
	else
		put_resource(pen, change);
	return pen->n > 0;
}

void
event_put(struct arena *a, struct buf *out, const struct resource_type *type,
    const char *name, struct slice change, bool full)
{
	struct pen pen = { .a = a, .out = out, .type = type };
	size_t start = out->len;

	if (strcmp(name, "delete") == 0) {
		buf_puts(out, "\"" EVENT_URI "prov:delete\":{}");
		return;
	}
	if (!full || change.len > DATA_LEN_MAX ||
	    !put_full(&pen, name, change)) {
		buf_truncate(out, start);
		buf_printf(out, "\"" EVENT_URI "prov:%s:notice\":{", name);
		pen.n = 0;
		put_names(&pen, change);
	}
	buf_printf(out, ",\"version\":\"W/\\\"%.*s\\\"\"}",
	    SLICE_ARG(part_of(change, "version")));
}

/* Absent, an account is usable: only false says that it is not. */
static bool
is_active(struct slice body)
{
	return !slice_equal(
	    member_of(body, SLICE("active"), nothing), SLICE("false"));
}

const char *
event_activation(struct slice change)
{
	struct slice before, after;
	bool was, is;

	if (!walk_find(change, SLICE("before"), &before) ||
	    !walk_find(change, SLICE("after"), &after))
		return NULL;
	was = is_active(before);
	is = is_active(after);
	if (was == is)
		return NULL;
	return is ? "activate" : "deactivate";
}
