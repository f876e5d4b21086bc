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
	KV_FAIL_OTHER
};

struct kv;
struct kv_txn;

struct kv_options {
	const char	*dir;		/* exists, mode 2770 */
	size_t		 cache_len;	/* bytes of shared cache */
	size_t		 space_min;	/* bytes that must be free to write */
	size_t		 ballast_len;	/* bytes kept for recovery; 0: none */
	bool		 is_brief;	/* open a table when it is needed */
};

/* "5.3.28": the library that the regions belong to. */
const char	*kv_library(void);

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
 * Open the environment and its tables.  RECOVER runs recovery and a forced
 * checkpoint and reserves the region files; the caller then holds the gate
 * exclusively.  Without RECOVER any error means: the caller wants recovery.
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
	KV_PEEK		/* one kv_get: Berkeley DB need not know of it */
};

int	kv_begin(struct kv *kv, enum kv_mode mode, struct arena *a,
	    struct kv_txn **out, struct error *err);

/*
 * Commit without sync, then flush the log: when this returns 0, what was
 * written survives a power cut.  A read-only transaction only releases.
 * TXN is gone either way; kv_last_failure tells why it failed.
 */
int	kv_commit(struct kv_txn *txn, struct error *err);

/* Undo everything since kv_begin; TXN is gone. */
void	kv_abort(struct kv_txn *txn);

/* Why the last operation in TXN failed. */
enum kv_failure	kv_txn_failure(const struct kv_txn *txn);

/* Why the last kv_begin or kv_commit failed. */
enum kv_failure	kv_last_failure(const struct kv *kv);

/* The arena of TXN. */
struct arena	*kv_txn_arena(const struct kv_txn *txn);

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

/* What kv_compact did in all tables. */
struct kv_compaction {
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
 * Now and then, after a request was answered: a checkpoint when enough log
 * has been written, and expired locks (spec berkeley-db.md 2.3, 2.6).  EAGER looks
 * at the log every time: for whoever writes much in few transactions.
 */
void	kv_upkeep(struct kv *kv, bool eager);

/*
 * A checkpoint, when 4 MiB of log have been written since the last one, or
 * NOW; log files that no recovery needs any more are removed.
 */
void	kv_checkpoint(struct kv *kv, bool now);

/* Has this process committed writes since it looked for a checkpoint? */
bool	kv_has_written(const struct kv *kv);

#endif
