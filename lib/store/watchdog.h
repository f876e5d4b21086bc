/*
 * watchdog.h: the thread that ends a process which is stuck in the store.
 *
 * A process that waits for a mutex of a dead one is never woken: somebody
 * outside of Berkeley DB must notice (spec berkeley-db.md section 1.5).
 * The thread calls nothing of Berkeley DB.
 */
#ifndef STORE_WATCHDOG_H
#define STORE_WATCHDOG_H

#include "base/error.h"
#include "store/gate.h"

struct watchdog;

/* The exit codes of a process that it ends. */
enum { WATCHDOG_STUCK = 76, WATCHDOG_RECOVERY = 77 };

/*
 * Watch the sections of GATE: one that lasts longer than LIMIT_MS, or goes
 * on while recovery is wanted, ends the process.  Called by the main
 * thread: while it is outside of a section and recovery is wanted, it gets
 * SIGUSR2, so that it can leave the store.
 */
int	watchdog_start(struct gate *gate, int limit_ms,
	    struct watchdog **out, struct error *err);

/* From now on a section may last LIMIT_MS; returns what it was before. */
int	watchdog_limit(struct watchdog *watchdog, int limit_ms);

/* Stop the thread and wait for it. */
void	watchdog_stop(struct watchdog *watchdog);

#endif
