/*
 * progress.c: how far a verb is: a bar on a terminal, else a line now and
 * then, both on standard error.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "verb.h"

enum {
	BAR_MS = 100,	 /* between two pictures on a terminal */
	LINE_MS = 10000, /* between two lines elsewhere */
	BAR_LEN = 30
};

void
progress_start(struct progress *p, const char *what, uint64_t total)
{
	*p = (struct progress){ .what = what,
		.total = total,
		.started_at = clock_monotonic_ms(),
		.is_terminal = isatty(STDERR_FILENO) == 1 };
	/* The first picture comes at once. */
	p->shown_at = p->started_at - (p->is_terminal ? BAR_MS : 0);
}

uint64_t
progress_rate(const struct progress *p, uint64_t n)
{
	int64_t ms = clock_monotonic_ms() - p->started_at;

	return ms <= 0 ? n : n * 1000 / (uint64_t)ms;
}

static void
put_bar(const struct progress *p, uint64_t done)
{
	char bar[BAR_LEN + 1] = { 0 };
	uint64_t full = done >= p->total ? BAR_LEN : done * BAR_LEN / p->total;

	memset(bar, '.', BAR_LEN);
	memset(bar, '#', full);
	fprintf(stderr, "[%s] %3d%% ", bar,
	    done >= p->total ? 100 : (int)(done * 100 / p->total));
}

/* How long the rest will take, if it goes on like this. */
static void
put_left(const struct progress *p, uint64_t done, int64_t now)
{
	uint64_t ms = (uint64_t)(now - p->started_at), seconds;

	if (done == 0 || done >= p->total)
		return;
	seconds = ms * (p->total - done) / done / 1000;
	if (seconds >= 60)
		fprintf(stderr, ", %llu min left",
		    (unsigned long long)(seconds + 59) / 60);
	else
		fprintf(stderr, ", %llu s left", (unsigned long long)seconds);
}

void
progress_show(struct progress *p, uint64_t done, uint64_t n)
{
	int64_t now = clock_monotonic_ms();

	if (now - p->shown_at < (p->is_terminal ? BAR_MS : LINE_MS))
		return;
	p->shown_at = now;
	if (p->is_terminal)
		fputs("\r\033[K", stderr);
	if (p->is_terminal && p->total > 0)
		put_bar(p, done);
	fprintf(stderr, "%llu %s, %llu a second", (unsigned long long)n,
	    p->what, (unsigned long long)progress_rate(p, n));
	put_left(p, done, now);
	if (!p->is_terminal)
		fputc('\n', stderr);
	fflush(stderr);
}

void
progress_clear(const struct progress *p)
{
	if (p->is_terminal)
		fputs("\r\033[K", stderr);
}
