/*
 * target.c: requests to a target: which goes when, and what goes with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "sync/bundle.h"
#include "sync/target_queue.h"
#include "sync/target_redirect.h"

enum { TURN_MS = 1000, TOKEN_TURN_MS = 100, LOOK_MS = 100 };

static int64_t
system_now(void *arg)
{
	(void)arg;
	return clock_monotonic_ms();
}

static uint64_t
system_random(void *arg)
{
	uint64_t number;

	(void)arg;
	digest_random(&number, sizeof(number));
	return number;
}

int64_t
target_now(const struct target *t)
{
	return t->world.now_ms(t->world.arg);
}

uint64_t
target_random(const struct target *t)
{
	return t->world.random(t->world.arg);
}

static struct slice
basic(struct arena *a, const struct target_settings *s)
{
	struct slice pair = ARENA_JOIN(a, s->client_id, SLICE(":"), s->secret);

	return ARENA_JOIN(
	    a, SLICE("Basic "), base64_encode(a, pair.data, pair.len));
}

static void
free_try(struct target_try *try)
{
	arena_free(try->a);
	free(try->location);
	free(try);
}

void
target_close(struct target *t)
{
	struct target_try *try;

	while ((try = t->running.first) != NULL) {
		http_pool_cancel(t->pool, &try->exchange);
		target_queue_remove(&t->running, try);
		free_try(try);
	}
	while ((try = t->waiting.first) != NULL) {
		target_queue_remove(&t->waiting, try);
		free_try(try);
	}
	bundle_close(t->bundle);
	target_token_close(t->token);
	arena_free(t->a);
	free(t);
}

/* What goes with every request; what a token endpoint gives comes later. */
static int
open_credentials(struct target *t, struct error *err)
{
	const struct target_settings *s = t->settings;

	t->authorization = SLICE("");
	switch (s->authentication) {
	case TARGET_BEARER:
		t->authorization =
		    ARENA_JOIN(t->a, SLICE("Bearer "), s->secret);
		return 0;
	case TARGET_BASIC:
		t->authorization = basic(t->a, s);
		return 0;
	case TARGET_CLIENT:
	case TARGET_ASSERTION:
		return target_token_open(t->pool, s, &t->world, &t->token, err);
	default:
		return 0;
	}
}

int
target_open(struct http_pool *pool, const struct target_settings *settings,
    const struct target_world *world, struct target **out, struct error *err)
{
	struct target *t = calloc(1, sizeof(*t));

	if (t == NULL)
		fatal("out of memory");
	t->pool = pool;
	t->settings = settings;
	t->world = (struct target_world){ system_now, system_random, NULL };
	if (world != NULL)
		t->world = *world;
	t->a = arena_new();
	t->base = arena_strdup(t->a, settings->url);
	t->media_type = "application/scim+json";
	pace_init(&t->pace, settings->concurrency, settings->rate);
	if (settings->bulk > 1)
		t->bundle = bundle_open(t, settings->bulk);
	if (open_credentials(t, err) == -1) {
		target_close(t);
		return -1;
	}
	*out = t;
	return 0;
}

void
target_send(struct target *t, struct target_request *r)
{
	if (t->bundle == NULL || !r->may_wait || !bundle_take(t->bundle, r))
		target_send_alone(t, r);
}

void
target_send_alone(struct target *t, struct target_request *r)
{
	struct target_try *try = calloc(1, sizeof(*try));

	if (try == NULL)
		fatal("out of memory");
	try->target = t;
	try->request = r;
	try->a = arena_new_of(1024);
	try->deadline = target_now(t) + t->settings->patience_ms;
	r->tries = 0;
	r->began_at = 0;
	r->took_us = 0;
	target_queue_append(&t->waiting, try);
}

/* TRY, which is in no list, is over. */
static void
finish(struct target_try *try, const struct http_exchange *e)
{
	struct target_request *r = try->request;

	r->status = e == NULL ? 0 : e->status;
	r->answer = e == NULL ? SLICE("") : buf_text(&e->answer);
	r->exchange = e;
	r->location = r->version = SLICE("");
	r->problem = try->problem;
	r->done(r, r->arg);
	free_try(try);
}

static void
give_up(struct target_try *try, enum target_outcome outcome, const char *why)
{
	target_queue_remove(&try->target->waiting, try);
	if (try->problem[0] == '\0')
		snprintf(try->problem, sizeof(try->problem), "%s", why);
	try->request->outcome = try->may_be_done ? TARGET_UNKNOWN : outcome;
	finish(try, NULL);
}

static void
on_done(struct http_exchange *e, void *arg)
{
	struct target_try *try = arg;
	struct target *t = try->target;

	target_queue_remove(&t->running, try);
	try->request->took_us = e->duration_us;
	if (target_judge(try) == VERDICT_AGAIN)
		target_queue_prepend(&t->waiting, try);
	else
		finish(try, e);
}

