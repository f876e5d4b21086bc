/*
 * change.c: one record of the change log.
 */
#include <string.h>

#include "identity/change.h"
#include "identity/member.h"
#include "json/walk.h"
#include "store/changes.h"
#include "store/tenants.h"

/* Room for two bodies and a million member ids. */
enum { CHANGE_MAX = 64 * 1024 * 1024 };

int
change_begin(struct kv_txn *txn, const struct caller *caller, struct error *err)
{
	struct tenant_row row = { .state = TENANT_ACTIVE };
	enum store_status status = tenant_get(txn, caller->tenant, false, &row);

	if (status == STORE_FAIL)
		return -1;
	if (row.state >= TENANT_DELETING)
		return error_set(
		    err, ERR_UNAUTHORIZED, "the tenant is being deleted");
	if (caller->tenant_version != 0 &&
	    caller->tenant_version != row.version)
		return error_set(err, ERR_BUSY,
		    "the tenant was changed meanwhile: try again");
	return 0;
}

/* '"NAME":' */
static void
put_name(struct buf *b, struct slice name)
{
	buf_putc(b, '"');
	buf_slice(b, name);
	buf_puts(b, "\":");
}

static void
put_text(struct buf *b, const char *name, struct slice text)
{
	put_name(b, slice_of(name));
	buf_json_string(b, text);
	buf_putc(b, ',');
}

/*
 * The value of the member NAME of OTHER.  Mostly two bodies have the same
 * names in the same order: the one at NEXT is tried first.
 */
static bool
find_theirs(
    struct walk *next, struct slice other, struct slice name, struct slice *out)
{
	struct walk behind = *next;
	struct slice theirs;

	if (!walk_member(&behind, &theirs, out) || !slice_equal(theirs, name))
		return walk_find(other, name, out);
	*next = behind;
	return true;
}

/* The members of BODY that OTHER does not have the same way. */
static void
put_members(struct buf *b, struct slice body, struct slice other)
{
	struct walk w = walk_enter(body), next = walk_enter(other);
	struct slice key, value, theirs;
	bool first = true;

	buf_putc(b, '{');
	while (walk_member(&w, &key, &value)) {
		if (find_theirs(&next, other, key, &theirs) &&
		    slice_equal(value, theirs))
			continue;
		if (!first)
			buf_putc(b, ',');
		put_name(b, key);
		buf_slice(b, value);
		first = false;
	}
	buf_putc(b, '}');
}

static void
put_difference(struct buf *b, const char *name, const struct record *record,
    const struct record *other)
{
	buf_putc(b, ',');
	put_name(b, slice_of(name));
	if (other == NULL)
		buf_slice(b, record->body);
	else
		put_members(b, record->body, other->body);
}

/* The members that BODY and OTHER have alike. */
static void
put_same(struct buf *b, struct slice body, struct slice other)
{
	struct walk w = walk_enter(body);
	struct slice key, value, theirs;
	bool first = true;

	buf_puts(b, ",\"same\":{");
	while (walk_member(&w, &key, &value)) {
		if (!walk_find(other, key, &theirs) ||
		    !slice_equal(value, theirs))
			continue;
		buf_printf(b, "%s\"%.*s\":", first ? "" : ",", SLICE_ARG(key));
		buf_slice(b, value);
		first = false;
	}
	buf_putc(b, '}');
}

static void
put_ids(struct buf *b, const char *name, const struct id_list *list)
{
	char text[UUID_TEXT_SIZE];

	if (list->n == 0)
		return;
	buf_putc(b, ',');
	put_name(b, slice_of(name));
	buf_putc(b, '[');
	for (size_t i = 0; i < list->n; i++) {
		uuid_format(&list->ids[i], text);
		if (i > 0)
			buf_putc(b, ',');
		buf_json_string(b, slice_of(text));
	}
	buf_putc(b, ']');
}

static struct slice
secret_of(const struct record *record)
{
	return record == NULL ? SLICE("") : record->secret;
}

static void
put_bodies(struct buf *b, const struct change *change)
{
	const struct record *before = change->before, *after = change->after;

	if (before != NULL)
		put_difference(b, "before", before, after);
	if (after != NULL)
		put_difference(b, "after", after, before);
	/* Members are no part of a body, and may be a million (EVT-16). */
	if (strcmp(change->operation, "replace") == 0 &&
	    member_attr(change->type) == NULL)
		put_same(b, after->body, before->body);
	if (!slice_equal(secret_of(before), secret_of(after)))
		buf_puts(b, ",\"secretChanged\":true");
	put_ids(b, "membersAdded", &change->added);
	put_ids(b, "membersRemoved", &change->removed);
}

/* What every record begins with. */
static void
put_head(struct buf *b, const struct caller *caller, const char *operation,
    struct slice type, const struct uuid *about)
{
	char id[UUID_TEXT_SIZE], at[CLOCK_TEXT_SIZE];

	uuid_format(about, id);
	clock_format(caller->now, at);
	buf_putc(b, '{');
	put_text(b, "at", slice_of(at));
	put_text(b, "operation", slice_of(operation));
	put_text(b, "type", type);
	put_text(b, "id", slice_of(id));
	put_text(b, "actor", caller->actor);
	put_text(b, "request", caller->request_id);
}

static void
put_change(
    struct buf *b, const struct caller *caller, const struct change *change)
{
	put_head(b, caller, change->operation, change->type->name, &change->id);
	put_name(b, SLICE("version"));
	buf_number(b, change->after != NULL ? change->after->version : 0);
	put_bodies(b, change);
	buf_putc(b, '}');
}

/* Append what is in B, and free it. */
static int
append(struct kv_txn *txn, const struct caller *caller, struct buf *b)
{
	enum store_status status = STORE_FAIL;

	if (!buf_overflowed(b))
		status = change_append(txn, caller->tenant, buf_text(b));
	buf_fini(b);
	return status == STORE_OK ? 0 : -1;
}

int
change_write(struct kv_txn *txn, const struct caller *caller,
    const struct change *change)
{
	struct buf b;

	buf_init(&b, CHANGE_MAX);
	put_change(&b, caller, change);
	return append(txn, caller, &b);
}

int
change_write_outcome(struct kv_txn *txn, const struct caller *caller,
    const struct uuid *id, struct slice uri, struct slice outcome)
{
	struct buf b;

	buf_init(&b, CHANGE_MAX);
	put_head(&b, caller, "async", SLICE(""), id);
	put_text(&b, "uri", uri);
	buf_puts(&b, "\"version\":0,\"outcome\":");
	buf_slice(&b, outcome);
	buf_putc(&b, '}');
	return append(txn, caller, &b);
}

int
change_write_breaker(struct kv_txn *txn, const struct caller *caller,
    const struct uuid *id, const char *what, int64_t taken)
{
	char text[UUID_TEXT_SIZE];
	struct buf b;

	buf_init(&b, CHANGE_MAX);
	put_head(&b, caller, "breaker", SLICE(""), id);
	uuid_format(id, text);
	put_text(&b, "uri",
	    slice_of(arena_printf(store_arena(txn), "urn:uuid:%s", text)));
	put_text(&b, "breaker", slice_of(what));
	buf_printf(&b, "\"taken\":%lld,\"version\":0}", (long long)taken);
	return append(txn, caller, &b);
}
