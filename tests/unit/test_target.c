/*
 * test_target.c: requests to a target that is slow, fails, sends elsewhere
 * or ends connections; its pace, with a clock that the test turns.
 */
#include "base/nelem.h"
#include "json/json.h"
#include "server.h"
#include "sync/fuse.h"
#include "sync/pace.h"
#include "sync/target.h"
#include "tap.h"

static int64_t now;

static int64_t
clock_of_test(void *arg)
{
	(void)arg;
	return now;
}

static uint64_t
no_chance(void *arg)
{
	(void)arg;
	return 0;
}

static const struct target_world world = { .now_ms = clock_of_test,
	.random = no_chance };
static char url[64];

static struct target_settings
settings(void)
{
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/scim", server.port);
	return (struct target_settings){ .url = url,
		.authentication = TARGET_BEARER,
		.secret = SLICE("s3cret"),
		.concurrency = 4,
		.limit_ms = 200,
		.patience_ms = 100 * 1000,
		.tries_max = 3,
		.answer_max = 1000 };
}

/* A request, and what was told of it. */
struct sent {
	struct target_request request;
	int ndone;
	char answer[256], problem[512];
};

static void
on_done(struct target_request *r, void *arg)
{
	struct sent *s = arg;

	s->ndone++;
	snprintf(s->answer, sizeof(s->answer), "%.*s", SLICE_ARG(r->answer));
	snprintf(s->problem, sizeof(s->problem), "%s", r->problem);
}

static void
send_one(struct target *t, struct sent *s, const char *method)
{
	*s = (struct sent){ .request = { .method = method,
				.path = SLICE("/Users/1"),
				.body = strcmp(method, "GET") == 0
				    ? SLICE("")
				    : SLICE("{\"a\":1}"),
				.done = on_done,
				.arg = s } };
	target_send(t, &s->request);
}

/* Until all is done; the clock goes on when nothing else does. */
static int64_t
run(struct http_pool *pool, struct target *t)
{
	struct target_health health;
	int64_t from = now;
	int wait_ms;

	for (;;) {
		wait_ms = target_turn(t);
		if (http_pool_running(pool) > 0) {
			http_pool_turn(pool, 1000);
			continue;
		}
		target_health(t, &health);
		if (health.waiting == 0)
			return now - from;
		now += wait_ms;
	}
}

static struct target *
open_target(struct http_pool *pool, const struct target_settings *s)
{
	struct target *t;
	struct error err;

	if (target_open(pool, s, &world, &t, &err) == -1) {
		printf("not ok - %s\n", err.detail);
		exit(1);
	}
	return t;
}

#define ANSWERS(...) ((const char *const[]){ __VA_ARGS__, NULL })
enum { ROW_ANSWERS = 6 };

