/*
 * kv.h: ordered keys and values in transactions; the seam behind which
 * Berkeley DB stands (spec berkeley-db.md; only kv*.c include <db.h>).
 *
 * Nothing above this file knows a DBT, a page or a lock.  One process has
 * one struct kv; it is opened and closed by store.c, which holds the gate.
 */
#ifndef STORE_KV_H
#define STORE_KV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* The tables, one Berkeley DB file each; LAYOUT shows their keys. */
enum kv_table {
	KV_META,	/* format version */
	KV_TENANTS,
	KV_CREDENTIALS,
	KV_COUNTERS,
	KV_RESOURCES,
	KV_UNIQUES,
	KV_INDEXES,
	KV_MEMBERS,	/* group, member */
	KV_GROUPS,	/* member, group */
	KV_CHANGES,
	KV_STREAMS,
	KV_REQUESTS,
	KV_BREAKERS,
	KV_LINKS,
	KV_JOBS,
	KV_TABLE_MAX
};

enum store_status {
	STORE_OK,
	STORE_NOTFOUND,
	STORE_EXISTS,
	STORE_FAIL	/* end the transaction body: return -1 */
};

/* Why the last call failed, as far as store.c must know. */
enum kv_failure {
	KV_FAIL_NONE,
	KV_FAIL_DEADLOCK,	/* abort and run the body again */
	KV_FAIL_PANIC,		/* leave the environment, join again */
	KV_FAIL_FULL,		/* no room on the disk: abort, tell the client */
	KV_FAIL_UNSURE,		/* committed, but the log found no room */
	KV_FAIL_LIMIT,		/* too many locks: do not run the body again */
	KV_FAIL_FILES,		/* we may open too few: abort, tell the client */
	KV_FAIL_OTHER
};

struct kv;
struct kv_txn;
struct vault;

/* Keys that were read and written, of each table, since the process began. */
struct kv_touched {
	uint64_t	reads[KV_TABLE_MAX];
	uint64_t	writes[KV_TABLE_MAX];
};

struct kv_options {
	const char	*dir;		/* exists, mode 2770 */
	void		*owner;		/* kv_txn_owner of every transaction */
	struct kv_touched *touched;	/* counts there; or NULL */
	size_t		 cache_len;	/* bytes of shared cache; 0: by need */
	size_t		 cache_max;	/* bytes, if it is by need */
	size_t		 cache_made;	/* bytes that it has; 0: who knows */
	size_t		 space_min;	/* bytes that must be free to write */
	size_t		 ballast_len;	/* bytes kept for recovery; 0: none */
	const struct vault *vault;	/* what seals, for those above */
	/*
	 * Open a table when it is needed, not all at once, but in a recovery:
	 * every handle of every member is one more that who looks for
	 * deadlocks goes through, in time and memory by the square of their
	 * number.
	 */
	bool		 opens_late;
	/*
	 * Before a table is opened that need not be made, by one that has no
	 * lock; and after.  Or NULL.
	 */
	void		(*queue)(void *owner, bool begins);
};

/* "5.3.28": the library that the regions belong to. */
const char	*kv_library(void);

/*
 * Bytes of cache that an environment is made with: what OPTIONS say, or what
 * the tables hold but for the change log, at least 64 MiB, and at most
 * cache_max and an eighth of what is free on the disk, where it has a file.
 */
size_t	kv_cache_len(const struct kv_options *options);

/*
 * A quarter of the memory that this process may have: cache_max.  Asked before
 * it gives up its rights to files.
 */
size_t	kv_cache_room(void);

/* Bytes of cache that the environment of KV was made with. */
size_t	kv_cache_made(const struct kv *kv);

/*
 * Can there be a store, and can this process work on it?  Not with another
 * library, on a network file system, or with a DB_CONFIG that overrides our
 * settings; not with too few files or too little memory.  Asked before the
 * gate, so that one who is refused does not disturb those inside.
 *
 * Errors: ERR_INTERNAL, or ERR_BUSY for what this process lacks, with a
 * detail that says what to do.
 */
int	kv_check(const struct kv_options *options, struct error *err);

/*
 * Open the environment and its tables, if not late.  RECOVER runs recovery
 * and a forced checkpoint and reserves the region files; the caller then
 * holds the gate exclusively.  Without RECOVER any error means: the caller
 * wants recovery.
 *
 * Returns: 0, or -1 with ERR set (ERR_FULL: no room; ERR_INTERNAL: else).
 */
