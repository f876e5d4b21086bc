/*
 * issued_keys.h: the keys of an issuer that were fetched from it, one record
 * for each client that trusts it; it goes when the client goes.
 */
#ifndef AUTH_ISSUED_KEYS_H
#define AUTH_ISSUED_KEYS_H

#include "auth/client.h"

struct issued_keys {
	struct slice	text;		/* JSON (jwks.h); "": none yet */
	int64_t		fetched_at;	/* ms UTC */
};

/*
 * The keys that CLIENT->trust.keys_url had.
 *
 * Errors: those of store_peek; none yet is no error.
 */
int	issued_keys_load(struct store *store, struct arena *a,
	    const struct client *client, struct issued_keys *out,
	    struct error *err);

/*
 * Is it our turn to fetch them?  Of all processes that ask within AGAIN_MS one
 * is told so.
 *
 * Returns: 1, 0, or -1.
 */
int	issued_keys_claim(struct store *store, const struct client *client,
	    int64_t now, int64_t again_ms, struct error *err);

/* TEXT, checked, is what the URL has at NOW. */
int	issued_keys_put(struct store *store, const struct client *client,
	    int64_t now, struct slice text, struct error *err);

/* The client with that id is gone: they go in TXN. */
int	issued_keys_forget(struct kv_txn *txn, struct slice client);

#endif
