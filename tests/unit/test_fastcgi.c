/*
 * test_fastcgi.c: fastcgi.c over a pair of sockets: what a web server sends
 * in records (FastCGI specification sections 3 to 5), whole and broken.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "http/fastcgi.h"
#include "tap.h"

enum { BODY_MAX = 100, ANSWER_MAX = 300000 };

/* What is sent, written down: bytes, with the names of their lengths. */
#define BEGIN               \
	"\1\1\0\1\0\10\0\0" \
	"\0\1\0\0\0\0\0\0"
#define PARAMS_END "\1\4\0\1\0\0\0\0"
#define STDIN_END  "\1\5\0\1\0\0\0\0"
#define NO_BODY	   PARAMS_END STDIN_END
#define END_RECORD(id, why)     \
	"\1\3\0" id "\0\10\0\0" \
	"\0\0\0\0" why "\0\0\0"

#define BYTES(text)                    \
	{                              \
		text, sizeof(text) - 1 \
	}

enum outcome { SERVED, REFUSED, NOTHING };

static const struct {
	const char *what;
	struct slice sent;
	enum outcome outcome;
	const char *variables; /* "NAME=value;" each */
	const char *body;
	struct slice answer; /* before ours */
} rows[] = {
	/* clang-format off */
	{ "no variables", BYTES(BEGIN NO_BODY), SERVED, "", "", BYTES("") },
	{ "two variables, one empty",
	  BYTES(BEGIN "\1\4\0\1\0\12\0\0" "\1\3Axyz\2\0BC" NO_BODY),
	  SERVED, "A=xyz;BC=;", "", BYTES("") },
	{ "a variable in two records, with padding",
	  BYTES(BEGIN "\1\4\0\1\0\3\2\0" "\1\3A" "pp" "\1\4\0\1\0\3\0\0" "xyz"
	      NO_BODY), SERVED, "A=xyz;", "", BYTES("") },
	{ "lengths of four bytes",
	  BYTES(BEGIN "\1\4\0\1\0\14\0\0" "\200\0\0\1\200\0\0\3Axyz" NO_BODY),
	  SERVED, "A=xyz;", "", BYTES("") },
	{ "a body in two records",
	  BYTES(BEGIN PARAMS_END "\1\5\0\1\0\2\0\0" "ab" "\1\5\0\1\0\1\0\0" "c"
	      STDIN_END), SERVED, "", "abc", BYTES("") },
	{ "a length beyond the end",
	  BYTES(BEGIN "\1\4\0\1\0\3\0\0" "\1\7A" NO_BODY), REFUSED, "", "",
	  BYTES("") },
	{ "a length of 2^31-1",
	  BYTES(BEGIN "\1\4\0\1\0\10\0\0" "\377\377\377\377\1\0\0\0" NO_BODY),
	  REFUSED, "", "", BYTES("") },
	{ "two lengths that overflow together",
	  BYTES(BEGIN "\1\4\0\1\0\11\0\0" "\377\377\377\377\377\377\377\377A"
	      NO_BODY), REFUSED, "", "", BYTES("") },
	{ "NUL in a value",
	  BYTES(BEGIN "\1\4\0\1\0\6\0\0" "\1\3Ax\0z" NO_BODY), REFUSED, "", "",
	  BYTES("") },
	{ "'=' in a name",
	  BYTES(BEGIN "\1\4\0\1\0\6\0\0" "\3\1A=Bz" NO_BODY), REFUSED, "", "",
	  BYTES("") },
	{ "a name of no bytes",
	  BYTES(BEGIN "\1\4\0\1\0\3\0\0" "\0\1z" NO_BODY), REFUSED, "", "",
	  BYTES("") },
	{ "nothing", BYTES(""), NOTHING, "", "", BYTES("") },
	{ "half a header", BYTES("\1\1\0"), NOTHING, "", "", BYTES("") },
	{ "another version", BYTES("\2\1\0\1\0\10\0\0" "\0\1\0\0\0\0\0\0"),
	  NOTHING, "", "", BYTES("") },
	{ "a filter", BYTES("\1\1\0\1\0\10\0\0" "\0\3\0\0\0\0\0\0" NO_BODY),
	  NOTHING, "", "", BYTES(END_RECORD("\1", "\3")) },
	{ "a short begin", BYTES("\1\1\0\1\0\2\0\0" "\0\1" NO_BODY), NOTHING,
	  "", "", BYTES("") },
	{ "an abort", BYTES(BEGIN PARAMS_END "\1\2\0\1\0\0\0\0" STDIN_END),
	  NOTHING, "", "", BYTES("") },
	{ "the end before the body's", BYTES(BEGIN PARAMS_END
	      "\1\5\0\1\0\5\0\0" "ab"), NOTHING, "", "", BYTES("") },
	{ "a body before the variables",
	  BYTES(BEGIN "\1\5\0\1\0\2\0\0" "ab" NO_BODY), NOTHING, "", "",
	  BYTES("") },
	{ "variables before the request", BYTES(NO_BODY BEGIN NO_BODY), SERVED,
	  "", "", BYTES("") },
	{ "a second request between",
	  BYTES(BEGIN "\1\1\0\2\0\10\0\0" "\0\1\0\0\0\0\0\0" NO_BODY), SERVED,
	  "", "", BYTES(END_RECORD("\2", "\1")) },
	{ "a question about us",
	  BYTES("\1\11\0\0\0\20\0\0" "\16\0FCGI_MAX_CONNS" BEGIN NO_BODY),
	  SERVED, "", "", BYTES("\1\12\0\0\0\63\0\0" "\16\1FCGI_MAX_CONNS1"
	      "\15\1FCGI_MAX_REQS1" "\17\1FCGI_MPXS_CONNS0") },
	{ "an unknown type of the connection",
	  BYTES("\1\52\0\0\0\1\0\0" "x" BEGIN NO_BODY), SERVED, "", "",
	  BYTES("\1\13\0\0\0\10\0\0" "\52\0\0\0\0\0\0\0") },
	/* clang-format on */
};

