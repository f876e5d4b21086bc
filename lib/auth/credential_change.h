/*
 * credential_change.h: the record of a credential, of any kind, is changed.
 */
#ifndef AUTH_CREDENTIAL_CHANGE_H
#define AUTH_CREDENTIAL_CHANGE_H

#include "auth/credential.h"

/* A change to RECORD, a tree in A; 0, or -1 with ERR set. */
typedef int credential_change_fn(struct arena *a, struct json_object *record,
	    const void *arg, struct error *err);

/* Whatever its version is. */
enum { CREDENTIAL_ANY = -1 };

/*
 * Read the record KEY, if it has VERSION, let CHANGE change it, and write it
 * with the next version.
 *
 * Errors: ERR_NOT_FOUND, ERR_PRECONDITION, those of CHANGE and store_txn.
 */
int	credential_change(struct store *store,
	    const unsigned char key[DIGEST_LEN], int64_t version,
	    credential_change_fn *change, const void *arg, struct error *err);

/* The same in TXN; with CHANGE NULL the version is looked at, and no more. */
struct kv_txn;
int	credential_change_in(struct kv_txn *txn,
	    const unsigned char key[DIGEST_LEN], int64_t version,
	    credential_change_fn *change, const void *arg, struct error *err);

/* ERR_PRECONDITION unless RECORD, JSON, has VERSION. */
int	credential_check_version(struct slice record, int64_t version,
	    struct error *err);

#endif
