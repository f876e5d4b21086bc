/*
 * strange.c: a client asks what it has never asked before.
 *
 * A credential has SHAPES_MAX shapes at most, so that it cannot fill the
 * audit.
 */
#include "base/log.h"
#include "base/text.h"
#include "serve/strange.h"
#include "store/note.h"

static int
note_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)err;
	return note_append(txn, arg) == STORE_OK ? 0 : -1;
}

/* {"shape":"GET /Users?filter=title co ?"} */
static void
put_shape(struct buf *b, struct slice shape)
{
	buf_puts(b, "{\"shape\":");
	buf_json_string(
	    b, text_is_utf8(shape) ? shape : SLICE("(what is no UTF-8)"));
	buf_putc(b, '}');
}

void
strange_note(struct server *server, const struct request_record *r)
{
	bool was_closed = server->identity.store == NULL;
	struct note note = { .operation = "strange",
		.type = "Credential",
		.id = r->credential,
		.tenant = r->tenant };
	struct error err;
	struct buf text;

	buf_init(&text, 8 * SHAPE_LEN_MAX);
	put_shape(&text, r->shape);
	note.after = buf_text(&text);
	if (pipeline_open_store(server, &err) == 0) {
		store_act_as(server->identity.store, r->credential, r->id);
		if (store_txn(server->identity.store, note_body, &note, &err) ==
		    0)
			err.code = ERR_NONE;
	}
	if (err.code != ERR_NONE)
		log_warning("that is not noted: %s", err.detail);
	if (was_closed) {
		store_close(server->identity.store);
		server->identity.store = NULL;
	}
	buf_fini(&text);
}
