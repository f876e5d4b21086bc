/*
 * redaction.h: what no log shows, in texts that went to a target and came back
 * (spec provisioning.md PS-105).  Pure.
 */
#ifndef SYNC_REDACTION_H
#define SYNC_REDACTION_H

#include "sync/mapping.h"

/* Is one of N FLOWS not to be shown? */
bool	redaction_is_due(const struct flow *flows, size_t n);

/*
 * TEXT with "[Redact]" for what such flows have, as it is and as JSON writes
 * it; nothing but that where they have something else than text.
 *
 * Owner: the result lives in A, or is TEXT.
 */
struct slice	redaction_mask(struct arena *a, const struct flow *flows,
		    size_t n, struct slice text);

/* The same of an answer, which may write its JSON in another way. */
struct slice	redaction_mask_answer(struct arena *a,
		    const struct flow *flows, size_t n, struct slice text);

/* The same of a path and its query, in which values are encoded. */
struct slice	redaction_mask_path(struct arena *a,
		    const struct flow *flows, size_t n, struct slice path);

#endif
