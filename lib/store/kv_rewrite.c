/*
 * kv_rewrite.c: a table whose pages have another length is written anew,
 * beside the old one, and takes its place.
 *
 * The library would have one take the place of the other in a transaction, but
 * not every kill in there is undone by recovery.  So the new file is nobody's:
 * the environment and its log do not know it before it has the name, and one
 * system call gives it that.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/kv_private.h"

enum { ROWS_BETWEEN = 1000 }; /* two looks at how much room there is */

bool
kv_has_our_pages(const struct kv *kv, enum kv_table table)
{
	DB *db = kv->tables[table];
	u_int32_t len;

	return db->get_pagesize(db, &len) == 0 && len == KV_PAGE_LEN;
}

/* "DIR/resources.db.new" */
static void
name_new(const struct kv *kv, enum kv_table table, char path[PATH_MAX + 64])
{
	snprintf(
	    path, PATH_MAX + 64, "%s/%s.new", kv->dir, kv_table_file(table));
}

static int
copy_rows(struct kv *kv, DBC *from, DB *to)
{
	DBT key = { .flags = 0 }, value = { .flags = 0 };
	int rc = 0;

	for (unsigned n = 0; rc == 0; n++) {
		if (n % ROWS_BETWEEN == 0 && !kv_has_space(kv))
			return ENOSPC;
		rc = from->get(from, &key, &value, DB_NEXT);
		if (rc == 0)
			rc = to->put(to, NULL, &key, &value, 0);
	}
	return rc == DB_NOTFOUND ? 0 : rc;
}

static int
copy_table(struct kv *kv, DB *from, DB *to)
{
	DBC *cursor;
	int rc = from->cursor(from, NULL, &cursor, 0), close_rc;

	if (rc != 0)
		return rc;
	rc = copy_rows(kv, cursor, to);
	close_rc = cursor->close(cursor);
	return rc != 0 ? rc : close_rc;
}

/* All of it is on the disk when this returns 0. */
static int
write_new(struct kv *kv, enum kv_table table, const char *path)
{
	mode_t before = umask(007);
	int rc, close_rc;
	DB *to;

	rc = kv_make_file(path, &to);
	umask(before);
	if (rc != 0)
		return rc;
	rc = copy_table(kv, kv->tables[table], to);
	close_rc = to->close(to, 0);
	return rc != 0 ? rc : close_rc;
}

/*
 * Behind the checkpoint nothing of the old file is left to be written, and
 * recovery asks for none of it.
 */
static int
take_place(struct kv *kv, enum kv_table table, const char *from)
{
	char to[PATH_MAX + 64];
	int rc = kv->tables[table]->close(kv->tables[table], 0), open_rc;

	kv->tables[table] = NULL;
	snprintf(to, sizeof(to), "%s/%s", kv->dir, kv_table_file(table));
	if (rc == 0)
		rc = kv->env->txn_checkpoint(kv->env, 0, 0, DB_FORCE);
	if (rc == 0 && rename(from, to) == -1)
		rc = errno;
	if (rc == 0)
		rc = kv_keep_names(kv->dir);
	open_rc = kv_open_table(kv, table, false);
	return rc != 0 ? rc : open_rc;
}

/* What one who was killed left behind makes way. */
static int
rewrite(struct kv *kv, enum kv_table table)
{
	char path[PATH_MAX + 64];
	int rc;

	name_new(kv, table, path);
	if (unlink(path) == -1 && errno != ENOENT)
		return errno;
	rc = write_new(kv, table, path);
	if (rc == 0)
		rc = take_place(kv, table, path);
	if (rc != 0)
		unlink(path);
	return rc;
}

int
kv_rewrite(struct kv *kv, enum kv_table table, struct error *err)
{
	int rc = rewrite(kv, table);

	kv->failure = kv_failure_of("rewrite", rc);
	/* Without its table nobody gets on: what happened is undone. */
	if (rc != 0 && kv->tables[table] == NULL)
		kv->failure = KV_FAIL_PANIC;
	return rc == 0 ? 0 : kv_refuse(err, kv_table_file(table), rc, false);
}
