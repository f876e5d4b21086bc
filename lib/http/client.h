/*
 * client.h: requests of ours to other servers, by libcurl.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

/* Is URL https, or http to a loopback address, and nothing else? */
bool	http_url_is_safe(const char *url);

/* Connections that stay open between requests; one thread uses it. */
struct http_client;

struct http_client	*http_client_open(void);
void	http_client_close(struct http_client *client);

struct http_post {
	const char	*url;
	const char	*content_type;
	const char	*accept;
	struct slice	 authorization;	/* a header field, or "" */
	struct slice	 body;
	int		 limit_ms;	/* for all of it */

	/*
	 * Called several times a second while the other side is waited for;
	 * false ends the request.
	 */
	bool		(*wait)(void *arg);
	void		*arg;
};

/*
 * Send POST, follow nothing, check the certificate; *STATUS is the answer's,
 * its body is appended to OUT as far as OUT has room.
 *
 * Errors: ERR_BUSY when there was no answer; the detail says why.
 */
int	http_post_send(struct http_client *client,
	    const struct http_post *post, int *status, struct buf *out,
	    struct error *err);

#endif
