/*
 * import.c: resources out of lines of JSON.
 *
 * What is slow or pure is done when a line comes; then items are written
 * many at a time, since a transaction costs as much as a hundred of them.
 * When one of them is refused, halves are tried, down to the one.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/number.h"
#include "identity/export.h"
#include "identity/import.h"
#include "identity/index.h"
#include "identity/member.h"
#include "identity/record.h"
#include "json/json.h"
#include "scim/validate.h"

enum {
	WEIGHT_MAX = 1000,	    /* of the items of one transaction */
	RESOURCE_WEIGHT = 2,	    /* so 500 resources */
	BYTES_MAX = 8 * 1024 * 1024 /* of their lines */
};

enum fate { FATE_CREATED, FATE_SAME, FATE_DIFFERENT, FATE_NO_GROUP };

/* One thing to write: a resource, or some members of one. */
struct item {
	uint64_t line;
	const struct resource_type *type;
	struct uuid id;
	struct record record;
	bool has_meta;		    /* version and times are the line's own */
	struct member_plan members; /* .attr NULL: the resource itself */

	/* What became of it; begun anew by each run of the body. */
	enum fate fate;
	size_t added;
	size_t unknown;
};

struct importer {
	const struct import *order;
	struct arena *a; /* of the items */
	struct caller caller;
	struct item *items;
	size_t n;
	size_t size;
	size_t weight;
	size_t bytes;
	struct import_result result;
};

struct importer *
import_new(const struct import *order)
{
	struct importer *im = calloc(1, sizeof(*im));

	if (im == NULL)
		fatal("out of memory");
	im->order = order;
	im->a = arena_new();
	im->caller = *order->caller;
	im->caller.arena = im->a;
	return im;
}

void
import_free(struct importer *im)
{
	if (im == NULL)
		return;
	arena_free(im->a);
	free(im);
}

const struct import_result *
import_result(const struct importer *im)
{
	return &im->result;
}

static struct item *
add_item(struct importer *im, const struct item *item, size_t weight)
{
	size_t size = im->size == 0 ? 16 : im->size * 2;

	if (im->n == im->size) {
		im->items = arena_grow(im->a, im->items, im->n * sizeof(*item),
		    size * sizeof(*item));
		im->size = size;
	}
	im->items[im->n] = *item;
	im->weight += weight;
	return &im->items[im->n++];
}

/* By meta.resourceType, else by a schema in "schemas". */
static const struct resource_type *
type_of(const struct importer *im, const struct json_object *tree)
{
	const struct catalog *catalog = im->order->identity->catalog;
	const struct json_object *schemas = json_attr(tree, SLICE("schemas"));
	struct json_object *name =
	    json_attr(json_attr(tree, SLICE("meta")), SLICE("resourceType"));
	const struct resource_type *type;

	if (name != NULL)
		return catalog_find_type(catalog, json_string(name));
	for (size_t i = 0; (type = catalog_type(catalog, i)) != NULL; i++)
		for (size_t j = 0; j < json_len(schemas); j++)
			if (slice_equal_nocase(json_string(json_at(schemas, j)),
				type->schema->id))
				return type;
	return NULL;
}

static int64_t
time_of(const struct json_object *meta, const char *name, int64_t otherwise)
{
	struct instant at;

	if (clock_parse(json_string(json_attr(meta, slice_of(name))), &at) ==
	    -1)
		return otherwise;
	return at.seconds * 1000 + at.nanoseconds / 1000000;
}

/* W/"7", or 1. */
static uint64_t
version_of(const struct json_object *meta)
{
	struct slice text = json_string(json_attr(meta, SLICE("version")));
	int64_t version;

	if (text.len < 5 ||
	    !slice_equal((struct slice){ text.data, 3 }, SLICE("W/\"")) ||
	    parse_int((struct slice){ text.data + 3, text.len - 4 }, 1,
		INT64_MAX, &version, NULL) == -1)
		return 1;
	return (uint64_t)version;
}

static void
read_meta(const struct importer *im, const struct json_object *tree,
    struct item *item)
{
	const struct json_object *meta = json_attr(tree, SLICE("meta"));
	struct record *record = &item->record;
	int64_t now = im->caller.now;

	item->has_meta = json_has(meta, SLICE("version")) &&
	    json_has(meta, SLICE("created"));

	record->version = version_of(meta);
	record->created_at = time_of(meta, "created", now);
	record->modified_at = time_of(meta, "lastModified", record->created_at);
	if (record->modified_at < record->created_at)
		record->modified_at = record->created_at;
}

/* No default stands for what the line does not have. */
static void
drop_defaults(const struct json_object *line, struct json_object *tree)
{
	struct json_member m = json_first(tree);

	while (m.entry != NULL) {
		struct slice name = m.name;

		json_next(&m);
		if (!json_has(line, name) &&
		    !slice_equal(name, SLICE("schemas")))
			json_delete(tree, name);
	}
}

