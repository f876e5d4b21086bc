/*
 * reply.h: one HTTP answer, built in memory before its first byte leaves.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

/* An answer is cut off by the process before it takes all its memory. */
enum { HTTP_BODY_MAX = 256 * 1024 * 1024 };

struct http_reply {
	int		status;
	const char	*content_type;	/* NULL when there is no body */
	bool		head_only;	/* HEAD: length without body */
	bool		front_redirects; /* the web server takes Location
					   with 200 for a redirection */
	struct slice	location;	/* URL, or empty; not owned */
	struct buf	headers;	/* "Name: value\r\n" ... */
	struct buf	body;
};

void	http_reply_init(struct http_reply *reply);
void	http_reply_fini(struct http_reply *reply);

/* Empty again, status 200. */
void	http_reply_clear(struct http_reply *reply);

/* Add a header field; CR and LF in VALUE become spaces. */
void	http_reply_header(struct http_reply *reply, const char *name,
	    struct slice value);

/*
 * The bytes a CGI program writes: "Status: 200 OK", Content-Type,
 * Content-Length, the headers, an empty line, the body (RFC 3875 section 6).
 *
 * RFC 3875 makes any Location a redirection.  Web servers let one with a
 * Status be what it is, but Apache does not with 200: there it is written as
 * Resource-Location, and the configuration of Apache changes it back.
 */
void	http_reply_print(const struct http_reply *reply, struct buf *out);

/* The same in two parts: up to the empty line, and what is behind it. */
void	http_reply_head(const struct http_reply *reply, struct buf *out);
struct slice	http_reply_body(const struct http_reply *reply);

/* "Not Found" for 404. */
const char	*http_reason(int status);

#endif
