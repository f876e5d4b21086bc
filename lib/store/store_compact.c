/*
 * store_compact.c: all tables moved together while the store is used, those
 * of older versions written anew when it is not.
 */
#include "store/store_private.h"
#include "store/watchdog.h"

/*
 * The last piece of a table looks for pages at the end of its file in the
 * whole of it, in one call of Berkeley DB: on a busy machine more than a
 * minute, in a store of 2 GiB.
 */
enum { PIECE_MS = 30 * 60 * 1000 };

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

/* A table from an older version; who is not alone leaves it as it is. */
static int
rewrite_table(struct store *store, enum kv_table table,
    struct kv_compaction *done, struct error *err)
{
	int rc;

	if (store_be_inside(store, err) == -1)
		return -1;
	if (kv_has_our_pages(store->kv, table))
		return 0;
	if (!gate_keep_alone(store->gate)) {
		done->tables_left++;
		return 0;
	}
	gate_enter_section(store->gate);
	rc = kv_rewrite(store->kv, table, err);
	gate_leave_section(store->gate);
	if (rc == -1 && kv_last_failure(store->kv) == KV_FAIL_PANIC)
		gate_want_recovery(store->gate);
	gate_let_in(store->gate);
	done->tables_rewritten += rc == 0;
	return rc;
}

int
store_compact(struct store *store, struct kv_compaction *done,
    void (*progress)(void *arg, const struct kv_compaction *done), void *arg,
    struct error *err)
{
	struct arena *a = arena_new();
	int limit = watchdog_limit(store->watchdog, PIECE_MS), rc = 0;

	*done = (struct kv_compaction){ .pages_freed = 0 };
	for (int i = 0; i < KV_TABLE_MAX && rc == 0; i++) {
		struct slice key = SLICE("");

		rc = rewrite_table(store, (enum kv_table)i, done, err);
		while (rc == 0 && key.data != NULL) {
			rc = compact_piece(
			    store, (enum kv_table)i, a, &key, done, err);
			progress(arg, done);
		}
	}
	watchdog_limit(store->watchdog, limit);
	arena_free(a);
	return rc;
}
