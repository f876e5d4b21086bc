/*
 * reach.c: the requests of a log of sink.c, sent by a loop that does nothing
 * else: what provisioning is compared with.
 *
 *	reach URL CONCURRENCY < LOG
 *
 * The token is in the environment, REACH_TOKEN.  The ids that the sink made
 * up become those that this target has given, in the same order; a request
 * waits until they are there.  Prints how many were sent, the microseconds
 * that it took, and how many were refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/number.h"
#include "base/uuid.h"
#include "http/curl.h"

enum { CONCURRENCY_MAX = 64, HEAD_MAX = 1024, BODY_MAX = 16 * 1024 * 1024 };

/* How the ids of the sink begin; the rest is their number. */
static const char made_up[] = "00000000-0000-7000-8000-";

/* One request on its way. */
struct slot {
	CURL *curl;
	struct buf url, body;
	char head[HEAD_MAX]; /* of the answer */
	size_t head_len;
	size_t creates; /* the number of what it creates, from 1; or 0 */
	bool is_busy;
};

struct reach {
	const struct curl *api;
	CURLM *multi;
	const char *origin;
	struct slot slots[CONCURRENCY_MAX];
	size_t nslots, nbusy;
	char (*ids)[UUID_TEXT_SIZE]; /* of what was created; "": not yet */
	size_t ncreated, size;
	long nsent, nrefused;
};

static size_t
on_answer(char *data, size_t size, size_t n, void *arg)
{
	struct slot *s = arg;
	size_t room = sizeof(s->head) - 1 - s->head_len;
	size_t len = size * n < room ? size * n : room;

	memcpy(s->head + s->head_len, data, len);
	s->head_len += len;
	return size * n;
}

static void
open_slot(struct reach *r, struct slot *s, struct curl_slist *fields)
{
	s->curl = r->api->easy_init();
	if (s->curl == NULL)
		fatal("out of memory");
	buf_init(&s->url, BODY_MAX);
	buf_init(&s->body, BODY_MAX);
	r->api->easy_setopt(s->curl, CURLOPT_HTTPHEADER, fields);
	r->api->easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, on_answer);
	r->api->easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
	r->api->easy_setopt(s->curl, CURLOPT_PRIVATE, s);
}

/* ---- answers ---- */

static void
note_id(struct reach *r, const struct slot *s)
{
	static const char name[] = "\"id\":\"";
	const char *id = strstr(s->head, name);

	if (id == NULL || strlen(id) < strlen(name) + UUID_TEXT_LEN)
		fatal("no id in the answer: %s", s->head);
	memcpy(r->ids[s->creates - 1], id + strlen(name), UUID_TEXT_LEN);
}

static void
on_done(struct reach *r, struct slot *s, CURLcode result)
{
	long status = 0;

	s->head[s->head_len] = '\0';
	r->api->easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
	if (result != CURLE_OK || status < 200 || status > 299)
		r->nrefused++;
	if (s->creates > 0)
		note_id(r, s);
	r->api->multi_remove_handle(r->multi, s->curl);
	s->is_busy = false;
	r->nbusy--;
}

/* Until something is done. */
static void
turn(struct reach *r)
{
	size_t before = r->nbusy;
	CURLMsg *message;
	int n;
	char *slot;

	while (r->nbusy == before) {
		r->api->multi_perform(r->multi, &n);
		while (
		    (message = r->api->multi_info_read(r->multi, &n)) != NULL) {
			r->api->easy_getinfo(
			    message->easy_handle, CURLINFO_PRIVATE, &slot);
			on_done(r, (struct slot *)(void *)slot,
			    message->data.result);
		}
		if (r->nbusy == before)
			r->api->multi_poll(r->multi, NULL, 0, 1000, NULL);
	}
}

/* ---- requests ---- */

/* TEXT into B, with the ids of this target, which are waited for. */
static void
put_text(struct reach *r, struct buf *b, struct slice text)
{
	const char *id;
	size_t n;

	while ((id = memmem(text.data, text.len, made_up, strlen(made_up))) !=
	    NULL) {
		buf_add(b, text.data, (size_t)(id - text.data));
		n = strtoul(id + strlen(made_up), NULL, 16);
		if (n >= r->ncreated)
			fatal("an id that nobody has: %.36s", id);
		while (r->ids[n][0] == '\0')
			turn(r);
		buf_puts(b, r->ids[n]);
		text =
		    slice_from(text, (size_t)(id - text.data) + UUID_TEXT_LEN);
	}
	buf_slice(b, text);
}

