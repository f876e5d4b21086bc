/*
 * sink.c: a target that costs next to nothing and keeps nothing, for the bench
 * of provisioning: nobody matches, whoever is created gets the next id, every
 * change is taken.
 *
 *	sink PORT LOG DELAY-MS
 *
 * LOG gets a line for each request: microseconds since 1970 at which it was
 * there, method, path, and the body or "-".  An answer is sent DELAY-MS after
 * that.  reach.c sends such a log again, if no request in it was a bulk one.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/number.h"
#include "json/json.h"

enum { PEERS_MAX = 256, REQUEST_MAX = 16 * 1024 * 1024, CHUNK = 65536 };

/* A connection; a client asks again when it has its answer. */
struct peer {
	int fd;
	struct buf in;
	struct buf out;
	int64_t due_at; /* the answer; monotonic ms */
};

struct sink {
	FILE *log;
	int64_t delay_ms;
	unsigned long long created;
	struct pollfd polled[PEERS_MAX];
	struct peer peers[PEERS_MAX]; /* [0] listens */
	size_t n;
};

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int
listen_at(int64_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, (const struct sockaddr *)(const void *)&at, sizeof(at)) ==
		-1 ||
	    listen(fd, PEERS_MAX) == -1)
		fatal("port %lld cannot be listened at", (long long)port);
	return fd;
}

