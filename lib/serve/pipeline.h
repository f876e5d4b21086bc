/*
 * pipeline.h: one request from its first check to its log line.
 */
#ifndef SERVE_PIPELINE_H
#define SERVE_PIPELINE_H

#include "serve/async.h"
#include "serve/serve.h"
#include "serve/settings.h"

/* What lives as long as the process. */
struct server {
	const struct endpoint		*endpoint;
	struct settings			 settings;
	struct identity			 identity;
	enum store_kind			 store_kind;
	const struct kept		*kept;	/* of the request, or NULL */
};

/* Answer REQUEST; http_app.handle with a struct server. */
void	pipeline_handle(void *server, struct http_request *request,
	    struct http_reply *reply);

/* Nothing is at the path of CALL: ERR_NOT_FOUND. */
int	pipeline_nothing_here(const struct call *call, struct error *err);

/* Join the store if that has not happened yet. */
int	pipeline_open_store(struct server *server, struct error *err);

#endif
