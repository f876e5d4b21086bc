/*
 * fastcgi.h: one request over a connection of a web server (FastCGI
 * specification 1.0, the role of a responder).
 *
 * What one request needs and no more: it is read to its end before it is
 * served, answered in as few writes as there are records, and its connection
 * is closed.  Web servers that would keep the connection (FCGI_KEEP_CONN)
 * open another one.  One that stands still in a request, as those do that
 * pass a body on while a slow client sends it, is given up.
 */
#ifndef HTTP_FASTCGI_H
#define HTTP_FASTCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "http/request.h"

enum {
	FASTCGI_PARAMS_MAX = 256 * 1024,	/* bytes of all variables */
	FASTCGI_VARIABLES_MAX = 500,
	FASTCGI_READ_LEN = 16 * 1024,
	FASTCGI_STILL_MS = 60 * 1000,	/* until more comes, or is taken */
	FASTCGI_READ_MS = 300 * 1000	/* until all of a request is here */
};

struct fastcgi {
	int		fd;
	int		still_ms, read_ms;	/* as above; tests wait less */
	int64_t		until_ms;	/* the request is waited for */
	uint16_t	id;		/* of the request, 0 before it begins */
	struct buf	params;		/* of the variables, as they come */
	struct http_variable variables[FASTCGI_VARIABLES_MAX];
	size_t		at, end;	/* what was read and not yet used */
	unsigned char	in[FASTCGI_READ_LEN];
};

/* C is empty; it serves one connection after the other until fastcgi_fini. */
void	fastcgi_init(struct fastcgi *c);
void	fastcgi_fini(struct fastcgi *c);

/*
 * Begin on the connected socket FD, which stays the caller's, and read up to
 * the end of the variables.
 *
 * Returns: 0, or -1 when no request came, or not in time: the connection is
 *          done.
 */
int	fastcgi_read_params(struct fastcgi *c, int fd);

/*
 * Count the variables of the request, which are in C up to the next one.
 *
 * Returns: 0, or -1 when they are too long, too many, no pairs, or hold what
 *          no variable can.
 */
int	fastcgi_variables(struct fastcgi *c, size_t *n);

/*
 * Read the body to its end into BODY; what is more than the maximum of BODY
 * is thrown away, and buf_overflowed(BODY).
 *
 * Returns: 0, or -1 when the web server gave the request up, or took too long.
 */
int	fastcgi_read_body(struct fastcgi *c, struct buf *body);

/*
 * Answer with HEAD, the header fields up to the empty line, and BODY, and end
 * the request.
 *
 * Returns: 0, or -1 when the web server is gone.
 */
int	fastcgi_answer(struct fastcgi *c, struct slice head,
	    struct slice body);

#endif