/* clang-format off */
static const struct {
	const char *name, *method;
	const char *answers[ROW_ANSWERS];
	enum target_outcome outcome;
	int status;
	unsigned tries;
	int64_t took_ms; /* by the clock of the test */
} rows[] = {
	{ "PS-020 an answer", "GET", { "200||{}" }, TARGET_ANSWERED, 200, 1, 0 },
	{ "CLI-14 a refusal is an answer", "POST", { "409||{}" }, TARGET_ANSWERED, 409, 1, 0 },
	{ "CLI-14 429 with Retry-After", "POST", { "429|Retry-After: 7", "201" }, TARGET_ANSWERED, 201, 2, 7000 },
	{ "CLI-14 429 without Retry-After", "POST", { "429", "429", "201" }, TARGET_ANSWERED, 201, 3, 250 + 500 },
	{ "CLI-14 503 with Retry-After", "POST", { "503|Retry-After: 2", "201" }, TARGET_ANSWERED, 201, 2, 2000 },
	{ "CLI-14 it wants to be left alone for too long", "POST", { "429|Retry-After: 200" }, TARGET_ANSWERED, 429, 1, 0 },
	{ "CLI-14 500 of what may be repeated", "PUT", { "500", "500", "200" }, TARGET_ANSWERED, 200, 3, 250 + 500 },
	{ "CLI-14 500 time after time", "PATCH", { "500", "502", "500" }, TARGET_ANSWERED, 500, 3, 250 + 500 },
	{ "CLI-14 500 of what creates", "POST", { "500" }, TARGET_UNKNOWN, 500, 1, 0 },
	{ "CLI-10 501 is an answer", "PATCH", { "501" }, TARGET_ANSWERED, 501, 1, 0 },
	{ "CLI-14 no answer to what may be repeated", "DELETE", { "cut", "204" }, TARGET_ANSWERED, 204, 2, 250 },
	{ "CLI-14 no answer to what creates", "POST", { "cut" }, TARGET_UNKNOWN, 0, 1, 0 },
	{ "CLI-14 no answer in time", "POST", { "hang" }, TARGET_UNKNOWN, 0, 1, 0 },
	{ "CLI-14 no answer at all", "PATCH", { "cut", "cut", "cut" }, TARGET_UNKNOWN, 0, 3, 250 + 500 },
	{ "CLI-14 no answer to a question", "GET", { "cut", "cut", "cut" }, TARGET_NOT_DONE, 0, 3, 250 + 500 },
	{ "CLI-14 credentials that are not taken", "GET", { "401||no" }, TARGET_REFUSED, 401, 1, 0 },
	{ "CLI-04 another media type", "POST", { "415", "201" }, TARGET_ANSWERED, 201, 2, 0 },
	{ "CLI-04 no media type is taken", "GET", { "406", "406" }, TARGET_ANSWERED, 406, 2, 0 },
	{ "CLI-05 307", "POST", { "307|Location: /there", "201" }, TARGET_ANSWERED, 201, 2, 0 },
	{ "CLI-05 302 of what changes", "PUT", { "302|Location: /there" }, TARGET_NOT_DONE, 302, 1, 0 },
	{ "CLI-05 302 of what reads", "GET", { "302|Location: /there", "200" }, TARGET_ANSWERED, 200, 2, 0 },
	{ "CLI-05 a circle", "GET", { "307|Location: a", "307|Location: a", "307|Location: a", "307|Location: a", "307|Location: a", "307|Location: a" }, TARGET_NOT_DONE, 307, 6, 0 },
	{ "CLI-03 to http that is not here", "GET", { "307|Location: http://192.0.2.1/" }, TARGET_NOT_DONE, 307, 1, 0 },
	{ "CLI-05 to nowhere", "GET", { "307" }, TARGET_NOT_DONE, 307, 1, 0 },
};
/* clang-format on */

static void
test_rows(void)
{
	struct target_settings s = settings();

	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *answers[ROW_ANSWERS + 1] = { NULL };
		/* On a connection of its own nothing is sent again unseen. */
		struct http_pool *pool = http_pool_open("");
		struct target *t = open_target(pool, &s);
		struct sent sent;
		int64_t took_ms;

		memcpy(answers, rows[i].answers, sizeof(rows[i].answers));
		server_answers(answers);
		send_one(t, &sent, rows[i].method);
		took_ms = run(pool, t);
		tap_ok(sent.ndone == 1 &&
			sent.request.outcome == rows[i].outcome &&
			sent.request.status == rows[i].status &&
			sent.request.tries == rows[i].tries &&
			server.n == (int)rows[i].tries &&
			took_ms == rows[i].took_ms,
		    "%s: %d, %d, %u times, %lld ms: %s", rows[i].name,
		    sent.request.outcome, sent.request.status,
		    sent.request.tries, (long long)took_ms, sent.problem);
		target_close(t);
		http_pool_close(pool);
	}
}

