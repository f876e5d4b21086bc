/*
 * pool.c: many requests of ours to other servers at once, by libcurl.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/client.h"
#include "http/curl.h"
#include "http/pool.h"

enum { CONNECT_MAX_MS = 10000, FIELD_MAX = 64 * 1024, IDLE_MAX = 64 };

/* An exchange on its way. */
struct http_run {
	struct http_exchange *exchange;
	CURL *curl; /* NULL: it was refused and never sent */
	struct curl_slist *headers;
	size_t body_at; /* bytes of the body that were read */
	bool is_long;	/* the answer is */
	char reason[CURL_ERROR_SIZE];
	struct http_run *prev, *next;
};

struct http_pool {
	const struct curl *api;
	CURLM *multi; /* holds the connections */
	char *ca_file;
	char *origin; /* "https://host/", of the URL last found safe; or NULL */
	struct http_run *runs;
	int nruns, nrefused;
	bool no_pipes;	      /* SIGPIPE is ignored already */
	CURL *idle[IDLE_MAX]; /* they keep what speeds up TLS */
	int nidle;
};

static bool
is_ignored(int number)
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

struct http_pool *
http_pool_open(const char *ca_file)
{
	struct http_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL || (pool->ca_file = strdup(ca_file)) == NULL)
		fatal("out of memory");
	pool->no_pipes = is_ignored(SIGPIPE);
	pool->api = curl_load();
	pool->multi = pool->api->multi_init();
	if (pool->multi == NULL)
		fatal("out of memory");
	return pool;
}

/* The fields of what is no final answer, as "100 Continue", are forgotten. */
static size_t
on_head(char *data, size_t size, size_t n, void *arg)
{
	struct http_run *run = arg;
	struct buf *head = &run->exchange->head;

	if (size * n >= 5 && memcmp(data, "HTTP/", 5) == 0)
		buf_clear(head);
	else
		buf_add(head, data, size * n);
	return size * n;
}

/* What does not fit ends it; the beginning is kept. */
static size_t
on_answer(char *data, size_t size, size_t n, void *arg)
{
	struct http_run *run = arg;
	struct buf *answer = &run->exchange->answer;
	size_t room = answer->max - answer->len;

	run->is_long = size * n > room;
	buf_add(answer, data, run->is_long ? room : size * n);
	return run->is_long ? 0 : size * n;
}

static size_t
on_body(char *to, size_t size, size_t n, void *arg)
{
	struct http_run *run = arg;
	struct slice rest = slice_from(run->exchange->body, run->body_at);
	size_t len = size * n < rest.len ? size * n : rest.len;

	memcpy(to, rest.data, len);
	run->body_at += len;
	return len;
}

/*
 * libcurl sends a request again by itself when a connection that had been
 * idle ends before the answer; but the server may have done it.  Who cannot
 * go back in the body cannot.
 */
static int
on_seek(void *arg, curl_off_t offset, int origin)
{
	(void)arg;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

/* The line of a field; NULL when a control character is in it. */
static char *
field_line(const struct http_field *field, struct buf *line)
{
	buf_clear(line);
	buf_printf(line, "%s: ", field->name);
	buf_slice(line, field->value);
	if (buf_overflowed(line))
		return NULL;
	for (const char *p = line->data; p < line->data + line->len; p++)
		if ((unsigned char)*p < ' ' || *p == '\177')
			return NULL;
	return line->data;
}

static int
add_headers(struct http_pool *pool, struct http_run *run)
{
	const struct http_exchange *e = run->exchange;
	struct buf line;
	char *text;
	int rc = 0;

	/* No wait for "100 Continue". */
	run->headers = pool->api->slist_append(NULL, "Expect:");
	buf_init(&line, FIELD_MAX);
	for (size_t i = 0; rc == 0 && i < e->nfields; i++) {
		if (e->fields[i].value.len == 0)
			continue;
		text = field_line(&e->fields[i], &line);
		if (text == NULL)
			rc = -1;
		else
			run->headers =
			    pool->api->slist_append(run->headers, text);
	}
	buf_fini(&line);
	return rc;
}

static void
set_body(const struct curl *api, struct http_run *run)
{
	const struct http_exchange *e = run->exchange;

	if (e->body.len == 0) {
		/* Only on a new connection it is not sent again. */
		api->easy_setopt(
		    run->curl, CURLOPT_FRESH_CONNECT, (long)!e->is_repeatable);
		return;
	}
	api->easy_setopt(run->curl, CURLOPT_POST, 1L);
	api->easy_setopt(
	    run->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)e->body.len);
	if (e->is_repeatable) {
		api->easy_setopt(run->curl, CURLOPT_POSTFIELDS, e->body.data);
		return;
	}
	api->easy_setopt(run->curl, CURLOPT_READFUNCTION, on_body);
	api->easy_setopt(run->curl, CURLOPT_READDATA, run);
	api->easy_setopt(run->curl, CURLOPT_SEEKFUNCTION, on_seek);
}

