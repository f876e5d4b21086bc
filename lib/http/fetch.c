/*
 * fetch.c: a document of another server, by HTTPS.
 */
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "http/curl.h"
#include "http/fetch.h"

int
fetch_server(
    struct arena *a, const char *url, struct slice *server, struct error *err)
{
	const struct curl *api = curl_load();
	CURLU *u = api->url();
	char *host = NULL, *port = NULL, *user = NULL, *scheme = NULL;
	bool good = u != NULL &&
	    api->url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    api->url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    api->url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    api->url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER &&
	    strcmp(scheme, "https") == 0;

	if (good &&
	    api->url_get(u, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) ==
		CURLUE_OK)
		*server = slice_of(arena_printf(a, "%s:%s", host, port));
	else if (good)
		*server = slice_of(arena_strdup(a, host));
	api->free(scheme);
	api->free(host);
	api->free(port);
	api->free(user);
	api->url_cleanup(u);
	return good ? 0
		    : error_set(err, ERR_INVALID_VALUE,
			  "'%s' is no https URL without a user", url);
}

/* What does not fit ends it: half a document is none. */
static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct buf *out = arg;

	buf_add(out, data, size * n);
	return buf_overflowed(out) ? 0 : size * n;
}

/* Whatever the name stood for when it was looked up: this is the address. */
static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	const struct fetch *fetch = arg;
	char text[INET6_ADDRSTRLEN];
	const void *address = to->family == AF_INET
	    ? (const void *)&(
		  (const struct sockaddr_in *)(const void *)&to->addr)
		  ->sin_addr
	    : (const void *)&(
		  (const struct sockaddr_in6 *)(const void *)&to->addr)
		  ->sin6_addr;

	(void)purpose;
	if ((to->family != AF_INET && to->family != AF_INET6) ||
	    inet_ntop(to->family, address, text, sizeof(text)) == NULL ||
	    !fetch->may_reach(fetch->arg, text))
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void
configure(const struct curl *api, CURL *curl, const struct fetch *fetch,
    struct curl_slist *headers, struct buf *out, char reason[CURL_ERROR_SIZE])
{
	api->easy_setopt(curl, CURLOPT_URL, fetch->url);
	api->easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	api->easy_setopt(curl, CURLOPT_PROXY, "");
	api->easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	api->easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	api->easy_setopt(
	    curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (fetch->ca_file[0] != '\0')
		api->easy_setopt(curl, CURLOPT_CAINFO, fetch->ca_file);
	api->easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)fetch->limit_ms);
	api->easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	api->easy_setopt(curl, CURLOPT_OPENSOCKETDATA, fetch);
	api->easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	api->easy_setopt(curl, CURLOPT_WRITEDATA, out);
	api->easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
}

static struct curl_slist *
header_of(const struct curl *api, const char *accept)
{
	struct buf line;
	struct curl_slist *list;

	buf_init(&line, 1024);
	buf_printf(&line, "Accept: %s", accept);
	list = api->slist_append(NULL, line.data);
	buf_fini(&line);
	if (list == NULL)
		fatal("out of memory");
	return list;
}

int
fetch_send(const struct fetch *fetch, struct buf *out, struct error *err)
{
	const struct curl *api = curl_load();
	struct curl_slist *headers = header_of(api, fetch->accept);
	char reason[CURL_ERROR_SIZE] = "";
	CURL *curl = api->easy_init();
	CURLcode result;
	long status = 0;

	if (curl == NULL)
		fatal("out of memory");
	configure(api, curl, fetch, headers, out, reason);
	result = api->easy_perform(curl);
	api->easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	api->easy_cleanup(curl);
	api->slist_free_all(headers);
	if (buf_overflowed(out))
		return error_set(err, ERR_BUSY,
		    "%s: the answer is longer than %zu bytes", fetch->url,
		    out->max);
	if (result != CURLE_OK)
		return error_set(err, ERR_BUSY, "%s: %s", fetch->url,
		    reason[0] != '\0' ? reason : api->easy_strerror(result));
	return status == 200
	    ? 0
	    : error_set(err, ERR_BUSY, "%s: the answer has the status %ld",
		  fetch->url, status);
}
