/*
 * kv_compact.c: a table moved together, piece by piece (spec berkeley-db.md
 * section 2.11).
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/kv_private.h"

enum {
	COMPACT_KEYS = 5000, /* of one piece */
	FULL_PERCENT = 80    /* of a page: it is left as it is */
};

/* Where a piece that begins at START ends; KEY.data is freed by the caller. */
static int
end_of_piece(DB *db, DBT *start, DBT *end)
{
	DBT value = { .flags = DB_DBT_PARTIAL };
	DBC *cursor;
	int rc = db->cursor(db, NULL, &cursor, DB_READ_COMMITTED), close_rc;

	if (rc != 0)
		return rc;
	*end = (DBT){ .data = malloc(start->size + 1),
		.size = start->size,
		.flags = DB_DBT_REALLOC };
	if (end->data == NULL)
		fatal("out of memory");
	if (start->size > 0)
		memcpy(end->data, start->data, start->size);
	rc = cursor->get(cursor, end, &value, DB_SET_RANGE);
	for (int i = 0; rc == 0 && i < COMPACT_KEYS; i++)
		rc = cursor->get(cursor, end, &value, DB_NEXT);
	close_rc = cursor->close(cursor);
	return rc != 0 ? rc : close_rc;
}

static int
compact_piece(
    DB *db, DBT *start, DBT *stop, u_int32_t flags, struct kv_compaction *done)
{
	DB_COMPACT data;
	int rc;

	memset(&data, 0, sizeof(data));
	data.compact_fillpercent = FULL_PERCENT;
	rc = db->compact(
	    db, NULL, start->size > 0 ? start : NULL, stop, &data, flags, NULL);
	done->pages_freed += data.compact_pages_free;
	done->pages_returned += data.compact_pages_truncated;
	return rc;
}

int
kv_compact(struct kv *kv, enum kv_table table, struct arena *a,
    struct slice *key, struct kv_compaction *done, struct error *err)
{
	DB *db = kv->tables[table];
	DBT start = { .size = (u_int32_t)key->len }, end = { .data = NULL };
	bool is_last;
	int rc;

	memcpy(&start.data, &key->data, sizeof(start.data));
	rc = end_of_piece(db, &start, &end);
	is_last = rc == DB_NOTFOUND;
	if (rc == 0 || is_last)
		rc = compact_piece(db, &start, is_last ? NULL : &end,
		    is_last ? DB_FREE_SPACE : 0, done);
	if (rc == 0)
		*key = is_last
		    ? (struct slice){ NULL, 0 }
		    : arena_slice(a, (struct slice){ end.data, end.size });
	free(end.data);
	if (rc == 0)
		rc = kv->env->txn_checkpoint(kv->env, KV_CHECKPOINT_KIB, 0, 0);
	kv->failure = kv_failure_of("compact", rc);
	if (rc == 0)
		return 0;
	if (kv->failure == KV_FAIL_DEADLOCK)
		return error_set(err, ERR_BUSY, "compact: a deadlock");
	return kv_refuse(err, kv_table_file(table), rc, false);
}
