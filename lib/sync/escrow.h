/*
 * escrow.h: when an object that failed is tried again (spec provisioning.md
 * section 2.7).
 *
 * What may pass by itself is tried after seconds, then minutes, then hours;
 * anything else after 6, 12 and 24 hours (PS-081), unless its cause changes
 * before; a conflict is once tried at once before that.  Pure.
 */
#ifndef SYNC_ESCROW_H
#define SYNC_ESCROW_H

#include <stdint.h>

#include "base/slice.h"

/*
 * When to try again what failed at NOW by CODE (advice.h), for the FAILURESth
 * time since FAILED_AT; times in ms UTC.  0: no more, it is older than DAYS.
 */
int64_t	escrow_next(struct slice code, int64_t failures, int64_t failed_at,
	    int64_t now, int64_t days);

#endif
