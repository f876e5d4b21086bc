/*
 * account.h: what is kept of every request: its record in the request log,
 * the counters of all processes, the heartbeat of its credential.
 *
 * All is made and written after the answer was sent, so that no client waits
 * for it; before, only what is gone then is copied.
 */
#ifndef SERVE_ACCOUNT_H
#define SERVE_ACCOUNT_H

#include "serve/pipeline.h"

/* The processes of SERVER that are one program begin to count together. */
void	account_open(struct server *server);
void	account_close(struct server *server);

/* CALL has come: what it touches and what is forgiven is noted from now on. */
void	account_begin(struct server *server, struct call *call);

/* CALL was checked, and is handled next. */
void	account_look(struct server *server, const struct call *call);

/*
 * CALL was answered, after US microseconds; ERR says why it was refused, if
 * its code is not ERR_NONE.
 */
void	account_note(struct server *server, const struct call *call,
	    const struct error *err, int64_t us);

/*
 * The answer has left: write.  REQUEST and REPLY as they were; the store may
 * be closed.
 */
void	account_write(void *server, struct http_request *request,
	    struct http_reply *reply);

/* What was forgiven the last call: a JSON array in its arena, or "". */
struct slice	account_tolerances(const struct server *server);

#endif
