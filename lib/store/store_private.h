/*
 * store_private.h: what the files of the entrance share.
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include "store/gate.h"
#include "store/store.h"

enum {
	STORE_CACHE_LEN = 64 * 1024 * 1024,	/* if nothing else is said */
	STORE_SPACE_MIN = 64 * 1024 * 1024,	/* the same */
	STORE_DEADLOCKS_MAX = 30		/* runs of one body */
};

struct store {
	struct kv_options options;
	char *dir;
	enum store_kind kind;
	struct gate *gate;
	struct watchdog *watchdog;
	struct kv *kv;	     /* NULL: outside */
	struct arena *spare; /* for the next transaction, or NULL */
	int format;	     /* when it was opened */
};

/* In, before a section: through recovery, if somebody wants it. */
int	store_be_inside(struct store *store, struct error *err);

/* Wait a little, longer with TRIES, and not as long as others do. */
void	store_pause(int tries);

/* Make DIR, unless it is there. */
int	store_make_directory(const char *dir, struct error *err);

/* -1 with what to do if DIR is a backup; if there is no store in it. */
int	store_check_no_backup(const char *dir, struct error *err);
int	store_check_exists(const char *dir, struct error *err);

/*
 * -1 with what to do if STORE has another format than OPTIONS ask for; with
 * create ours is written.
 */
int	store_check_format(struct store *store,
	    const struct store_options *options, struct error *err);

#endif
