/*
 * target_answer.c: what an answer of a target means for the request: done,
 * or to be sent again (RFC 7644 sections 3.8 and 3.12, RFC 9110 section 15).
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "http/client.h"
#include "sync/target_private.h"
#include "sync/target_redirect.h"

enum { HOPS_MAX = 5 };

static enum target_verdict
done(struct target_try *try, enum target_outcome outcome)
{
	try->request->outcome = outcome;
	return VERDICT_DONE;
}

static enum target_verdict
again(struct target_try *try, int64_t wait_ms)
{
	try->not_before = target_now(try->target) + wait_ms;
	return VERDICT_AGAIN;
}

static void
say(struct target_try *try, const char *text)
{
	snprintf(try->problem, sizeof(try->problem), "%s", text);
}

/*
 * How long the target is left alone that does not say it itself: longer each
 * time, but those that were on their way together are one time.
 */
static int64_t
slowdown_ms(struct target_try *try)
{
	struct target *t = try->target;

	if (try->began_at > t->slowed_at || t->slowdowns == 0) {
		t->slowdowns++;
		t->slowed_at = target_now(t);
	}
	return pace_backoff(t->slowdowns, target_random(t));
}

/* The target says that it is too much: nothing is sent for a while. */
static enum target_verdict
judge_slow(struct target_try *try)
{
	struct target *t = try->target;
	int64_t wait_ms =
	    http_exchange_retry_after(&try->exchange, clock_now_ms());

	if (wait_ms == -1)
		wait_ms = slowdown_ms(try);
	pace_pause(&t->pace, target_now(t) + wait_ms);
	if (target_now(t) + wait_ms < try->deadline)
		return again(try, 0);
	return done(try, TARGET_ANSWERED);
}

/* Again later, as often as the settings say. */
static enum target_verdict
judge_failed(struct target_try *try, enum target_outcome otherwise)
{
	struct target *t = try->target;
	int64_t wait_ms;

	if (++try->failures >= t->settings->tries_max)
		return done(try, otherwise);
	wait_ms = pace_backoff(try->failures, target_random(t));
	if (target_now(t) + wait_ms >= try->deadline)
		return done(try, otherwise);
	return again(try, wait_ms);
}

/* No answer, or not all of one. */
static enum target_verdict
judge_broken(struct target_try *try)
{
	const struct http_exchange *e = &try->exchange;
	bool is_read = strcmp(try->request->method, "GET") == 0;

	say(try, e->problem);
	if (e->was_sent && !is_read)
		try->may_be_done = true;
	if (e->was_sent && !e->is_repeatable)
		return done(try, TARGET_UNKNOWN);
	/* It would be too long again. */
	if (e->answer.len == e->answer.max)
		return done(
		    try, try->may_be_done ? TARGET_UNKNOWN : TARGET_NOT_DONE);
	return judge_failed(
	    try, try->may_be_done ? TARGET_UNKNOWN : TARGET_NOT_DONE);
}

/* 5xx: what creates may have created. */
static enum target_verdict
judge_error(struct target_try *try)
{
	if (try->exchange.is_repeatable)
		return judge_failed(try, TARGET_ANSWERED);
	say(try, "the target failed while it did this");
	return done(try, TARGET_UNKNOWN);
}

/* Another type of the same JSON, for all that follows (CLI-04). */
static enum target_verdict
judge_type(struct target_try *try)
{
	if (try->was_retyped)
		return done(try, TARGET_ANSWERED);
	try->was_retyped = true;
	try->target->media_type = "application/json";
	return again(try, 0);
}

/* CLI-05. */
static enum target_verdict
judge_redirect(struct target_try *try)
{
	if (++try->hops <= HOPS_MAX && target_redirect(try))
		return again(try, 0);
	say(try, "the target sends this elsewhere, where it cannot go");
	return done(try, TARGET_NOT_DONE);
}

/* A token may have ended before its time; another is tried once. */
static enum target_verdict
judge_unauthorized(struct target_try *try)
{
	struct target_token *token = try->target->token;

	if (token != NULL && !try->was_renewed) {
		try->was_renewed = true;
		target_token_renew(token, try->fields[0].value);
		return again(try, 0);
	}
	say(try, "the target does not take our credentials");
	return done(try, TARGET_REFUSED);
}

static enum target_verdict
judge_status(struct target_try *try)
{
	switch (try->exchange.status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		return judge_redirect(try);
	case 401:
		return judge_unauthorized(try);
	case 406:
	case 415:
		return judge_type(try);
	case 429:
	case 503:
		return judge_slow(try);
	case 501:
	case 505:
		return done(try, TARGET_ANSWERED);
	default:
		if (try->exchange.status >= 500)
			return judge_error(try);
		return done(try, TARGET_ANSWERED);
	}
}

/* Did the target fail, rather than refuse this one request? */
static bool
has_failed(const struct http_exchange *e)
{
	return e->problem[0] != '\0' ||
	    (e->status >= 500 && e->status != 501 && e->status != 505 &&
		http_exchange_field(e, "Retry-After").data == NULL);
}

/* Were there too many at once? */
static bool
was_too_much(const struct http_exchange *e)
{
	return (e->status == 0 && e->was_sent) || e->status == 429 ||
	    (e->status >= 502 && e->status <= 504);
}

static void
count(struct target_try *try)
{
	struct target_health *h = &try->target->health;
	const struct http_exchange *e = &try->exchange;

	h->sent++;
	h->took_us += e->duration_us;
	if (e->problem[0] == '\0' && (e->status == 429 || e->status == 503))
		h->slowed++;
	else if (e->problem[0] != '\0' || e->status >= 500)
		h->failed++;
	else
		h->answered++;
}

enum target_verdict
target_judge(struct target_try *try)
{
	struct target *t = try->target;
	const struct http_exchange *e = &try->exchange;
	bool too_much = was_too_much(e);

	count(try);
	pace_end(&t->pace, too_much, try->began_at, target_now(t));
	fuse_end(&t->fuses[try->request->class], has_failed(e), target_now(t));
	try->problem[0] = '\0';
	if (e->problem[0] != '\0')
		return judge_broken(try);
	if (!too_much)
		t->slowdowns = 0;
	return judge_status(try);
}
