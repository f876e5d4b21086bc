/*
 * meta.c: what the store knows of its own indexes.
 *
 * key:   tenant indexes NUL type NUL
 * value: for each index: form, stage, id, attribute NUL
 */
#include <string.h>

#include "store/kept.h"
#include "store/key.h"
#include "store/meta.h"
#include "store/store.h"

enum { NOTE_HEADER_LEN = 2 + UUID_LEN };

static void
make_key(struct key *k, uint32_t tenant, struct slice type)
{
	key_init(k, tenant);
	key_add_text(k, SLICE("indexes"));
	key_add_text(k, type);
}

/* Cut the next note off *REST: false when it is damaged. */
static bool
decode_note(struct slice *rest, struct index_note *note)
{
	const unsigned char *bytes = (const unsigned char *)rest->data;
	const char *end;

	if (rest->len <= NOTE_HEADER_LEN || bytes[0] >= INDEX_FORM_MAX ||
	    bytes[1] >= INDEX_STAGE_MAX)
		return false;
	note->form = (enum index_form)bytes[0];
	note->stage = (enum index_stage)bytes[1];
	memcpy(note->id.bytes, bytes + 2, UUID_LEN);
	*rest = slice_from(*rest, NOTE_HEADER_LEN);
	end = memchr(rest->data, '\0', rest->len);
	if (end == NULL)
		return false;
	note->attribute =
	    (struct slice){ rest->data, (size_t)(end - rest->data) };
	*rest = slice_from(*rest, note->attribute.len + 1);
	return true;
}

static enum store_status
get_row(struct kv_txn *txn, uint32_t tenant, struct slice type, bool for_update,
    struct slice *row)
{
	enum store_status status;
	struct key k;

	*row = SLICE("");
	make_key(&k, tenant, type);
	status = kv_get(txn, KV_META, key_slice(&k), for_update, row);
	return status == STORE_NOTFOUND ? STORE_OK : status;
}

enum store_status
meta_get_row(
    struct kv_txn *txn, uint32_t tenant, struct slice type, struct slice *row)
{
	return get_row(txn, tenant, type, false, row);
}

int
meta_row_is_complete(
    struct slice row, struct slice attribute, enum index_form form)
{
	struct index_note note;

	while (row.len > 0) {
		if (!decode_note(&row, &note))
			return -1;
		if (note.form == form && slice_equal(note.attribute, attribute))
			return note.stage == INDEX_COMPLETE;
	}
	return 0;
}

enum store_status
meta_get_indexes(struct kv_txn *txn, uint32_t tenant, struct slice type,
    bool for_update, struct index_notes *notes)
{
	struct slice value;

	*notes = (struct index_notes){ .n = 0 };
	if (get_row(txn, tenant, type, for_update, &value) != STORE_OK)
		return STORE_FAIL;
	notes->list = arena_calloc(store_arena(txn),
	    value.len / NOTE_HEADER_LEN + 1, sizeof(*notes->list));
	while (value.len > 0)
		if (!decode_note(&value, &notes->list[notes->n++]))
			return STORE_FAIL;
	return STORE_OK;
}

static char *
encode_note(char *out, const struct index_note *note)
{
	*out++ = (char)note->form;
	*out++ = (char)note->stage;
	memcpy(out, note->id.bytes, UUID_LEN);
	out += UUID_LEN;
	memcpy(out, note->attribute.data, note->attribute.len);
	out += note->attribute.len;
	*out++ = '\0';
	return out;
}

enum store_status
meta_put_indexes(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct index_notes *notes)
{
	enum store_status status;
	size_t len = 0;
	char *value, *end;
	struct key k;

	for (size_t i = 0; i < notes->n; i++)
		len += NOTE_HEADER_LEN + notes->list[i].attribute.len + 1;
	value = end = arena_alloc(store_arena(txn), len + 1);
	for (size_t i = 0; i < notes->n; i++)
		end = encode_note(end, &notes->list[i]);
	make_key(&k, tenant, type);
	status =
	    kv_put(txn, KV_META, key_slice(&k), (struct slice){ value, len });
	kept_end(txn);
	return status;
}

struct index_note *
meta_find_index(const struct index_notes *notes, struct slice attribute,
    enum index_form form)
{
	for (size_t i = 0; i < notes->n; i++)
		if (notes->list[i].form == form &&
		    slice_equal(notes->list[i].attribute, attribute))
			return &notes->list[i];
	return NULL;
}
