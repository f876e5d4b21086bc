/*
 * bucket.c: a token bucket in one word that all processes share.
 */
#include "auth/bucket.h"

enum { SECOND_NS = 1000000000 };

bool
bucket_take(_Atomic int64_t *word, const struct bucket_rule *rule,
    int64_t now_ns, struct bucket_view *view)
{
	int64_t each = SECOND_NS / rule->rate;
	int64_t depth = each * rule->burst;
	int64_t old = atomic_load(word), at, next;
	bool taken;

	do {
		at = old < now_ns ? now_ns : old;
		if (at > now_ns + depth)
			at = now_ns + depth;
		taken = at + each <= now_ns + depth;
		next = taken ? at + each : at;
	} while (
	    next != old && !atomic_compare_exchange_weak(word, &old, next));
	*view = (struct bucket_view){ .limit = rule->burst,
		.remaining = (now_ns + depth - next) / each,
		.reset_ns = next - now_ns,
		.retry_ns = taken ? 0 : at + each - depth - now_ns };
	return taken;
}