static const char our_answer[] = "\1\6\0\1\0\7\0\0"
				 "H\r\n\r\nbo"
				 "\1\6\0\1\0\0\0\0" END_RECORD("\1", "\0");

static char got[ANSWER_MAX];
static struct fastcgi connection;

static void
print_variables(const struct fastcgi *c, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%.*s=%.*s;", SLICE_ARG(c->variables[i].name),
		    SLICE_ARG(c->variables[i].value));
}

static enum outcome
serve(int fd, struct buf *variables, struct buf *body)
{
	struct fastcgi *c = &connection;
	size_t n;
	int rc;

	if (fastcgi_read_params(c, fd) == -1)
		return NOTHING;
	rc = fastcgi_variables(c, &n);
	if (fastcgi_read_body(c, body) == -1)
		return NOTHING;
	if (rc == 0)
		print_variables(c, n, variables);
	fastcgi_answer(c, SLICE("H\r\n\r\n"), SLICE("bo"));
	return rc == 0 ? SERVED : REFUSED;
}

static size_t
drain(int fd)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, got + len, sizeof(got) - len, MSG_DONTWAIT)) > 0)
		len += (size_t)n;
	return len;
}

/* What the row sends, and then the end of the connection. */
static void
test_row(size_t i)
{
	struct slice answer = rows[i].answer;
	size_t ours = rows[i].outcome == NOTHING ? 0 : sizeof(our_answer) - 1;
	struct buf variables, body;
	enum outcome outcome;
	size_t len;
	int fds[2];

	buf_init(&variables, 1000);
	buf_init(&body, BODY_MAX);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1 ||
	    send(fds[0], rows[i].sent.data, rows[i].sent.len, 0) == -1)
		abort();
	shutdown(fds[0], SHUT_WR);
	outcome = serve(fds[1], &variables, &body);
	len = drain(fds[0]);
	tap_ok(outcome == rows[i].outcome && len == answer.len + ours &&
		memcmp(got, answer.data, answer.len) == 0 &&
		memcmp(got + answer.len, our_answer, ours) == 0 &&
		(outcome != SERVED ||
		    (slice_equal(
			 buf_text(&variables), slice_of(rows[i].variables)) &&
			slice_equal(buf_text(&body), slice_of(rows[i].body)))),
	    "%s: %s", rows[i].what,
	    outcome == SERVED	     ? "served"
		: outcome == REFUSED ? "refused"
				     : "no request");
	close(fds[0]);
	close(fds[1]);
	buf_fini(&variables);
	buf_fini(&body);
}

static void
put_record(struct buf *out, char type, const void *data, size_t len)
{
	char head[8] = { 1, type, 0, 1, (char)(len >> 8), (char)len, 0, 0 };

	buf_add(out, head, sizeof(head));
	buf_add(out, data, len);
}

/* N variables of LEN bytes each: served, or refused. */
static void
test_many(size_t n, size_t len, bool fits)
{
	static char pair[70000];
	struct buf out, nothing, body;
	int fds[2];

	buf_init(&out, 1 << 24);
	buf_init(&nothing, 1 << 24);
	buf_init(&body, BODY_MAX);
	buf_add(&out, BEGIN, 16);
	memset(pair, 'x', sizeof(pair));
	memcpy(pair, "\1\200\0\0\0V", 6);
	pair[3] = (char)(len >> 8);
	pair[4] = (char)len;
	for (size_t i = 0; i < n; i++)
		put_record(&out, 4, pair, 6 + len);
	buf_add(&out, NO_BODY, 16);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		abort();
	if (fork() == 0) {
		close(fds[1]);
		for (size_t at = 0; at < out.len;) {
			ssize_t sent =
			    send(fds[0], out.data + at, out.len - at, 0);

			if (sent <= 0)
				break;
			at += (size_t)sent;
		}
		_exit(0);
	}
	tap_ok(serve(fds[1], &nothing, &body) == (fits ? SERVED : REFUSED),
	    "%zu variables of %zu bytes: %s", n, len,
	    fits ? "served" : "refused, and read to their end");
	close(fds[0]);
	close(fds[1]);
	buf_fini(&out);
	buf_fini(&nothing);
	buf_fini(&body);
}

