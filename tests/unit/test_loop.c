/*
 * test_loop.c: loop.c as a web server sees it.  A worker is forked on a unix
 * socket and spoken to in records (FastCGI specification section 3); a CGI
 * is forked with its environment and two pipes.
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/nelem.h"
#include "http/loop.h"
#include "tap.h"

enum {
	BODY_MAX = 100000,
	WAIT_MS = 30000,
	BEGIN_REQUEST = 1, /* record types */
	PARAMS = 4,
	STDIN = 5
};

static char directory[] = "/tmp/muster-loop.XXXXXX";
static struct sockaddr_un address = { .sun_family = AF_UNIX };

/* The answer tells what was read: "LENGTH cut large". */
static void
handle(void *ctx, struct http_request *request, struct http_reply *reply)
{
	(void)ctx;
	reply->content_type = "text/plain";
	buf_printf(&reply->body, "%zu%s%s", request->body.len,
	    request->body_cut ? " cut" : "",
	    request->body_too_large ? " large" : "");
}

static void
nothing(void *ctx)
{
	(void)ctx;
}

static void
done(void *ctx, struct http_request *request, struct http_reply *reply)
{
	(void)ctx;
	(void)request;
	(void)reply;
}

static const struct http_app app = { .handle = handle,
	.leave = nothing,
	.done = done,
	.idle = nothing };

static int
listen_here(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", directory);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 ||
	    listen(fd, 16) == -1)
		abort();
	return fd;
}

static pid_t
start_worker(int listener, size_t requests_max)
{
	pid_t pid = fork();

	if (pid == 0) {
		dup2(listener, STDIN_FILENO);
		_exit(http_serve_fastcgi(&app, BODY_MAX, requests_max));
	}
	return pid;
}

static int
dial(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		abort();
	return fd;
}

static void
put_record(int fd, unsigned char type, const void *data, size_t len)
{
	unsigned char head[8] = { 1, type, 0, 1, (unsigned char)(len >> 8),
		(unsigned char)len, 0, 0 };

	/* The worker may have gone: the test sees that by its answer. */
	send(fd, head, sizeof(head), MSG_NOSIGNAL);
	if (len > 0)
		send(fd, data, len, MSG_NOSIGNAL);
}

static void
put_param(int fd, const char *name, const char *value)
{
	unsigned char pair[300] = { (unsigned char)strlen(name),
		(unsigned char)strlen(value) };

	memcpy(pair + 2, name, pair[0]);
	memcpy(pair + 2 + pair[0], value, pair[1]);
	put_record(fd, PARAMS, pair, 2 + (size_t)pair[0] + pair[1]);
}

/* Everything before the body; LENGTH NULL: none is announced. */
static void
put_head(int fd, const char *length)
{
	static const unsigned char responder[8] = { 0, 1 };

	put_record(fd, BEGIN_REQUEST, responder, sizeof(responder));
	put_param(fd, "REQUEST_METHOD", "POST");
	if (length != NULL)
		put_param(fd, "CONTENT_LENGTH", length);
	put_record(fd, PARAMS, NULL, 0);
}

static void
put_body(int fd, size_t len)
{
	static const char zeros[10000];

	for (size_t n; len > 0; len -= n) {
		n = len < sizeof(zeros) ? len : sizeof(zeros);
		put_record(fd, STDIN, zeros, n);
	}
	put_record(fd, STDIN, NULL, 0);
}

/* Does the answer, which ends with the connection, have this body? */
static bool
is_answered(int fd, const char *body)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char text[4096], want[64];
	size_t len = 0;
	ssize_t n = 0;

	while (poll(&wait, 1, WAIT_MS) == 1 &&
	    (n = read(fd, text + len, sizeof(text) - len)) > 0)
		len += (size_t)n;
	close(fd);
	snprintf(want, sizeof(want), "\r\n\r\n%s", body);
	return memmem(text, len, want, strlen(want)) != NULL && n == 0;
}

/* Its exit status, or -1 when it had to be killed. */
static int
end_of(pid_t pid)
{
	int status;

	for (int ms = 0; ms < WAIT_MS; ms += 20) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		poll(NULL, 0, 20);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return -1;
}

