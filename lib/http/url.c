/*
 * url.c: the parts of URLs, by libcurl.
 */
#include "base/nelem.h"
#include "http/curl.h"
#include "http/url.h"

/* A part of U in A, or NULL. */
static char *
part(struct arena *a, CURLU *u, CURLUPart what, unsigned flags)
{
	const struct curl *api = curl_load();
	char *text = NULL, *copy = NULL;

	if (api->url_get(u, what, &text, flags) == CURLUE_OK)
		copy = arena_strdup(a, text);
	api->free(text);
	return copy;
}

static void
lower(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

const char *
http_url_server(struct arena *a, const char *url)
{
	const struct curl *api = curl_load();
	CURLU *u = api->url();
	char *scheme, *host, *port, *server = NULL;

	if (u != NULL && api->url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK) {
		scheme = part(a, u, CURLUPART_SCHEME, 0);
		host = part(a, u, CURLUPART_HOST, 0);
		port = part(a, u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
		if (scheme != NULL && host != NULL && port != NULL) {
			server =
			    arena_printf(a, "%s://%s:%s", scheme, host, port);
			lower(server);
		}
	}
	api->url_cleanup(u);
	return server;
}

const char *
http_url_resolve(struct arena *a, const char *base, struct slice reference)
{
	const struct curl *api = curl_load();
	const char *text = arena_strndup(a, reference.data, reference.len);
	CURLU *u = api->url();
	const char *url = NULL;

	if (u != NULL && reference.len > 0 &&
	    api->url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
	    api->url_set(u, CURLUPART_URL, text, 0) == CURLUE_OK)
		url = part(a, u, CURLUPART_URL, 0);
	api->url_cleanup(u);
	return url;
}

bool
http_url_is_bare(const char *url)
{
	static const CURLUPart others[] = { CURLUPART_USER, CURLUPART_PASSWORD,
		CURLUPART_QUERY, CURLUPART_FRAGMENT };
	const struct curl *api = curl_load();
	CURLU *u = api->url();
	bool bare = u != NULL &&
	    api->url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    strpbrk(url, "?#") == NULL;
	char *text;

	for (size_t i = 0; bare && i < NELEM(others); i++) {
		text = NULL;
		bare = api->url_get(u, others[i], &text, 0) != CURLUE_OK;
		api->free(text);
	}
	api->url_cleanup(u);
	return bare;
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

void
http_url_encode(struct buf *b, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_plain(text.data[i]))
			buf_putc(b, text.data[i]);
		else
			buf_printf(b, "%%%02X", (unsigned char)text.data[i]);
}