static void
test_what_is_sent(struct http_pool *pool)
{
	struct target_settings s = settings();
	struct target *t = open_target(pool, &s);
	struct sent sent;

	server_answers(ANSWERS("415", "200||{\"b\":2}", "200"));
	send_one(t, &sent, "PUT");
	sent.request.if_match = SLICE("W/\"1\"");
	run(pool, t);
	tap_ok(server_was_asked(0, "PUT /scim/Users/1 HTTP/1.1\r\n") &&
		server_was_asked(0, "\r\nAuthorization: Bearer s3cret\r\n") &&
		server_was_asked(
		    0, "\r\nContent-Type: application/scim+json\r\n"),
	    "CLI-04 the path below the base URL, the token, the media type");
	tap_ok(server_was_asked(0,
		   "\r\nAccept: application/scim+json, "
		   "application/json;q=0.9\r\n") &&
		server_was_asked(0, "\r\nIf-Match: W/\"1\"\r\n") &&
		server_was_asked(0, "\r\n\r\n{\"a\":1}"),
	    "CLI-12 Accept, If-Match, the body");
	tap_ok(server_was_asked(1, "\r\nContent-Type: application/json\r\n") &&
		strcmp(sent.answer, "{\"b\":2}") == 0,
	    "CLI-04 once more with application/json: %s", sent.answer);
	send_one(t, &sent, "PUT");
	run(pool, t);
	tap_ok(server_was_asked(2, "\r\nContent-Type: application/json\r\n"),
	    "CLI-04 from then on");
	target_close(t);
	s.authentication = TARGET_BASIC;
	s.client_id = SLICE("me");
	s.secret = SLICE("?>~\xff");
	t = open_target(pool, &s);
	server_answers(NULL);
	send_one(t, &sent, "GET");
	run(pool, t);
	tap_ok(server_was_asked(0, "\r\nAuthorization: Basic bWU6Pz5+/w==\r\n"),
	    "PS-020 basic");
	target_close(t);
}

static void
test_redirects(struct http_pool *pool)
{
	struct target_settings s = settings();
	struct target *t = open_target(pool, &s);
	char elsewhere[80];
	struct sent sent;

	server_answers(ANSWERS("308|Location: /new/Users/1", "200", "200"));
	send_one(t, &sent, "PATCH");
	run(pool, t);
	send_one(t, &sent, "GET");
	run(pool, t);
	tap_ok(server_was_asked(1, "PATCH /new/Users/1 ") &&
		server_was_asked(1, "{\"a\":1}") &&
		server_was_asked(1, "Bearer s3cret") &&
		server_was_asked(2, "GET /new/Users/1 "),
	    "CLI-05 308: the same request there, and what follows");
	target_close(t);
	t = open_target(pool, &s);
	snprintf(elsewhere, sizeof(elsewhere),
	    "308|Location: http://localhost:%d/new/Users/1", server.port);
	server_answers(ANSWERS(elsewhere, "200", "200"));
	send_one(t, &sent, "POST");
	run(pool, t);
	send_one(t, &sent, "GET");
	run(pool, t);
	tap_ok(server_was_asked(1, "POST /new/Users/1 ") &&
		!server_was_asked(1, "Bearer") &&
		server_was_asked(2, "GET /scim/Users/1 ") &&
		server_was_asked(2, "Bearer s3cret"),
	    "CLI-05 another host does not get the token, and is not kept");
	target_close(t);
}

enum { MANY = 40 };

static void
send_many(struct target *t, struct sent *all, const char *method)
{
	for (int i = 0; i < MANY; i++)
		send_one(t, &all[i], method);
}

static int
count(const struct sent *all, enum target_outcome outcome)
{
	int n = 0;

	for (int i = 0; i < MANY; i++)
		n += all[i].ndone == 1 && all[i].request.outcome == outcome;
	return n;
}

