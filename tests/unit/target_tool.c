/*
 * target_tool.c: requests to a target, for shell tests.
 *
 *	target_tool send SETTINGS < REQUESTS
 *	target_tool probe SETTINGS [writes]
 *	target_tool many SETTINGS METHOD PATH COUNT [BODY]
 *
 * SETTINGS is the member "target" of a job's definition.  A line of REQUESTS
 * is "METHOD PATH BODY", without a body if there is none; all of them are on
 * their way at once.  For each it prints "OUTCOME STATUS TRIES ANSWER-BYTES
 * PROBLEM" in their order.  `many` prints "OUTCOME COUNT" for each outcome
 * and what it measured.  TARGET_CA_FILE names authorities, TARGET_LIMIT_MS is
 * for one request, TARGET_PATIENCE_MS with its repeats.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "json/json.h"
#include "sync/probe.h"
#include "sync/target.h"

enum { LINE_SIZE = 65536, REQUESTS_MAX = 100000, WAIT_MS = 1000 };

static const char *const outcomes[] = { "answered", "unknown", "not-done",
	"refused" };

struct sent {
	struct target_request request;
	char *problem;
	size_t len;
};

static struct {
	struct arena *a;
	struct http_pool *pool;
	struct target *target;
	struct sent *all;
	size_t n, ndone;
} run;

static void
fail(const char *text)
{
	fprintf(stderr, "target_tool: %s\n", text);
	exit(1);
}

static void
on_done(struct target_request *r, void *arg)
{
	struct sent *s = arg;

	s->problem = arena_strdup(run.a, r->problem);
	s->len = r->answer.len;
	run.ndone++;
}

static void
add(const char *method, const char *path, const char *body)
{
	struct sent *s = &run.all[run.n];

	if (run.n++ == REQUESTS_MAX)
		fail("too many requests");
	s->request =
	    (struct target_request){ .method = arena_strdup(run.a, method),
		    .path = slice_of(arena_strdup(run.a, path)),
		    .body = slice_of(arena_strdup(run.a, body)),
		    .done = on_done,
		    .arg = s };
	target_send(run.target, &s->request);
}

static void
wait_for_all(void)
{
	int wait_ms;

	while (run.ndone < run.n) {
		wait_ms = target_turn(run.target);
		http_pool_turn(run.pool, wait_ms < WAIT_MS ? wait_ms : WAIT_MS);
	}
}

static void
read_requests(void)
{
	static char line[LINE_SIZE], method[16], path[4096];
	int at;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%15s %4095s %n", method, path, &at) == 2)
			add(method, path, line + at);
	}
}

static void
print_each(void)
{
	for (size_t i = 0; i < run.n; i++)
		printf("%s %d %u %zu %s\n",
		    outcomes[run.all[i].request.outcome],
		    run.all[i].request.status, run.all[i].request.tries,
		    run.all[i].len, run.all[i].problem);
}

static void
print_counts(int64_t took_ms)
{
	struct target_health health;
	int n[4] = { 0 };

	for (size_t i = 0; i < run.n; i++)
		n[run.all[i].request.outcome]++;
	for (int i = 0; i < 4; i++)
		printf("%s %d\n", outcomes[i], n[i]);
	target_health(run.target, &health);
	printf("sent %llu\nslowed %llu\nms %lld\n",
	    (unsigned long long)health.sent, (unsigned long long)health.slowed,
	    (long long)took_ms);
}

static void
set_limit(const char *name, int *limit)
{
	const char *text = getenv(name);

	if (text != NULL)
		*limit = (int)strtol(text, NULL, 10);
}

static struct target_settings
read_settings(const char *text)
{
	struct target_settings settings;
	struct json_object *json;
	struct error err;

	if (json_parse(run.a, slice_of(text), &json, &err) == -1 ||
	    target_settings_read(run.a, json, SLICE(""), &settings, &err) == -1)
		fail(err.detail);
	set_limit("TARGET_LIMIT_MS", &settings.limit_ms);
	set_limit("TARGET_PATIENCE_MS", &settings.patience_ms);
	return settings;
}

static int
print_probe(const struct target_settings *settings, const char *ca, bool writes)
{
	struct probe probe = { .ca_file = ca, .writes = writes };
	struct json_object *out;
	struct error err;
	struct slice text;

	if (probe_run(run.a, settings, &probe, &out, &err) == -1)
		fail(err.detail);
	text = json_text(run.a, out);
	printf("%.*s\n", SLICE_ARG(text));
	return 0;
}

int
main(int argc, char **argv)
{
	const char *ca = getenv("TARGET_CA_FILE");
	struct target_settings settings;
	struct error err;
	int64_t from;

	if (argc < 3)
		fail("what is to be done?");
	run.a = arena_new();
	settings = read_settings(argv[2]);
	if (ca == NULL)
		ca = "";
	if (strcmp(argv[1], "probe") == 0)
		return print_probe(&settings, ca, argc > 3);
	run.pool = http_pool_open(ca);
	if (target_open(run.pool, &settings, NULL, &run.target, &err) == -1)
		fail(err.detail);
	run.all = calloc(REQUESTS_MAX + 1, sizeof(*run.all));
	if (run.all == NULL)
		fail("out of memory");
	from = clock_monotonic_ms();
	if (strcmp(argv[1], "many") == 0 && argc > 5)
		for (long n = strtol(argv[5], NULL, 10); n > 0; n--)
			add(argv[3], argv[4], argc > 6 ? argv[6] : "");
	else
		read_requests();
	wait_for_all();
	if (strcmp(argv[1], "many") == 0)
		print_counts(clock_monotonic_ms() - from);
	else
		print_each();
	target_close(run.target);
	http_pool_close(run.pool);
	free(run.all);
	arena_free(run.a);
	return 0;
}