static const struct {
	const char *length; /* announced */
	size_t sent;
	const char *answer;
} bodies[] = {
	{ "0", 0, "0" },
	{ "5", 5, "5" },
	{ "5", 3, "3 cut" },
	{ "5", 9, "5" },
	{ "100000", 100000, "100000" },
	{ "100001", 100001, "0 large" },
	{ "700000", 700000, "0 large" },
	{ NULL, 0, "0" },
	{ NULL, 70000, "70000" },
	{ NULL, 100001, "0 large" },
	{ "nonsense", 4, "4" },
};

static void
test_bodies(int listener)
{
	pid_t pid = start_worker(listener, NELEM(bodies));

	for (size_t i = 0; i < NELEM(bodies); i++) {
		int fd = dial();

		put_head(fd, bodies[i].length);
		put_body(fd, bodies[i].sent);
		tap_ok(is_answered(fd, bodies[i].answer),
		    "length %s, %zu bytes: %s",
		    bodies[i].length == NULL ? "not told" : bodies[i].length,
		    bodies[i].sent, bodies[i].answer);
	}
	tap_ok(end_of(pid) == 0, "a worker leaves after its last request");
}

static const struct {
	const char *length;   /* CONTENT_LENGTH */
	const char *transfer; /* HTTP_TRANSFER_ENCODING */
	size_t sent;
	const char *answer;
} cgi_bodies[] = {
	{ NULL, NULL, 0, "0" },
	{ "", NULL, 4, "0" },
	{ "5", NULL, 5, "5" },
	{ "5", NULL, 9, "5" },
	{ "5", NULL, 3, "3 cut" },
	{ "100001", NULL, 0, "0 large" },
	{ NULL, "chunked", 5000, "5000" },
	{ NULL, "chunked", 0, "0" },
	{ "5", "chunked", 9, "5" },
};

static void
serve_cgi(const int fds[4], const char *length, const char *transfer)
{
	dup2(fds[0], STDIN_FILENO);
	dup2(fds[3], STDOUT_FILENO);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	setenv("REQUEST_METHOD", "POST", 1);
	if (length != NULL)
		setenv("CONTENT_LENGTH", length, 1);
	if (transfer != NULL)
		setenv("HTTP_TRANSFER_ENCODING", transfer, 1);
	_exit(http_serve_cgi(&app, BODY_MAX));
}

static void
test_cgi(void)
{
	for (size_t i = 0; i < NELEM(cgi_bodies); i++) {
		static const char zeros[10000];
		int fds[4]; /* of its input, of its output */
		pid_t pid;

		if (pipe(fds) == -1 || pipe(fds + 2) == -1 ||
		    write(fds[1], zeros, cgi_bodies[i].sent) == -1)
			abort();
		pid = fork();
		if (pid == 0)
			serve_cgi(
			    fds, cgi_bodies[i].length, cgi_bodies[i].transfer);
		close(fds[0]);
		close(fds[1]);
		close(fds[3]);
		tap_ok(is_answered(fds[2], cgi_bodies[i].answer) &&
			end_of(pid) == 0,
		    "CGI, length %s, %s, %zu bytes: %s",
		    cgi_bodies[i].length == NULL ? "not told"
						 : cgi_bodies[i].length,
		    cgi_bodies[i].transfer == NULL ? "whole" : "chunked",
		    cgi_bodies[i].sent, cgi_bodies[i].answer);
	}
}

/* Until the worker has read what was sent on FD. */
static void
wait_until_read(int fd)
{
	int unread = 1;

	for (int ms = 0; ms < WAIT_MS && unread > 0; ms++)
		if (ioctl(fd, SIOCOUTQ, &unread) == -1)
			abort();
		else if (unread > 0)
			poll(NULL, 0, 1);
}

/* A request that has begun is answered before the worker ends. */
static void
test_stop_in_request(int listener)
{
	pid_t pid = start_worker(listener, 0);
	int fd = dial();

	put_head(fd, "5");
	wait_until_read(fd);
	kill(pid, SIGTERM);
	kill(pid, SIGTERM);
	put_body(fd, 5);
	tap_ok(is_answered(fd, "5"), "SIGTERM within a request: answered");
	tap_ok(end_of(pid) == 0, "then the worker ends");
}