static void
set_fields(struct target_try *try)
{
	const struct target *t = try->target;
	const struct target_request *r = try->request;
	struct slice authorization = t->token == NULL
	    ? t->authorization
	    : target_token_authorization(t->token);
	bool is_ours = try->location == NULL ||
	    target_is_same_server(t->base, try->location);
	const struct http_field fields[TARGET_FIELDS_MAX] = {
		{ "Authorization",
		    is_ours ? arena_slice(try->a, authorization) : SLICE("") },
		{ "Accept",
		    SLICE("application/scim+json, application/json;q=0.9") },
		{ "Content-Type",
		    r->body.len > 0 ? slice_of(t->media_type) : SLICE("") },
		{ "If-Match", r->if_match }, { "User-Agent", SLICE("muster") }
	};

	memcpy(try->fields, fields, sizeof(fields));
}

static void
start(struct target_try *try)
{
	struct target *t = try->target;
	struct target_request *r = try->request;
	bool is_post = strcmp(r->method, "POST") == 0;

	target_queue_remove(&t->waiting, try);
	target_queue_append(&t->running, try);
	arena_reset(try->a);
	set_fields(try);
	try->exchange = (struct http_exchange){ .method = r->method,
		.url = try->location != NULL ? try->location
					     : arena_printf(try->a, "%s%.*s",
						   t->base, SLICE_ARG(r->path)),
		.fields = try->fields,
		.nfields = TARGET_FIELDS_MAX,
		.body = r->body,
		.is_repeatable = r->is_repeatable || !is_post,
		.limit_ms = t->settings->limit_ms,
		.answer_max = t->settings->answer_max,
		.done = on_done,
		.arg = try };
	try->began_at = target_now(t);
	r->tries++;
	r->began_at = clock_now_ms();
	fuse_begin(&t->fuses[r->class]);
	http_pool_start(t->pool, &try->exchange);
}

/* Can TRY not go any more?  Then it is over. */
static bool
has_ended(struct target_try *try, enum target_token_state token, int64_t now)
{
	const struct target *t = try->target;
	enum target_outcome outcome = TARGET_NOT_DONE;
	const char *why;

	if (token == TOKEN_BAD)
		why = target_token_problem(t->token, &outcome);
	else if (fuse_state(&t->fuses[try->request->class], now) == FUSE_OPEN)
		why = "the target failed too often: it is left alone";
	else if (t->pace.paused_until > try->deadline)
		why = "the target wants to be left alone for longer";
	else if (now >= try->deadline)
		why = "the target was waited for too long";
	else
		return false;
	give_up(try, outcome, why);
	return true;
}

/* 0: it went; else how long it waits, or PACE_FULL. */
static int64_t
try_start(struct target_try *try, int64_t now)
{
	struct target *t = try->target;
	int64_t wait_ms;

	if (try->not_before > now)
		return try->not_before - now;
	if (fuse_state(&t->fuses[try->request->class], now) == FUSE_TRYING)
		return PACE_FULL;
	wait_ms = pace_take(&t->pace, now);
	if (wait_ms == 0)
		start(try);
	return wait_ms;
}

/*
 * As many run as may: the others wait for an answer, of which there are
 * thousands a second.  Whose time is over is found out now and then.
 */
static bool
is_enough(const struct target *t, int64_t now)
{
	return pace_is_full(&t->pace) && now - t->looked_at < LOOK_MS;
}

int
target_turn(struct target *t)
{
	struct target_try *try, *next;
	int64_t now = target_now(t), wait_ms, least_ms = TURN_MS;
	enum target_token_state token = TOKEN_READY;

	if (t->bundle != NULL)
		bundle_turn(t->bundle);
	try = t->waiting.first;
	if (t->token != NULL && try != NULL)
		token = target_token_turn(t->token, now);
	if (token == TOKEN_COMING)
		least_ms = TOKEN_TURN_MS;
	for (; try != NULL; try = next) {
		if (is_enough(t, now))
			return (int)(least_ms < LOOK_MS ? least_ms : LOOK_MS);
		next = try->next;
		if (has_ended(try, token, now)) {
			least_ms = 0;
			continue;
		}
		if (token == TOKEN_COMING)
			continue;
		wait_ms = try_start(try, now);
		if (wait_ms > 0 && wait_ms < least_ms)
			least_ms = wait_ms;
	}
	t->looked_at = now;
	return (int)least_ms;
}

void
target_health(const struct target *t, struct target_health *out)
{
	int64_t now = target_now(t);

	*out = t->health;
	out->waiting = t->waiting.n;
	out->running = t->running.n;
	out->window = t->pace.window;
	out->paused_ms =
	    t->pace.paused_until > now ? t->pace.paused_until - now : 0;
	for (unsigned i = 0; i < TARGET_CLASSES; i++)
		if (fuse_state(&t->fuses[i], now) != FUSE_CLOSED)
			out->open |= 1u << i;
}
