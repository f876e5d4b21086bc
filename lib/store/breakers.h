/*
 * breakers.h: what each credential has taken away lately, and what was held.
 *
 * One row a credential says how much; beside it stand three lists: TAKEN,
 * what was done, by the time of it; by the resource HELD, what was refused,
 * and PENDING, what was answered as done and is not.  Of a group that is
 * pending each member that has left it, as that credential has it, stands by
 * itself.
 */
#ifndef STORE_BREAKERS_H
#define STORE_BREAKERS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

/* The row of CREDENTIAL, in the arena of TXN. */
enum store_status	breaker_get(struct kv_txn *txn, uint32_t tenant,
			    struct slice credential, bool for_update,
			    struct slice *row);
enum store_status	breaker_put(struct kv_txn *txn, uint32_t tenant,
			    struct slice credential, struct slice row);

/* Walk the rows of TENANT; close with kv_range_close. */
enum store_status	breakers_open(struct kv_txn *txn, uint32_t tenant,
			    struct kv_range **out);
enum store_status	breakers_next(struct kv_range *range,
			    struct slice *credential, struct slice *row);

enum breaker_list {
	BREAKER_TAKEN,
	BREAKER_HELD,
	BREAKER_PENDING,
	BREAKER_LIST_MAX
};

/* "taken", "held", "pending" */
const char	*breaker_list_name(enum breaker_list list);

/* Write the note ID of a list, JSON. */
enum store_status	breaker_note_put(struct kv_txn *txn, uint32_t tenant,
			    struct slice credential, enum breaker_list list,
			    const struct uuid *id, struct slice note);

/* STORE_NOTFOUND when there is none. */
enum store_status	breaker_note_get(struct kv_txn *txn, uint32_t tenant,
			    struct slice credential, enum breaker_list list,
			    const struct uuid *id, struct slice *note);
enum store_status	breaker_note_delete(struct kv_txn *txn,
			    uint32_t tenant, struct slice credential,
			    enum breaker_list list, const struct uuid *id);

/* Walk a list, in the order of ids; close with kv_range_close. */
enum store_status	breaker_notes_open(struct kv_txn *txn,
			    uint32_t tenant, struct slice credential,
			    enum breaker_list list, struct kv_range **out);
enum store_status	breaker_notes_next(struct kv_range *range,
			    struct uuid *id, struct slice *note);

/* MEMBER has left GROUP, for CREDENTIAL alone. */
enum store_status	breaker_left_put(struct kv_txn *txn, uint32_t tenant,
			    struct slice credential, const struct uuid *group,
			    const struct uuid *member);

/* STORE_NOTFOUND when it has not. */
enum store_status	breaker_left_get(struct kv_txn *txn, uint32_t tenant,
			    struct slice credential, const struct uuid *group,
			    const struct uuid *member);
enum store_status	breaker_left_delete(struct kv_txn *txn,
			    uint32_t tenant, struct slice credential,
			    const struct uuid *group,
			    const struct uuid *member);

/*
 * Walk those of GROUP, or of all groups, one after the other, when that is
 * NULL; close with kv_range_close.
 */
enum store_status	breaker_left_open(struct kv_txn *txn, uint32_t tenant,
			    struct slice credential, const struct uuid *group,
			    struct kv_range **out);
enum store_status	breaker_left_next(struct kv_range *range,
			    struct uuid *group, struct uuid *member);

#endif
