/*
 * target_token.c: the access token of a target.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/number.h"
#include "http/url.h"
#include "json/json.h"
#include "sync/assertion.h"
#include "sync/pace.h"
#include "sync/target_token.h"

enum {
	FORM_MAX = 64 * 1024,
	ANSWER_MAX = 64 * 1024,
	SHOWN_MAX = 300,	    /* of an answer, in a problem */
	EARLY_MAX_MS = 60 * 1000,   /* renewed so long before its end */
	BAD_MS = 60 * 1000,	    /* then it is asked for again */
	LIFE_MAX_S = 30 * 24 * 3600 /* whatever the server says */
};

struct target_token {
	struct http_pool *pool;
	const struct target_settings *settings;
	const struct target_world *world;
	struct private_key *key; /* of TARGET_ASSERTION */

	struct arena *a; /* of the token */
	struct slice authorization;
	int64_t renew_at, ends_at;

	struct arena *asks; /* of the request */
	struct http_exchange exchange;
	struct http_field fields[3];
	bool is_asked;
	unsigned failures;
	int64_t not_before;

	int64_t bad_until;
	enum target_outcome outcome;
	char problem[512];
};

int
target_token_open(struct http_pool *pool,
    const struct target_settings *settings, const struct target_world *world,
    struct target_token **out, struct error *err)
{
	struct private_key *key = NULL;
	struct target_token *token;

	if (settings->authentication == TARGET_ASSERTION &&
	    private_key_read(settings->secret, &key, err) == -1)
		return error_prefix(err, "secret: ");
	token = calloc(1, sizeof(*token));
	if (token == NULL)
		fatal("out of memory");
	token->pool = pool;
	token->settings = settings;
	token->world = world;
	token->key = key;
	token->a = arena_new_of(4096);
	token->asks = arena_new_of(4096);
	*out = token;
	return 0;
}

void
target_token_close(struct target_token *token)
{
	if (token == NULL)
		return;
	if (token->is_asked)
		http_pool_cancel(token->pool, &token->exchange);
	private_key_free(token->key);
	arena_free(token->asks);
	arena_free(token->a);
	free(token);
}

static int64_t
now_of(const struct target_token *token)
{
	return token->world->now_ms(token->world->arg);
}

static void
add_pair(struct buf *form, const char *name, struct slice value)
{
	if (value.len == 0)
		return;
	buf_printf(form, "%s%s=", form->len == 0 ? "" : "&", name);
	http_url_encode(form, value);
}

/* RFC 6749 section 2.3.1: both parts are encoded as in a form. */
static struct slice
basic_field(struct arena *a, const struct target_settings *s)
{
	struct slice text;
	struct buf pair;

	buf_init(&pair, FORM_MAX);
	http_url_encode(&pair, s->client_id);
	buf_putc(&pair, ':');
	http_url_encode(&pair, s->secret);
	text = base64_encode(a, pair.data, pair.len);
	buf_fini(&pair);
	return ARENA_JOIN(a, SLICE("Basic "), text);
}

static struct slice
form_of(struct target_token *token)
{
	const struct target_settings *s = token->settings;
	struct arena *a = token->asks;
	struct slice text;
	struct buf form;

	buf_init(&form, FORM_MAX);
	add_pair(&form, "grant_type", SLICE("client_credentials"));
	add_pair(&form, "scope", s->oauth_scope);
	if (s->in_body || token->key != NULL)
		add_pair(&form, "client_id", s->client_id);
	if (token->key != NULL) {
		add_pair(&form, "client_assertion_type",
		    SLICE("urn:ietf:params:oauth:client-assertion-type:"
			  "jwt-bearer"));
		add_pair(&form, "client_assertion",
		    assertion_make(a, token->key, s->key_id, s->client_id,
			slice_of(s->token_url)));
	} else if (s->in_body) {
		add_pair(&form, "client_secret", s->secret);
	}
	text = arena_slice(a, buf_text(&form));
	buf_fini(&form);
	return text;
}

/* There is none for a while. */
static void
is_bad(struct target_token *token, enum target_outcome outcome)
{
	token->bad_until = now_of(token) + BAD_MS;
	token->outcome = outcome;
	token->failures = 0;
}

static void
on_failure(struct target_token *token, const char *why)
{
	const struct http_exchange *e = &token->exchange;
	int64_t wait_ms = http_exchange_retry_after(e, clock_now_ms());
	uint64_t random = token->world->random(token->world->arg);

	snprintf(token->problem, sizeof(token->problem), "no token: %s", why);
	if (++token->failures >= token->settings->tries_max) {
		is_bad(token, TARGET_NOT_DONE);
		return;
	}
	if (wait_ms == -1)
		wait_ms = pace_backoff(token->failures, random);
	token->not_before = now_of(token) + wait_ms;
}