static void
test_at_once(struct http_pool *pool)
{
	static struct sent all[MANY];
	struct target_settings s = settings();
	struct target *t = open_target(pool, &s);
	struct target_health health;

	server_answers(NULL);
	server.slow_ms = 5;
	send_many(t, all, "POST");
	run(pool, t);
	tap_ok(count(all, TARGET_ANSWERED) == MANY && server.at_once_max <= 4 &&
		server.at_once_max >= 3,
	    "PS-026 %d at once at most", server.at_once_max);
	server_answers(ANSWERS("429|Retry-After: 1", "429|Retry-After: 1",
	    "429|Retry-After: 1", "429|Retry-After: 1"));
	send_many(t, all, "POST");
	target_turn(t);
	while (server.n < 4 || http_pool_turn(pool, 100) > 0)
		http_pool_turn(pool, 100);
	target_health(t, &health);
	tap_ok(health.window == 2 && health.slowed == 4 &&
		health.paused_ms == 1000,
	    "CLI-14 four say too much: half as many at once (%d), none for "
	    "%lld ms",
	    health.window, (long long)health.paused_ms);
	run(pool, t);
	server_answers(ANSWERS("429", "429"));
	for (int i = 0; i < 2; i++)
		send_one(t, &all[i], "POST");
	tap_ok(run(pool, t) == 250 && server.n == 4,
	    "CLI-14 two say too much at once: one short pause");
	now += 10 * 1000;
	server_answers(NULL);
	send_many(t, all, "POST");
	run(pool, t);
	target_health(t, &health);
	tap_ok(count(all, TARGET_ANSWERED) == MANY && health.window == 4 &&
		server.n == MANY,
	    "as many as before when it has answered: %d", health.window);
	target_close(t);
}

static void
test_rate(struct http_pool *pool)
{
	static struct sent all[MANY];
	struct target_settings s = settings();
	struct target *t;
	int64_t took_ms;

	s.rate = 20;
	t = open_target(pool, &s);
	server_answers(NULL);
	send_many(t, all, "GET");
	took_ms = run(pool, t);
	tap_ok(count(all, TARGET_ANSWERED) == MANY && took_ms >= 1900 &&
		took_ms <= 2000,
	    "PS-026 40 requests at 20 a second take %lld ms",
	    (long long)took_ms);
	target_close(t);
}

/* One class fails; another does not. */
static void
test_fuse(struct http_pool *pool)
{
	static const char *const failing[] = { "500", "500", "500", "500",
		"500", "500", "500", "500", "500", "500", NULL };
	static struct sent all[MANY];
	struct target_settings s = settings();
	struct target *t;
	struct target_health health;
	struct sent other;

	s.concurrency = 1;
	t = open_target(pool, &s);
	server_answers(failing);
	send_many(t, all, "POST");
	run(pool, t);
	target_health(t, &health);
	tap_ok(server.n == 10 && count(all, TARGET_UNKNOWN) == 10 &&
		count(all, TARGET_NOT_DONE) == MANY - 10 && health.open == 1,
	    "ten failures in a row: the others do not go: %d, %s", server.n,
	    all[MANY - 1].problem);
	send_one(t, &other, "POST");
	other.request.class = 1;
	run(pool, t);
	tap_ok(other.request.outcome == TARGET_ANSWERED, "another class goes");
	now += 30 * 1000;
	server_answers(ANSWERS("500"));
	send_many(t, all, "POST");
	run(pool, t);
	tap_ok(server.n == 1 && count(all, TARGET_NOT_DONE) == MANY - 1,
	    "after 30 s one tries, and fails");
	now += 60 * 1000;
	server_answers(NULL);
	send_many(t, all, "POST");
	run(pool, t);
	target_health(t, &health);
	tap_ok(server.n == MANY && count(all, TARGET_ANSWERED) == MANY &&
		health.open == 0,
	    "after 60 s one tries, and all go");
	target_close(t);
}

/* A token endpoint before the target; the same server is both. */
static struct target_settings
oauth_settings(void)
{
	static char token_url[64];
	struct target_settings s = settings();

	snprintf(token_url, sizeof(token_url), "http://127.0.0.1:%d/token",
	    server.port);
	s.authentication = TARGET_CLIENT;
	s.client_id = SLICE("me:");
	s.secret = SLICE("a b+");
	s.token_url = token_url;
	s.oauth_scope = SLICE("x y");
	return s;
}

