/*
 * credential_note.h: what is noted of a change to a credential (store/note.h):
 * the records before and after it, without anything that lets somebody in.
 */
#ifndef AUTH_CREDENTIAL_NOTE_H
#define AUTH_CREDENTIAL_NOTE_H

#include "base/error.h"
#include "store/kv.h"

/*
 * In the transaction that makes AFTER of BEFORE, records as they are stored,
 * "" for none; the last thing that it does.
 *
 * Returns: 0, or -1 after STORE_FAIL, or with ERR_INTERNAL for a record that
 *          is damaged.
 */
int	credential_note(struct kv_txn *txn, struct slice before,
	    struct slice after, struct error *err);

#endif
