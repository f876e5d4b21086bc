/*
 * bucket.h: a token bucket in one word that all processes share.
 *
 * The word is the time at which the bucket is full again (the "theoretical
 * arrival time" of GCRA, ITU-T I.371), so that nothing has to be filled by
 * anybody: a request moves it by the time that one token takes.  One atomic
 * exchange a request; whoever dies before it has taken nothing, and behind
 * it has taken one.  Pure: the clock is given.
 */
#ifndef AUTH_BUCKET_H
#define AUTH_BUCKET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct bucket_rule {
	int64_t rate;  /* tokens a second: 1 to 1,000,000 */
	int64_t burst; /* tokens that a full bucket holds: 1 to 1,000,000 */
};

/* What is left after a request. */
struct bucket_view {
	int64_t limit;	   /* tokens of a full bucket */
	int64_t remaining; /* tokens now */
	int64_t reset_ns;  /* until it is full */
	int64_t retry_ns;  /* until there is a token; 0: there was one */
};

/*
 * Take a token out of the bucket WORD, 0 being a full one, at NOW_NS of a
 * clock that nobody sets.  A word that is of another boot, or of a rule that
 * was deeper, is an empty bucket: that costs one token's time, not more.
 *
 * Returns: was there one?
 */
bool	bucket_take(_Atomic int64_t *word, const struct bucket_rule *rule,
    int64_t now_ns, struct bucket_view *view);

#endif
