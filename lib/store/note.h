/*
 * note.h: changes to what is no resource: credentials, streams, settings.
 * They stand in the change log of the store itself, which no tenant sees and
 * which stays when the tenant is gone.
 *
 *	{"at":"2026-11-21T10:11:12.345Z","operation":"create",
 *	"type":"Credential","id":"01a1...","tenant":1,"actor":"cli:root",
 *	"request":"","version":0,"before":{...},"after":{...}}
 */
#ifndef STORE_NOTE_H
#define STORE_NOTE_H

#include "store/kv.h"

struct note {
	const char	*operation;	/* "create", "update", "delete" */
	const char	*type;		/* "Credential", "Stream" */
	struct slice	 id;
	uint32_t	 tenant;	/* that it is about; 0: all */
	struct slice	 before;	/* JSON without secrets, or "" */
	struct slice	 after;
};

/*
 * Append NOTE, by whom the store works for (store_act_as), in the transaction
 * that changes what it is about, last of all.
 */
enum store_status	note_append(struct kv_txn *txn,
			    const struct note *note);

/* What a program goes by, which stands in files of other owners. */
enum noted {
	NOTED_SETTINGS,	/* a note of the type "Settings" */
	NOTED_SCHEMAS,	/* digests of its files; "Schemas" */
	NOTED_MAX
};

/*
 * What was noted last of WHAT PROGRAM goes by, JSON; and note TEXT, if that is
 * another.
 */
enum store_status	note_get(struct kv_txn *txn, enum noted what,
			    struct slice program, bool for_update,
			    struct slice *text);
enum store_status	note_put(struct kv_txn *txn, enum noted what,
			    struct slice program, struct slice text);

#endif
