/*
 * pace.c: how many requests a target gets.
 */
#include "auth/bucket.h"
#include "sync/pace.h"

enum { BACKOFF_MS = 500, BACKOFF_MAX_MS = 60 * 1000, NS_A_MS = 1000000 };

/* After so long more is tried than was too much. */
enum { AGAIN_MS = 10 * 1000 };

/* What may go at once after a rest: a tenth of a second's. */
enum { BURSTS_A_SECOND = 10 };

void
pace_init(struct pace *p, int window_max, int rate)
{
	*p = (struct pace){ .window_max = window_max,
		.rate = rate,
		.window = window_max,
		.shrunk_at = INT64_MIN / 2 };
}

static int64_t
take_token(struct pace *p, int64_t now)
{
	struct bucket_rule rule = { .rate = p->rate,
		.burst = p->rate / BURSTS_A_SECOND };
	_Atomic int64_t word = p->full_at_ns;
	struct bucket_view view;

	if (p->rate == 0)
		return 0;
	if (rule.burst == 0)
		rule.burst = 1;
	if (!bucket_take(&word, &rule, now * NS_A_MS, &view))
		return (view.retry_ns + NS_A_MS - 1) / NS_A_MS;
	p->full_at_ns = word;
	return 0;
}

bool
pace_is_full(const struct pace *p)
{
	return p->running >= p->window;
}

int64_t
pace_take(struct pace *p, int64_t now)
{
	int64_t wait_ms;

	if (p->paused_until > now)
		return p->paused_until - now;
	if (pace_is_full(p))
		return PACE_FULL;
	wait_ms = take_token(p, now);
	if (wait_ms == 0)
		p->running++;
	return wait_ms;
}

/* Once for all that were on their way together. */
static void
shrink(struct pace *p, int64_t began_at, int64_t now)
{
	if (began_at <= p->shrunk_at)
		return;
	p->too_many = p->window;
	p->window = p->window > 1 ? p->window / 2 : 1;
	p->shrunk_at = now;
	p->answered = 0;
}

void
pace_end(struct pace *p, bool too_much, int64_t began_at, int64_t now)
{
	p->running--;
	if (too_much) {
		shrink(p, began_at, now);
		return;
	}
	if (++p->answered < p->window)
		return;
	p->answered = 0;
	if (p->window < p->window_max &&
	    (p->window + 1 < p->too_many || now - p->shrunk_at >= AGAIN_MS))
		p->window++;
}

void
pace_pause(struct pace *p, int64_t until)
{
	if (until > p->paused_until)
		p->paused_until = until;
}

int64_t
pace_backoff(unsigned n, uint64_t random)
{
	int64_t ms = BACKOFF_MS;

	while (n-- > 1 && ms < BACKOFF_MAX_MS)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	return ms / 2 + (int64_t)(random % (uint64_t)(ms / 2 + 1));
}
