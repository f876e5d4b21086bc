/*
 * test_pool.c: many requests of ours at once, against a server of this
 * process that answers as the path says.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "http/pool.h"
#include "http/url.h"
#include "tap.h"

enum { LINE_MAX_LEN = 4096, LONG_LEN = 100000, LIMIT_MS = 5000 };

static int port;
static atomic_int connections, requests, at_once, at_once_max;

/* A request of CONNECTION: its first line in LINE, its body in BODY. */
static bool
read_request(FILE *connection, char *line, char *body)
{
	char field[LINE_MAX_LEN];
	size_t len = 0;

	body[0] = '\0';
	if (fgets(line, LINE_MAX_LEN, connection) == NULL)
		return false;
	while (
	    fgets(field, sizeof(field), connection) != NULL && field[0] != '\r')
		if (sscanf(field, "Content-Length: %zu", &len) == 1 &&
		    len >= LINE_MAX_LEN)
			return false;
	if (fread(body, 1, len, connection) != len)
		return false;
	body[len] = '\0';
	return true;
}

static void
write_long(FILE *connection)
{
	fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n",
	    LONG_LEN);
	for (int i = 0; i < LONG_LEN; i++)
		putc('x', connection);
}

/* false: the connection ends. */
static bool
write_answer(FILE *connection, const char *line, const char *body, int nth)
{
	char method[16], what[32];
	unsigned n = 0;

	if (sscanf(line, "%15s /%31[^/ ]/%u", method, what, &n) < 2)
		return false;
	if (strcmp(what, "cut") == 0 ||
	    (strcmp(what, "cutsecond") == 0 && nth == 2))
		return false;
	if (strcmp(what, "slow") == 0)
		usleep(n * 1000);
	if (strcmp(what, "hundred") == 0)
		fputs("HTTP/1.1 100 Continue\r\nETag: no\r\n\r\n", connection);
	if (strcmp(what, "long") == 0) {
		write_long(connection);
		return true;
	}
	if (strcmp(what, "early") == 0) {
		fputs("HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nab",
		    connection);
		return false;
	}
	fprintf(connection,
	    "HTTP/1.1 %u Text\r\nRetry-After: 7\r\nlocation:  /there \r\n"
	    "Content-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s %s",
	    strcmp(what, "status") == 0 ? n : 200,
	    strcmp(method, "HEAD") == 0 ? 0 : strlen(method) + 1 + strlen(body),
	    strcmp(method, "HEAD") == 0 ? "" : method, body);
	return true;
}

static void *
serve_connection(void *arg)
{
	FILE *connection = arg;
	char line[LINE_MAX_LEN], body[LINE_MAX_LEN];
	bool more = true;
	int now, nth = 0;

	while (more && read_request(connection, line, body)) {
		requests++;
		now = ++at_once;
		if (now > at_once_max)
			at_once_max = now;
		fseek(connection, 0, SEEK_CUR);
		more = write_answer(connection, line, body, ++nth);
		at_once--;
		fflush(connection);
	}
	fclose(connection);
	return NULL;
}

static void *
serve(void *arg)
{
	int listener = *(int *)arg, fd;
	pthread_t thread;

	while ((fd = accept(listener, NULL, NULL)) != -1) {
		connections++;
		pthread_create(
		    &thread, NULL, serve_connection, fdopen(fd, "r+"));
		pthread_detach(thread);
	}
	return NULL;
}

static int
open_listener(int *at_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&at, len) == -1 ||
	    listen(fd, 256) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) == -1) {
		puts("not ok - no socket");
		exit(1);
	}
	*at_port = ntohs(at.sin_port);
	return fd;
}

/* What became of one request, kept. */
struct outcome {
	struct http_exchange exchange;
	char url[256];
	int ndone, status;
	int64_t retry_after_ms;
	char answer[256], location[64], problem[EXCHANGE_PROBLEM_MAX];
	bool was_sent;
};