#define TOKEN(name, life)                                          \
	"200||{\"access_token\":\"" name "\",\"expires_in\":" life \
	",\"token_type\":\"bearer\"}"

static void
test_token(struct http_pool *pool)
{
	struct target_settings s = oauth_settings();
	struct target *t = open_target(pool, &s);
	struct sent sent[3];

	server_answers(ANSWERS(TOKEN("t1", "100"), "200", "200"));
	send_one(t, &sent[0], "GET");
	run(pool, t);
	tap_ok(server_was_asked(0, "POST /token ") &&
		server_was_asked(
		    0, "\r\nAuthorization: Basic bWUlM0E6YSUyMGIlMkI=\r\n") &&
		server_was_asked(
		    0, "\r\n\r\ngrant_type=client_credentials&scope=x%20y") &&
		server_was_asked(1, "Authorization: Bearer t1\r\n"),
	    "PS-020 a token for an id and a secret");
	send_one(t, &sent[0], "GET");
	run(pool, t);
	tap_ok(server.n == 3 && server_was_asked(2, "Bearer t1"), "it is kept");
	now += 80 * 1000;
	/* Whichever comes first. */
	server_answers(
	    ANSWERS(TOKEN("t2", "\"100\""), TOKEN("t2", "\"100\""), "200"));
	send_one(t, &sent[0], "GET");
	run(pool, t);
	send_one(t, &sent[1], "GET");
	run(pool, t);
	tap_ok(sent[0].request.status == 200 && sent[1].request.status == 200 &&
		server.n == 3,
	    "it is renewed before its end, while requests go on");
	server_answers(NULL);
	send_one(t, &sent[0], "GET");
	run(pool, t);
	tap_ok(server_was_asked(0, "Bearer t2"), "the new one is used");
	server_answers(ANSWERS("401", TOKEN("t3", "100"), "201"));
	send_one(t, &sent[0], "POST");
	run(pool, t);
	tap_ok(server.n == 3 && server_was_asked(2, "Bearer t3") &&
		sent[0].request.status == 201,
	    "CLI-14 401: another token, once more");
	server_answers(ANSWERS("401", TOKEN("t4", "100"), "401"));
	send_one(t, &sent[0], "POST");
	run(pool, t);
	tap_ok(server.n == 3 && sent[0].request.outcome == TARGET_REFUSED,
	    "CLI-14 401 again: our credentials are not taken");
	target_close(t);
}

/* clang-format off */
static const struct {
	const char *name;
	const char *answers[ROW_ANSWERS];
	enum target_outcome outcome;
	int n; /* requests */
	const char *problem;
} token_rows[] = {
	{ "refused", { "401||{\"error\":\"invalid_client\"}" }, TARGET_REFUSED, 1, "no token: the token endpoint answered 401: {\"error\":\"invalid_client\"}" },
	{ "no JSON", { "200||<html>" }, TARGET_REFUSED, 1, "no token: the token endpoint answered 200: <html>" },
	{ "no token in it", { "200||{}" }, TARGET_REFUSED, 1, "no token: the token endpoint answered 200: {}" },
	{ "another kind of token", { "200||{\"access_token\":\"a\",\"token_type\":\"mac\"}" }, TARGET_REFUSED, 1, "no token: " },
	{ "sent elsewhere", { "302|Location: /" }, TARGET_REFUSED, 1, "no token: the token endpoint answered 302: " },
	{ "a failure that passes", { "500", "429|Retry-After: 3", TOKEN("a", "9") }, TARGET_ANSWERED, 4, "" },
	{ "a failure that does not", { "500", "500", "500" }, TARGET_NOT_DONE, 3, "no token: the token endpoint answered 500" },
	{ "nobody answers", { "cut", "cut", "cut" }, TARGET_NOT_DONE, 3, "no token: Empty reply" },
};
/* clang-format on */

