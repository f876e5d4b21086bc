/*
 * problem.h: a failure becomes an Error message (RFC 7644 section 3.12).
 */
#ifndef SERVE_PROBLEM_H
#define SERVE_PROBLEM_H

#include "base/error.h"
#include "http/reply.h"

/* The media type of every answer with a body (RFC 7644 section 3.1). */
#define SCIM_MEDIA_TYPE "application/scim+json"

/* Append the Error message of ERR to OUT, as problem_reply has it. */
void	problem_print(struct buf *out, const struct error *err);

/*
 * Make REPLY the answer to ERR.  What is the server's fault is logged and
 * not shown.
 */
void	problem_reply(struct http_reply *reply, const struct error *err);

/* Make REPLY the Error message for what the web server itself refused. */
void	problem_reply_refused(struct http_reply *reply, int status);

#endif
