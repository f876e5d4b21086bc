/*
 * kept.h: what a process made of rows that every request needs and hardly
 * anybody changes: credentials, tenants, which indexes are complete, and the
 * secrets of cursors.
 *
 * It is kept until some process writes one of these (gate_turn): who was told
 * that a credential is revoked finds no worker that still takes it.  As many
 * are kept as a thousand tenants with a credential each need, and little of
 * each: a worker has a few hundred bytes for one.  A one-shot keeps nothing.
 */
#ifndef STORE_KEPT_H
#define STORE_KEPT_H

#include "base/arena.h"
#include "base/slice.h"
#include "store/store.h"

enum { KEPT_KEY_MAX = 40, KEPT_SIZE_MAX = 512 };

/*
 * A structure that can be kept: a multiple of 8 bytes, KEPT_SIZE_MAX at most,
 * no pointers in it but those of its N slices.  Where they are in it stands at
 * OFFSETS, STRIDE bytes from one to the next.
 */
struct kept_form {
	size_t		 size;
	const size_t	*offsets;
	size_t		 stride;
	size_t		 n;
};

/* Make OUT of what STORE has, texts in A; -1 with ERR set: none is kept. */
typedef int store_make(struct store *store, struct arena *a, void *arg,
    void *out, struct error *err);

/*
 * In OUT, a structure of FORM, what is under KEY, at most KEPT_KEY_MAX bytes,
 * of which the first says what it is; made by MAKE(ARG) unless it is there and
 * still true.
 *
 * Owner:   STORE; its texts stay as long as A, the arena of the request.
 * Returns: -1 with ERR set by MAKE.
 */
int	store_kept(struct store *store, struct arena *a, struct slice key,
	    const struct kept_form *form, store_make *make, void *arg,
	    void *out, struct error *err);

/*
 * Nothing that is kept is believed any more, by any process.  For who writes
 * a row in TXN of which something is kept, after that: others wait for TXN
 * then, to read the row.  Credentials and tenants need no call.
 */
void	kept_end(struct kv_txn *txn);

/* Of nobody any more. */
struct kept_places;
void	kept_free(struct kept_places *kept);

#endif
