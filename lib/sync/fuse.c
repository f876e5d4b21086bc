/*
 * fuse.c: what fails time after time is not sent for a while.
 */
#include "sync/fuse.h"

enum { OPEN_MS = 30 * 1000, OPEN_MAX_MS = 15 * 60 * 1000 };

enum fuse_state
fuse_state(const struct fuse *f, int64_t now)
{
	if (f->failures < FUSE_FAILURES_MAX)
		return FUSE_CLOSED;
	if (f->is_trying)
		return FUSE_TRYING;
	return now < f->opens_until ? FUSE_OPEN : FUSE_TRY;
}

void
fuse_begin(struct fuse *f)
{
	f->is_trying = f->failures >= FUSE_FAILURES_MAX;
}

static int64_t
open_ms(unsigned openings)
{
	int64_t ms = OPEN_MS;

	while (openings-- > 1 && ms < OPEN_MAX_MS)
		ms *= 2;
	return ms < OPEN_MAX_MS ? ms : OPEN_MAX_MS;
}

void
fuse_end(struct fuse *f, bool failed, int64_t now)
{
	bool was_open = f->failures >= FUSE_FAILURES_MAX;

	if (!failed) {
		*f = (struct fuse){ .failures = 0 };
		return;
	}
	/* Those that were on their way when it opened tell nothing new. */
	if (was_open && !f->is_trying)
		return;
	f->is_trying = false;
	if (!was_open && ++f->failures < FUSE_FAILURES_MAX)
		return;
	f->openings++;
	f->opens_until = now + open_ms(f->openings);
}
