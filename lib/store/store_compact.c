/*
 * store_compact.c: all tables moved together while the store is used.
 */
#include "store/store_private.h"

static int
compact_piece(struct store *store, enum kv_table table, struct arena *a,
    struct slice *key, struct kv_compaction *done, struct error *err)
{
	int rc, tries = 0;

	do {
		if (store_be_inside(store, err) == -1)
			return -1;
		store_pause(tries);
		gate_enter_section(store->gate);
		rc = kv_compact(store->kv, table, a, key, done, err);
		gate_leave_section(store->gate);
		if (rc == -1 && kv_last_failure(store->kv) == KV_FAIL_PANIC) {
			gate_want_recovery(store->gate);
			err->code = ERR_BUSY;
		}
	} while (
	    rc == -1 && err->code == ERR_BUSY && ++tries < STORE_DEADLOCKS_MAX);
	return rc;
}

int
store_compact(struct store *store, struct kv_compaction *done,
    void (*progress)(void *arg, const struct kv_compaction *done), void *arg,
    struct error *err)
{
	struct arena *a = arena_new();
	int rc = 0;

	*done = (struct kv_compaction){ .pages_freed = 0 };
	for (int i = 0; i < KV_TABLE_MAX && rc == 0; i++) {
		struct slice key = SLICE("");

		while (rc == 0 && key.data != NULL) {
			rc = compact_piece(
			    store, (enum kv_table)i, a, &key, done, err);
			progress(arg, done);
		}
	}
	arena_free(a);
	return rc;
}
