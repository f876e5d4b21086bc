/*
 * export.c: every resource of a tenant as a line of JSON.
 */
#include "identity/export.h"
#include "identity/member.h"
#include "store/members.h"
#include "store/resources.h"

enum {
	BATCH_MAX = 500,	     /* resources of one transaction */
	BATCH_BYTES = 1024 * 1024,   /* of their lines; then it is full */
	LINES_MAX = 64 * 1024 * 1024 /* a resource has at most 1 MiB or so */
};

/* The walk through the resources of one type. */
struct walk_state {
	const struct export *order;
	const struct resource_type *type;
	struct buf lines;

	bool has_last;
	struct uuid last; /* the resource that was written last */

	/* One batch. */
	struct uuid batch_last;
	size_t n;
	bool more;

	/* Members of a group. */
	struct uuid group;
	struct uuid member; /* the last one written */
	bool has_member;
	bool is_done;
};

static void
put_meta(struct buf *b, const struct resource_type *type, const struct uuid *id,
    const struct record *record, bool times)
{
	char text[UUID_TEXT_SIZE], created[CLOCK_TEXT_SIZE];
	char modified[CLOCK_TEXT_SIZE];

	uuid_format(id, text);
	buf_printf(b, "{\"id\":\"%s\",\"meta\":{\"resourceType\":\"%.*s\"",
	    text, SLICE_ARG(type->name));
	if (times) {
		clock_format(record->created_at, created);
		clock_format(record->modified_at, modified);
		buf_printf(b, ",\"created\":\"%s\",\"lastModified\":\"%s\"",
		    created, modified);
	}
	buf_printf(b, ",\"version\":\"W/\\\"%llu\\\"\"},",
	    (unsigned long long)record->version);
}

/* The body is an object that has at least "schemas". */
static void
put_resource(
    struct walk_state *w, const struct uuid *id, const struct record *record)
{
	put_meta(&w->lines, w->type, id, record, true);
	if (w->order->secrets && record->secret.len > 0) {
		buf_puts(&w->lines, "\"" EXPORT_SECRET "\":");
		buf_slice(&w->lines, record->secret);
		buf_putc(&w->lines, ',');
	}
	buf_slice(&w->lines, slice_from(record->body, 1));
	buf_putc(&w->lines, '\n');
}

static int
resources_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct walk_state *w = arg;
	struct kv_range *range;
	struct record record;
	enum store_status status = STORE_OK;

	(void)err;
	buf_clear(&w->lines);
	w->n = 0;
	if (resources_open(txn, w->order->caller->tenant, w->type->name,
		w->has_last ? &w->last : NULL, NULL, &range) != STORE_OK)
		return -1;
	while (w->n < BATCH_MAX && w->lines.len < BATCH_BYTES &&
	    (status = resources_next(range, &w->batch_last, &record)) ==
		STORE_OK) {
		put_resource(w, &w->batch_last, &record);
		w->n++;
	}
	kv_range_close(range);
	w->more = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

static int
write_lines(struct walk_state *w, uint64_t n, struct error *err)
{
	if (buf_overflowed(&w->lines))
		return error_set(err, ERR_TOO_LARGE,
		    "a %.*s is larger than %d bytes", SLICE_ARG(w->type->name),
		    LINES_MAX);
	return w->order->write(w->order->arg, buf_text(&w->lines), n, err);
}

static int
export_resources(struct walk_state *w, struct error *err)
{
	w->has_last = false;
	do {
		if (store_view(w->order->identity->store, resources_body, w,
			err) == -1 ||
		    write_lines(w, w->n, err) == -1)
			return -1;
		w->last = w->batch_last;
		w->has_last = w->has_last || w->n > 0;
	} while (w->more);
	return 0;
}

/* A line with the next members of w->group; none: done with it. */
static int
put_members(
    struct walk_state *w, struct kv_txn *txn, const struct record *record)
{
	struct kv_range *range;
	struct slice type;
	struct uuid id;
	enum store_status status = STORE_OK;
	char text[UUID_TEXT_SIZE];
	size_t n = 0;

	if (members_open(txn, w->order->caller->tenant, &w->group,
		w->has_member ? &w->member : NULL, true, &range) != STORE_OK)
		return -1;
	while (n < EXPORT_MEMBERS &&
	    (status = members_next(range, &id, &type)) == STORE_OK) {
		uuid_format(&id, text);
		if (n++ == 0) {
			put_meta(&w->lines, w->type, &w->group, record, false);
			buf_printf(&w->lines,
			    "\"%.*s\":", SLICE_ARG(member_attr(w->type)->name));
		}
		buf_printf(&w->lines, "%c{\"value\":\"%s\",\"type\":\"%.*s\"}",
		    n == 1 ? '[' : ',', text, SLICE_ARG(type));
		w->batch_last = id;
	}
	kv_range_close(range);
	if (n > 0)
		buf_puts(&w->lines, "]}\n");
	w->is_done = status == STORE_NOTFOUND;
	return status == STORE_FAIL ? -1 : 0;
}

/* The next piece of the members of a group that may be gone by now. */
static int
members_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct walk_state *w = arg;
	struct record record;

	(void)err;
	buf_clear(&w->lines);
	w->is_done = true;
	switch (resource_get(txn, w->order->caller->tenant, w->type->name,
	    &w->group, false, &record)) {
	case STORE_OK:
		return put_members(w, txn, &record);
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

static int
next_group_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct walk_state *w = arg;
	struct kv_range *range;
	struct record record;
	enum store_status status;

	(void)err;
	if (resources_open(txn, w->order->caller->tenant, w->type->name,
		w->has_last ? &w->last : NULL, NULL, &range) != STORE_OK)
		return -1;
	status = resources_next(range, &w->group, &record);
	kv_range_close(range);
	w->more = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

static int
export_group(struct walk_state *w, struct error *err)
{
	w->has_member = false;
	do {
		if (store_view(w->order->identity->store, members_body, w,
			err) == -1 ||
		    write_lines(w, 0, err) == -1)
			return -1;
		w->member = w->batch_last;
		w->has_member = true;
	} while (!w->is_done);
	return 0;
}

static int
export_members(struct walk_state *w, struct error *err)
{
	w->has_last = false;
	for (;;) {
		if (store_view(w->order->identity->store, next_group_body, w,
			err) == -1)
			return -1;
		if (!w->more)
			return 0;
		if (export_group(w, err) == -1)
			return -1;
		w->last = w->group;
		w->has_last = true;
	}
}

/* Run EACH on the types that have members, or on the others. */
static int
each_type(struct walk_state *w, bool with_members,
    int (*each)(struct walk_state *, struct error *), struct error *err)
{
	const struct catalog *catalog = w->order->identity->catalog;

	for (size_t i = 0; (w->type = catalog_type(catalog, i)) != NULL; i++)
		if ((member_attr(w->type) != NULL) == with_members &&
		    each(w, err) == -1)
			return -1;
	return 0;
}

int
identity_export(const struct export *order, struct error *err)
{
	struct walk_state w = { .order = order };
	int rc = -1;

	buf_init(&w.lines, LINES_MAX);
	if (each_type(&w, false, export_resources, err) == 0 &&
	    each_type(&w, true, export_resources, err) == 0)
		rc = each_type(&w, true, export_members, err);
	buf_fini(&w.lines);
	return rc;
}
