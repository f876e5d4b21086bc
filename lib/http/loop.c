/*
 * loop.c: where requests come from: one CGI request or a FastCGI socket.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/crew.h"
#include "base/log.h"
#include "base/nelem.h"
#include "base/number.h"
#include "http/fastcgi.h"
#include "http/loop.h"

extern char **environ;

/* Room for the answer's headers beside its body. */
enum {
	HEAD_MAX = 128 * 1024,
	PRINTED_MAX = HTTP_BODY_MAX + HEAD_MAX,
	READ_SIZE = 16 * 1024,
	LARGE_LEN = 256 * 1024,
	TRIM_REQUESTS = 100, /* until free memory goes back to the system */
	/*
	 * Until one that waits looks around: a signal may have come right
	 * before, or the one that was woken for a connection was killed.
	 */
	LOOK_MS = 250
};

bool
http_is_cgi(void)
{
	int listens = 0;
	socklen_t len = sizeof(listens);

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listens,
		   &len) == -1 ||
	    !listens;
}

static ssize_t
read_input(char *into, size_t len)
{
	ssize_t n;

	do
		n = read(STDIN_FILENO, into, len);
	while (n == -1 && errno == EINTR);
	return n;
}

/* The length that was announced, or OTHERWISE. */
static size_t
content_length(const struct http_request *request, size_t otherwise)
{
	int64_t len;

	if (parse_int(request->content_length, 0, INT64_MAX, &len, NULL) == -1)
		return otherwise;
	return (size_t)len;
}

/*
 * LEN bytes of standard input, or up to its end, as the body of REQUEST.  A
 * CGI that is about to end need not read what it will not take.
 */
static void
read_body(struct http_request *request, size_t len, size_t body_max)
{
	/* Once a process; on the stack a GET would pay each of its pages. */
	static char chunk[READ_SIZE];
	struct buf in;
	ssize_t n = 1;

	buf_init(&in, body_max);
	request->body_too_large = len != SIZE_MAX && len > body_max;
	while (n > 0 && in.len < len && !request->body_too_large) {
		size_t rest = len - in.len;

		n = read_input(chunk, rest < READ_SIZE ? rest : READ_SIZE);
		if (n > 0)
			buf_add(&in, chunk, (size_t)n);
		request->body_too_large = buf_overflowed(&in);
	}
	if (!request->body_too_large) {
		request->body_cut = len != SIZE_MAX && in.len < len;
		request->body = arena_slice(request->arena, buf_text(&in));
	}
	buf_fini(&in);
}

