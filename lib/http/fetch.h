/*
 * fetch.h: a document of another server, by HTTPS: nothing is followed, no
 * proxy is asked, and the caller says which addresses may be reached.
 */
#ifndef HTTP_FETCH_H
#define HTTP_FETCH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/*
 * The server of URL, "host" or, where the port is not 443, "host:port", in A.
 *
 * Errors: ERR_INVALID_VALUE when it is no https URL, or names a user.
 */
int	fetch_server(struct arena *a, const char *url, struct slice *server,
	    struct error *err);

struct fetch {
	const char	*url;
	const char	*accept;	/* media types */
	const char	*ca_file;	/* authorities (PEM); "": the system's */
	int		 limit_ms;	/* for all of it */

	/* Asked with the address of the server before it is connected to. */
	bool		(*may_reach)(void *arg, const char *address);
	void		*arg;
};

/*
 * Append the document, which must come with 200 and fit in OUT.
 *
 * Errors: ERR_BUSY when there is none; the detail says why.
 */
int	fetch_send(const struct fetch *fetch, struct buf *out,
	    struct error *err);

#endif