/* A worker that always has another connection waiting ends all the same. */
static void
test_stop_busy(int listener)
{
	pid_t pid = start_worker(listener, 0);
	int fds[12];

	for (size_t i = 0; i < NELEM(fds); i++) {
		fds[i] = dial();
		put_head(fds[i], "5");
	}
	wait_until_read(fds[0]);
	kill(pid, SIGTERM);
	for (size_t i = 0; i < NELEM(fds); i++)
		put_body(fds[i], 5);
	tap_ok(is_answered(fds[0], "5"), "SIGTERM under load: answered");
	tap_ok(end_of(pid) == 0, "then the worker ends");
	for (size_t i = 1; i < NELEM(fds); i++)
		close(fds[i]);
	/* What it did not take is for the next one. */
	pid = start_worker(listener, NELEM(fds) - 1);
	tap_ok(end_of(pid) == 0, "what was left is served by the next");
}

/* Of two that see one connection, the other goes on waiting for signals. */
static void
test_stop_idle(int listener)
{
	pid_t pids[2];
	bool answered = true;

	pids[0] = start_worker(listener, 0);
	pids[1] = start_worker(listener, 0);
	for (int i = 0; i < 200; i++) {
		int fds[2] = { dial(), dial() };

		for (size_t j = 0; j < NELEM(fds); j++) {
			put_head(fds[j], "0");
			put_body(fds[j], 0);
		}
		for (size_t j = 0; j < NELEM(fds); j++)
			answered &= is_answered(fds[j], "0");
	}
	tap_ok(answered, "two workers on one socket");
	for (size_t i = 0; i < NELEM(pids); i++) {
		kill(pids[i], SIGTERM);
		tap_ok(end_of(pids[i]) == 0, "one SIGTERM ends an idle worker");
	}
}

/* One CPU for all, which the workers get when this process waits. */
static pid_t
start_lazy_worker(int listener)
{
	struct sched_param param = { .sched_priority = 0 };
	pid_t pid = fork();

	if (pid == 0) {
		sched_setscheduler(0, SCHED_IDLE, &param);
		dup2(listener, STDIN_FILENO);
		_exit(http_serve_fastcgi(&app, BODY_MAX, 0));
	}
	return pid;
}

/* Until it sleeps, as it does when it has nothing to do. */
static void
wait_until_asleep(pid_t pid)
{
	char path[64], text[256] = "", *state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	for (int ms = 0; ms < WAIT_MS; ms++) {
		f = fopen(path, "re");
		if (f == NULL || fgets(text, sizeof(text), f) == NULL)
			abort();
		fclose(f);
		state = strrchr(text, ')');
		if (state != NULL && state[2] == 'S')
			return;
		poll(NULL, 0, 1);
	}
}

/* Did the other side answer, or let the connection go? */
static bool
is_ended(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, WAIT_MS) == 1;
}

/*
 * A worker that is killed when it was woken for a connection, before it took
 * it: another one takes it, though nothing else comes that would wake it.
 */
static void
test_killed_awake(int listener)
{
	bool ended = true;

	for (int i = 0; i < 20 && ended; i++) {
		pid_t pids[2];
		int fd;

		for (size_t j = 0; j < NELEM(pids); j++) {
			pids[j] = start_lazy_worker(listener);
			wait_until_asleep(pids[j]);
		}
		fd = dial();
		put_head(fd, "0");
		put_body(fd, 0);
		kill(pids[i % 2], SIGKILL);
		waitpid(pids[i % 2], NULL, 0);
		ended = is_ended(fd);
		close(fd);
		kill(pids[1 - i % 2], SIGTERM);
		end_of(pids[1 - i % 2]);
	}
	tap_ok(ended, "a worker killed on its way to a connection loses none");
}

static void
use_one_cpu(void)
{
	cpu_set_t all, one;
	int cpu = 0;

	sched_getaffinity(0, sizeof(all), &all);
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

int
main(void)
{
	int listener;

	if (mkdtemp(directory) == NULL)
		abort();
	listener = listen_here();
	test_bodies(listener);
	test_cgi();
	test_stop_in_request(listener);
	test_stop_busy(listener);
	test_stop_idle(listener);
	use_one_cpu();
	test_killed_awake(listener);
	unlink(address.sun_path);
	rmdir(directory);
	return tap_done();
}
