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
	struct slice		 done;	/* what it left when interrupted */
	struct json_object	*outcomes;
	bool			 is_split; /* one an operation of a bulk */
};

/* The member NAME of the request, a string. */
struct slice	async_text(const struct async_run *r, const char *name);

/* A header field of REPLY, which the handlers have put there. */
struct slice	async_header(const struct http_reply *reply, const char *name);

/* r->outcomes, of REPLY. */
void	async_add_reply(struct async_run *r, const struct http_reply *reply);

/* Of a request that was interrupted after the change r->done. */
void	async_add_interrupted(struct async_run *r);

/* Of one that the server never came to the end of. */
void	async_add_faults(struct async_run *r, const char *detail);

/*
 * EVT-08, EVT-09: append r->outcomes to the change log, where the events come
 * from; each operation of a bulk request has a transaction of its own.
 */
int	async_tell(struct kv_txn *txn, const struct async_run *r);

#endif
