/*
 * note.c: changes to what is no resource.
 */
#include <string.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "store/changes.h"
#include "store/note.h"
#include "store/store_private.h"
#include "store/tenants.h"

enum { NOTE_MAX = 4 * 1024 * 1024 };

static void
put_text(struct buf *b, const char *name, struct slice text)
{
	buf_printf(b, ",\"%s\":", name);
	buf_json_string(b, text);
}

static void
put_value(struct buf *b, const char *name, struct slice json)
{
	if (json.len == 0)
		return;
	buf_printf(b, ",\"%s\":", name);
	buf_slice(b, json);
}

enum store_status
note_append(struct kv_txn *txn, const struct note *note)
{
	const struct store *store = kv_txn_owner(txn);
	enum store_status status = STORE_FAIL;
	char at[CLOCK_TEXT_SIZE];
	struct buf b;

	clock_format(clock_now_ms(), at);
	buf_init(&b, NOTE_MAX);
	buf_printf(&b, "{\"at\":\"%s\"", at);
	put_text(&b, "operation", slice_of(note->operation));
	put_text(&b, "type", slice_of(note->type));
	put_text(&b, "id", note->id);
	buf_printf(&b, ",\"tenant\":%u", note->tenant);
	put_text(&b, "actor", slice_of(store->actor.id));
	put_text(&b, "request", slice_of(store->actor.request));
	buf_puts(&b, ",\"version\":0");
	put_value(&b, "before", note->before);
	put_value(&b, "after", note->after);
	buf_putc(&b, '}');
	if (!buf_overflowed(&b))
		status = change_append(txn, TENANT_STORE, buf_text(&b));
	buf_fini(&b);
	return status;
}

enum { NAME_MAX_LEN = 64 };

/* The type of its note, and what stands behind the program in its key. */
static const struct {
	const char *type;
	struct slice suffix;
} rows[] = {
	[NOTED_SETTINGS] = { "Settings", { "", 0 } },
	[NOTED_SCHEMAS] = { "Schemas", { "\0schemas", 8 } },
};
_Static_assert(NELEM(rows) == NOTED_MAX, "every one");

/* "noted" NUL program: begins with no number of a tenant. */
static struct slice
key_of(char key[NAME_MAX_LEN], enum noted what, struct slice program)
{
	struct slice suffix = rows[what].suffix;
	size_t room = NAME_MAX_LEN - 6 - suffix.len;
	size_t len = program.len < room ? program.len : room;

	memcpy(key, "noted", 6);
	memcpy(key + 6, program.data, len);
	memcpy(key + 6 + len, suffix.data, suffix.len);
	return (struct slice){ key, 6 + len + suffix.len };
}

enum store_status
note_get(struct kv_txn *txn, enum noted what, struct slice program,
    bool for_update, struct slice *text)
{
	char key[NAME_MAX_LEN];

	return kv_get(
	    txn, KV_META, key_of(key, what, program), for_update, text);
}

enum store_status
note_put(struct kv_txn *txn, enum noted what, struct slice program,
    struct slice text)
{
	struct note note = { .operation = "update",
		.type = rows[what].type,
		.id = program,
		.after = text };
	char key[NAME_MAX_LEN];
	enum store_status status =
	    note_get(txn, what, program, true, &note.before);

	/* Another worker may have been first. */
	if (status == STORE_FAIL ||
	    (status == STORE_OK && slice_equal(note.before, text)))
		return status;
	if (status == STORE_NOTFOUND)
		note.before = SLICE("");
	if (kv_put(txn, KV_META, key_of(key, what, program), text) != STORE_OK)
		return STORE_FAIL;
	return note_append(txn, &note);
}
