/*
 * alert.c: an administrator is told that a job needs a hand.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "json/json.h"
#include "sync/alert.h"
#include "sync/jobs.h"

enum {
	AGAIN_MS = 24 * 3600 * 1000,
	LIMIT_MS = 10 * 1000,
	ANSWER_MAX = 4096,
	MESSAGES_MAX = 16 /* under way at once; more are only logged */
};

/* One that is under way. */
struct message {
	struct http_exchange exchange;
	struct http_field field;
	struct arena *arena;
	struct alerts *owner;
	bool is_used;
};

struct alerts {
	struct http_pool *pool;
	struct message messages[MESSAGES_MAX];
};

extern char **environ;

struct alerts *
alerts_open(struct http_pool *pool)
{
	struct alerts *a = calloc(1, sizeof(*a));

	if (a == NULL)
		fatal("out of memory");
	a->pool = pool;
	return a;
}

static void
message_end(struct message *m)
{
	arena_free(m->arena);
	m->is_used = false;
}

void
alerts_close(struct alerts *a)
{
	for (size_t i = 0; i < MESSAGES_MAX; i++)
		if (a->messages[i].is_used) {
			http_pool_cancel(a->pool, &a->messages[i].exchange);
			message_end(&a->messages[i]);
		}
	free(a);
}

static void
on_sent(struct http_exchange *e, void *arg)
{
	struct message *m = arg;

	if (e->status < 200 || e->status >= 300)
		log_warning(
		    "alert to %s: %d %s", e->url, e->status, e->problem);
	message_end(m);
}

static struct message *
message_new(struct alerts *a)
{
	for (size_t i = 0; i < MESSAGES_MAX; i++)
		if (!a->messages[i].is_used) {
			a->messages[i] = (struct message){ .owner = a,
				.arena = arena_new(),
				.is_used = true };
			return &a->messages[i];
		}
	return NULL;
}

static void
send(struct alerts *a, struct slice url, struct slice text)
{
	struct message *m = message_new(a);

	if (m == NULL) {
		log_warning("too many alerts are under way");
		return;
	}
	m->field =
	    (struct http_field){ "Content-Type", SLICE("application/json") };
	m->exchange = (struct http_exchange){ .method = "POST",
		.url = arena_strndup(m->arena, url.data, url.len),
		.fields = &m->field,
		.nfields = 1,
		.body = arena_slice(m->arena, text),
		.limit_ms = LIMIT_MS,
		.answer_max = ANSWER_MAX,
		.done = on_sent,
		.arg = m };
	http_pool_start(a->pool, &m->exchange);
}

/* A file without a name that holds TEXT, to be read; or -1. */
static int
open_input(struct slice text)
{
	char path[] = "/tmp/muster-alert.XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd == -1)
		return -1;
	unlink(path);
	if (write(fd, text.data, text.len) != (ssize_t)text.len ||
	    lseek(fd, 0, SEEK_SET) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Run COMMAND by the shell; nobody waits for it: what it starts is a child of
 * a shell that has ended.  Such a child would read nothing, were it not told.
 */
static void
run_command(struct arena *a, struct slice command, struct slice text)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" },
		arena_printf(
		    a, "exec 3<&0; (%.*s) <&3 3<&- &", SLICE_ARG(command)),
		NULL };
	posix_spawn_file_actions_t actions;
	sigset_t none, pipes;
	posix_spawnattr_t attributes;
	int fd = open_input(text), rc = -1;
	pid_t pid;

	if (fd == -1) {
		log_warning("alert: no file for its text");
		return;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &pipes);
	posix_spawnattr_setflags(
	    &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv, environ);
	if (rc == 0)
		waitpid(pid, NULL, 0);
	else
		log_warning("alert: /bin/sh: %s", strerror(rc));
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(fd);
}

/* ---- once a day ---- */

struct marking {
	const struct run *run;
	const char *cause;
	bool clears;
	bool is_new;
};

static int
mark_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct marking *m = arg;
	const struct job_key *key = &m->run->key;
	struct arena *a = store_arena(txn);
	struct json_object *state, *marks;
	int64_t now = clock_now_ms(), at;

	if (job_state_get(txn, key->tenant, &key->id, true, &state, err) == -1)
		return -1;
	marks = json_get(state, "alerts");
	if (marks == NULL)
		marks = json_new_object(a);
	at = json_integer(json_get(marks, m->cause));
	m->is_new = !m->clears && (at == 0 || now - at >= AGAIN_MS);
	if (!m->is_new && !(m->clears && at != 0))
		return 0;
	if (m->clears)
		json_delete(marks, slice_of(m->cause));
	else
		json_set(marks, slice_of(m->cause), json_new_integer(a, now));
	json_set(state, SLICE("alerts"), marks);
	return job_state_put(txn, key->tenant, &key->id, state);
}

static struct slice
text_of(
    const struct run *run, const char *cause, const char *text, struct arena *a)
{
	struct json_object *v = json_new_object(a);
	char at[CLOCK_TEXT_SIZE], id[UUID_TEXT_SIZE];

	clock_format(clock_now_ms(), at);
	uuid_format(&run->key.id, id);
	json_set(v, SLICE("at"), json_new_string(a, slice_of(at)));
	json_set(v, SLICE("job"), json_new_string(a, slice_of(id)));
	json_set(v, SLICE("jobName"), json_new_string(a, run->job->name));
	json_set(v, SLICE("tenant"), json_new_integer(a, run->key.tenant));
	json_set(v, SLICE("alert"), json_new_string(a, slice_of(cause)));
	json_set(v, SLICE("text"), json_new_string(a, slice_of(text)));
	return json_text(a, v);
}

int
alert_raise(struct alerts *alerts, const struct run *run, const char *cause,
    const char *text, struct error *err)
{
	const struct job_alerts *to = &run->job->alerts;
	struct marking m = { .run = run, .cause = cause };
	struct arena *a;
	struct slice message;

	if (store_txn(run->identity->store, mark_body, &m, err) == -1)
		return -1;
	if (!m.is_new)
		return 0;
	log_warning("job %.*s: %s: %s", SLICE_ARG(run->job->name), cause, text);
	a = arena_new();
	message = text_of(run, cause, text, a);
	if (to->webhook.len > 0)
		send(alerts, to->webhook, message);
	if (to->command.len > 0)
		run_command(a, to->command, message);
	arena_free(a);
	return 0;
}

int
alert_clear(const struct run *run, const char *cause, struct error *err)
{
	struct marking m = { .run = run, .cause = cause, .clears = true };

	return store_txn(run->identity->store, mark_body, &m, err);
}
