/*
 * credential.h: what lets a client in, and the limits it has.
 */
#ifndef AUTH_CREDENTIAL_H
#define AUTH_CREDENTIAL_H

#include <stdint.h>

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
	struct slice	narrowed;	/* scope of this request, no more; or "" */
	struct slice	created;	/* dateTime */
	struct slice	addresses;	/* it may ask from (address.h); "": any */
	struct slice	filter;		/* bounds what it sees; "": nothing */
	int64_t		expires_at;	/* ms UTC; 0: never */
	int64_t		used_at;	/* ms UTC, seldom written; 0: never */
	uint32_t	tenant;
	unsigned char	key[DIGEST_LEN]; /* of its record */
};

/* Its record, JSON in A. */
struct slice	credential_text(struct arena *a, const struct credential *c);

/* Read the record TEXT, which is copied into A; all of C but the key. */
int	credential_parse(struct arena *a, struct slice text, struct credential *c,
	    struct error *err);

/*
 * Write the record of C, with a new id, under C->key, for the tenant
 * C->tenant_name.
 *
 * Errors: ERR_NOT_FOUND when there is no such tenant; ERR_UNIQUENESS when the
 *         key has a record.
 */
int	credential_create(struct store *store, struct arena *a, int64_t now,
	    struct credential *c, struct error *err);

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
 * C was used at NOW: note it, if the last note is older than an hour, so that
 * a request that reads does not write.
 */
int	credential_touch(struct store *store, const struct credential *c,
	    int64_t now, struct error *err);

#endif
