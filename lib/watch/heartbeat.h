/*
 * heartbeat.h: how each credential is used: when it was last seen, how often
 * it comes, how much of what it asks fails, and what it has asked before.
 *
 * A file a credential, below the store: beat/TENANT/ID, which all processes
 * share as memory.  Clients as Entra's come in cycles: a burst of requests
 * every 20 to 40 minutes; a pause of CYCLE_PAUSE_MS begins a new one.
 */
#ifndef WATCH_HEARTBEAT_H
#define WATCH_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/uuid.h"
#include "base/zeros.h"

enum {
	CYCLE_PAUSE_MS = 5 * 60 * 1000,
	CYCLES_KEPT = 16,	/* of which the usual cadence is made */
	SHAPES_MAX = 256,	/* that are told apart */
	SHAPES_LEARNT = 20	/* requests, before a new one is strange */
};

/* What a request came to, for its credential. */
enum beat_kind {
	BEAT_OK,
	BEAT_FAILED,		/* one object: an escrow of Entra's */
	BEAT_REFUSED,		/* 401, 403: all of its requests would be */
	BEAT_NO_SCIM,		/* a query that was not answered by a list */
	BEAT_KIND_MAX
};

/* The kind of a request with that status; IS_QUERY: GET of a collection. */
enum beat_kind	beat_kind(int status, bool is_query);

/* In the terms of spec provisioning.md PS-082 to PS-085. */
enum beat_quarantine {
	QUARANTINE_NONE,
	QUARANTINE_PROPORTION,	/* 5,000 failures, more than 40 % */
	QUARANTINE_TOTAL,	/* more than 40,000 failures */
	QUARANTINE_REFUSED,	/* bad credentials, no SCIM: at once */
	QUARANTINE_MAX
};

enum beat_state {
	BEAT_ALIVE,
	BEAT_QUIET,	/* silent for three times its cadence */
	BEAT_DEAD,	/* for 28 days: Entra has given up then */
	BEAT_STATE_MAX
};

struct heartbeat {
	int64_t		first_at;	/* ms UTC */
	int64_t		last_at;
	uint64_t	requests;
	uint64_t	counts[BEAT_KIND_MAX];
	uint64_t	shapes;		/* seen so far */
	uint64_t	strange;	/* of them, once it was known */
	int64_t		strange_at;	/* the last of those; 0: never */
	int64_t		cycle_at;	/* when the present cycle began */
	uint64_t	cycle_requests;
	uint64_t	cycle_counts[BEAT_KIND_MAX];
	int64_t		cadence_ms;	/* from cycle to cycle; 0: not known */
};

/*
 * One a process, all zero at first; keeps the files of those who asked last,
 * as many as BEATS_MAX, so that many who ask in turn cost no more than one.
 */
enum { BEATS_MAX = 2048 };
struct beats {
	struct beat_place	*places;
	struct zeros_span	 used;		/* of them */
	uint32_t		 clock;		/* counts what is noted */
};

/*
 * The credential ID of TENANT asked something of N SHAPES at NOW and it came
 * to KIND.
 *
 * Returns: the first of SHAPES that it has never asked before, although it has
 *          asked SHAPES_LEARNT times; or -1.  What cannot be noted is not.
 */
int	beat_note(struct beats *b, const char *store, uint32_t tenant,
	    struct slice id, int64_t now, enum beat_kind kind,
	    const struct slice *shapes, size_t n);
void	beats_close(struct beats *b);

/* What is known of a credential; ERR_NOT_FOUND: it was never seen. */
int	beat_read(const char *store, uint32_t tenant, struct slice id,
	    struct heartbeat *beat, struct error *err);

enum beat_state	beat_state(const struct heartbeat *beat, int64_t now);
const char	*beat_state_name(enum beat_state state);

/* Failures, of the present cycle, in 1/1000 of its requests. */
int	beat_error_ratio(const struct heartbeat *beat);
enum beat_quarantine	beat_quarantine(const struct heartbeat *beat);
const char	*beat_quarantine_name(enum beat_quarantine q);

/* All of it as JSON, for who asks at NOW: one object. */
void	beat_print(struct buf *out, struct slice id,
	    const struct heartbeat *beat, int64_t now);

#endif
