/*
 * store_private.h: what the files of the entrance share.
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include "base/buf.h"
#include "store/gate.h"
#include "store/store.h"
#include "store/vault.h"

enum {
	STORE_SPACE_MIN = 64 * 1024 * 1024,	/* if nothing else is said */
	STORE_DEADLOCKS_MAX = 30		/* runs of one body */
};

/* Who works on the store now, for what it notes of its changes. */
struct store_actor {
	char id[256];
	char request[64];
};

struct store {
	struct kv_options options;
	char *dir;
	enum store_kind kind;
	struct gate *gate;
	struct watchdog *watchdog;
	struct kv *kv;	     /* NULL: outside */
	struct arena *spare; /* for the next transaction, or NULL */
	struct kept_places *kept;   /* or NULL */
	uint32_t joins;	     /* of this process */
	int format;	     /* when it was opened */
	struct vault vault;
	char *key_file;	     /* its path */
	bool key_is_inside;  /* of the directory, as is so without a setting */
	struct kv_touched touched;
	struct store_actor actor;
	struct buf *rehearsal; /* changes that are not made, or NULL */
};

/* Where the key file of STORE is, by OPTIONS. */
void	store_name_key(struct store *store,
	    const struct store_options *options);

/*
 * What the meta table says of the key, in a transaction: the vault is on, or
 * ERR says which key is needed.  CREATE: from now on there is one.
 */
int	store_check_key(struct store *store, struct kv_txn *txn, bool create,
	    struct error *err);

/* Other than before once somebody has written what others keep (kept.h). */
uint64_t	store_turn(const struct store *store);

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