static void
set_limits(const struct curl *api, struct http_run *run)
{
	long limit_ms = run->exchange->limit_ms;
	long connect_ms = limit_ms < CONNECT_MAX_MS ? limit_ms : CONNECT_MAX_MS;

	api->easy_setopt(run->curl, CURLOPT_TIMEOUT_MS, limit_ms);
	api->easy_setopt(run->curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	api->easy_setopt(run->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	api->easy_setopt(
	    run->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	api->easy_setopt(run->curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
}

/*
 * Else libcurl has SIGPIPE ignored, and puts it back, around each of its steps:
 * five system calls for a request.
 */
static void
set_signals(const struct http_pool *pool, struct http_run *run)
{
	if (pool->no_pipes)
		pool->api->easy_setopt(run->curl, CURLOPT_NOSIGNAL, 1L);
}

static void
configure(const struct http_pool *pool, struct http_run *run)
{
	const struct curl *api = pool->api;
	const struct http_exchange *e = run->exchange;
	CURL *curl = run->curl;

	api->easy_setopt(curl, CURLOPT_URL, e->url);
	api->easy_setopt(curl, CURLOPT_PRIVATE, run);
	api->easy_setopt(curl, CURLOPT_ERRORBUFFER, run->reason);
	api->easy_setopt(curl, CURLOPT_HTTPHEADER, run->headers);
	api->easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_head);
	api->easy_setopt(curl, CURLOPT_HEADERDATA, run);
	api->easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
	api->easy_setopt(curl, CURLOPT_WRITEDATA, run);
	if (pool->ca_file[0] != '\0')
		api->easy_setopt(curl, CURLOPT_CAINFO, pool->ca_file);
	set_signals(pool, run);
	set_limits(api, run);
	set_body(api, run);
	if (strcmp(e->method, "HEAD") == 0)
		api->easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		api->easy_setopt(curl, CURLOPT_CUSTOMREQUEST, e->method);
}

static struct http_run *
new_run(struct http_pool *pool, struct http_exchange *e)
{
	struct http_run *run = calloc(1, sizeof(*run));

	if (run == NULL)
		fatal("out of memory");
	run->exchange = e;
	e->run = run;
	run->next = pool->runs;
	if (run->next != NULL)
		run->next->prev = run;
	pool->runs = run;
	pool->nruns++;
	return run;
}

static void
forget_answer(struct http_exchange *e)
{
	e->status = 0;
	e->problem[0] = '\0';
	e->was_sent = false;
	e->started_at = clock_now_ms();
	e->duration_us = 0;
	buf_init(&e->head, EXCHANGE_HEAD_MAX);
	buf_init(&e->answer, e->answer_max);
}

/* The next turn says so. */
static void
refuse(struct http_pool *pool, struct http_run *run, const char *why)
{
	snprintf(run->reason, sizeof(run->reason), "%s", why);
	pool->nrefused++;
}

/*
 * Up to the path: scheme and host, which tell whether a URL is safe; 0 if it
 * has no path, or a third slash, behind which libcurl looks for the host.
 */
static size_t
origin_len(const char *url)
{
	const char *host = strstr(url, "://"), *path;

	if (host == NULL || host[3] == '/')
		return 0;
	path = strchr(host + 3, '/');
	return path == NULL ? 0 : (size_t)(path + 1 - url);
}

/* Most go where the one before went, and need no second look. */
static bool
is_safe(struct http_pool *pool, const char *url)
{
	size_t len = origin_len(url);

	if (len > 0 && pool->origin != NULL && strlen(pool->origin) == len &&
	    memcmp(pool->origin, url, len) == 0)
		return true;
	if (!http_url_is_safe(url))
		return false;
	free(pool->origin);
	pool->origin = len > 0 ? strndup(url, len) : NULL;
	return true;
}

void
http_pool_start(struct http_pool *pool, struct http_exchange *e)
{
	struct http_run *run = new_run(pool, e);

	forget_answer(e);
	if (!is_safe(pool, e->url)) {
		refuse(pool, run, "the URL is not https");
		return;
	}
	if (add_headers(pool, run) == -1) {
		refuse(pool, run, "a header field is too long, or no text");
		return;
	}
	run->curl = pool->nidle > 0 ? pool->idle[--pool->nidle]
				    : pool->api->easy_init();
	if (run->curl == NULL)
		fatal("out of memory");
	configure(pool, run);
	pool->api->multi_add_handle(pool->multi, run->curl);
}

static void
end_run(struct http_pool *pool, struct http_run *run)
{
	if (run->curl == NULL) {
		pool->nrefused--;
	} else {
		pool->api->multi_remove_handle(pool->multi, run->curl);
		pool->api->easy_reset(run->curl);
		if (pool->nidle < IDLE_MAX)
			pool->idle[pool->nidle++] = run->curl;
		else
			pool->api->easy_cleanup(run->curl);
	}
	pool->api->slist_free_all(run->headers);
	if (run->next != NULL)
		run->next->prev = run->prev;
	if (run->prev != NULL)
		run->prev->next = run->next;
	else
		pool->runs = run->next;
	run->exchange->run = NULL;
	pool->nruns--;
	free(run);
}

static void
note_sent(const struct curl *api, struct http_run *run)
{
	long sent = 0;

	if (run->curl != NULL)
		api->easy_getinfo(run->curl, CURLINFO_REQUEST_SIZE, &sent);
	run->exchange->was_sent = sent > 0;
}

static void
note_answer(const struct curl *api, struct http_run *run)
{
	struct http_exchange *e = run->exchange;
	curl_off_t took_us = 0;
	long status = 0;

	api->easy_getinfo(run->curl, CURLINFO_RESPONSE_CODE, &status);
	api->easy_getinfo(run->curl, CURLINFO_TOTAL_TIME_T, &took_us);
	e->status = status < 200 ? 0 : (int)status;
	e->duration_us = took_us;
}

static void
note_problem(const struct curl *api, struct http_run *run, CURLcode result)
{
	struct http_exchange *e = run->exchange;
	const char *text = run->reason;

	if (result == CURLE_SEND_FAIL_REWIND)
		text = "the connection ended before the answer";
	else if (text[0] == '\0')
		text = api->easy_strerror(result);
	if (run->is_long)
		snprintf(e->problem, sizeof(e->problem),
		    "the answer is longer than %zu bytes", e->answer.max);
	else
		snprintf(e->problem, sizeof(e->problem), "%s", text);
}

static void
forget(struct http_exchange *e)
{
	buf_fini(&e->head);
	buf_fini(&e->answer);
}

/* Its owner may use E for another request, or free it, as soon as it knows. */
static void
deliver(struct http_pool *pool, struct http_run *run, CURLcode result)
{
	struct http_exchange *e = run->exchange;
	struct buf head, answer;

	note_sent(pool->api, run);
	if (run->curl != NULL)
		note_answer(pool->api, run);
	if (result != CURLE_OK)
		note_problem(pool->api, run, result);
	end_run(pool, run);
	head = e->head;
	answer = e->answer;
	e->done(e, e->arg);
	buf_fini(&head);
	buf_fini(&answer);
}

static int
deliver_refused(struct http_pool *pool)
{
	struct http_run *run;
	int n, max = pool->nrefused;

	for (n = 0; n < max && pool->nrefused > 0; n++) {
		for (run = pool->runs; run->curl != NULL;)
			run = run->next;
		deliver(pool, run, CURLE_URL_MALFORMAT);
	}
	return n;
}

/* What is done, told to its owner; how many there were. */
static int
go_on(struct http_pool *pool)
{
	int n = deliver_refused(pool), running, left;
	char *run;
	CURLMsg *message;

	if (pool->api->multi_perform(pool->multi, &running) != CURLM_OK)
		fatal("libcurl lost its connections");
	while ((message = pool->api->multi_info_read(pool->multi, &left)) !=
	    NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		pool->api->easy_getinfo(
		    message->easy_handle, CURLINFO_PRIVATE, &run);
		deliver(
		    pool, (struct http_run *)(void *)run, message->data.result);
		n++;
	}
	return n;
}

int
http_pool_turn(struct http_pool *pool, int wait_ms)
{
	if (go_on(pool) == 0 && wait_ms > 0) {
		pool->api->multi_poll(pool->multi, NULL, 0, wait_ms, NULL);
		go_on(pool);
	}
	return pool->nruns;
}

int
http_pool_running(const struct http_pool *pool)
{
	return pool->nruns;
}

void
http_pool_wake(struct http_pool *pool)
{
	pool->api->multi_wakeup(pool->multi);
}

void
http_pool_cancel(struct http_pool *pool, struct http_exchange *e)
{
	note_sent(pool->api, e->run);
	end_run(pool, e->run);
	forget(e);
}

void
http_pool_close(struct http_pool *pool)
{
	while (pool->runs != NULL)
		http_pool_cancel(pool, pool->runs->exchange);
	while (pool->nidle > 0)
		pool->api->easy_cleanup(pool->idle[--pool->nidle]);
	pool->api->multi_cleanup(pool->multi);
	free(pool->ca_file);
	free(pool->origin);
	free(pool);
}