static void
on_done(struct http_exchange *e, void *arg)
{
	struct outcome *o = arg;

	o->ndone++;
	o->status = e->status;
	o->was_sent = e->was_sent;
	o->retry_after_ms = http_exchange_retry_after(e, clock_now_ms());
	snprintf(o->answer, sizeof(o->answer), "%.*s",
	    SLICE_ARG(buf_text(&e->answer)));
	snprintf(o->location, sizeof(o->location), "%.*s",
	    SLICE_ARG(http_exchange_field(e, "Location")));
	snprintf(o->problem, sizeof(o->problem), "%s", e->problem);
}

static struct outcome
outcome_of(const char *method, const char *path, const char *body)
{
	struct outcome o = { .exchange = { .method = method,
				 .body = slice_of(body),
				 .is_repeatable = strcmp(method, "POST") != 0,
				 .limit_ms = LIMIT_MS,
				 .answer_max = 1000,
				 .done = on_done } };

	snprintf(o.url, sizeof(o.url), "http://127.0.0.1:%d%s", port, path);
	return o;
}

static void
start(struct http_pool *pool, struct outcome *o)
{
	o->exchange.url = o->url;
	o->exchange.arg = o;
	http_pool_start(pool, &o->exchange);
}

static void
run_all(struct http_pool *pool)
{
	while (http_pool_turn(pool, 1000) > 0)
		;
}

/* clang-format off */
static const struct {
	const char *name, *method, *path, *body;
	int status;
	const char *answer, *problem; /* how it begins */
	bool was_sent;
} rows[] = {
	{ "GET", "GET", "/ok", NULL, 200, "GET ", "", true },
	{ "POST with a body", "POST", "/ok", "a body", 200, "POST a body", "", true },
	{ "PUT", "PUT", "/ok", "x", 200, "PUT x", "", true },
	{ "PATCH", "PATCH", "/ok", "x", 200, "PATCH x", "", true },
	{ "DELETE", "DELETE", "/ok", NULL, 200, "DELETE ", "", true },
	{ "HEAD", "HEAD", "/ok", NULL, 200, "", "", true },
	{ "a status is no problem", "GET", "/status/503", NULL, 503, "GET ", "", true },
	{ "nothing is followed", "GET", "/status/307", NULL, 307, "GET ", "", true },
	{ "the final answer counts", "GET", "/hundred", NULL, 200, "GET ", "", true },
	{ "an answer that is too long", "GET", "/long", NULL, 200, "xxx", "the answer is longer than 1000 bytes", true },
	{ "an answer that ends early", "POST", "/early", "b", 201, "ab", "transfer closed", true },
	{ "no answer", "POST", "/cut", "b", 0, "", "Empty reply", true },
};
/* clang-format on */

static void
test_rows(struct http_pool *pool)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct outcome o =
		    outcome_of(rows[i].method, rows[i].path, rows[i].body);

		start(pool, &o);
		run_all(pool);
		tap_ok(o.ndone == 1 && o.status == rows[i].status &&
			(rows[i].answer[0] == 'x'
				? o.answer[0] == 'x'
				: strcmp(o.answer, rows[i].answer) == 0) &&
			strncmp(o.problem, rows[i].problem,
			    strlen(rows[i].problem)) == 0 &&
			(rows[i].problem[0] == '\0') ==
			    (o.problem[0] == '\0') &&
			o.was_sent == rows[i].was_sent,
		    "%s: %d '%s' '%s' %d", rows[i].name, o.status, o.answer,
		    o.problem, o.was_sent);
	}
}

static void
test_fields(struct http_pool *pool)
{
	static const struct http_field fields[] = { { "X-Empty", { "", 0 } },
		{ "X-Bad", { "a\r\nX-Evil: 1", 12 } } };
	struct outcome o = outcome_of("GET", "/ok", NULL);

	start(pool, &o);
	run_all(pool);
	tap_ok(strcmp(o.location, "/there") == 0 && o.retry_after_ms == 7000,
	    "fields of the answer: '%s', %lld ms", o.location,
	    (long long)o.retry_after_ms);
	o.exchange.fields = fields;
	o.exchange.nfields = NELEM(fields);
	o.ndone = 0;
	requests = 0;
	start(pool, &o);
	tap_ok(o.ndone == 0, "done is not called by start");
	run_all(pool);
	tap_ok(o.ndone == 1 && o.status == 0 && !o.was_sent && requests == 0 &&
		strstr(o.problem, "no text") != NULL,
	    "a field that is two is refused: %s", o.problem);
}