static void
test_token_rows(void)
{
	struct target_settings s = oauth_settings();

	s.in_body = true;
	for (size_t i = 0; i < NELEM(token_rows); i++) {
		struct http_pool *pool = http_pool_open("");
		struct target *t = open_target(pool, &s);
		const char *answers[ROW_ANSWERS + 1] = { NULL };
		struct sent sent;
		int n;

		memcpy(answers, token_rows[i].answers,
		    sizeof(token_rows[i].answers));
		server_answers(answers);
		send_one(t, &sent, "POST");
		run(pool, t);
		n = server.n;
		tap_ok(sent.request.outcome == token_rows[i].outcome &&
			n == token_rows[i].n &&
			strncmp(sent.problem, token_rows[i].problem,
			    strlen(token_rows[i].problem)) == 0 &&
			server_was_asked(
			    0, "&client_id=me%3A&client_secret=a%20b%2B") &&
			!server_was_asked(0, "Authorization"),
		    "PS-020 a token endpoint, %s: %d requests, %s",
		    token_rows[i].name, n, sent.problem);
		send_one(t, &sent, "POST");
		run(pool, t);
		tap_ok(token_rows[i].outcome == TARGET_ANSWERED ||
			(server.n == n &&
			    sent.request.outcome == token_rows[i].outcome),
		    "it is not asked again at once");
		target_close(t);
		http_pool_close(pool);
	}
}

static void
test_no_key(struct http_pool *pool)
{
	struct target_settings s = oauth_settings();
	struct target *t;
	struct error err;

	s.authentication = TARGET_ASSERTION;
	tap_ok(target_open(pool, &s, &world, &t, &err) == -1 &&
		strncmp(err.detail, "secret: no private key in PEM", 29) == 0,
	    "a key that is none: %s", err.detail);
}

static void
test_close(struct http_pool *pool)
{
	static struct sent all[MANY];
	struct target_settings s = settings();
	struct target *t = open_target(pool, &s);

	/* Nobody is answered, whoever of them is heard first. */
	server_answers(ANSWERS("hang", "hang", "hang", "hang", "hang", "hang",
	    "hang", "hang", "hang", "hang", "hang", "hang"));
	send_many(t, all, "POST");
	target_turn(t);
	http_pool_turn(pool, 10);
	target_close(t);
	tap_ok(http_pool_turn(pool, 0) == 0 && all[0].ndone == 0,
	    "closed with some on their way and some that wait");
}

/* clang-format off */
static const struct {
	const char *json, *problem; /* NULL: none */
} definitions[] = {
	{ "{\"url\":\"https://a.example/scim/v2/\"}", NULL },
	{ "{\"url\":\"http://127.0.0.1:1/\",\"authentication\":\"none\"}", NULL },
	{ "{\"url\":\"https://a/\",\"authentication\":\"client\",\"clientId\":\"i\",\"tokenUrl\":\"https://b/t\"}", NULL },
	{ "{}", "url: '' is no https URL" },
	{ "{\"url\":7}", "url: a string is wanted, not an integer" },
	{ "{\"url\":\"http://a.example/\"}", "url: 'http://a.example' is no https URL" },
	{ "{\"url\":\"https://me:secret@a.example/\"}", "url: there is a user" },
	{ "{\"url\":\"https://a.example/?x=1\"}", "url: there is a user" },
	{ "{\"url\":\"https://a.example/#x\"}", "url: there is a user" },
	{ "{\"url\":\"https://a/\",\"authentication\":\"magic\"}", "authentication: 'bearer'" },
	{ "{\"url\":\"https://a/\",\"authentication\":\"basic\"}", "clientId: 'basic' needs one" },
	{ "{\"url\":\"https://a/\",\"authentication\":\"client\",\"clientId\":\"i\"}", "tokenUrl: '' is no https URL" },
	{ "{\"url\":\"https://a/\",\"credentialLocation\":\"air\"}", "credentialLocation: 'header' or 'body'" },
	{ "{\"url\":\"https://a/\",\"clientId\":\"a\\r\\nb\"}", "clientId: there is the end of a line" },
	{ "{\"url\":\"https://a/\",\"dialect\":{\"concurrency\":0}}", "dialect.concurrency: a number from 1 to 256" },
	{ "{\"url\":\"https://a/\",\"dialect\":{\"ratePerSecond\":-1}}", "dialect.ratePerSecond: a number" },
	{ "{\"url\":\"https://a/\",\"dialect\":{\"timeoutSeconds\":\"9\"}}", "dialect.timeoutSeconds: a number" },
	{ "[]", "an object is wanted" },
};
/* clang-format on */