static void
add_peer(struct sink *s, int fd)
{
	int on = 1;

	if (fd == -1 || s->n == PEERS_MAX)
		fatal("too many connections");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	s->peers[s->n] = (struct peer){ .fd = fd };
	buf_init(&s->peers[s->n].in, REQUEST_MAX);
	buf_init(&s->peers[s->n].out, REQUEST_MAX);
	s->polled[s->n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

static void
drop_peer(struct sink *s, size_t i)
{
	close(s->peers[i].fd);
	buf_fini(&s->peers[i].in);
	buf_fini(&s->peers[i].out);
	s->n--;
	s->peers[i] = s->peers[s->n];
	s->polled[i] = s->polled[s->n];
}

/* ---- answers ---- */

static void
answer(struct peer *p, const char *status, struct slice head, struct slice rest)
{
	buf_printf(&p->out, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n", status,
	    head.len + rest.len);
	buf_puts(&p->out, "Content-Type: application/scim+json\r\n\r\n");
	buf_slice(&p->out, head);
	buf_slice(&p->out, rest);
}

/* What was created is what was sent, with an id. */
static void
answer_created(struct sink *s, struct peer *p, struct slice body)
{
	char id[64];

	snprintf(id, sizeof(id), "{\"id\":\"00000000-0000-7000-8000-%012llx\",",
	    s->created++);
	answer(p, "201 Created", slice_of(id), slice_from(body, 1));
}

/* One operation of a bulk request, as if it had come alone. */
static void
put_result(struct sink *s, struct buf *b, const struct json_object *operation)
{
	struct slice method = json_string(json_get(operation, "method")),
		     id = json_string(json_get(operation, "bulkId"));

	buf_printf(b, "{\"method\":\"%.*s\",\"bulkId\":\"%.*s\",",
	    SLICE_ARG(method), SLICE_ARG(id));
	if (slice_equal(method, SLICE("POST")))
		buf_printf(b,
		    "\"status\":\"201\",\"response\":{\"id\":"
		    "\"00000000-0000-7000-8000-%012llx\"}}",
		    s->created++);
	else
		buf_puts(b, "\"status\":\"204\"}");
}

static void
answer_bulk(struct sink *s, struct peer *p, struct slice body)
{
	struct arena *a = arena_new();
	const struct json_object *operations;
	struct json_object *bulk;
	struct error err;
	struct buf b;

	if (json_parse(a, body, &bulk, &err) == -1)
		fatal("a bulk request: %s", err.detail);
	operations = json_get(bulk, "Operations");
	buf_init(&b, REQUEST_MAX);
	buf_puts(&b, "{\"Operations\":[");
	for (size_t i = 0; i < json_len(operations); i++) {
		buf_puts(&b, i == 0 ? "" : ",");
		put_result(s, &b, json_at(operations, i));
	}
	buf_puts(&b, "]}");
	answer(p, "200 OK", buf_text(&b), SLICE(""));
	buf_fini(&b);
	arena_free(a);
}

static void
answer_request(struct sink *s, struct peer *p, struct slice method,
    struct slice path, struct slice body)
{
	const struct slice nobody =
	    SLICE("{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:"
		  "ListResponse\"],\"totalResults\":0,\"Resources\":[]}");

	if (slice_equal(path, SLICE("/Bulk")))
		answer_bulk(s, p, body);
	else if (slice_equal(method, SLICE("POST")) && body.len > 0)
		answer_created(s, p, body);
	else if (slice_equal(method, SLICE("GET")))
		answer(p, "200 OK", nobody, SLICE(""));
	else
		buf_puts(&p->out, "HTTP/1.1 204 No Content\r\n\r\n");
}

/* ---- requests ---- */

/* The length of the body that HEAD, which ends in NUL, tells of. */
static size_t
body_len(const char *head)
{
	static const char name[] = "\r\nContent-Length:";
	const char *field = strcasestr(head, name);

	return field == NULL ? 0 : strtoul(field + strlen(name), NULL, 10);
}

/* A request that is there as a whole is noted and has its answer. */
static void
take_request(struct sink *s, struct peer *p)
{
	struct slice text = buf_text(&p->in), line, method, path, body;
	char *end =
	    text.len == 0 ? NULL : memmem(p->in.data, p->in.len, "\r\n\r\n", 4);
	size_t head_len;

	if (end == NULL)
		return;
	*end = '\0';
	head_len = (size_t)(end - p->in.data) + 4;
	body = slice_from(text, head_len);
	if (body.len < body_len(p->in.data)) {
		*end = '\r';
		return;
	}
	line = slice_of(p->in.data);
	slice_next(&line, ' ', &method);
	slice_next(&line, ' ', &path);
	fprintf(s->log, "%lld %.*s %.*s %.*s\n", (long long)now_us(),
	    SLICE_ARG(method), SLICE_ARG(path),
	    (int)(body.len > 0 ? body.len : 1), body.len > 0 ? body.data : "-");
	answer_request(s, p, method, path, body);
	buf_clear(&p->in);
	p->due_at = clock_monotonic_ms() + s->delay_ms;
}

/* false: the connection has ended. */
static bool
hear(struct sink *s, struct peer *p)
{
	static char chunk[CHUNK];
	ssize_t n = read(p->fd, chunk, sizeof(chunk));

	if (n <= 0)
		return false;
	buf_add(&p->in, chunk, (size_t)n);
	if (buf_overflowed(&p->in))
		fatal("a request of more than %d bytes", REQUEST_MAX);
	take_request(s, p);
	return true;
}

/* Send what is due; after how many ms the next is, or -1. */
static int
tell(struct sink *s)
{
	int64_t now = clock_monotonic_ms(), least = -1;

	for (size_t i = 1; i < s->n; i++) {
		struct peer *p = &s->peers[i];

		if (p->out.len == 0)
			continue;
		if (p->due_at > now) {
			if (least == -1 || p->due_at - now < least)
				least = p->due_at - now;
			continue;
		}
		/* A client that is gone is noticed when it is read from. */
		if (send(p->fd, p->out.data, p->out.len, MSG_NOSIGNAL) == -1)
			log_warning("an answer was not taken");
		buf_clear(&p->out);
	}
	return (int)least;
}

static void
turn(struct sink *s)
{
	int wait_ms = tell(s);

	fflush(s->log);
	if (poll(s->polled, s->n, wait_ms) <= 0)
		return;
	for (size_t i = s->n - 1; i > 0; i--)
		if (s->polled[i].revents != 0 && !hear(s, &s->peers[i]))
			drop_peer(s, i);
	if (s->polled[0].revents != 0)
		add_peer(s, accept(s->peers[0].fd, NULL, NULL));
}

int
main(int argc, char **argv)
{
	static struct sink s;
	int64_t port;

	log_open("sink", LOG_LEVEL_WARNING);
	if (argc != 4 ||
	    parse_int(slice_of(argv[1]), 1, 65535, &port, NULL) == -1 ||
	    parse_int(slice_of(argv[3]), 0, 60000, &s.delay_ms, NULL) == -1)
		fatal("usage: sink PORT LOG DELAY-MS");
	s.log = fopen(argv[2], "a");
	if (s.log == NULL)
		fatal("%s cannot be written", argv[2]);
	add_peer(&s, listen_at(port));
	for (;;)
		turn(&s);
}
