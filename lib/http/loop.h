/*
 * loop.h: where requests come from: one CGI request or a FastCGI socket.
 *
 * The same binary is both: under FastCGI it accepts connections on file
 * descriptor 0, which does not block from then on, one request each; as plain
 * CGI it serves one request from its environment.
 */
#ifndef HTTP_LOOP_H
#define HTTP_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "http/reply.h"
#include "http/request.h"

struct http_app {
	void	*ctx;

	/* Answer REQUEST into REPLY, which is empty with status 200. */
	void	(*handle)(void *ctx, struct http_request *request,
		    struct http_reply *reply);

	/*
	 * CGI only, before the first byte of the answer leaves: lighttpd
	 * sends SIGTERM to a CGI as soon as its Content-Length is complete,
	 * so the store is left first.
	 */
	void	(*leave)(void *ctx);

	/*
	 * After the answer left: REQUEST and REPLY are as handle has left
	 * them, for the last time.
	 */
	void	(*done)(void *ctx, struct http_request *request,
		    struct http_reply *reply);

	/* FastCGI only, after that, and now and then when nothing comes. */
	void	(*idle)(void *ctx);
};

/* Was this process started as plain CGI? */
bool	http_is_cgi(void);

/*
 * Serve one CGI request and return the exit status.  SIGTERM, SIGHUP, SIGINT
 * and SIGPIPE are blocked from the start.
 */
int	http_serve_cgi(const struct http_app *app, size_t body_max);

/*
 * Serve FastCGI requests one after the other until SIGTERM or SIGUSR1 or
 * REQUESTS_MAX were answered (0: no limit).  Returns the exit status.
 */
int	http_serve_fastcgi(const struct http_app *app, size_t body_max,
	    size_t requests_max);

#endif
