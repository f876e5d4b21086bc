/*
 * throttle.c: how often a credential and a tenant may ask.
 *
 * A request takes a token from both buckets; one that the second bucket
 * refuses has taken one from the first, which is how often it asked.
 */
#include <string.h>

#include "auth/address.h"
#include "auth/meter.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "serve/throttle.h"

enum { SECOND_NS = 1000000000, BURST_TIMES = 2 };

/* One of the two that are counted. */
struct counted {
	const char *what;
	uint64_t key;
	struct bucket_rule rule; /* rate 0: any */
	int64_t in_flight;	 /* 0: any */
};

/* The presets of one of the two. */
struct presets {
	int64_t rate;
	int64_t burst;
	int64_t in_flight;
};

static struct counted
counted(const char *what, uint64_t key, const int64_t limits[LIMIT_MAX],
    struct presets presets)
{
	struct counted c = { .what = what,
		.key = key != 0 ? key : 1,
		.rule = { limits[LIMIT_RATE], limits[LIMIT_BURST] },
		.in_flight = limits[LIMIT_IN_FLIGHT] };

	if (c.rule.rate == 0)
		c.rule.rate = presets.rate;
	if (c.rule.burst == 0)
		c.rule.burst = presets.burst;
	if (c.rule.burst == 0)
		c.rule.burst = c.rule.rate * BURST_TIMES;
	if (c.in_flight == 0)
		c.in_flight = presets.in_flight;
	return c;
}

/* The key of a credential's record is a hash already. */
static uint64_t
key_of_credential(const struct credential *c)
{
	uint64_t key;

	memcpy(&key, c->key, sizeof(key));
	return key;
}

/* A multiplier that spreads small numbers (Knuth, TAOCP 3, section 6.4). */
static uint64_t
key_of_tenant(uint32_t tenant)
{
	return ((uint64_t)tenant + 1) * 0x9e3779b97f4a7c15u;
}

static void
put_number(
    struct call *call, const char *name, const char *other, int64_t number)
{
	struct slice text =
	    slice_of(arena_printf(call->arena, "%lld", (long long)number));

	http_reply_header(call->reply, name, text);
	http_reply_header(call->reply, other, text);
}

static int64_t
seconds(int64_t ns)
{
	return (ns + SECOND_NS - 1) / SECOND_NS;
}

/* What is left of the bucket with less in it. */
static void
show(struct call *call, const struct bucket_view *view)
{
	put_number(call, "RateLimit-Limit", "X-Rate-Limit-Limit", view->limit);
	put_number(call, "RateLimit-Remaining", "X-Rate-Limit-Remaining",
	    view->remaining);
	put_number(call, "RateLimit-Reset", "X-Rate-Limit-Reset",
	    seconds(view->reset_ns));
}

static int
refuse(struct call *call, int64_t retry_ns, const char *what,
    const char *too_much, struct error *err)
{
	int64_t wait = retry_ns > SECOND_NS ? seconds(retry_ns) : 1;

	put_number(
	    call, "Retry-After", "X-Rate-Limit-Retry-After-Seconds", wait);
	return error_set(err, ERR_RATE, "%s of this %s: try again in %lld s",
	    too_much, what, (long long)wait);
}

/* Without the file nobody is counted: better than that nobody is served. */
static struct meter *
open_meter(const struct call *call, const char *name, struct meter **meter)
{
	struct error err;

	if (*meter == NULL &&
	    meter_open(call->settings->store, name, meter, &err) == -1)
		log_warning("requests are not counted: %s", err.detail);
	return *meter;
}

/* Take a token from each bucket; *LEAST is the one with less left. */
static const struct counted *
take_tokens(struct meter *meter, const struct counted both[2],
    struct bucket_view *least)
{
	int64_t now = clock_monotonic_ns();
	struct bucket_view view;

	least->limit = 0;
	for (int i = 0; i < 2; i++) {
		if (both[i].rule.rate == 0)
			continue;
		if (!meter_take(
			meter, both[i].key, &both[i].rule, now, &view)) {
			*least = view;
			return &both[i];
		}
		if (least->limit == 0 || view.remaining < least->remaining)
			*least = view;
	}
	return NULL;
}

int
throttle_enter(struct call *call, const struct credential *c,
    const int64_t limits[LIMIT_MAX], struct error *err)
{
	const struct settings *s = call->settings;
	const struct counted both[2] = {
		counted("credential", key_of_credential(c), c->limits,
		    (struct presets){ s->rate, s->burst, s->in_flight }),
		counted("tenant", key_of_tenant(c->tenant), limits,
		    (struct presets){
			s->tenant_rate, s->tenant_burst, s->tenant_in_flight }),
	};
	const struct counted *refused;
	struct bucket_view least;
	struct meter *meter;

	if (both[0].rule.rate == 0 && both[1].rule.rate == 0 &&
	    both[0].in_flight == 0 && both[1].in_flight == 0)
		return 0;
	/* One that is answered later was counted when it came. */
	if (call->is_kept ||
	    (meter = open_meter(call, METER_LIMITS, call->meter)) == NULL)
		return 0;
	refused = take_tokens(meter, both, &least);
	if (least.limit != 0)
		show(call, &least);
	if (refused != NULL)
		return refuse(call, least.retry_ns, refused->what,
		    "too many requests", err);
	for (int i = 0; i < 2; i++)
		if (both[i].in_flight != 0 &&
		    !meter_begin(meter, both[i].key, both[i].in_flight))
			return refuse(call, 0, both[i].what,
			    "too many requests at once", err);
	return 0;
}

/* The address of CALL has one failure more, if it may. */
static int
count_failure(struct call *call, struct error *err)
{
	const struct settings *s = call->settings;
	struct bucket_rule rule = { s->failures, s->failures_burst };
	struct bucket_view view;
	struct meter *meter = open_meter(call, METER_FAILURES, call->failures);

	if (rule.burst == 0)
		rule.burst = rule.rate * BURST_TIMES;
	if (meter == NULL ||
	    meter_take(meter, address_key(call_client_address(call)), &rule,
		clock_monotonic_ns(), &view))
		return 0;
	return refuse(call, view.retry_ns, "address",
	    "too many requests without a valid credential", err);
}

static uint64_t
hash_of(struct arena *a, struct slice tenant, struct slice text)
{
	unsigned char hash[DIGEST_LEN];
	uint64_t n;

	digest_sha256(ARENA_JOIN(a, tenant, SLICE(" "), text), hash);
	memcpy(&n, hash, sizeof(n));
	return n;
}

static bool
was_refused(const struct refused *refused, uint64_t claim)
{
	for (size_t i = 0; i < REFUSED_MAX && i < refused->n; i++)
		if (refused->list[i] == claim)
			return true;
	return false;
}

int
throttle_again(struct call *call, struct slice tenant, struct slice text,
    struct error *err)
{
	if (call->settings->failures == 0 || call->is_kept || text.len == 0)
		return 0;
	call->claim = hash_of(call->arena, tenant, text);
	if (!was_refused(call->refused, call->claim))
		return 0;
	call->is_counted = true;
	return count_failure(call, err);
}

int
throttle_failed(struct call *call, struct error *err)
{
	struct refused *refused = call->refused;

	if (err->code != ERR_UNAUTHORIZED || call->settings->failures == 0 ||
	    call->is_kept || call->is_counted)
		return 0;
	if (count_failure(call, err) == 0)
		return 0;
	if (call->claim != 0)
		refused->list[refused->n++ % REFUSED_MAX] = call->claim;
	return -1;
}

void
throttle_leave(struct server *server)
{
	if (server->meter != NULL)
		meter_end(server->meter);
}
