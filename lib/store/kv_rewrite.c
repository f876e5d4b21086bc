/*
 * kv_rewrite.c: a table whose pages have another length is written anew,
 * beside the old one, and takes its place.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "store/kv_private.h"

enum { PIECE_LEN = 1024 * 1024 }; /* bytes of rows in one transaction */

bool
kv_has_our_pages(const struct kv *kv, enum kv_table table)
{
	DB *db = kv->tables[table];
	u_int32_t len;

	return db->get_pagesize(db, &len) == 0 && len == KV_PAGE_LEN;
}

/* "resources.db.new" */
static void
name_new(enum kv_table table, char name[64])
{
	snprintf(name, 64, "%s.new", kv_table_file(table));
}

/* What one who was killed left behind. */
static int
remove_new(struct kv *kv, enum kv_table table)
{
	char name[64], path[PATH_MAX + sizeof(name)];

	name_new(table, name);
	snprintf(path, sizeof(path), "%s/%s", kv->dir, name);
	if (access(path, F_OK) == -1)
		return 0;
	return kv->env->dbremove(kv->env, NULL, name, NULL, DB_AUTO_COMMIT);
}

/* Rows from FROM on into TO, in a transaction; DB_NOTFOUND behind the last. */
static int
copy_piece(struct kv *kv, DBC *from, DB *to)
{
	DBT key = { .flags = 0 }, value = { .flags = 0 };
	size_t done = 0;
	DB_TXN *txn;
	int rc = kv_has_space(kv) ? 0 : ENOSPC, read_rc = 0;

	if (rc != 0 || (rc = kv->env->txn_begin(kv->env, NULL, &txn, 0)) != 0)
		return rc;
	while (rc == 0 && done < PIECE_LEN &&
	    (read_rc = from->get(from, &key, &value, DB_NEXT)) == 0) {
		done += key.size + value.size;
		rc = to->put(to, txn, &key, &value, 0);
	}
	if (rc != 0 || (read_rc != 0 && read_rc != DB_NOTFOUND)) {
		txn->abort(txn);
		return rc != 0 ? rc : read_rc;
	}
	rc = txn->commit(txn, DB_TXN_NOSYNC);
	if (rc == 0)
		rc = kv->env->txn_checkpoint(kv->env, KV_CHECKPOINT_KIB, 0, 0);
	return rc != 0 ? rc : read_rc;
}

static int
copy_table(struct kv *kv, DB *from, DB *to)
{
	DBC *cursor;
	int rc = from->cursor(from, NULL, &cursor, 0), close_rc;

	if (rc != 0)
		return rc;
	while ((rc = copy_piece(kv, cursor, to)) == 0)
		continue;
	close_rc = cursor->close(cursor);
	return rc == DB_NOTFOUND ? close_rc : rc;
}

/* What is in the directory stays there, whatever happens to the power. */
static int
keep_names(const struct kv *kv)
{
	int fd = open(kv->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd == -1 || fsync(fd) == -1 ? errno : 0;

	if (fd != -1)
		close(fd);
	return rc;
}

/*
 * All of the new file is on the disk, and nothing in the log behind the last
 * checkpoint is about either: one system call decides which one it is.  The
 * library would do it in a transaction, and not undo it after every kill.
 */
static int
take_place(struct kv *kv, enum kv_table table)
{
	char name[64], from[PATH_MAX + sizeof(name)], to[sizeof(from)];
	int rc = kv->tables[table]->close(kv->tables[table], 0);

	kv->tables[table] = NULL;
	if (rc == 0)
		rc = kv->env->txn_checkpoint(kv->env, 0, 0, DB_FORCE);
	if (rc != 0)
		return rc;
	name_new(table, name);
	snprintf(from, sizeof(from), "%s/%s", kv->dir, name);
	snprintf(to, sizeof(to), "%s/%s", kv->dir, kv_table_file(table));
	return rename(from, to) == -1 ? errno : keep_names(kv);
}

static int
rewrite(struct kv *kv, enum kv_table table)
{
	char name[64];
	DB *to;
	int rc = remove_new(kv, table), close_rc;

	name_new(table, name);
	if (rc != 0 ||
	    (rc = kv_open_file(
		 kv, name, NULL, DB_CREATE | DB_AUTO_COMMIT, &to)) != 0)
		return rc;
	rc = copy_table(kv, kv->tables[table], to);
	close_rc = to->close(to, 0);
	if (rc == 0)
		rc = close_rc;
	if (rc != 0) {
		remove_new(kv, table);
		return rc;
	}
	return take_place(kv, table);
}

int
kv_rewrite(struct kv *kv, enum kv_table table, struct error *err)
{
	int rc = rewrite(kv, table);

	kv->failure = kv_failure_of("rewrite", rc);
	/* The environment knows the file that was: it has to be made anew. */
	if (kv->tables[table] == NULL)
		kv->failure = KV_FAIL_PANIC;
	return rc == 0 ? 0 : kv_refuse(err, kv_table_file(table), rc, false);
}
