/*
 * url.h: the parts of URLs, by libcurl.
 */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

/*
 * The server of URL: "https://example.com:443", in lower case and with its
 * port, in A; NULL when URL is none.
 */
const char	*http_url_server(struct arena *a, const char *url);

/* REFERENCE as it is to be read in BASE, in A; NULL when it is no URL. */
const char	*http_url_resolve(
	    struct arena *a, const char *base, struct slice reference);

/*
 * Append TEXT as a value of a query or of a form: what is no letter, digit or
 * one of "-._~" is percent-encoded (RFC 3986 section 2.3), a space as "%20".
 */
void	http_url_encode(struct buf *b, struct slice text);

/* Is there nothing but scheme, host, port and path in URL? */
bool	http_url_is_bare(const char *url);

#endif