static int
write_all(struct slice text)
{
	while (text.len > 0) {
		ssize_t n = write(STDOUT_FILENO, text.data, text.len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		text = slice_from(text, (size_t)n);
	}
	return 0;
}

static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Apache passes a chunked body on without a length, up to its end. */
static size_t
cgi_length(const struct http_request *request)
{
	bool chunked = http_header(request, "Transfer-Encoding").len > 0;

	return content_length(request, chunked ? SIZE_MAX : 0);
}

int
http_serve_cgi(const struct http_app *app, size_t body_max)
{
	struct arena *a = arena_new();
	struct http_request request;
	struct http_reply reply;
	struct buf out;
	int rc;

	block_signals();
	http_reply_init(&reply);
	buf_init(&out, PRINTED_MAX);
	http_request_init_env(&request, a, environ);
	read_body(&request, cgi_length(&request), body_max);
	app->handle(app->ctx, &request, &reply);
	app->leave(app->ctx);
	http_reply_print(&reply, &out);
	rc = write_all(buf_text(&out)) == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
	app->done(app->ctx, &request, &reply);
	buf_fini(&out);
	http_reply_fini(&reply);
	arena_free(a);
	return rc;
}

/* What a worker keeps from one request to the next. */
struct worker {
	const struct http_app *app;
	size_t body_max;
	size_t served;	       /* requests */
	size_t taken, trimmed; /* connections; then memory was given back */
	int watch;	       /* of the socket that connections come to */
	struct arena *arena;
	struct fastcgi fastcgi;
	struct buf in, head; /* the body that came, the head that leaves */
	struct http_reply reply;
};

static void
worker_init(struct worker *w, const struct http_app *app, size_t body_max)
{
	*w = (struct worker){ .app = app,
		.body_max = body_max,
		.watch = -1,
		.arena = arena_new() };
	/* A checkpoint, say, sorts all pages of the cache in one. */
	compat_return_large(LARGE_LEN);
	fastcgi_init(&w->fastcgi);
	buf_init(&w->in, body_max);
	buf_init(&w->head, HEAD_MAX);
	http_reply_init(&w->reply);
}

static void
worker_fini(struct worker *w)
{
	close(w->watch);
	fastcgi_fini(&w->fastcgi);
	buf_fini(&w->in);
	buf_fini(&w->head);
	http_reply_fini(&w->reply);
	arena_free(w->arena);
}

/*
 * The request on the connection FD, read to its end: what the web server
 * gave up before is not served.
 */
static int
read_request(struct worker *w, int fd, struct http_request *request)
{
	size_t n, len;
	bool is_refused;

	buf_clear(&w->in);
	if (fastcgi_read_params(&w->fastcgi, fd) == -1 ||
	    fastcgi_read_body(&w->fastcgi, &w->in) == -1)
		return -1;
	is_refused = fastcgi_variables(&w->fastcgi, &n) == -1;
	http_request_init(
	    request, w->arena, w->fastcgi.variables, is_refused ? 0 : n);
	if (is_refused)
		request->refused = 400;
	/* A chunked body that the server passes on has no length. */
	len = content_length(request, w->in.len);
	request->body_too_large = buf_overflowed(&w->in);
	request->body_cut = !request->body_too_large && w->in.len < len;
	buf_truncate(&w->in, request->body_too_large ? 0 : len);
	request->body = buf_text(&w->in);
	return 0;
}

/* Memory that is free goes back to the system, if there may be some. */
static void
trim(struct worker *w)
{
	if (w->taken != w->trimmed)
		compat_trim_memory();
	w->trimmed = w->taken;
}

/*
 * What a large one took is not kept for the next small ones; and long and
 * short answers in turn leave holes between what stays.
 */
static void
forget(struct worker *w)
{
	bool is_large =
	    w->in.size > LARGE_LEN || w->reply.body.size > LARGE_LEN;

	if (is_large) {
		buf_fini(&w->in);
		http_reply_fini(&w->reply);
	}
	http_reply_clear(&w->reply);
	arena_reset(w->arena);
	if (is_large || w->taken - w->trimmed >= TRIM_REQUESTS)
		trim(w);
}

static void
serve_one(struct worker *w, int fd)
{
	struct http_request request;

	w->taken++;
	crew_work();
	if (read_request(w, fd, &request) == 0) {
		w->served++;
		w->app->handle(w->app->ctx, &request, &w->reply);
		buf_clear(&w->head);
		http_reply_head(&w->reply, &w->head);
		/* When that fails the client is gone. */
		fastcgi_answer(&w->fastcgi, buf_text(&w->head),
		    http_reply_body(&w->reply));
		close(fd);
		w->app->done(w->app->ctx, &request, &w->reply);
	} else {
		close(fd);
	}
	forget(w);
	w->app->idle(w->app->ctx);
}

/* Set by a signal: the loop ends, when the request it is in has. */
static volatile sig_atomic_t is_ended;

static void
on_end(int signal)
{
	(void)signal;
	is_ended = 1;
}

/* Within a request what waits goes on, by SA_RESTART or by itself. */
static void
catch_end(void)
{
	static const int ends[] = { SIGTERM, SIGUSR1, SIGINT };
	struct sigaction action = { .sa_handler = on_end,
		.sa_flags = SA_RESTART };

	is_ended = 0;
	for (size_t i = 0; i < NELEM(ends); i++) {
		sigaddset(&action.sa_mask, ends[i]);
		sigaction(ends[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	/* They may have waited for this since the start. */
	sigprocmask(SIG_UNBLOCK, &action.sa_mask, NULL);
}

/*
 * One worker is woken for a connection.  Of those that wait it is always the
 * one that came to the socket first, whose caches are warm; in accept(2) they
 * would take turns.
 */
static int
watch_socket(struct worker *w)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL);

	if (flags == -1 ||
	    fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) == -1)
		return -1;
	w->watch = compat_watch(STDIN_FILENO);
	return w->watch == -1 ? -1 : 0;
}

/*
 * The next connection, or -1 with errno.  Under load one is there already; who
 * was woken for one that another worker took waits for the next.
 */
static int
accept_next(const struct worker *w)
{
	int fd;

	do {
		if (!crew_sit(STDIN_FILENO)) {
			errno = EAGAIN;
			return -1;
		}
		fd = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);
		if (fd != -1 || errno != EAGAIN)
			return fd;
	} while (compat_watch_wait(w->watch, LOOK_MS));
	return -1;
}

/* A look around, though no connection came; or -1: there will be none. */
static int
after_no_connection(struct worker *w)
{
	if (errno == EINTR || errno == EAGAIN || errno == ECONNABORTED) {
		w->app->idle(w->app->ctx);
		trim(w);
		return 0;
	}
	log_error("no connection: %s", strerror(errno));
	return -1;
}

int
http_serve_fastcgi(
    const struct http_app *app, size_t body_max, size_t requests_max)
{
	struct worker w;
	int fd, rc = 0;

	catch_end();
	worker_init(&w, app, body_max);
	if (watch_socket(&w) == -1) {
		log_error("FastCGI could not be started: %s", strerror(errno));
		rc = -1;
	}
	while (rc == 0 && !is_ended &&
	    (requests_max == 0 || w.served < requests_max)) {
		fd = accept_next(&w);
		if (fd == -1)
			rc = after_no_connection(&w);
		else
			serve_one(&w, fd);
	}
	worker_fini(&w);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
