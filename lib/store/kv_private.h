/*
 * kv_private.h: what kv.c and kv_env.c share: the handles of Berkeley DB.
 */
#ifndef STORE_KV_PRIVATE_H
#define STORE_KV_PRIVATE_H

#include <db.h>

#include "store/kv.h"

struct kv {
	DB_ENV		*env;
	DB		*tables[KV_TABLE_MAX];	/* NULL: not opened yet */
	char		 dir[4096];
	enum kv_failure	 failure;
	unsigned	 commits;	/* since the last checkpoint was tried */
	int64_t		 space_seen_at;	/* monotonic ms */
	bool		 has_space;
	int64_t		 expired_at;	/* monotonic ms */
	int64_t		 messages_since;	/* monotonic ms */
	unsigned	 messages;	/* of Berkeley DB, since then */
	const struct kv_sink *sink;	/* of the backup that is made */
	uint64_t	 sink_at;	/* bytes of its file so far */
};

/* A log file; recovery reads the last one from its start. */
enum { KV_LOG_FILE_LEN = 16 * 1024 * 1024 };

/* Of log between two checkpoints: recovery stays under 0.5 s. */
enum { KV_CHECKPOINT_KIB = 4096 };

/* Open TABLE; 0, or a code of Berkeley DB and tables[TABLE] stays NULL. */
int	kv_open_table(struct kv *kv, enum kv_table table, bool create);

/* One place where codes of Berkeley DB become ours; logs what is strange. */
enum kv_failure	kv_failure_of(const char *what, int code);

#endif
