/*
 * ask.c: one SCIM request, over HTTP or to a program as plain CGI.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ask.h"
#include "base/clock.h"

enum { WAIT_MS = 15000 };

static void
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n <= 0 && errno != EINTR)
			return;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
}

/* Until the other side closes; false: it did not in time. */
static bool
read_all(int fd, struct answer *answer, int64_t until)
{
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len < sizeof(answer->text) - 1) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = until - clock_monotonic_ms();

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			break;
		n = read(
		    fd, answer->text + len, sizeof(answer->text) - 1 - len);
		if (n > 0)
			len += (size_t)n;
	}
	answer->text[len] = '\0';
	return n == 0;
}

/* The status stands after FIRST; the body after an empty line. */
static void
read_answer(struct answer *answer, const char *first)
{
	const char *status = strstr(answer->text, first);
	char *end = strstr(answer->text, "\r\n\r\n");

	if (status == NULL || end == NULL)
		return;
	answer->body = end + 4;
	answer->status = (int)strtol(status + strlen(first), NULL, 10);
}

static int
connect_to(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd != -1 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

static void
ask_http(const struct server *server, const char *method, const char *path,
    const char *body, struct answer *answer)
{
	char head[2048];
	int fd = connect_to(server->port);

	if (fd == -1)
		return;
	/* 1.0: the answer comes in one piece, to the end. */
	snprintf(head, sizeof(head),
	    "%s /scim/v2%s HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n"
	    "Authorization: Bearer %s\r\n"
	    "Content-Type: application/scim+json\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    method, path, server->port, server->token,
	    body == NULL ? 0 : strlen(body));
	write_all(fd, head, strlen(head));
	if (body != NULL)
		write_all(fd, body, strlen(body));
	if (read_all(fd, answer, clock_monotonic_ms() + WAIT_MS))
		read_answer(answer, "HTTP/1.0 ");
	if (answer->status == 0)
		read_answer(answer, "HTTP/1.1 ");
	close(fd);
}

__attribute__((noreturn)) static void
run_program(const struct server *server, const char *method, const char *path,
    const char *body)
{
	const char *query = strchr(path, '?');
	const char *name =
	    strncmp(path, "/Groups", 7) == 0 ? "groups" : "users";
	char file[4096], len[32];

	snprintf(file, sizeof(file), "%.*s",
	    query == NULL ? (int)strlen(path) : (int)(query - path), path);
	setenv("PATH_INFO", file, 1);
	snprintf(len, sizeof(len), "%zu", body == NULL ? 0 : strlen(body));
	setenv("CONTENT_LENGTH", len, 1);
	setenv("QUERY_STRING", query == NULL ? "" : query + 1, 1);
	setenv("REQUEST_METHOD", method, 1);
	setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
	setenv("SERVER_PROTOCOL", "HTTP/1.1", 1);
	setenv("SCRIPT_NAME", "/scim/v2", 1);
	setenv("HTTP_HOST", "127.0.0.1", 1);
	setenv("REMOTE_ADDR", "127.0.0.1", 1);
	setenv("CONTENT_TYPE", "application/scim+json", 1);
	snprintf(file, sizeof(file), "Bearer %s", server->token);
	setenv("HTTP_AUTHORIZATION", file, 1);
	snprintf(file, sizeof(file), "%s/%s", server->bin, name);
	execl(file, name, (char *)NULL);
	_exit(127);
}

static void
ask_program(const struct server *server, const char *method, const char *path,
    const char *body, struct answer *answer)
{
	int in[2], out[2], status;
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) == -1 || pipe2(out, O_CLOEXEC) == -1 ||
	    (pid = fork()) == -1)
		exit(1);
	if (pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		run_program(server, method, path, body);
	}
	close(in[0]);
	close(out[1]);
	if (body != NULL)
		write_all(in[1], body, strlen(body));
	close(in[1]);
	if (!read_all(out[0], answer, clock_monotonic_ms() + WAIT_MS))
		kill(pid, SIGKILL);
	close(out[0]);
	/* Killed before it was done: what it said may be cut off. */
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		read_answer(answer, "Status: ");
}

void
ask(const struct server *server, const char *method, const char *path,
    const char *body, struct answer *answer)
{
	answer->status = 0;
	answer->text[0] = '\0';
	answer->body = answer->text;
	if (server->port != 0)
		ask_http(server, method, path, body, answer);
	else
		ask_program(server, method, path, body, answer);
}

bool
answer_text(
    const struct answer *answer, const char *name, char *out, size_t size)
{
	char key[64];
	const char *at, *end;

	snprintf(key, sizeof(key), "\"%s\":\"", name);
	at = strstr(answer->body, key);
	if (at == NULL)
		return false;
	at += strlen(key);
	end = strchr(at, '"');
	if (end == NULL || (size_t)(end - at) >= size)
		return false;
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
	return true;
}
