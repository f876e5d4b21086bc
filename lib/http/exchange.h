/*
 * exchange.h: one request of ours and what became of it.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { EXCHANGE_PROBLEM_MAX = 256, EXCHANGE_HEAD_MAX = 32 * 1024 };

struct http_field {
	const char	*name;
	struct slice	 value;		/* "": the field is left out */
};

struct http_exchange {
	/* What its owner says; all of it stays as it is until it is done. */
	const char		*method;
	const char		*url;
	const struct http_field	*fields;
	size_t			 nfields;
	struct slice		 body;
	bool			 is_repeatable;	/* else sent once at most */
	int			 limit_ms;	/* for all of it */
	size_t			 answer_max;	/* bytes of a body */
	void			(*done)(struct http_exchange *e, void *arg);
	void			*arg;

	/*
	 * What became of it, good until done returns.  An answer that ended
	 * too early, or was too long, has both a status and a problem.
	 */
	int		 status;	/* 0: no answer */
	struct buf	 head;		/* fields as they came, a line each */
	struct buf	 answer;
	char		 problem[EXCHANGE_PROBLEM_MAX];	/* or "" */
	bool		 was_sent;	/* all of it or a part: it may be done */
	int64_t		 started_at;
	int64_t		 duration_us;

	struct http_run	*run;		/* the pool's */
};

/* The field NAME of the answer, ignoring case; the last one, or no data. */
struct slice	http_exchange_field(
	    const struct http_exchange *e, const char *name);

/*
 * For how long the server wants to be left alone (Retry-After, RFC 9110
 * section 10.2.3: seconds or a date), in ms; -1 when it does not say.
 */
int64_t	http_exchange_retry_after(const struct http_exchange *e, int64_t now);

#endif
