/*
 * loop.c: where requests come from: one CGI request or a FastCGI socket.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/compat.h"
#include "base/log.h"
#include "base/number.h"
#include "http/loop.h"

extern char **environ;

/* Room for the answer's headers beside its body. */
enum {
	HEAD_MAX = 128 * 1024,
	PRINTED_MAX = HTTP_BODY_MAX + HEAD_MAX,
	READ_SIZE = 64 * 1024,
	STREAM_LEN = 8 * 1024,	/* what libfcgi sends at once */
	RECORD_LEN = 64 * 1024, /* with the header: as much as can be */
	STREAM_STDOUT = 6,	/* FCGI_STDOUT */
	LARGE_LEN = 256 * 1024,
	TRIM_REQUESTS = 500, /* until free memory goes back to the system */
	IDLE_S = 3600 /* a look around, though nothing happens */
};

bool
http_is_cgi(void)
{
	return FCGX_IsCGI() != 0;
}

/* Where a body comes from: a file descriptor or a FastCGI stream. */
struct source {
	FCGX_Stream *stream; /* NULL: standard input */
};

static ssize_t
source_read(struct source *source, char *into, size_t len)
{
	ssize_t n;

	if (source->stream != NULL)
		return FCGX_GetStr(into, (int)len, source->stream);
	do
		n = read(STDIN_FILENO, into, len);
	while (n == -1 && errno == EINTR);
	return n;
}

/*
 * Read LEN bytes into IN, but not more than the maximum of IN; what is too
 * much is read and thrown away, so that the server can go on (spec
 * performance.md section 3).
 */
static size_t
drain(struct source *source, size_t len, struct buf *in)
{
	char chunk[READ_SIZE];
	size_t total = 0;

	while (total < len) {
		size_t want =
		    len - total < sizeof(chunk) ? len - total : sizeof(chunk);
		ssize_t n = source_read(source, chunk, want);

		if (n <= 0)
			break;
		buf_add(in, chunk, (size_t)n);
		total += (size_t)n;
	}
	return total;
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

static void
read_body(struct http_request *request, struct source *source, size_t len,
    size_t body_max)
{
	struct buf in;
	size_t got;

	/* A CGI that is about to end need not read what it will not take. */
	if (source->stream == NULL && len != SIZE_MAX && len > body_max) {
		request->body_too_large = true;
		return;
	}
	buf_init(&in, body_max);
	got = drain(source, len, &in);
	request->body_too_large = buf_overflowed(&in);
	request->body_cut = len != SIZE_MAX && got < len;
	if (!request->body_too_large)
		request->body = arena_slice(request->arena, buf_text(&in));
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
	struct source source = { .stream = NULL };
	struct http_request request;
	struct http_reply reply;
	struct buf out;
	int rc;

	block_signals();
	http_reply_init(&reply);
	buf_init(&out, PRINTED_MAX);
	http_request_init(&request, a, environ);
	read_body(&request, &source, cgi_length(&request), body_max);
	app->handle(app->ctx, &request, &reply);
	app->leave(app->ctx);
	http_reply_print(&reply, &out);
	rc = write_all(buf_text(&out)) == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
	buf_fini(&out);
	http_reply_fini(&reply);
	arena_free(a);
	return rc;
}

static void
put_text(struct slice text, FCGX_Stream *to)
{
	int n = 1;

	for (; text.len > 0 && n > 0; text = slice_from(text, (size_t)n))
		n = FCGX_PutStr(text.data,
		    text.len > READ_SIZE ? READ_SIZE : (int)text.len, to);
}

/*
 * The stream of libfcgi sends 8 KiB at a time: what is longer goes through
 * one of our own, and wakes the web server once for 64 KiB.
 */
static void
put_long(struct slice head, struct slice body, const FCGX_Request *fcgi)
{
	FCGX_Stream *wide = FCGX_CreateWriter(
	    fcgi->ipcFd, fcgi->requestId, RECORD_LEN, STREAM_STDOUT);

	put_text(head, wide);
	put_text(body, wide);
	FCGX_FFlush(wide);
	FCGX_FreeStream(&wide);
}

/* Send everything in one go and let the connection go at once. */
static void
send_reply(FCGX_Request *fcgi, const struct http_reply *reply)
{
	struct slice body = http_reply_body(reply);
	struct buf head;

	buf_init(&head, HEAD_MAX);
	http_reply_head(reply, &head);
	if (head.len + body.len > STREAM_LEN) {
		put_long(buf_text(&head), body, fcgi);
	} else {
		put_text(buf_text(&head), fcgi->out);
		put_text(body, fcgi->out);
	}
	buf_fini(&head);
	FCGX_Detach(fcgi);
	FCGX_Finish_r(fcgi);
}

static void
serve_one(const struct http_app *app, FCGX_Request *fcgi, struct arena *a,
    size_t body_max, size_t served)
{
	struct source source = { .stream = fcgi->in };
	struct http_request request;
	struct http_reply reply;
	struct buf nothing;
	bool large;

	http_reply_init(&reply);
	http_request_init(&request, a, fcgi->envp);
	/* A chunked body that the server passes on has no length. */
	read_body(
	    &request, &source, content_length(&request, SIZE_MAX), body_max);
	/* The end of the stream: without it the next request is lost. */
	buf_init(&nothing, 0);
	drain(&source, SIZE_MAX, &nothing);
	buf_fini(&nothing);
	app->handle(app->ctx, &request, &reply);
	send_reply(fcgi, &reply);
	large = request.body.len > LARGE_LEN || reply.body.len > LARGE_LEN;
	http_reply_fini(&reply);
	arena_reset(a);
	/*
	 * What a large one took is not kept for the next small ones; and long
	 * and short answers in turn leave holes between what stays.
	 */
	if (large || served % TRIM_REQUESTS == 0)
		compat_trim_memory();
	app->idle(app->ctx);
}

/* Set by a signal: the loop ends. */
static volatile sig_atomic_t is_ended;

/* What takes the place of the socket then: no connection ever comes here. */
static int nowhere;

/* An accept(2) that waits ends, and one that is about to begin fails. */
static void
on_end(int signal)
{
	int saved = errno;

	(void)signal;
	is_ended = 1;
	dup2(nowhere, STDIN_FILENO);
	errno = saved;
}

static void
end_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGINT);
}

