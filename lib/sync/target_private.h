/*
 * target_private.h: inside a target: the queue, what an answer means, tokens.
 */
#ifndef SYNC_TARGET_PRIVATE_H
#define SYNC_TARGET_PRIVATE_H

#include "sync/fuse.h"
#include "sync/pace.h"
#include "sync/target.h"
#include "sync/target_token.h"

enum { TARGET_FIELDS_MAX = 5, TARGET_PROBLEM_MAX = 512 };

/* A request on its way, from target_send to its done. */
struct target_try {
	struct target		*target;
	struct target_request	*request;
	struct arena		*a;		/* of what is sent now */
	struct http_exchange	 exchange;
	struct http_field	 fields[TARGET_FIELDS_MAX];
	bool			 is_running;
	unsigned		 failures;
	unsigned		 hops;
	char			*location;	/* where it was sent on, or NULL */
	bool			 was_renewed;	/* the token, for this request */
	bool			 was_retyped;	/* the media type */
	bool			 may_be_done;	/* by one of the tries */
	int64_t			 deadline;
	int64_t			 not_before;
	int64_t			 began_at;	/* of the world's clock */
	char			 problem[TARGET_PROBLEM_MAX];
	struct target_try	*prev, *next;
};

struct target_list {
	struct target_try	*first, *last;
	int			 n;
};

struct bundle;

struct target {
	struct http_pool		*pool;
	const struct target_settings	*settings;
	struct target_world		 world;
	struct arena			*a;
	char				*base;
	const char			*media_type;
	struct slice			 authorization;	/* a field, or "" */
	struct target_token		*token;		/* OAuth only */
	struct pace			 pace;
	unsigned			 slowdowns;	/* in a row */
	int64_t				 slowed_at;	/* the last of them */
	struct bundle			*bundle; /* or NULL */
	struct fuse			 fuses[TARGET_CLASSES];
	struct target_list		 waiting, running;
	int64_t				 looked_at;	/* at all that wait */
	struct target_health		 health;
};

int64_t	target_now(const struct target *t);
uint64_t	target_random(const struct target *t);

/* As target_send, but in a request of its own. */
void	target_send_alone(struct target *t, struct target_request *r);

/* What is to be done about an answer, or that there was none. */
enum target_verdict {
	VERDICT_DONE,	/* the request's outcome and the problem are set */
	VERDICT_AGAIN	/* to be sent again, not before the try says */
};
enum target_verdict	target_judge(struct target_try *try);

#endif