/* The line as a record; SECRET is what it has of a store, or NULL. */
static int
read_record(struct importer *im, const struct resource_type *type,
    struct json_object *line, const struct json_object *secret,
    struct record *record, struct error *err)
{
	struct json_object *tree;

	if (secret != NULL && json_kind(secret) != JSON_OBJECT)
		return error_set(
		    err, ERR_INVALID_VALUE, EXPORT_SECRET " is not an object");
	if (validate_body(im->a, type, im->caller.profile, line, &tree, err) ==
	    -1)
		return -1;
	drop_defaults(line, tree);
	if (record_hash_secrets(im->a, type, tree, err) == -1)
		return -1;
	record_from_tree(im->a, type, tree, record);
	if (secret != NULL)
		record->secret = json_text(im->a, secret);
	return 0;
}

/* Its members, in pieces. */
static int
add_members(struct importer *im, const struct item *resource,
    const struct json_object *tree, struct error *err)
{
	struct item item = *resource;
	struct member_plan all;

	if (member_plan_body(&im->caller, item.type, tree, false, &all, err) ==
	    -1)
		return -1;
	im->result.unknown_members += all.ignored;
	for (size_t i = 0; i < all.n; i += EXPORT_MEMBERS) {
		item.members = (struct member_plan){ .attr = all.attr,
			.wishes = all.wishes + i,
			.n = all.n - i < EXPORT_MEMBERS ? all.n - i
							: EXPORT_MEMBERS };
		add_item(im, &item, item.members.n);
	}
	return 0;
}

/* Type, id and meta. */
static int
read_identity(const struct importer *im, struct item *item,
    const struct json_object *tree, struct error *err)
{
	const struct json_object *id = json_attr(tree, SLICE("id"));

	item->type = type_of(im, tree);
	if (item->type == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "neither meta.resourceType nor schemas name a type that "
		    "is known here");
	read_meta(im, tree, item);
	if (id == NULL)
		item->id = uuid_new(im->caller.now);
	else if (uuid_parse(json_string(id), &item->id) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "the id '%.*s' is not a UUID in lower case; without an id "
		    "the resource gets one",
		    SLICE_ARG(json_string(id)));
	return 0;
}

static int
add_resource(struct importer *im, struct item *item, struct json_object *tree,
    struct error *err)
{
	struct json_object *secret = json_get(tree, EXPORT_SECRET);

	/* Its own tree dies with the member that is taken away. */
	if (secret != NULL)
		secret = json_copy(im->a, secret);
	json_delete(tree, SLICE(EXPORT_SECRET));
	if (read_record(im, item->type, tree, secret, &item->record, err) == -1)
		return -1;
	add_item(im, item, RESOURCE_WEIGHT);
	return 0;
}

/* A line without "schemas" has members of a resource that stands above. */
static int
read_line(struct importer *im, struct item *item, struct slice text,
    struct error *err)
{
	struct json_object *tree;

	if (json_parse(im->a, text, &tree, err) == -1 ||
	    read_identity(im, item, tree, err) == -1)
		return -1;
	if (json_has(tree, SLICE("schemas"))) {
		if (add_resource(im, item, tree, err) == -1)
			return -1;
	} else if (member_attr(item->type) == NULL ||
	    !json_has(tree, member_attr(item->type)->name)) {
		return error_set(err, ERR_INVALID_VALUE,
		    "it has no \"schemas\", and no members");
	}
	return add_members(im, item, tree, err);
}

static void
tell(struct importer *im, uint64_t line, const char *text)
{
	im->order->problem(im->order->arg, line, text);
}

void
import_refuse(struct importer *im, uint64_t line, const char *text)
{
	im->result.refused++;
	tell(im, line, text);
}

int
import_line(
    struct importer *im, uint64_t line, struct slice text, struct error *err)
{
	struct item item = { .line = line };
	struct error wrong;
	size_t n = im->n;

	if (slice_trim(text).len == 0)
		return 0;
	if (read_line(im, &item, text, &wrong) == -1) {
		im->n = n;
		import_refuse(im, line, wrong.detail);
	}
	im->bytes += text.len;
	if (im->weight < WEIGHT_MAX && im->bytes < BYTES_MAX)
		return 0;
	return import_flush(im, err);
}

/* Are the two the same resource, however the text is laid out? */
static bool
is_same(struct arena *a, const struct record *x, const struct item *item)
{
	const struct record *y = &item->record;
	struct json_object *one, *other;
	struct error err;

	if (item->has_meta &&
	    (x->version != y->version || x->created_at != y->created_at ||
		x->modified_at != y->modified_at))
		return false;
	if (slice_equal(x->body, y->body))
		return true;
	return json_parse(a, x->body, &one, &err) == 0 &&
	    json_parse(a, y->body, &other, &err) == 0 && json_equal(one, other);
}

