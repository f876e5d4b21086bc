/*
 * metrics.h: what all processes of a store count together, in memory that
 * they share: the file "metrics" of the store.  It may be deleted at any
 * time; counters then begin anew, as a monitor expects of them.
 */
#ifndef WATCH_METRICS_H
#define WATCH_METRICS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct metrics;

/*
 * Map the file of the store in the directory STORE, and count as PROGRAM.
 *
 * Returns: NULL when it cannot be had: nothing is counted then.
 */
struct metrics	*metrics_open(const char *store, const char *program);
void	metrics_close(struct metrics *m);

/* A request was answered with STATUS, after US microseconds. */
void	metrics_count(struct metrics *m, int status, int64_t us);

/* Append what was counted, in the text format of Prometheus 0.0.4. */
void	metrics_print(const struct metrics *m, struct buf *out);

/* One more value: its # HELP and # TYPE ("gauge", "counter") too. */
void	metrics_put(struct buf *out, const char *name, const char *type,
	    const char *help, double value);

#endif