/* clang-format off */
static const struct {
	const char *value;
	int64_t want_ms;
} retry_rows[] = {
	{ "0", 0 }, { "120", 120000 }, { " 5 ", 5000 }, { "-1", -1 },
	{ "99999999999999999999", 86400000 }, { "", -1 }, { "soon", -1 },
	{ "Thu, 01 Jan 1970 00:01:00 GMT", 60000 },
	{ "Thu, 01 Jan 1970 00:00:01 GMT", 0 },
};
/* clang-format on */

static void
test_retry_after(void)
{
	struct http_exchange e;
	int64_t got;

	for (size_t i = 0; i < NELEM(retry_rows); i++) {
		buf_init(&e.head, 1000);
		buf_printf(&e.head, "A: b\r\nretry-after: %s\r\n\r\n",
		    retry_rows[i].value);
		/* A date of the epoch, and it is 2 s later then. */
		got = http_exchange_retry_after(
		    &e, strstr(retry_rows[i].value, "01:00") ? 0 : 2000);
		tap_ok(got == retry_rows[i].want_ms,
		    "CLI-14 Retry-After '%s' is %lld ms", retry_rows[i].value,
		    (long long)got);
		buf_fini(&e.head);
	}
}

static void
test_refused(struct http_pool *pool)
{
	static const char *const urls[] = { "http://192.0.2.1/", "file:///etc",
		"ftp://127.0.0.1/", "", "no url" };

	for (size_t i = 0; i < NELEM(urls); i++) {
		struct outcome o = outcome_of("GET", "", NULL);

		snprintf(o.url, sizeof(o.url), "%s", urls[i]);
		start(pool, &o);
		run_all(pool);
		tap_ok(o.ndone == 1 && o.status == 0 && !o.was_sent &&
			strcmp(o.problem, "the URL is not https") == 0,
		    "CLI-03 refused: '%s'", urls[i]);
	}
}

/* What was found safe says nothing of another host. */
static void
test_refused_after(struct http_pool *pool)
{
	static const char *const urls[][2] = {
		{ "http://127.0.0.1:1/a", "http://127.0.0.1:1.example/a" },
		{ "http://127.0.0.1:1/a", "http://127.0.0.1:1@192.0.2.1/a" },
		{ "http:///127.0.0.1:1/a", "http:///192.0.2.1/a" },
		{ "http://localhost:1/", "http://localhost:1" },
	};

	for (size_t i = 0; i < NELEM(urls); i++) {
		bool is_same = i == NELEM(urls) - 1;

		for (int k = 0; k < 3; k++) {
			struct outcome o = outcome_of("GET", "", NULL);
			bool is_safe = k < 2 || is_same;

			snprintf(o.url, sizeof(o.url), "%s", urls[i][k / 2]);
			start(pool, &o);
			run_all(pool);
			tap_ok(o.ndone == 1 && !o.was_sent &&
				(strcmp(o.problem, "the URL is not https") !=
				    0) == is_safe,
			    "CLI-03 %s: '%s'", is_safe ? "taken" : "refused",
			    o.url);
		}
	}
}

