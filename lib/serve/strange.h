/*
 * strange.h: a client asks what it has never asked before: an event in the
 * audit, of the type "Credential" and the operation "strange".
 */
#ifndef SERVE_STRANGE_H
#define SERVE_STRANGE_H

#include "serve/pipeline.h"

/*
 * R, of a credential that is known, has a new shape (watch/heartbeat.h): note
 * it.  The store of SERVER may be closed, and is so again.  What cannot be
 * noted is told in the log.
 */
void	strange_note(struct server *server, const struct request_record *r);

#endif
