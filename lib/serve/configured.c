/*
 * configured.c: how a program is set, and by what schemas, for the audit.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "serve/configured.h"
#include "store/note.h"

enum { TEXT_MAX = 256 * 1024 };

struct configured {
	struct slice program;
	struct slice texts[NOTED_MAX];
	bool is_same;
};

/* {"MUSTER_BODY_MAX":"2000000"}: what is set, and not as the preset. */
static void
put_settings(struct buf *b)
{
	const struct setting *row;
	char before = '{';

	for (size_t i = 0; (row = setting_get(i)) != NULL; i++) {
		const char *value = getenv(row->name);

		if (value == NULL || value[0] == '\0' ||
		    strcmp(value, row->preset) == 0)
			continue;
		buf_putc(b, before);
		buf_json_string(b, slice_of(row->name));
		buf_putc(b, ':');
		buf_json_string(b, slice_of(value));
		before = ',';
	}
	buf_puts(b, before == '{' ? "{}" : "}");
}

static int
look_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct configured *c = arg;
	struct slice text;

	(void)err;
	c->is_same = true;
	for (int i = 0; i < NOTED_MAX; i++) {
		enum store_status status =
		    note_get(txn, (enum noted)i, c->program, false, &text);

		if (status == STORE_FAIL)
			return -1;
		/* A program that looks at few files says nothing of them. */
		if (c->texts[i].len > 0 &&
		    (status != STORE_OK || !slice_equal(text, c->texts[i])))
			c->is_same = false;
	}
	return 0;
}

static int
note_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct configured *c = arg;

	(void)err;
	for (int i = 0; i < NOTED_MAX; i++)
		if (c->texts[i].len > 0 &&
		    note_put(txn, (enum noted)i, c->program, c->texts[i]) !=
			STORE_OK)
			return -1;
	return 0;
}

void
configured_note(struct server *server)
{
	struct store *store = server->identity.store;
	struct configured c = { .program = slice_of(server->endpoint->name) };
	struct error err;
	struct buf text;

	buf_init(&text, TEXT_MAX);
	put_settings(&text);
	c.texts[NOTED_SETTINGS] = buf_text(&text);
	c.texts[NOTED_SCHEMAS] = catalog_files(server->identity.catalog);
	store_act_as(store, c.program, SLICE(""));
	if (store_peek(store, look_body, &c, &err) == -1 ||
	    (!c.is_same && store_txn(store, note_body, &c, &err) == -1))
		log_warning("settings are not noted: %s", err.detail);
	buf_fini(&text);
}