/* A port where nobody listens; a limit that passes. */
static void
test_unanswered(struct http_pool *pool)
{
	struct outcome o = outcome_of("POST", "/ok", "b");
	int nobody, fd = open_listener(&nobody);

	close(fd);
	snprintf(o.url, sizeof(o.url), "http://127.0.0.1:%d/", nobody);
	start(pool, &o);
	run_all(pool);
	tap_ok(o.status == 0 && !o.was_sent && o.problem[0] != '\0',
	    "nobody there, nothing was sent: %s", o.problem);
	o = outcome_of("POST", "/slow/400", "b");
	o.exchange.limit_ms = 50;
	start(pool, &o);
	run_all(pool);
	tap_ok(o.status == 0 && o.was_sent &&
		strstr(o.problem, "timed out") != NULL,
	    "too slow, and it was sent: %s", o.problem);
}

/* What libcurl would send twice by itself. */
static void
test_once(void)
{
	static const char *const methods[] = { "POST", "PUT" };
	struct http_pool *pool;
	struct outcome o;

	for (size_t i = 0; i < NELEM(methods); i++) {
		pool = http_pool_open("");
		o = outcome_of(methods[i], "/ok", "first");
		start(pool, &o);
		run_all(pool);
		o = outcome_of(methods[i], "/cutsecond", "second");
		requests = 0;
		start(pool, &o);
		run_all(pool);
		tap_ok(requests == (i == 0 ? 1 : 2) && o.was_sent &&
			o.status == (i == 0 ? 0 : 200),
		    "CLI-14 %s on a connection that ends is sent %d times: %s",
		    methods[i], requests, o.problem);
		http_pool_close(pool);
	}
}

/* clang-format off */
static const struct {
	const char *base, *reference, *want; /* NULL: none */
} resolved[] = {
	{ "https://a/scim/v2/Users", "/x", "https://a/x" },
	{ "https://a/scim/v2/Users?q=1", "Groups", "https://a/scim/v2/Groups" },
	{ "https://a/scim", "https://b:8443/y?z", "https://b:8443/y?z" },
	{ "https://a/scim", "//c/d", "https://c/d" },
	{ "https://a/scim", "", NULL },
};
static const struct {
	const char *url, *server; /* NULL: it is no URL */
	bool is_bare;
} urls[] = {
	{ "https://Example.COM/x", "https://example.com:443", true },
	{ "http://127.0.0.1:80", "http://127.0.0.1:80", true },
	{ "https://a:8443/b?", "https://a:8443", false },
	{ "https://a/b#", "https://a:443", false },
	{ "https://me@a/", "https://a:443", false },
	{ "https://:secret@a/", "https://a:443", false },
	{ "no url at all", NULL, false },
};
/* clang-format on */

static void
test_urls(void)
{
	struct arena *a = arena_new();
	const char *got;
	struct buf b;

	for (size_t i = 0; i < NELEM(resolved); i++) {
		got = http_url_resolve(
		    a, resolved[i].base, slice_of(resolved[i].reference));
		tap_ok(got == NULL ? resolved[i].want == NULL
				   : resolved[i].want != NULL &&
			    strcmp(got, resolved[i].want) == 0,
		    "CLI-05 '%s' in %s: %s", resolved[i].reference,
		    resolved[i].base, got == NULL ? "none" : got);
	}
	for (size_t i = 0; i < NELEM(urls); i++) {
		got = http_url_server(a, urls[i].url);
		tap_ok((got == NULL ? urls[i].server == NULL
				    : urls[i].server != NULL &&
				   strcmp(got, urls[i].server) == 0) &&
			http_url_is_bare(urls[i].url) == urls[i].is_bare,
		    "CLI-30 %s: %s", urls[i].url, got == NULL ? "none" : got);
	}
	buf_init(&b, 100);
	http_url_encode(&b, SLICE("a-._~Z9 +\"&%/\xc3\xa9"));
	tap_ok(strcmp(b.data, "a-._~Z9%20%2B%22%26%25%2F%C3%A9") == 0,
	    "CLI-07 encoded: %s", b.data);
	buf_fini(&b);
	arena_free(a);
}

enum { MANY = 200, CHAIN = 50 };

