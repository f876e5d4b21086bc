/*
 * async.h: requests that are answered later (RFC 9967 section 2.5.1): kept in
 * the store, run by muster work on the way of any request, told by events.
 */
#ifndef SERVE_ASYNC_H
#define SERVE_ASYNC_H

#include "base/digest.h"
#include "serve/serve.h"
#include "serve/settings.h"

/* What a request that was accepted before brings with it. */
struct kept {
	struct slice	request_id;	/* also its transaction: Set-Txn */
	struct slice	base_url;
	unsigned char	credential[DIGEST_LEN];	/* its key */
	struct slice	narrowed;	/* scope, no more; or "" */
};

/*
 * Does CALL, on ROUTE, ask to be answered later (RFC 7240 section 4.1), and
 * may it be, as far as can be seen before its body is read?
 */
bool	async_is_wanted(const struct call *call, const struct route *route);

/*
 * May the checked request be kept?  Not one of a person, nor one that may
 * hold a password: that would stand in the store as it is.
 */
bool	async_can_keep(const struct call *call);

/*
 * Keep CALL, durably, and answer 202 (EVT-07).
 *
 * Errors: those of store_txn.
 */
int	async_accept(struct call *call, struct error *err);

/*
 * Run what is kept, the oldest first, until nothing is left, something has to
 * be tried again, or GO_ON says no.  One process at a time may do this.  One
 * that was interrupted is run again only if it had changed nothing.
 *
 * Errors: those of store_txn.
 */
int	async_run(const struct identity *identity, const struct settings *settings,
	    bool (*go_on)(void *arg), void *arg, struct error *err);

/* The routes of every program that writes resources. */
extern const struct endpoint	async_endpoint;

/* Forget outcomes older than a day. */
int	async_expire(
	    const struct identity *identity, int64_t now, struct error *err);

#endif