static struct slot *
free_slot(struct reach *r)
{
	while (r->nbusy == r->nslots)
		turn(r);
	for (size_t i = 0; i < r->nslots; i++)
		if (!r->slots[i].is_busy)
			return &r->slots[i];
	fatal("no slot");
}

static void
number_creation(struct reach *r, struct slot *s)
{
	if (r->ncreated == r->size) {
		r->size = r->size == 0 ? 1024 : r->size * 2;
		r->ids = realloc(r->ids, r->size * sizeof(*r->ids));
		if (r->ids == NULL)
			fatal("out of memory");
	}
	memset(r->ids[r->ncreated], 0, sizeof(*r->ids));
	s->creates = ++r->ncreated;
}

static void
start(struct reach *r, struct slot *s, const char *method)
{
	const struct curl *api = r->api;

	api->easy_setopt(s->curl, CURLOPT_URL, s->url.data);
	if (s->body.len == 0) {
		api->easy_setopt(s->curl, CURLOPT_HTTPGET, 1L);
	} else {
		api->easy_setopt(s->curl, CURLOPT_POSTFIELDS, s->body.data);
		api->easy_setopt(s->curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)s->body.len);
	}
	api->easy_setopt(s->curl, CURLOPT_CUSTOMREQUEST, method);
	s->head_len = 0;
	s->is_busy = true;
	r->nbusy++;
	r->nsent++;
	api->multi_add_handle(r->multi, s->curl);
}

/* "US METHOD PATH BODY" */
static void
send_line(struct reach *r, struct slice line)
{
	struct slot *s = free_slot(r);
	struct slice method, path;
	char name[16];

	slice_next(&line, ' ', &method);
	slice_next(&line, ' ', &method);
	slice_next(&line, ' ', &path);
	snprintf(name, sizeof(name), "%.*s", SLICE_ARG(method));
	buf_clear(&s->url);
	buf_clear(&s->body);
	s->creates = 0;
	buf_puts(&s->url, r->origin);
	put_text(r, &s->url, path);
	if (!slice_equal(line, SLICE("-")))
		put_text(r, &s->body, line);
	if (strcmp(name, "POST") == 0)
		number_creation(r, s);
	start(r, s, name);
}

static struct curl_slist *
make_fields(const struct curl *api)
{
	const char *token = getenv("REACH_TOKEN");
	struct curl_slist *fields = NULL;
	char line[4096];

	snprintf(line, sizeof(line), "Authorization: Bearer %s",
	    token == NULL ? "" : token);
	fields = api->slist_append(fields, line);
	fields = api->slist_append(fields, "Expect:");
	fields =
	    api->slist_append(fields, "Content-Type: application/scim+json");
	return api->slist_append(
	    fields, "Accept: application/scim+json, application/json;q=0.9");
}

int
main(int argc, char **argv)
{
	static struct reach r;
	int64_t began_us, n;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	log_open("reach", LOG_LEVEL_WARNING);
	if (argc != 3 ||
	    parse_int(slice_of(argv[2]), 1, CONCURRENCY_MAX, &n, NULL) == -1)
		fatal("usage: reach URL CONCURRENCY < LOG");
	r.origin = argv[1];
	r.api = curl_load();
	r.multi = r.api->multi_init();
	r.nslots = (size_t)n;
	for (size_t i = 0; i < r.nslots; i++)
		open_slot(&r, &r.slots[i], make_fields(r.api));
	began_us = clock_monotonic_us();
	while ((len = getline(&line, &size, stdin)) > 1)
		send_line(&r, (struct slice){ line, (size_t)len - 1 });
	while (r.nbusy > 0)
		turn(&r);
	printf("%ld %lld %ld\n", r.nsent,
	    (long long)(clock_monotonic_us() - began_us), r.nrefused);
	return r.nrefused == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
