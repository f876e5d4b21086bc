/*
 * pace.h: how many requests a target gets: at once, in a second, or none for
 * a while.  Pure: the clock is given, one that nobody sets.
 *
 * The number at once adapts: it is halved when the target says that it is
 * too much, or is not able to answer, and grows by one when a whole window of
 * requests was answered (additive increase, multiplicative decrease).  What
 * was too much is not tried again for a while.
 */
#ifndef SYNC_PACE_H
#define SYNC_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	int		 window_max;	/* requests at once */
	int		 rate;		/* requests a second; 0: any */

	int		 window;
	int		 running;
	int		 too_many;	/* at once, when it last shrank */
	int		 answered;	/* since the window last changed */
	int64_t		 full_at_ns;	/* auth/bucket.h */
	int64_t		 shrunk_at;
	int64_t		 paused_until;
};

void	pace_init(struct pace *p, int window_max, int rate);

/* What pace_take returns when one that runs must end first. */
enum { PACE_FULL = -1 };

/*
 * May a request go now?  Then it is counted.
 *
 * Returns: 0, the ms to wait, or PACE_FULL.
 */
int64_t	pace_take(struct pace *p, int64_t now);

/* Do as many run as may? */
bool	pace_is_full(const struct pace *p);

/* A request that began at BEGAN_AT ended; TOO_MUCH: there are too many. */
void	pace_end(struct pace *p, bool too_much, int64_t began_at, int64_t now);

/* Nothing goes until UNTIL. */
void	pace_pause(struct pace *p, int64_t until);

/*
 * For how long the Nth wait in a row is, from 1: twice the one before, the
 * half of it by chance; RANDOM is any number.
 */
int64_t	pace_backoff(unsigned n, uint64_t random);

#endif
