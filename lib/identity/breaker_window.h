/*
 * breaker_window.h: how much was taken away in the last while: a row of
 * counts, each of a sixtieth of the window.  The oldest of them counts whole,
 * so that the window is a sixtieth longer at most, never shorter.  Pure.
 */
#ifndef IDENTITY_BREAKER_WINDOW_H
#define IDENTITY_BREAKER_WINDOW_H

#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

enum { BREAKER_SLICES = 61 };

struct breaker_window {
	int64_t held_at;	/* ms UTC; 0: not held */
	int64_t released_until; /* ms UTC; 0: not released */
	int64_t has_pending;	/* 1: something is kept aside */
	int64_t base;		/* resources when the window began */
	int64_t slice_ms;	/* that one count is of */
	int64_t newest;		/* number of the newest: its time / slice_ms */
	int64_t counts[BREAKER_SLICES]; /* of slice NEWEST - i */
};

/* ROW as the store has it, "": nothing yet; -1 when it is damaged. */
int	breaker_window_read(struct slice row, struct breaker_window *w);
struct slice	breaker_window_text(
	    struct arena *a, const struct breaker_window *w);

/*
 * Forget what is older than SECONDS at NOW_MS.  A clock that was set back
 * does not make the window longer, nor does another number of seconds lose
 * what was counted.
 */
void	breaker_window_move(
	    struct breaker_window *w, int64_t now_ms, int64_t seconds);

/* What was taken in it. */
int64_t	breaker_window_sum(const struct breaker_window *w);

#endif
