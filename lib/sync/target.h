/*
 * target.h: a target that we provision: requests to its SCIM endpoints (RFC
 * 7644 section 3), with the credentials, at the pace and with the repeats
 * that are right.
 *
 * What the target takes care of by itself: bulk requests, tokens that end (401), 429 and
 * 503 with or without Retry-After, other failures of requests that may be
 * repeated, media types (415, 406), redirects, limits of time and length.  A
 * request that creates something and may have arrived is never sent again.
 *
 * One thread uses it, in turns:
 *
 *	wait_ms = target_turn(target);
 *	http_pool_turn(pool, wait_ms);
 */
#ifndef SYNC_TARGET_H
#define SYNC_TARGET_H

#include "http/pool.h"
#include "sync/target_settings.h"

struct target;
struct target_try;

/* What differs in tests. */
struct target_world {
	int64_t		(*now_ms)(void *arg);	/* a clock nobody sets */
	uint64_t	(*random)(void *arg);
	void		*arg;
};

enum target_outcome {
	TARGET_ANSWERED,	/* status and answer, whatever they say */
	TARGET_UNKNOWN,		/* it may have been done, or not */
	TARGET_NOT_DONE,	/* it was not done; later it may be */
	TARGET_REFUSED		/* our credentials are not taken */
};

/* Classes of requests whose failures are counted apart. */
enum { TARGET_CLASSES = 8 };

struct target_request {
	/* What its owner says; all of it stays as it is until it is done. */
	const char	*method;
	struct slice	 path;		/* below the base URL: "/Users?..." */
	struct slice	 body;
	struct slice	 if_match;	/* an ETag, or "" */
	unsigned	 class;		/* below TARGET_CLASSES */
	bool		 is_repeatable;	/* a POST that creates nothing */
	bool		 may_wait;	/* to be one of several in one */
	void		(*done)(struct target_request *r, void *arg);
	void		*arg;

	/* What became of it, good until done returns. */
	enum target_outcome outcome;
	int		 status;	/* of the last answer; 0: there was none */
	struct slice	 answer;	/* its body */
	const struct http_exchange *exchange;	/* its fields, or NULL */
	struct slice	 location;	/* where there is no exchange, or "" */
	struct slice	 version;
	const char	*problem;	/* or "" when it was answered */
	unsigned	 tries;		/* how often it was sent */
	int64_t		 began_at;	/* ms UTC, of the last */
	int64_t		 took_us;
};

/* For who watches (row 27 of section 8); numbers since target_open. */
struct target_health {
	uint64_t	sent;
	uint64_t	answered;	/* below 500, and not 429 */
	uint64_t	slowed;		/* 429, 503 */
	uint64_t	failed;		/* the others */
	int64_t		took_us;	/* all of them together */
	int		waiting;
	int		running;
	int		window;		/* that may run at once now */
	int64_t		paused_ms;	/* from now on */
	unsigned	open;		/* classes, a bit each */
};

/*
 * SETTINGS, WORLD and POOL live longer than the target; WORLD may be NULL.
 *
 * Errors: ERR_INVALID_VALUE when the key of TARGET_ASSERTION is none.
 */
int	target_open(struct http_pool *pool,
	    const struct target_settings *settings,
	    const struct target_world *world, struct target **out,
	    struct error *err);

/* What is not done is ended; its done is not called. */
void	target_close(struct target *t);

/* R is done once, in a later turn of the target or the pool. */
void	target_send(struct target *t, struct target_request *r);

/*
 * Start what may start now.  Not to be called from a done.
 *
 * Returns: after how many ms it wants to be called again.
 */
int	target_turn(struct target *t);

void	target_health(const struct target *t, struct target_health *out);

#endif
