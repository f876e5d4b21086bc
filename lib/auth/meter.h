/*
 * meter.h: who asks how often, and what is under way: one small file in the
 * directory of the store, mapped by every worker and every CGI.
 *
 * It holds token buckets (bucket.h), found by a hash, and a seat for each
 * process, in which stands for whom it works.  No transaction, no disk: a
 * bucket is one atomic exchange.  A seat is held by a lock of the kernel, so
 * that one whose process was killed is empty, whatever stands in it.  The
 * file may be deleted at any time: every bucket is full then.
 *
 * Open it after the last fork.
 */
#ifndef AUTH_METER_H
#define AUTH_METER_H

#include <stdint.h>

#include "auth/bucket.h"
#include "base/error.h"

/* Buckets that are kept apart, and processes that are counted. */
enum { METER_BUCKETS = 8192, METER_SEATS = 512 };

/* For how many at once a process works: a credential and a tenant. */
enum { METER_WORK_MAX = 2 };

struct meter;

/*
 * Map the file NAME in DIR, made when it is not there: METER_LIMITS, or one
 * for those who are not let in, who can be so many that they take every
 * bucket: of their own.
 *
 * Errors: ERR_INTERNAL, ERR_FULL.
 */
#define METER_LIMITS   "limits"
#define METER_FAILURES "failures"
int	meter_open(const char *dir, const char *name, struct meter **out,
	    struct error *err);

/* METER may be NULL. */
void	meter_close(struct meter *meter);

/*
 * Take a token out of the bucket of KEY, which is not 0.  When all are in
 * use, the fullest of a few is shared.
 */
bool	meter_take(struct meter *meter, uint64_t key,
    const struct bucket_rule *rule, int64_t now_ns, struct bucket_view *view);

/*
 * Begin work for KEY, if fewer than MAX others do so now.  Never more than
 * MAX do, but for a process that found no seat, which is let through, and
 * when somebody holds the door for more than a moment.
 */
bool	meter_begin(struct meter *meter, uint64_t key, int64_t max);

/* End all work of this process. */
void	meter_end(struct meter *meter);

#endif
