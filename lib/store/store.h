/*
 * store.h: the entrance to the store: open, one transaction, close.
 *
 * Any process may be killed at any moment; what was acknowledged is there,
 * what was not is not, and the next one in brings the store back (the gate,
 * spec berkeley-db.md section 1.5).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/kv.h"

struct buf;
struct store;

enum store_kind {
	STORE_WORKER,	/* lives long: watchdog thread, reopens by itself */
	STORE_ONESHOT,	/* a CGI: an alarm instead of the watchdog */
	STORE_TOOL	/* command line: watchdog with a long limit */
};

struct store_options {
	const char	*dir;
	size_t		 cache_len;	/* bytes; 0: by need (kv_cache_len) */
	size_t		 space_min;	/* bytes free, to write; 0: 64 MiB */
	size_t		 ballast_len;	/* bytes for recovery; 0: none */
	const char	*key_file;	/* NULL or "": "key" in DIR (vault.h) */
	enum store_kind	 kind;
	bool		 create;	/* make the directory and the files */
	bool		 upgrade;	/* an older format will do, alone inside */
};

/*
 * Join the store.  Call after the last fork.
 *
 * Returns: 0, or -1 with ERR set: ERR_NOT_FOUND when there is no store in
 *          DIR and CREATE is false, ERR_BUSY when it could not be entered in
 *          time, ERR_INTERNAL with a detail that says what to do (foreign,
 *          older or newer format, network file system, permissions).
 */
int	store_open(const struct store_options *options, struct store **out,
	    struct error *err);

/* The newest format, the one of every store that is not upgraded. */
enum { STORE_FORMAT = 3 };

/* What seals the secrets of STORE. */
const struct vault	*store_vault(const struct store *store);

/* The key file, if it is sealed with one that no backup has, or NULL. */
const char	*store_outer_key(const struct store *store);

/*
 * Seal from now on, with the key file, which is made if it is not there: for
 * a store that is older than key files.  Alone inside.
 */
int	store_start_sealing(struct store *store, struct error *err);

/* "muster 3" */
const char	*store_format(void);

/* The number of the format that STORE had when it was opened. */
int	store_format_found(const struct store *store);

/*
 * -1 with ERR_BUSY if any other process is inside: who makes something anew
 * that writers keep up has to be alone.
 */
int	store_check_alone(const struct store *store, struct error *err);

/* Write that it has the newest format. */
enum store_status	store_put_format(struct kv_txn *txn);

/* Leave; STORE may be NULL. */
void	store_close(struct store *store);

/*
 * The body of a transaction: TXN carries its sub-arena (store_arena), which
 * is dropped when the body is run again.  It may run twice: no output, no
 * counters, no change to its input, nothing slow.
 *
 * Returns: 0 to commit, -1 to undo with ERR set (or after STORE_FAIL, with
 *          ERR as it likes: store_txn sets it).
 */
typedef int store_body(struct kv_txn *txn, void *arg, struct error *err);

/*
 * The one entrance to a writing transaction: begin, BODY, commit, flush.
 * A deadlock is retried a bounded number of times, a broken environment is
 * left, recovered and entered again.  When this returns 0, the writes are
 * durable.
 *
 * Returns: 0, or -1 with ERR set by BODY, or ERR_BUSY, ERR_FULL,
 *          ERR_INTERNAL.
 */
int	store_txn(struct store *store, store_body *body, void *arg,
	    struct error *err);

/* The same for a body that only reads. */
int	store_view(struct store *store, store_body *body, void *arg,
	    struct error *err);

/*
 * The same at a lower price, for a body that reads one key, or several that
 * need not fit together: each is as some commit left it, and no lock is held
 * from one to the next.
 */
int	store_peek(struct store *store, store_body *body, void *arg,
	    struct error *err);

/* The sub-arena of TXN: ends with it. */
struct arena	*store_arena(struct kv_txn *txn);

/*
 * From now on ACTOR works on STORE, for the request REQUEST ("": none): what
 * changes note (note.h).  Both are copied.
 */
void	store_act_as(struct store *store, struct slice actor,
	    struct slice request);

/*
 * From now on nothing is written: a transaction that would be committed is
 * undone, and the changes that it would have logged are appended to CHANGES,
 * a line of JSON each.
 */
void	store_rehearse(struct store *store, struct buf *changes);

/* Where the changes of TXN go when it is rehearsed, or NULL. */
struct buf	*store_rehearsal(struct kv_txn *txn);

/* Keys that this process has read and written so far. */
const struct kv_touched	*store_touched(const struct store *store);

/*
 * What all processes have done since the environment was made, or recovered.
 *
 * Errors: those of store_open for one that has to be joined.
 */
int	store_statistics(struct store *store, struct kv_statistics *out,
	    struct error *err);

/* A file in a directory that holds a backup and is no store (yet). */
#define STORE_BACKUP_MARK "backup"

/*
 * Give the files of a backup to SINK while others read and write.  Restored,
 * it has every write that was acknowledged before the call.
 *
 * Errors: ERR_BUSY when the store was recovered meanwhile: throw away what
 *         SINK got and begin again; ERR_FULL; ERR_INTERNAL, also while
 *         another backup is made.
 */
int	store_backup(struct store *store, const struct kv_sink *sink,
	    struct error *err);

/*
 * Make a store of the directory of OPTIONS, in which the files of a backup
 * stand, and STORE_BACKUP_MARK, which goes last.
 */
int	store_restore(const struct store_options *options,
	    struct error *err);

/*
 * Move what the tables hold together and return what is free to the disk,
 * while others read and write.  PROGRESS is called after every piece.  A
 * table whose pages have another length than those of a new store is written
 * anew, if nobody else is inside.
 */
int	store_compact(struct store *store, struct kv_compaction *done,
	    void (*progress)(void *arg, const struct kv_compaction *done),
	    void *arg, struct error *err);

/*
 * Between two requests, after the answer left: checkpoint and lock upkeep,
 * and the way out and in again when another process wants recovery.
 */
void	store_idle(struct store *store);

/*
 * A checkpoint, when enough log has been written or NOW, and the way out and
 * in again as above: for muster work, which does nothing else.
 *
 * Errors: ERR_FULL, ERR_BUSY, ERR_INTERNAL.
 */
int	store_checkpoint(struct store *store, bool now, struct error *err);

/*
 * How often this process has come into the environment: another number than
 * before means that a recovery may have undone what was written and is not on
 * the disk (kv_relax).
 */
uint32_t	store_joins(const struct store *store);

#endif