/* An answer longer than a record arrives whole, however slowly it is read. */
static void
test_long_answer(void)
{
	static const char begin[] = BEGIN NO_BODY;
	static char text[200000];
	struct fastcgi *c = &connection;
	struct buf body;
	size_t len = 0, content = 0;
	int fds[2];

	memset(text, 'a', sizeof(text));
	buf_init(&body, BODY_MAX);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1 ||
	    send(fds[0], begin, sizeof(begin) - 1, 0) == -1)
		abort();
	if (fork() == 0) {
		close(fds[0]);
		if (fastcgi_read_params(c, fds[1]) == 0 &&
		    fastcgi_read_body(c, &body) == 0)
			fastcgi_answer(c, SLICE("H\r\n\r\n"),
			    (struct slice){ text, sizeof(text) });
		_exit(0);
	}
	close(fds[1]);
	for (ssize_t n; (n = recv(fds[0], got + len, 1000, 0)) > 0;)
		len += (size_t)n;
	for (size_t at = 0; at + 8 <= len && got[at + 1] == 6;) {
		size_t n = (size_t)((unsigned char)got[at + 4] << 8 |
		    (unsigned char)got[at + 5]);

		content += n;
		at += 8 + n;
	}
	tap_ok(content == sizeof(text) + 5,
	    "an answer of %zu bytes, in records", sizeof(text));
	close(fds[0]);
	buf_fini(&body);
}

/*
 * A peer that sends N bytes of a request, one every 20 ms, and then nothing:
 * it is given up, not waited for.
 */
static void
test_still(size_t n, const char *what)
{
	struct fastcgi *c = &connection;
	struct buf nothing, body;
	int64_t started = clock_monotonic_ms();
	enum outcome outcome;
	int fds[2];

	buf_init(&nothing, 1000);
	buf_init(&body, BODY_MAX);
	c->still_ms = 100;
	c->read_ms = 300;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		abort();
	if (fork() == 0) {
		close(fds[1]);
		for (size_t i = 0; i < n; i++) {
			send(fds[0], &BEGIN NO_BODY[i], 1, MSG_NOSIGNAL);
			usleep(20000);
		}
		usleep(2000000);
		_exit(0);
	}
	outcome = serve(fds[1], &nothing, &body);
	tap_ok(outcome == NOTHING && clock_monotonic_ms() - started < 1500,
	    "%s: given up", what);
	close(fds[0]);
	close(fds[1]);
	c->still_ms = FASTCGI_STILL_MS;
	c->read_ms = FASTCGI_READ_MS;
	buf_fini(&nothing);
	buf_fini(&body);
}

/* Who does not read the answer does not keep us either. */
static void
test_unread(void)
{
	static const char begin[] = BEGIN NO_BODY;
	static char text[4000000];
	struct fastcgi *c = &connection;
	struct buf body;
	int fds[2];

	buf_init(&body, BODY_MAX);
	c->still_ms = 100;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1 ||
	    send(fds[0], begin, sizeof(begin) - 1, 0) == -1)
		abort();
	tap_ok(fastcgi_read_params(c, fds[1]) == 0 &&
		fastcgi_read_body(c, &body) == 0 &&
		fastcgi_answer(c, SLICE("H\r\n\r\n"),
		    (struct slice){ text, sizeof(text) }) == -1,
	    "an answer that nobody reads is given up");
	close(fds[0]);
	close(fds[1]);
	c->still_ms = FASTCGI_STILL_MS;
	buf_fini(&body);
}

int
main(void)
{
	fastcgi_init(&connection);
	for (size_t i = 0; i < NELEM(rows); i++)
		test_row(i);
	test_many(FASTCGI_VARIABLES_MAX, 10, true);
	test_many(FASTCGI_VARIABLES_MAX + 1, 10, false);
	test_many(4, 60000, true);
	test_many(5, 60000, false);
	test_long_answer();
	test_still(0, "nothing of a request");
	test_still(5, "half a header");
	test_still(16, "a request without its end");
	test_still(31, "one that comes slower than it may");
	test_unread();
	fastcgi_fini(&connection);
	return tap_done();
}
