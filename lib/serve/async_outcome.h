/*
 * async_outcome.h: what became of a request that is answered later; shared by
 * async_run.c and async_outcome.c, nobody else includes it.
 */
#ifndef SERVE_ASYNC_OUTCOME_H
#define SERVE_ASYNC_OUTCOME_H

#include "http/reply.h"
#include "json/json.h"
#include "serve/async.h"
#include "store/kv.h"

/* One request of the queue. */
struct async_run {
	const struct identity	*identity;
	const struct settings	*settings;
	struct arena		*a;
	uint32_t		 tenant;
	struct uuid		 id;
	struct slice		 id_text;
	bool			 found;
	bool			 is_gone; /* with its tenant */
	struct json_object	*record;
	int64_t			 tries;
	int64_t			 from;	/* last change before it was begun */
	struct json_object	*outcomes;
	bool			 is_split; /* one an operation of a bulk */
};

/* The member NAME of the request, a string. */
struct slice	async_text(const struct async_run *r, const char *name);

/* A header field of REPLY, which the handlers have put there. */
struct slice	async_header(const struct http_reply *reply, const char *name);

/* r->outcomes, of REPLY. */
void	async_add_reply(struct async_run *r, const struct http_reply *reply);

/* The operations of a bulk request; NULL when it is another one. */
const struct json_object	*async_operations(const struct async_run *r);

/* Append one to r->outcomes: LOCATION and VERSION may be "". */
struct json_object	*async_add(struct async_run *r, struct slice method,
			    struct slice location, struct slice version,
			    int status);

/* The same for what failed at PATH, with RESPONSE, an Error message. */
void	async_add_failure(struct async_run *r, struct slice method,
	    struct slice path, int status, struct slice response);

/* An Error message of status 500; DETAIL needs no escapes. */
struct slice	async_fault(const struct async_run *r, const char *detail);

/*
 * R was begun before: what had it done until it was interrupted, by the
 * change log?  If anything, *IS_DONE, and r->outcomes say so.
 */
int	async_trace(struct async_run *r, bool *is_done, struct error *err);

/* Of one that the server never came to the end of. */
void	async_add_faults(struct async_run *r, const char *detail);

/*
 * EVT-08, EVT-09: append r->outcomes to the change log, where the events come
 * from; each operation of a bulk request has a transaction of its own.
 */
int	async_tell(struct kv_txn *txn, const struct async_run *r);

#endif
