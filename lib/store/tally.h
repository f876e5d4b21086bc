/*
 * tally.h: what a tenant counts, in one row, which every change writes: the
 * number of its last change and, for each type, how many resources there are.
 *
 * The row is hot: it is locked from the first tally_edit of a transaction to
 * its end, and written once, at the end.
 */
#ifndef STORE_TALLY_H
#define STORE_TALLY_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

struct tally_type {
	struct slice	name;	/* "User" */
	int64_t		total;	/* resources of the type */
	int64_t		closed;	/* of them in closed blocks (ranks.h) */
	struct uuid	open;	/* the id that the open block begins at */
};

struct tally {
	int64_t			 sequence;	/* of the last change */
	struct tally_type	*types;
	size_t			 ntypes;
};

/*
 * The row of TENANT as TXN sees it; zeros when there is none.
 *
 * Owner: what *TALLY points to lives in the arena of TXN.
 */
enum store_status	tally_get(struct kv_txn *txn, uint32_t tenant,
			    struct tally *tally);

/* The same to be changed: at the end of TXN it is written as it then is. */
enum store_status	tally_edit(struct kv_txn *txn, uint32_t tenant,
			    struct tally **tally);

/* The type NAME, NULL when none was counted; and made, when there is none. */
struct tally_type	*tally_find(const struct tally *tally,
			    struct slice name);
struct tally_type	*tally_take(struct kv_txn *txn, struct tally *tally,
			    struct slice name);

/* How many resources there are of TYPE; what the last change is numbered. */
enum store_status	tally_total(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, int64_t *n);
enum store_status	tally_sequence(struct kv_txn *txn, uint32_t tenant,
			    int64_t *sequence);

/* The key of the row: "tally" behind the number of the tenant. */
#define TALLY_NAME SLICE("tally")

#endif