static int
write_resource(struct kv_txn *txn, const struct importer *im, struct item *item,
    struct error *err)
{
	struct change change = { .operation = "create",
		.type = item->type,
		.id = item->id,
		.after = &item->record };
	struct record there;

	switch (resource_get(txn, im->caller.tenant, item->type->name,
	    &item->id, true, &there)) {
	case STORE_OK:
		item->fate = is_same(store_arena(txn), &there, item)
		    ? FATE_SAME
		    : FATE_DIFFERENT;
		return 0;
	case STORE_NOTFOUND:
		break;
	default:
		return -1;
	}
	item->fate = FATE_CREATED;
	if (index_update(txn, im->order->identity, &im->caller, item->type,
		&item->id, SLICE(""), item->record.body, err) == -1 ||
	    resource_put(txn, im->caller.tenant, item->type->name, &item->id,
		&item->record) != STORE_OK ||
	    record_add_count(txn, &im->caller, item->type, &item->id, 1) == -1)
		return -1;
	return change_write(txn, &im->caller, &change);
}

/* Members, unless the group was changed since the line was written. */
static int
write_members(struct kv_txn *txn, const struct importer *im, struct item *item,
    struct error *err)
{
	struct record group;
	struct change change = { .operation = "patch",
		.type = item->type,
		.id = item->id,
		.before = &group,
		.after = &group };
	enum store_status status = resource_get(
	    txn, im->caller.tenant, item->type->name, &item->id, true, &group);

	if (status == STORE_FAIL)
		return -1;
	item->fate = status == STORE_NOTFOUND	   ? FATE_NO_GROUP
	    : group.version > item->record.version ? FATE_DIFFERENT
						   : FATE_SAME;
	if (item->fate != FATE_SAME)
		return 0;
	if (member_apply_plan(txn, im->order->identity, &im->caller,
		&item->members, &change, &item->unknown, err) == -1)
		return -1;
	item->added = change.added.n;
	return item->added == 0 ? 0 : change_write(txn, &im->caller, &change);
}

struct batch {
	struct importer *im;
	struct item *items;
	size_t n;
};

static int
batch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct batch *b = arg;

	if (change_begin(txn, &b->im->caller, err) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++) {
		struct item *item = &b->items[i];

		item->added = item->unknown = 0;
		if ((item->members.attr != NULL
			    ? write_members(txn, b->im, item, err)
			    : write_resource(txn, b->im, item, err)) == -1)
			return -1;
	}
	return 0;
}

/* After the commit. */
static void
count_item(struct importer *im, const struct item *item)
{
	struct import_result *r = &im->result;
	bool is_resource = item->members.attr == NULL;

	r->members += item->added;
	r->unknown_members += item->unknown;
	if (item->unknown > 0)
		tell(im, item->line,
		    "some members are not there and were left out; if they "
		    "stand further down, import the file once more");
	if (item->fate == FATE_DIFFERENT)
		tell(im, item->line,
		    "it is there already, with another version or content: "
		    "left as it is");
	if (item->fate == FATE_NO_GROUP)
		tell(im, item->line, "its group is not there");
	r->created += item->fate == FATE_CREATED;
	r->same += is_resource && item->fate == FATE_SAME;
	r->different += item->fate == FATE_DIFFERENT;
	r->refused += item->fate == FATE_NO_GROUP;
}

/* What is no fault of the line ends the import. */
static bool
is_fatal(enum error_code code)
{
	return code == ERR_BUSY || code == ERR_FULL || code == ERR_INTERNAL;
}

static int
write_items(
    struct importer *im, struct item *items, size_t n, struct error *err)
{
	struct batch b = { im, items, n };

	if (n == 0)
		return 0;
	if (store_txn(im->order->identity->store, batch_body, &b, err) == 0) {
		for (size_t i = 0; i < n; i++)
			count_item(im, &items[i]);
		return 0;
	}
	if (n == 1 && !is_fatal(err->code)) {
		import_refuse(im, items->line, err->detail);
		return 0;
	}
	if (n == 1 || (is_fatal(err->code) && err->code != ERR_BUSY))
		return -1;
	if (write_items(im, items, n / 2, err) == -1)
		return -1;
	return write_items(im, items + n / 2, n - n / 2, err);
}

/* As many as one transaction holds, then the next. */
int
import_flush(struct importer *im, struct error *err)
{
	int rc = 0;
	size_t i, j, weight;

	for (i = 0; rc == 0 && i < im->n; i = j) {
		for (weight = 0, j = i; j < im->n && weight < WEIGHT_MAX; j++)
			weight += im->items[j].members.attr != NULL
			    ? im->items[j].members.n
			    : RESOURCE_WEIGHT;
		rc = write_items(im, im->items + i, j - i, err);
	}
	arena_reset(im->a);
	im->items = NULL;
	im->n = im->size = im->weight = im->bytes = 0;
	store_idle(im->order->identity->store);
	return rc;
}
