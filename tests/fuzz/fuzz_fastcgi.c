/*
 * fuzz_fastcgi.c: any bytes as what a web server sends on a connection.
 * Variables are what an environment can hold, a body keeps to its maximum,
 * and who is answered gets whole records.
 */
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/fastcgi.h"
#include "require.h"

enum { INPUT_MAX = 60000, BODY_MAX = 5000, ANSWER_MAX = 200000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_variables(struct fastcgi *c)
{
	size_t n;

	if (fastcgi_variables(c, &n) == -1)
		return;
	require(n <= FASTCGI_VARIABLES_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct http_variable *v = &c->variables[i];

		require(v->name.len > 0);
		require(memchr(v->name.data, '=', v->name.len) == NULL);
		require(memchr(v->name.data, 0, v->name.len) == NULL);
		require(v->value.len == 0 ||
		    memchr(v->value.data, 0, v->value.len) == NULL);
	}
}

/* Everything that was sent is records, one behind the other. */
static void
check_records(int fd)
{
	static unsigned char sent[ANSWER_MAX];
	size_t len = 0, at = 0;
	ssize_t n;

	while ((n = recv(fd, sent + len, sizeof(sent) - len, MSG_DONTWAIT)) > 0)
		len += (size_t)n;
	while (at < len) {
		require(len - at >= 8 && sent[at] == 1);
		at += 8 + (size_t)(sent[at + 4] << 8 | sent[at + 5]) +
		    sent[at + 6];
	}
	require(at == len);
}

static void
serve(struct fastcgi *c, int fd)
{
	struct buf body;

	buf_init(&body, BODY_MAX);
	if (fastcgi_read_params(c, fd) == 0) {
		check_variables(c);
		if (fastcgi_read_body(c, &body) == 0)
			require(fastcgi_answer(c, SLICE("Status: 200\r\n\r\n"),
				    buf_text(&body)) == 0);
		require(body.len <= BODY_MAX);
	}
	buf_fini(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fastcgi c;
	int fds[2];

	if (size > INPUT_MAX)
		return 0;
	fastcgi_init(&c);
	require(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	require(send(fds[0], data, size, MSG_NOSIGNAL) == (ssize_t)size);
	shutdown(fds[0], SHUT_WR);
	serve(&c, fds[1]);
	close(fds[1]);
	check_records(fds[0]);
	close(fds[0]);
	fastcgi_fini(&c);
	return 0;
}
