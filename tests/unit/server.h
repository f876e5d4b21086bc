/*
 * server.h: a server of this process that gives the answers it was told, one
 * a request, and keeps what it was asked.
 *
 * An answer: "STATUS", "STATUS|Field: value|Field: value", either of them
 * with "||BODY" behind; "cut" ends the connection, "hang" never answers.  When
 * there are no more answers: "200||{}".
 */
#ifndef UNIT_SERVER_H
#define UNIT_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SERVER_TEXT = 16384, SERVER_KEPT = 64, SERVER_HANG_MS = 400 };

static struct {
	pthread_mutex_t lock;
	int port;
	const char *const *answers; /* NULL at the end */
	int n;			    /* requests since server_answers */
	int at_once, at_once_max;
	int slow_ms;
	char asked[SERVER_KEPT][SERVER_TEXT]; /* line, fields, body */
} server = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* The whole of a request of CONNECTION into TEXT. */
static inline bool
server_read(FILE *connection, char *text)
{
	char line[SERVER_TEXT];
	size_t len = 0, at = 0;

	while (fgets(line, sizeof(line), connection) != NULL) {
		if (at + strlen(line) >= SERVER_TEXT)
			return false;
		memcpy(text + at, line, strlen(line) + 1);
		at += strlen(line);
		sscanf(line, "Content-Length: %zu", &len);
		if (line[0] != '\r')
			continue;
		if (at + len >= SERVER_TEXT ||
		    fread(text + at, 1, len, connection) != len)
			return false;
		text[at + len] = '\0';
		return true;
	}
	return false;
}

/* The next answer, what was asked being kept. */
static inline const char *
server_next(const char *text)
{
	const char *answer = "200||{}";

	pthread_mutex_lock(&server.lock);
	if (server.n < SERVER_KEPT)
		memcpy(server.asked[server.n], text, strlen(text) + 1);
	server.n++;
	if (server.answers != NULL && *server.answers != NULL)
		answer = *server.answers++;
	if (++server.at_once > server.at_once_max)
		server.at_once_max = server.at_once;
	pthread_mutex_unlock(&server.lock);
	return answer;
}

static inline void
server_write(FILE *connection, const char *answer)
{
	const char *body = strstr(answer, "||");
	const char *end = body != NULL ? body : answer + strlen(answer);

	fputs("HTTP/1.1 ", connection);
	for (const char *p = answer; p < end; p++)
		if (*p == '|')
			fputs(p[-1] == ' ' ? "" : "\r\n", connection);
		else
			putc(*p, connection);
	body = body != NULL ? body + 2 : "";
	fprintf(connection, "\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
	    body);
	fflush(connection);
}

static inline void *
server_connection(void *arg)
{
	FILE *connection = arg;
	char text[SERVER_TEXT];
	const char *answer;
	bool more = true;

	while (more && server_read(connection, text)) {
		answer = server_next(text);
		if (server.slow_ms > 0)
			usleep((unsigned)server.slow_ms * 1000);
		if (strcmp(answer, "hang") == 0)
			usleep(SERVER_HANG_MS * 1000);
		pthread_mutex_lock(&server.lock);
		server.at_once--;
		pthread_mutex_unlock(&server.lock);
		more = strcmp(answer, "cut") != 0 && strcmp(answer, "hang") != 0;
		fseek(connection, 0, SEEK_CUR);
		if (more)
			server_write(connection, answer);
	}
	fclose(connection);
	return NULL;
}

static inline void *
server_accept(void *arg)
{
	int listener = *(int *)arg, fd;
	pthread_t thread;

	while ((fd = accept(listener, NULL, NULL)) != -1) {
		pthread_create(
		    &thread, NULL, server_connection, fdopen(fd, "r+"));
		pthread_detach(thread);
	}
	return NULL;
}

static inline void
server_start(void)
{
	static int listener;
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	pthread_t thread;

	/* It writes to who has gone away. */
	signal(SIGPIPE, SIG_IGN);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (listener == -1 ||
	    bind(listener, (struct sockaddr *)&at, len) == -1 ||
	    listen(listener, 256) == -1 ||
	    getsockname(listener, (struct sockaddr *)&at, &len) == -1) {
		puts("not ok - no socket");
		exit(1);
	}
	server.port = ntohs(at.sin_port);
	pthread_create(&thread, NULL, server_accept, &listener);
}

/* From now on; what was asked before is answered, and forgotten. */
static inline void
server_answers(const char *const *answers)
{
	pthread_mutex_lock(&server.lock);
	while (server.at_once > 0) {
		pthread_mutex_unlock(&server.lock);
		usleep(1000);
		pthread_mutex_lock(&server.lock);
	}
	server.answers = answers;
	server.n = 0;
	server.at_once_max = 0;
	server.slow_ms = 0;
	memset(server.asked, 0, sizeof(server.asked));
	pthread_mutex_unlock(&server.lock);
}

/* Does request I, from 0, hold TEXT? */
static inline bool
server_was_asked(int i, const char *text)
{
	bool holds;

	pthread_mutex_lock(&server.lock);
	holds = i < server.n && strstr(server.asked[i], text) != NULL;
	pthread_mutex_unlock(&server.lock);
	return holds;
}

#endif
