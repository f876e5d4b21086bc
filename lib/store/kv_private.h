/*
 * kv_private.h: what the files of kv share: the handles of Berkeley DB.
 */
#ifndef STORE_KV_PRIVATE_H
#define STORE_KV_PRIVATE_H

#include <db.h>

#include "store/kv.h"

struct kv {
	DB_ENV		*env;
	DB		*tables[KV_TABLE_MAX];	/* NULL: not opened yet */
	char		 dir[4096];
	void		*owner;
	void		(*queue)(void *owner, bool begins);	/* or NULL */
	struct kv_touched *touched;	/* of the owner, or own_touched */
	struct kv_touched own_touched;
	bool		 late[KV_TABLE_MAX];	/* to be opened first of all */
	int		 panic;		/* errno of it, or 0 */
	enum kv_failure	 failure;
	size_t		 log_len;	/* of commits, since a checkpoint's try */
	size_t		 space_min;	/* bytes free, to write */
	size_t		 ballast_len;	/* bytes; 0: none */
	const struct vault *vault;
	int64_t		 space_seen_at;	/* monotonic ms */
	bool		 has_space;
	int64_t		 expired_at;	/* monotonic ms */
	int64_t		 messages_since;	/* monotonic ms */
	unsigned	 messages;	/* of Berkeley DB, since then */
	const struct kv_sink *sink;	/* of the backup that is made */
	uint64_t	 sink_at;	/* bytes of its file so far */
	bool		 sink_ended;	/* the table that is copied */
};

struct kv_txn {
	struct kv *kv;
	DB_TXN *txn; /* NULL: KV_PEEK */
	struct arena *arena;
	enum kv_mode mode;
	enum kv_failure failure;
	unsigned written; /* a bit for each table */
	size_t log_len;	  /* bytes of log, about */
	bool is_brief; /* no lock of what is read stays */
	bool is_relaxed; /* the log is not flushed for it */
	struct kv_range *ranges; /* all that were opened, the newest first */
	kv_ending *ending;	 /* NULL: none */
	void *ending_arg;
};

enum { KV_MODE = 0660 }; /* of every file */

/* A log file; recovery reads the last one from its start. */
enum { KV_LOG_FILE_LEN = 16 * 1024 * 1024 };

/*
 * Berkeley DB takes the write of a page for atomic; what a power cut leaves
 * of a larger one cannot be recovered.  4 KiB is what disks and file systems
 * write at once.  Against 8 and 16 KiB it costs a walk a fifth and nothing
 * that a reader of one key would see, and saves a third of the room; values
 * of more than about 1000 bytes get pages of their own.
 */
enum { KV_PAGE_LEN = 4096 };

/* Of log between two checkpoints: recovery stays under 0.5 s. */
enum { KV_CHECKPOINT_KIB = 4096 };

/*
 * Make the file PATH, which is in no environment, and open it; DB.close puts
 * all of it on the disk.  0, or a code of Berkeley DB.
 */
int	kv_make_file(const char *path, DB **out);

/*
 * Open TABLE, in turn with others who do (kv_options), where no lock is held;
 * 0, or a code of Berkeley DB and tables[TABLE] stays NULL.
 */
int	kv_open_table(struct kv *kv, enum kv_table table, bool create);

/*
 * The same inside of a transaction, which may have locks: waits for nobody
 * who may have some, since those may wait for ours, and no detector would see
 * it.  kv_has_to_wait of its code: it would have to.
 */
int	kv_try_open_table(struct kv *kv, enum kv_table table);
bool	kv_has_to_wait(int rc);

/*
 * kv_open with RECOVER: 0, DB_RECOVER or DB_RECOVER_FATAL.
 */
int	kv_open_with(const struct kv_options *options, u_int32_t recover,
	    struct kv **out, struct error *err);

/* "meta.db" */
const char	*kv_table_file(enum kv_table table);

/*
 * May recovery be run in DIR?  It makes tables that are not there, as those
 * of a new store; once the last one is made all must be there, and a log.
 * What is missing goes to our log.
 */
bool	kv_is_complete(const char *dir);

/*
 * Region files: is there one that can be entered; away with all; disk blocks
 * for all that they may grow to with a cache of CACHE_LEN bytes.
 */
bool	kv_has_first_region(const char *dir);
void	kv_remove_regions(const char *dir);
void	kv_reserve_regions(const char *dir, size_t cache_len);

/*
 * The files of DIR keep the names that they have, whatever happens to the
 * power.  0, or errno.
 */
int	kv_keep_names(const char *dir);

/*
 * Have Berkeley DB wait for moments, and write pages as a whole; before its
 * first environment is made.  0, or a code of it.
 */
int	kv_prepare_library(void);

/*
 * Stand between Berkeley DB and its splitting of pages (kv_split.c); once it
 * is said, so it costs nothing to say it again.  0, or ENOSYS: it cannot be.
 */
int	kv_prepare_split(void);

/* Does CODE say that there is no room, on the disk or in the quota? */
bool	kv_is_full(int code);

/* Bytes that we may still write to the disk of DIR. */
uint64_t	kv_free_space(const char *dir);

/* Is there room to write?  Asked now and then: it is a system call. */
bool	kv_has_space(struct kv *kv);

/*
 * A file of blocks that are kept back, so that recovery finds room on a full
 * disk: away with it if less than SPACE_MIN bytes are free in DIR; made, or
 * made again, when it is not there and there is room.
 */
void	kv_drop_ballast(const char *dir, size_t space_min);
void	kv_keep_ballast(const struct kv *kv);

/* -1 with ERR set: WHERE, what CODE means, and what to do about it. */
int	kv_refuse(struct error *err, const char *where, int code,
	    bool recover);

/* One place where codes of Berkeley DB become ours; logs what is strange. */
enum kv_failure	kv_failure_of(const char *what, int code);

/* The status of an operation of TXN, whose failure is noted in it. */
enum store_status	kv_status_of(struct kv_txn *txn, const char *what,
			    int code);

/* S, to be read by Berkeley DB; good as long as S is. */
DBT	kv_dbt(struct slice s);

/* The handle of TABLE, opened if need be; NULL: that failed. */
DB	*kv_handle(struct kv_txn *txn, enum kv_table table);

/* Close all ranges of TXN: before its end. */
void	kv_close_ranges(struct kv_txn *txn);

#endif
