/*
 * client.c: requests of ours to other servers, by libcurl.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "http/client.h"
#include "http/curl.h"

enum { WAIT_MS = 100, HEADER_MAX = 16 * 1024 };

struct http_client {
	CURLM *multi; /* holds the connections */
};

static bool
is_loopback(const char *host)
{
	static const char *const names[] = { "localhost", "127.0.0.1",
		"[::1]" };

	for (size_t i = 0; i < NELEM(names); i++)
		if (strcmp(host, names[i]) == 0)
			return true;
	return false;
}

bool
http_url_is_safe(const char *url)
{
	const struct curl *api = curl_load();
	CURLU *u = api->url();
	char *scheme = NULL, *host = NULL;
	bool safe = false;

	if (u != NULL && api->url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    api->url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    api->url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		safe = strcmp(scheme, "https") == 0 ||
		    (strcmp(scheme, "http") == 0 && is_loopback(host));
	api->free(scheme);
	api->free(host);
	api->url_cleanup(u);
	return safe;
}

/* The first so many bytes of the answer are enough. */
static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct buf *out = arg;
	size_t room = out->max - out->len;

	buf_add(out, data, size * n < room ? size * n : room);
	return size * n;
}

static struct curl_slist *
add_header(struct curl_slist *list, const char *name, struct slice value)
{
	struct buf line;

	if (value.len == 0)
		return list;
	buf_init(&line, HEADER_MAX);
	buf_printf(&line, "%s: %.*s", name, SLICE_ARG(value));
	list = curl_load()->slist_append(list, line.data);
	buf_fini(&line);
	if (list == NULL)
		fatal("out of memory");
	return list;
}

static struct curl_slist *
headers_of(const struct http_post *post)
{
	struct curl_slist *list = NULL;

	list = add_header(list, "Content-Type", slice_of(post->content_type));
	list = add_header(list, "Accept", slice_of(post->accept));
	list = add_header(list, "Authorization", post->authorization);
	/* No wait for "100 Continue". */
	return curl_load()->slist_append(list, "Expect:");
}

static void
configure(CURL *curl, const struct http_post *post, struct curl_slist *headers,
    struct buf *out, char reason[CURL_ERROR_SIZE])
{
	const struct curl *api = curl_load();

	api->easy_setopt(curl, CURLOPT_URL, post->url);
	api->easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	api->easy_setopt(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
	api->easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	api->easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	api->easy_setopt(curl, CURLOPT_POST, 1L);
	api->easy_setopt(curl, CURLOPT_POSTFIELDS, post->body.data);
	api->easy_setopt(
	    curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.len);
	api->easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)post->limit_ms);
	api->easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	api->easy_setopt(curl, CURLOPT_WRITEDATA, out);
	api->easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
}

/* Until it is over, or the caller ends it. */
static CURLcode
run(CURLM *multi, CURL *curl, const struct http_post *post)
{
	const struct curl *api = curl_load();
	CURLcode result = CURLE_ABORTED_BY_CALLBACK;
	CURLMsg *message;
	int running, left;

	api->multi_add_handle(multi, curl);
	while (api->multi_perform(multi, &running) == CURLM_OK && running > 0 &&
	    post->wait(post->arg))
		api->multi_poll(multi, NULL, 0, WAIT_MS, NULL);
	while ((message = api->multi_info_read(multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE)
			result = message->data.result;
	api->multi_remove_handle(multi, curl);
	return result;
}

struct http_client *
http_client_open(void)
{
	struct http_client *client = calloc(1, sizeof(*client));

	if (client == NULL ||
	    (client->multi = curl_load()->multi_init()) == NULL)
		fatal("out of memory");
	return client;
}

void
http_client_close(struct http_client *client)
{
	curl_load()->multi_cleanup(client->multi);
	free(client);
}

int
http_post_send(struct http_client *client, const struct http_post *post,
    int *status, struct buf *out, struct error *err)
{
	const struct curl *api = curl_load();
	char reason[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = headers_of(post);
	CURL *curl = api->easy_init();
	CURLcode result;
	long code = 0;

	if (curl == NULL)
		fatal("out of memory");
	configure(curl, post, headers, out, reason);
	result = run(client->multi, curl, post);
	api->easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	api->easy_cleanup(curl);
	api->slist_free_all(headers);
	*status = (int)code;
	if (result == CURLE_OK)
		return 0;
	return error_set(err, ERR_BUSY, "%s: %s", post->url,
	    reason[0] != '\0' ? reason : api->easy_strerror(result));
}