int	kv_open(const struct kv_options *options, bool recover,
	    struct kv **out, struct error *err);

/* Close what is open; never fails, may find the environment panicked. */
void	kv_close(struct kv *kv);

enum kv_mode {
	KV_WRITE,
	KV_READ,	/* read locks stay: what is read fits together */
	KV_PEEK		/* each key by itself: no transaction of Berkeley DB */
};

int	kv_begin(struct kv *kv, enum kv_mode mode, struct arena *a,
	    struct kv_txn **out, struct error *err);

/* Was TXN begun to write?  What it reads may be undone then. */
bool	kv_txn_may_write(const struct kv_txn *txn);

/*
 * Commit without sync, then flush the log: when this returns 0, what was
 * written survives a power cut.  A read-only transaction only releases.
 * TXN is gone either way; kv_last_failure tells why it failed.
 */
int	kv_commit(struct kv_txn *txn, struct error *err);

/*
 * What TXN writes need not be on the disk when it is committed: it goes there
 * with the next transaction that does not say so.  Until then a recovery, when
 * any process was killed, may undo it: see store_joins.
 */
void	kv_relax(struct kv_txn *txn);

/* Undo everything since kv_begin; TXN is gone. */
void	kv_abort(struct kv_txn *txn);

/* The vault of its store. */
const struct vault	*kv_txn_vault(const struct kv_txn *txn);

/* The tables that TXN has written to so far, 1 << table for each. */
unsigned	kv_txn_written(const struct kv_txn *txn);

/*
 * What a transaction changes often is written once: FN, of which there is one
 * in a transaction, is run by kv_end with the ARG that it got last.
 */
typedef enum store_status kv_ending(struct kv_txn *txn, void *arg);
void	kv_at_end(struct kv_txn *txn, kv_ending *fn, void *arg);

/* The ARG that FN was given in TXN, or NULL. */
void	*kv_end_arg(const struct kv_txn *txn, kv_ending *fn);

/* The body of TXN is done: STORE_OK to commit. */
enum store_status	kv_end(struct kv_txn *txn);

/* Why the last operation in TXN failed. */
enum kv_failure	kv_txn_failure(const struct kv_txn *txn);

/* Why the last kv_begin or kv_commit failed. */
enum kv_failure	kv_last_failure(const struct kv *kv);

/* The arena of TXN, and the owner of its kv. */
struct arena	*kv_txn_arena(const struct kv_txn *txn);
void	*kv_txn_owner(const struct kv_txn *txn);

/*
 * From here on TXN lets go of what it reads at once, or (false) keeps it to
 * its end again: for what an answer only tells.
 */
void	kv_read_briefly(struct kv_txn *txn, bool briefly);

/*
 * Read the value under KEY.  FOR_UPDATE takes the write lock at once: use it
 * for whatever the same transaction writes later.
 *
 * Owner:   *VALUE lives in the arena of TXN, NUL-terminated past its end.
 * Returns: STORE_OK, STORE_NOTFOUND or STORE_FAIL.
 */
enum store_status	kv_get(struct kv_txn *txn, enum kv_table table,
			    struct slice key, bool for_update,
			    struct slice *value);

/* Write VALUE under KEY, over what was there. */
enum store_status	kv_put(struct kv_txn *txn, enum kv_table table,
			    struct slice key, struct slice value);

/* Write only if KEY is free: STORE_OK, STORE_EXISTS or STORE_FAIL. */
enum store_status	kv_insert(struct kv_txn *txn, enum kv_table table,
			    struct slice key, struct slice value);

/* STORE_OK, STORE_NOTFOUND or STORE_FAIL. */
enum store_status	kv_delete(struct kv_txn *txn, enum kv_table table,
			    struct slice key);

/*
 * Walk the keys from FROM (included) to those that no longer begin with
 * PREFIX; FROM begins with PREFIX, or is empty and means PREFIX itself.
 * Reads in bulk (DB_MULTIPLE_KEY).  DEGREE2 gives up each page's lock when
 * the walk leaves it: for long scans; without it what was walked stays
 * locked to the end of TXN, and no key can appear in between.
 *
 * A range that nobody closed is closed at the end of the transaction.
 */
struct kv_range;
enum store_status	kv_range_open(struct kv_txn *txn, enum kv_table table,
			    struct slice prefix, struct slice from,
			    bool degree2, struct kv_range **out);

/*
 * The same backwards, one by one: from the last key that begins with FROM, or
 * stands before it, down to those that no longer begin with PREFIX.  No part
 * of a key that begins with FROM continues with the byte 0xFF.
 */
