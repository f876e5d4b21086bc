/*
 * pipeline.h: one request from its first check to its log line.
 */
#ifndef SERVE_PIPELINE_H
#define SERVE_PIPELINE_H

#include "serve/async.h"
#include "serve/serve.h"
#include "serve/settings.h"
#include "serve/shape.h"
#include "watch/heartbeat.h"
#include "watch/metrics.h"
#include "watch/request_log.h"

/* What is kept of requests (account.h): open files, and the present one. */
struct account {
	struct lines_writer	 writer;
	char			*logs;		/* directory of WRITER */
	struct beats		 beats;
	struct metrics		*metrics;	/* or NULL */
	char			*hidden;	/* attributes, with commas */
	bool			 has_failed;	/* to write the last record */

	/* Of the request; slices live in its arena, or as long as it. */
	bool			 has_record;
	bool			 had_store;	/* when it was answered */
	bool			 was_checked;
	struct call		 call;		/* as it was answered */
	struct slice		 path, id;	/* of it, before it was handled */
	struct error		 err;
	struct request_record	 record;
	struct slice		 shapes[SHAPES_A_REQUEST];
	size_t			 nshapes;
};

/* Hashes of claims that were refused for too many failures (throttle.h). */
enum { REFUSED_MAX = 64 };
struct refused {
	uint64_t	 list[REFUSED_MAX];
	size_t		 n; /* that were ever noted */
};

/* What lives as long as the process. */
struct server {
	const struct endpoint		*endpoint;
	struct settings			 settings;
	struct identity			 identity;
	enum store_kind			 store_kind;
	bool				 is_confined;	/* confine.h */
	const struct kept		*kept;	/* of the request, or NULL */
	struct meter			*meter;	/* once it is needed, or NULL */
	struct meter			*failures; /* the same */
	struct refused			 refused;
	struct account			 account;
};

/* Answer REQUEST; http_app.handle with a struct server. */
void	pipeline_handle(void *server, struct http_request *request,
	    struct http_reply *reply);

/* Nothing is at the path of CALL: ERR_NOT_FOUND. */
int	pipeline_nothing_here(const struct call *call, struct error *err);

/* Join the store if that has not happened yet. */
int	pipeline_open_store(struct server *server, struct error *err);

#endif
