/*
 * demand.h: one object, now (spec provisioning.md section 2.9): it is due
 * before all others, and who holds the lock of muster work does it, whatever
 * the state of the job.
 */
#ifndef SYNC_DEMAND_H
#define SYNC_DEMAND_H

#include "sync/preview.h"
#include "watch/lines_writer.h"

/* From here on the object ID of TYPE is due. */
int	demand_put(const struct preview *p, const struct uuid *id,
	    struct slice type, struct error *err);

/* Has nobody looked at it since?  1, 0, or -1. */
int	demand_waits(const struct preview *p, const struct uuid *id,
	    struct error *err);

/*
 * Do what is due of ID, a group's members too; P is connected, W as in
 * journal_append.  For one process of a store at a time.
 *
 * Errors: ERR_BUSY when the target cannot be reached or refuses us: it is due
 *         still; those of the store.
 */
int	demand_run(struct preview *p, const struct uuid *id,
	    struct lines_writer *w, struct error *err);

#endif
