/*
 * sweep.h: walk the keys of indexes.db and uniques.db, whatever attribute
 * they are of, to find those that should not be there.
 */
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include "store/indexes.h"

/* One key as it stands in the table, and the resource it names. */
struct sweep_place {
	struct slice	key;
	struct uuid	id;
};

/* The start of all keys of an attribute of TYPE, in A. */
struct slice	sweep_prefix(struct arena *a, uint32_t tenant,
		    struct slice type, struct slice attribute);

/* The first key that can stand behind all those with PREFIX, in A. */
struct slice	sweep_behind(struct arena *a, struct slice prefix);

/*
 * Walk the keys of TYPE that are not before FROM ("": all of them) in one
 * table; close with kv_range_close.  A page's lock is given up when the walk
 * leaves it.
 */
enum store_status	sweep_open(struct kv_txn *txn, bool unique,
			    uint32_t tenant, struct slice type,
			    struct slice from, struct kv_range **out);
enum store_status	sweep_next(struct kv_range *range, bool unique,
			    struct sweep_place *place);

/* Is PLACE the key that ID has for KEY? */
bool	sweep_is(const struct sweep_place *place, bool unique,
	    const struct index_key *key, const struct uuid *id);

/*
 * Take the key away, unless its unique value has another holder by now:
 * STORE_OK, STORE_NOTFOUND or STORE_FAIL.  No range may be open on it.
 */
enum store_status	sweep_remove(struct kv_txn *txn, bool unique,
			    const struct sweep_place *place);

#endif