static void
test_many(struct http_pool *pool)
{
	static struct outcome all[MANY];
	int64_t from = clock_monotonic_ms();
	int good = 0;

	at_once_max = 0;
	for (int i = 0; i < MANY; i++) {
		all[i] = outcome_of("POST", "/slow/100", "b");
		start(pool, &all[i]);
	}
	run_all(pool);
	for (int i = 0; i < MANY; i++)
		good += all[i].ndone == 1 && all[i].status == 200;
	tap_ok(good == MANY && at_once_max > MANY / 2 &&
		clock_monotonic_ms() - from < LIMIT_MS,
	    "%d of %d at once, %d answered, in %lld ms", at_once_max, MANY,
	    good, (long long)(clock_monotonic_ms() - from));
}

struct chain {
	struct http_pool *pool;
	struct outcome outcome;
	int left;
};

static void
on_link(struct http_exchange *e, void *arg)
{
	struct chain *c = arg;

	if (e->status == 200 && --c->left > 0)
		http_pool_start(c->pool, e);
}

static void
test_chain(struct http_pool *pool)
{
	struct chain c = { .pool = pool,
		.outcome = outcome_of("GET", "/ok", NULL),
		.left = CHAIN };
	struct http_exchange *e = &c.outcome.exchange;

	connections = 0;
	e->url = c.outcome.url;
	e->done = on_link;
	e->arg = &c;
	http_pool_start(pool, e);
	run_all(pool);
	tap_ok(c.left == 0 && connections <= 1,
	    "done starts the next: %d left, %d new connections", c.left,
	    connections);
}

static void
test_cancel(struct http_pool *pool)
{
	struct outcome a = outcome_of("POST", "/slow/300", "b");
	struct outcome b = outcome_of("GET", "/slow/50", NULL);

	start(pool, &a);
	start(pool, &b);
	while (b.ndone == 0)
		http_pool_turn(pool, 1000);
	http_pool_cancel(pool, &a.exchange);
	tap_ok(
	    http_pool_turn(pool, 0) == 0 && a.ndone == 0 && a.exchange.was_sent,
	    "cancelled: done is not called, it was sent");
	snprintf(a.url, sizeof(a.url), "ftp://x/");
	start(pool, &a);
	http_pool_cancel(pool, &a.exchange);
	tap_ok(http_pool_turn(pool, 0) == 0 && a.ndone == 0 &&
		!a.exchange.was_sent,
	    "cancelled before it was refused");
}

static void *
wake(void *arg)
{
	usleep(20000);
	http_pool_wake(arg);
	return NULL;
}

static void
test_wait(struct http_pool *pool)
{
	int64_t from = clock_monotonic_ms();
	pthread_t thread;

	http_pool_turn(pool, 100);
	tap_ok(
	    clock_monotonic_ms() - from >= 99, "it waits with nothing to do");
	from = clock_monotonic_ms();
	pthread_create(&thread, NULL, wake, pool);
	http_pool_turn(pool, 10000);
	pthread_join(thread, NULL);
	tap_ok(clock_monotonic_ms() - from < 9000, "it is woken");
}

/* Closed with requests on their way. */
static void
test_close(void)
{
	struct http_pool *pool = http_pool_open("");
	struct outcome a = outcome_of("GET", "/slow/200", NULL), b = a;

	start(pool, &a);
	start(pool, &b);
	http_pool_turn(pool, 10);
	http_pool_close(pool);
	tap_ok(a.ndone == 0 && b.ndone == 0, "closed while two run");
}

int
main(void)
{
	struct http_pool *pool = http_pool_open("");
	int listener = open_listener(&port);
	pthread_t thread;

	/* The server writes to who has gone away. */
	signal(SIGPIPE, SIG_IGN);
	pthread_create(&thread, NULL, serve, &listener);
	test_rows(pool);
	test_fields(pool);
	test_retry_after();
	test_refused(pool);
	test_refused_after(pool);
	test_urls();
	test_unanswered(pool);
	test_once();
	test_many(pool);
	test_chain(pool);
	test_cancel(pool);
	test_wait(pool);
	test_close();
	http_pool_close(pool);
	return tap_done();
}
