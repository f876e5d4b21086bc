/*
 * crew.h: the workers of a program, of which no more are at hand than there
 * are processors.
 *
 * Who waits for a request in turn with many others finds its caches cold when
 * the turn comes.  So requests go to few workers, and the others rest; one
 * that waits for the disk, or has been busy for long, is not counted, and
 * another one is woken in its place.  Nothing here is needed to be right: who
 * rests looks up now and then, and takes the request that nobody takes.
 *
 * What they know of each other is in shared memory, a place a worker.  A
 * process is of one crew or of none, and of none all of this does nothing.
 */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include <stdbool.h>

struct crew;

/* How many are at hand if nothing else is said: the processors, two at least. */
unsigned	crew_seats(void);

/*
 * A crew of N places, of whom SEATS are at hand; for this process and those
 * that it forks.  It lasts as long as they do.
 *
 * Returns: the crew, or NULL, without memory or if all may be at hand.
 */
struct crew	*crew_new(unsigned n, unsigned seats);

/* This process, a child of who made CREW (or NULL), has PLACE from now on. */
void	crew_join(struct crew *crew, unsigned place);

/* Said by the parent: whoever had PLACE of CREW (or NULL) is gone. */
void	crew_left(struct crew *crew, unsigned place);

/*
 * Before a connection is waited for at the listening socket FD: rest as long
 * as enough others are at hand.
 *
 * Returns: true: wait for it now; false: a signal came, or it is time for a
 *          look around.
 */
bool	crew_sit(int fd);

/* A connection was taken. */
void	crew_work(void);

/* In the midst of it the disk is waited for, and then no more. */
void	crew_stall(void);
void	crew_go_on(void);

#endif