enum store_status	kv_range_open_back(struct kv_txn *txn,
			    enum kv_table table, struct slice prefix,
			    struct slice from, struct kv_range **out);

/*
 * Many of its keys will be wanted: they are read in bulk from the first on,
 * not after a few only.  Before any is read.
 */
void	kv_range_many(struct kv_range *range);

/* The next key and value, good until the next call; NOTFOUND at the end. */
enum store_status	kv_range_next(struct kv_range *range,
			    struct slice *key, struct slice *value);
void	kv_range_close(struct kv_range *range);

/* Where a backup goes, one file after the other; each call 0 or an errno. */
struct kv_sink {
	int	(*open)(void *arg, const char *name);
	int	(*write)(void *arg, const void *data, size_t len);
	int	(*close)(void *arg);
	void	*arg;
};

/*
 * Give every table and then the log to SINK, while others write: with
 * kv_recover_copy it becomes the store as it was at the end, or later than
 * the start at least (spec berkeley-db.md 2.11).  Log files stay until then;
 * a process that dies in here must be followed by recovery, which lets them
 * go again.
 *
 * Errors: ERR_INTERNAL, ERR_FULL; ERR_BUSY when SINK said ECANCELED.
 */
int	kv_backup(struct kv *kv, const struct kv_sink *sink,
	    struct error *err);

/*
 * In the directory of OPTIONS stand the files of a backup and nobody is
 * inside: play its log from the start, look whether every page is sound, and
 * leave nothing but tables and log.
 */
int	kv_recover_copy(const struct kv_options *options, struct error *err);

/* Do the pages of TABLE have the length that a new table has? */
bool	kv_has_our_pages(const struct kv *kv, enum kv_table table);

/*
 * Write TABLE anew, with such pages.  Nobody else may be inside.  A process
 * that dies in here leaves the table as it was, or the new one.
 *
 * Errors: ERR_FULL, ERR_INTERNAL.
 */
int	kv_rewrite(struct kv *kv, enum kv_table table, struct error *err);

/* What was done in all tables by store_compact. */
struct kv_compaction {
	unsigned	tables_rewritten;
	unsigned	tables_left;	/* with pages of another length */
	uint64_t	pages_freed;	/* to be used again by their table */
	uint64_t	pages_returned;	/* to the disk */
};

/*
 * Move what TABLE holds together, a piece of some thousand keys: from *KEY
 * ("": the first) on, which becomes where the next piece begins; .data NULL
 * behind the last, when the free pages at the end were returned.  Each piece
 * is a few transactions of its own.  *KEY lives in A.
 *
 * Returns: 0, or -1 with ERR set (ERR_BUSY: a deadlock, the same again).
 */
int	kv_compact(struct kv *kv, enum kv_table table, struct arena *a,
	    struct slice *key, struct kv_compaction *done,
	    struct error *err);

/*
 * Go on with the keys that begin with PREFIX, in a range that was not opened
 * backwards.  Where they come next, which they do for members in the order of
 * their ids, nothing is searched.
 */
void	kv_range_seek(struct kv_range *range, struct slice prefix);

/*
 * Now and then, after a request was answered: expired locks (spec
 * berkeley-db.md 2.6).
 */
void	kv_upkeep(struct kv *kv);

/*
 * A checkpoint, when TIMES 4 MiB of log have been written since the last one;
 * 0: now.  Log files that no recovery needs any more are removed.  It may take
 * seconds: Berkeley DB sleeps for one when a page is written to just then,
 * and whoever wants a checkpoint meanwhile waits for the end of this one.
 */
void	kv_checkpoint(struct kv *kv, unsigned times);

/* What all processes did since the environment was made or recovered. */
struct kv_statistics {
	uint64_t	commits;
	uint64_t	aborts;
	uint64_t	deadlocks;
	uint64_t	lock_waits;
	uint64_t	cache_hits;
	uint64_t	cache_misses;
	uint64_t	cache_len;	/* bytes */
	uint64_t	log_len;	/* bytes written since */
};

/* 0, or -1 when the library cannot tell. */
int	kv_read_statistics(struct kv *kv, struct kv_statistics *out);

/* Has this process written so much that it should look for one (2.3)? */
bool	kv_is_checkpoint_due(const struct kv *kv);

/* Has this process committed writes since it looked for a checkpoint? */
bool	kv_has_written(const struct kv *kv);

#endif