static void
on_refusal(struct target_token *token)
{
	struct slice text = buf_text(&token->exchange.answer);

	if (text.len > SHOWN_MAX)
		text.len = SHOWN_MAX;
	snprintf(token->problem, sizeof(token->problem),
	    "no token: the token endpoint answered %d: %.*s",
	    token->exchange.status, SLICE_ARG(text));
	is_bad(token, TARGET_REFUSED);
}

/* Some servers write the number as a string. */
static int64_t
life_ms(const struct json_object *answer)
{
	const struct json_object *v = json_get(answer, "expires_in");
	int64_t seconds = LIFE_MAX_S;
	bool is_long;

	if (json_kind(v) == JSON_STRING &&
	    parse_int(json_string(v), 0, LIFE_MAX_S, &seconds, &is_long) == -1)
		seconds = LIFE_MAX_S;
	if (json_kind(v) == JSON_INTEGER)
		seconds = json_integer(v);
	if (seconds < 1)
		seconds = 1;
	return (seconds > LIFE_MAX_S ? LIFE_MAX_S : seconds) * 1000;
}

/* RFC 6749 section 5.1. */
static void
on_answer(struct target_token *token)
{
	struct json_object *answer;
	struct error err;
	struct slice text, type;
	int64_t ms;

	if (json_parse(token->asks, buf_text(&token->exchange.answer), &answer,
		&err) == -1) {
		on_refusal(token);
		return;
	}
	text = json_string(json_get(answer, "access_token"));
	type = json_string(json_get(answer, "token_type"));
	if (text.len == 0 ||
	    (type.len > 0 && !slice_equal_nocase(type, SLICE("Bearer")))) {
		on_refusal(token);
		return;
	}
	ms = life_ms(answer);
	arena_reset(token->a);
	token->authorization = ARENA_JOIN(token->a, SLICE("Bearer "), text);
	token->ends_at = now_of(token) + ms;
	token->renew_at =
	    token->ends_at - (ms / 4 < EARLY_MAX_MS ? ms / 4 : EARLY_MAX_MS);
	token->failures = 0;
	token->bad_until = 0;
}

static void
on_done(struct http_exchange *e, void *arg)
{
	struct target_token *token = arg;
	char status[64];

	token->is_asked = false;
	snprintf(status, sizeof(status), "the token endpoint answered %d",
	    e->status);
	if (e->problem[0] != '\0')
		on_failure(token, e->problem);
	else if (e->status == 200)
		on_answer(token);
	else if (e->status >= 500 || e->status == 429)
		on_failure(token, status);
	else
		on_refusal(token);
}

static void
ask(struct target_token *token)
{
	const struct target_settings *s = token->settings;
	bool has_field = !s->in_body && token->key == NULL;

	arena_reset(token->asks);
	token->fields[0] = (struct http_field){ "Authorization",
		has_field ? basic_field(token->asks, s) : SLICE("") };
	token->fields[1] = (struct http_field){ "Content-Type",
		SLICE("application/x-www-form-urlencoded") };
	token->fields[2] =
	    (struct http_field){ "Accept", SLICE("application/json") };
	token->exchange = (struct http_exchange){ .method = "POST",
		.url = s->token_url,
		.fields = token->fields,
		.nfields = 3,
		.body = form_of(token),
		/* An assertion is taken once. */
		.is_repeatable = token->key == NULL,
		.limit_ms = s->limit_ms,
		.answer_max = ANSWER_MAX,
		.done = on_done,
		.arg = token };
	token->is_asked = true;
	http_pool_start(token->pool, &token->exchange);
}

enum target_token_state
target_token_turn(struct target_token *token, int64_t now)
{
	bool is_there = token->authorization.len > 0 && now < token->ends_at;

	if (is_there && now < token->renew_at)
		return TOKEN_READY;
	if (now >= token->bad_until && !token->is_asked &&
	    now >= token->not_before)
		ask(token);
	if (is_there)
		return TOKEN_READY;
	return now < token->bad_until ? TOKEN_BAD : TOKEN_COMING;
}

struct slice
target_token_authorization(const struct target_token *token)
{
	return token->authorization;
}

const char *
target_token_problem(
    const struct target_token *token, enum target_outcome *outcome)
{
	*outcome = token->outcome;
	return token->problem;
}

void
target_token_renew(struct target_token *token, struct slice authorization)
{
	if (slice_equal(token->authorization, authorization))
		token->authorization = SLICE("");
}