static void
test_settings(void)
{
	struct arena *a = arena_new();
	struct target_settings s;
	struct json_object *json;
	struct error err;
	int rc;

	for (size_t i = 0; i < NELEM(definitions); i++) {
		const char *want = definitions[i].problem;

		if (json_parse(a, slice_of(definitions[i].json), &json, &err) ==
		    -1) {
			tap_ok(false, "%s", err.detail);
			continue;
		}
		rc = target_settings_read(a, json, SLICE("kept"), &s, &err);
		tap_ok(want == NULL ? rc == 0 && s.limit_ms == 30000 &&
			    slice_equal(s.secret, SLICE("kept"))
				    : rc == -1 &&
			    strncmp(err.detail, want, strlen(want)) == 0,
		    "CLI-30 %s: %s", definitions[i].json,
		    rc == 0 ? s.url : err.detail);
	}
	json_parse(a,
	    SLICE("{\"url\":\"https://a//\",\"secret\":\"own\",\"dialect\":"
		  "{\"concurrency\":3,\"ratePerSecond\":0,"
		  "\"timeoutSeconds\":5}}"),
	    &json, &err);
	rc = target_settings_read(a, json, SLICE("kept"), &s, &err);
	tap_ok(rc == 0 && strcmp(s.url, "https://a") == 0 && s.rate == 0 &&
		s.concurrency == 3 && s.limit_ms == 5000 &&
		slice_equal(s.secret, SLICE("own")),
	    "what a definition says");
	arena_free(a);
}

/* A target that takes three at once: how many are refused of a thousand? */
static void
test_window(void)
{
	struct pace p;
	int refused = 0, most = 0;

	pace_init(&p, 32, 0);
	for (int64_t at = 0; at < 1000; at++) {
		while (pace_take(&p, at) == 0)
			;
		most = at > 100 && p.running > most ? p.running : most;
		for (int running = p.running; running > 0; running--) {
			refused += running > 3;
			pace_end(&p, running > 3, at, at + 1);
		}
	}
	tap_ok(p.window == 3 && most == 3 && refused < 100,
	    "PS-026 three at once are found: %d, %d refused", p.window,
	    refused);
	pace_init(&p, 32, 0);
	for (int i = 0; i < 6; i++) {
		pace_take(&p, 0);
		pace_end(&p, true, i, i + 1);
	}
	for (int64_t at = 0; at < 20000; at++) {
		pace_take(&p, at);
		pace_end(&p, false, at, at);
	}
	tap_ok(
	    p.window == 32, "what was too much is tried again: %d", p.window);
}

static void
test_backoff(void)
{
	tap_ok(pace_backoff(1, 0) == 250 && pace_backoff(2, 0) == 500 &&
		pace_backoff(3, 1) == 1001 && pace_backoff(1, 250) == 500 &&
		pace_backoff(100, 0) == 30000 &&
		pace_backoff(100, 30000) == 60000,
	    "CLI-14 waits double up to a minute, half of them by chance");
}

int
main(void)
{
	struct http_pool *pool = http_pool_open("");

	server_start();
	test_backoff();
	test_window();
	test_settings();
	test_rows();
	test_what_is_sent(pool);
	test_redirects(pool);
	test_at_once(pool);
	test_rate(pool);
	test_fuse(pool);
	test_token(pool);
	test_token_rows();
	test_no_key(pool);
	test_close(pool);
	http_pool_close(pool);
	return tap_done();
}
