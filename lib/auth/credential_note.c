/*
 * credential_note.c: what is noted of a change to a credential.
 */
#include "auth/credential_note.h"
#include "json/json.h"
#include "store/note.h"
#include "store/store.h"

/* The record TEXT without hashes and keys that are secret. */
static int
open_record(struct arena *a, struct slice text, struct json_object **out,
    struct error *err)
{
	const struct json_object *secrets;

	*out = NULL;
	if (text.len == 0)
		return 0;
	if (json_parse(a, text, out, err) == -1)
		return error_set(
		    err, ERR_INTERNAL, "a stored credential is damaged");
	json_delete(*out, SLICE("sealKey"));
	secrets = json_get(*out, "secrets");
	for (size_t i = 0; i < json_len(secrets); i++)
		json_delete(json_at(secrets, i), SLICE("hash"));
	return 0;
}

static struct slice
text_of(struct arena *a, const struct json_object *record)
{
	return record == NULL ? SLICE("") : json_text(a, record);
}

static const char *
operation_of(struct slice before, struct slice after)
{
	if (before.len == 0)
		return "create";
	return after.len == 0 ? "delete" : "update";
}

int
credential_note(struct kv_txn *txn, struct slice before, struct slice after,
    struct error *err)
{
	struct arena *a = store_arena(txn);
	struct json_object *old, *new, *record;
	struct note note = { .operation = operation_of(before, after),
		.type = "Credential" };

	if (open_record(a, before, &old, err) == -1 ||
	    open_record(a, after, &new, err) == -1)
		return -1;
	record = new != NULL ? new : old;
	note.id = json_string(json_get(record, "id"));
	note.tenant = (uint32_t)json_integer(json_get(record, "tenant"));
	note.before = text_of(a, old);
	note.after = text_of(a, new);
	return note_append(txn, &note) == STORE_OK ? 0 : -1;
}
