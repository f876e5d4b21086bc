/*
 * credential.h: what lets a client in, and the limits it has.
 */
#ifndef AUTH_CREDENTIAL_H
#define AUTH_CREDENTIAL_H

#include <stdint.h>

#include "auth/limit.h"
#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/slice.h"
#include "store/store.h"

/* What a credential stands for; all slices live in the caller's arena. */
struct credential {
	struct slice	id;		/* names it without its secret */
	struct slice	kind;		/* "": a token; else as in LAYOUT */
	struct slice	certificate;	/* its name (certificate.h), or "" */
	struct slice	label;
	struct slice	profile;	/* of tolerances */
	struct slice	tenant_name;
	struct slice	user;		/* id of whom it belongs to, or "" */
	struct slice	scope;		/* "read", or "" for everything */
	struct slice	role;		/* of an administrator (role.h), or "" */
	struct slice	narrowed;	/* scope of this request, no more; or "" */
	struct slice	created;	/* dateTime */
	struct slice	addresses;	/* it may ask from (address.h); "": any */
	struct slice	filter;		/* bounds what it sees; "": nothing */
	struct slice	breaker;	/* id of the one that it was changed for,
					   whose breaker is its own; or "" */
	int64_t		expires_at;	/* ms UTC; 0: never */
	int64_t		used_at;	/* ms UTC, seldom written; 0: never */
	int64_t		quarantined_at;	/* ms UTC; 0: not */
	int64_t		limits[LIMIT_MAX]; /* 0: its tenant's, or the server's */
	int64_t		version;	/* counts what was changed of it */
	uint32_t	tenant;		/* TENANT_STORE: an administrator's, of
					   all of them */
	unsigned char	key[DIGEST_LEN]; /* of its record */
};

/* Its record, JSON in A. */
struct slice	credential_text(struct arena *a, const struct credential *c);

/*
 * Set what C says in RECORD, a tree in A; what its use and its changes count
 * stays as it is there.
 */
struct json_object;
void	credential_set(struct arena *a, const struct credential *c,
	    struct json_object *record);

/* Read the record TEXT, which is copied into A; all of C but the key. */
int	credential_parse(struct arena *a, struct slice text, struct credential *c,
	    struct error *err);

/* Does C let somebody in?  Some records only keep what one of them needs. */
bool	credential_lets_in(const struct credential *c);

/* Can C be of no tenant, over all?  ERR_INVALID_VALUE. */
int	credential_check_above(const struct credential *c, struct error *err);

/*
 * Set C->tenant to the number of C->tenant_name; "" is no tenant but all of
 * them, and for administrators only.
 *
 * Errors: ERR_NOT_FOUND, ERR_INVALID_VALUE, those of store_txn.
 */
int	credential_place(struct kv_txn *txn, struct credential *c,
	    struct error *err);

/*
 * Write the record of C, with a new id, under C->key, for the tenant
 * C->tenant_name.
 *
 * Errors: those of credential_place; ERR_UNIQUENESS when the key has a
 *         record.
 */
int	credential_create(struct store *store, struct arena *a, int64_t now,
	    struct credential *c, struct error *err);

/*
 * The same in a transaction: first an id for C, then its record.
 *
 * Errors: those of credential_create.
 */
void	credential_name(struct arena *a, int64_t now, struct credential *c);
int	credential_add(struct kv_txn *txn, struct credential *c,
	    struct error *err);

/* The credential with the record KEY; ERR_UNAUTHORIZED when there is none. */
int	credential_find(struct store *store, struct arena *a,
	    const unsigned char key[DIGEST_LEN], struct credential *c,
	    struct error *err);

/*
 * May C be used at NOW from ADDRESS?
 *
 * Errors: ERR_UNAUTHORIZED with a detail for the log, not for the client.
 */
int	credential_check(const struct credential *c, int64_t now,
	    struct slice address, struct error *err);


/*
 * The id that the breaker of C counts for (identity/breaker.h): of the token
 * that C was changed for, and that for another, the first; else its own.
 */
struct slice	credential_breaker(const struct credential *c);

/*
 * In TXN: from AT, ms UTC, on, what a credential with the breaker ID takes
 * away is kept aside; 0: not any more.  One that is revoked stays gone.
 */
struct kv_txn;
int	credential_set_quarantine(struct kv_txn *txn, struct slice id,
	    int64_t at, struct error *err);

/*
 * C was used at NOW: note it, if the last note is older than an hour, so that
 * a request that reads does not write.
 */
enum { CREDENTIAL_TOUCH_MS = 3600 * 1000 };
int	credential_touch(struct store *store, const struct credential *c,
	    int64_t now, struct error *err);

#endif
