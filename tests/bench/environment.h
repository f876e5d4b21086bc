/*
 * environment.h: the shortest honest way into the store's environment, for
 * the bare programs that the bench compares muster with.
 *
 * Through the gate, as every process must (lib/store/gate.h), then one
 * environment handle and one table; no watchdog, no format check, no other
 * table, no retry.
 */
#ifndef BENCH_ENVIRONMENT_H
#define BENCH_ENVIRONMENT_H

#include <db.h>

#include "store/gate.h"

struct environment {
	struct gate	*gate;
	DB_ENV		*env;
	DB		*resources;	/* resources.db of the store */
};

/* Join the store in DIR, left in a section; 0, or -1 with a log line. */
int	environment_join(struct environment *e, const char *dir);

/*
 * A table of the bench's own beside those of the store, made if need be, with
 * pages as theirs: others would leave gaps in the cache that both share.
 */
int	environment_table(struct environment *e, const char *file, DB **out);

/* Leave; TABLES that were opened beside are closed by their owner. */
void	environment_leave(struct environment *e);

#endif