/*
 * Signals that end the loop come while it waits, never within a request.
 * What they meet of its first reads goes on (SA_RESTART): libfcgi would take
 * an interruption for the end of the connection.
 */
static int
catch_end(void)
{
	struct sigaction action = { .sa_handler = on_end,
		.sa_flags = SA_RESTART };

	end_signals(&action.sa_mask);
	nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nowhere == -1)
		return -1;
	is_ended = 0;
	sigprocmask(SIG_BLOCK, &action.sa_mask, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

/*
 * Workers wait in accept(2): when the kernel wakes one for a connection and
 * it is killed on its way, the connection is closed with it or goes to the
 * next, which is not so where they wait in epoll_wait(2) one at a time.  With
 * a limit to its waiting accept(2) is cut short by every signal that is
 * caught, so that an idle worker can leave the store when another process
 * wants to recover it.
 */
static int
prepare_socket(void)
{
	struct timeval limit = { .tv_sec = IDLE_S };
	int flags = fcntl(STDIN_FILENO, F_GETFL);

	if (flags == -1 ||
	    fcntl(STDIN_FILENO, F_SETFL, flags & ~O_NONBLOCK) == -1)
		return -1;
	return setsockopt(
	    STDIN_FILENO, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

/* The next request: 0, or an errno below 0. */
static int
accept_request(FCGX_Request *fcgi)
{
	sigset_t set;
	int rc;

	end_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	rc = FCGX_Accept_r(fcgi);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return rc;
}

int
http_serve_fastcgi(
    const struct http_app *app, size_t body_max, size_t requests_max)
{
	struct arena *a = arena_new();
	FCGX_Request fcgi;
	size_t served = 0;
	int rc = 0;

	if (catch_end() == -1 || prepare_socket() == -1 || FCGX_Init() != 0 ||
	    FCGX_InitRequest(&fcgi, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		log_error("FastCGI could not be started");
		arena_free(a);
		return EXIT_FAILURE;
	}
	while (!is_ended && (requests_max == 0 || served < requests_max)) {
		rc = accept_request(&fcgi);
		if (rc == 0) {
			serve_one(app, &fcgi, a, body_max, ++served);
		} else if (rc == -EINTR || rc == -EAGAIN) {
			app->idle(app->ctx);
		} else if (!is_ended) {
			log_error("no connection: %s", strerror(-rc));
			break;
		}
	}
	close(nowhere);
	FCGX_Free(&fcgi, 1);
	arena_free(a);
	return is_ended || rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
