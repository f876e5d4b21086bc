/*
 * escrow.c: when an object that failed is tried again.
 */
#include "base/nelem.h"
#include "sync/advice.h"
#include "sync/escrow.h"

#define SECONDS(n) ((n) * (int64_t)1000)
#define MINUTES(n) SECONDS((n)*60)
#define HOURS(n)   MINUTES((n)*60)

static const int64_t transient[] = { SECONDS(5), SECONDS(15), SECONDS(45),
	MINUTES(2), MINUTES(5), MINUTES(15), MINUTES(30), HOURS(1), HOURS(6) };
/* What is in the way may have gone in the same batch. */
static const int64_t conflicts[] = { 0, HOURS(6), HOURS(12), HOURS(24) };
static const int64_t others[] = { HOURS(6), HOURS(12), HOURS(24) };

static int64_t
step(const int64_t *ladder, size_t n, int64_t failures)
{
	size_t i = failures < 1 ? 0 : (size_t)failures - 1;

	return ladder[i < n ? i : n - 1];
}

static bool
is_conflict(struct slice code)
{
	return slice_equal(code, SLICE("EntryConflict")) ||
	    slice_equal(code, SLICE("DuplicateSourceEntries"));
}

static int64_t
wait_for(struct slice code, int64_t failures)
{
	if (advice_is_transient(code))
		return step(transient, NELEM(transient), failures);
	if (is_conflict(code))
		return step(conflicts, NELEM(conflicts), failures);
	return step(others, NELEM(others), failures);
}

int64_t
escrow_next(struct slice code, int64_t failures, int64_t failed_at, int64_t now,
    int64_t days)
{
	int64_t wait = wait_for(code, failures);

	/* A clock that was set back does not make it older. */
	if (now - failed_at > HOURS(24) * days)
		return 0;
	return now + wait;
}
