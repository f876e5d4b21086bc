/*
 * crew.c: the workers of a program, of which no more are at hand than there
 * are processors.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/compat.h"
#include "base/crew.h"

enum {
	LONG_MS = 20,	/* of work, then it is no longer counted */
	LOOK_MS = 50,	/* between two looks at the socket, of one of them */
	REST_MS = 1000, /* and of the others, who need not look */
	SEATS_MIN = 2
};

enum activity {
	ABSENT,
	WAITS, /* for a connection */
	WORKS,
	STALLS, /* in the midst of work, for the disk */
	RESTS
};

/* On a cache line of its own: each is written by a processor of its own. */
struct place {
	_Alignas(64) _Atomic uint32_t activity;
	_Atomic int64_t since; /* when its work began; monotonic ms */
};

struct crew {
	unsigned n;
	unsigned seats;
	struct place places[];
};

static struct crew *mine;
static struct place *self;

unsigned
crew_seats(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set)
							     : SEATS_MIN;

	return n > SEATS_MIN ? (unsigned)n : SEATS_MIN;
}

struct crew *
crew_new(unsigned n, unsigned seats)
{
	struct crew *crew;

	if (n <= seats)
		return NULL;
	crew = mmap(NULL, sizeof(*crew) + n * sizeof(crew->places[0]),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crew == MAP_FAILED)
		return NULL;
	crew->n = n;
	crew->seats = seats;
	return crew;
}

void
crew_join(struct crew *crew, unsigned place)
{
	mine = crew;
	self = crew == NULL ? NULL : &crew->places[place];
}

void
crew_left(struct crew *crew, unsigned place)
{
	if (crew != NULL)
		atomic_store(&crew->places[place].activity, ABSENT);
}

/* Who else waits, and who else is at hand: waits, or began a moment ago. */
static unsigned
count_others(unsigned *waiting)
{
	int64_t now = clock_monotonic_ms();
	unsigned n = 0;

	*waiting = 0;
	for (struct place *p = mine->places; p < mine->places + mine->n; p++) {
		uint32_t activity = atomic_load(&p->activity);

		if (p == self)
			continue;
		*waiting += activity == WAITS;
		n += activity == WAITS ||
		    (activity == WORKS &&
			now - atomic_load(&p->since) < LONG_MS);
	}
	return n;
}

/* It waits from now on; false if somebody else has woken it already. */
static bool
wake(struct place *p)
{
	uint32_t resting = RESTS;

	if (!atomic_compare_exchange_strong(&p->activity, &resting, WAITS))
		return false;
	if (p != self)
		compat_wake(&p->activity);
	return true;
}

/*
 * The first that rests takes the place of one that is not at hand, if nobody
 * waits anyway.  It is always the same one: the others stay out of the caches.
 */
static void
fill(unsigned self_too)
{
	unsigned waiting, n = count_others(&waiting) + self_too;

	if (waiting > 0 || n >= mine->seats)
		return;
	for (struct place *p = mine->places; p < mine->places + mine->n; p++)
		if (p != self && atomic_load(&p->activity) == RESTS && wake(p))
			return;
}

/* Of those who rest only the first looks whether a connection waits. */
static bool
is_first(void)
{
	for (struct place *p = mine->places; p < self; p++)
		if (atomic_load(&p->activity) == RESTS)
			return false;
	return true;
}

static bool
is_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

bool
crew_sit(int fd)
{
	unsigned waiting;
	bool looks;

	if (self == NULL)
		return true;
	/* Said before the others are counted, or all might rest. */
	atomic_store(&self->activity, RESTS);
	if (count_others(&waiting) < mine->seats) {
		wake(self);
		return true;
	}
	looks = is_first();
	compat_wait(&self->activity, RESTS, looks ? LOOK_MS : REST_MS);
	if (atomic_load(&self->activity) == RESTS && looks && is_ready(fd))
		wake(self);
	return atomic_load(&self->activity) == WAITS;
}

void
crew_work(void)
{
	if (self == NULL)
		return;
	atomic_store(&self->since, clock_monotonic_ms());
	atomic_store(&self->activity, WORKS);
	fill(1);
}

void
crew_stall(void)
{
	if (self == NULL || atomic_load(&self->activity) != WORKS)
		return;
	atomic_store(&self->activity, STALLS);
	fill(0);
}

void
crew_go_on(void)
{
	if (self != NULL && atomic_load(&self->activity) == STALLS)
		atomic_store(&self->activity, WORKS);
}
