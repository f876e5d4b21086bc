/*
 * probe_private.h: inside a probe: its requests, what it found.
 */
#ifndef SYNC_PROBE_PRIVATE_H
#define SYNC_PROBE_PRIVATE_H

#include "json/json.h"
#include "sync/probe.h"
#include "sync/target.h"

struct probing {
	struct arena		*a;
	struct http_pool	*pool;
	struct target		*target;
	const struct probe	*probe;
	bool			 is_ended;	/* by the caller's wait */
	bool			 has_error;
	struct json_object	*steps, *findings, *dialect, *endpoints;

	/* The last answer. */
	bool			 is_done;
	enum target_outcome	 outcome;
	int			 status;
	struct json_object	*body;		/* NULL: no JSON */
	const char		*problem;
};

enum probe_level { PROBE_ERROR, PROBE_WARNING, PROBE_NOTE };

void	probe_find(struct probing *p, enum probe_level level, const char *fmt,
	    ...) __attribute__((format(printf, 3, 4)));

/* Ask, and wait for the answer; BODY may be NULL.  Is it 2xx? */
bool	probe_ask(struct probing *p, const char *method, struct slice path,
	    const struct json_object *body);

/* The endpoint of TYPE: "/Users". */
struct slice	probe_endpoint(const struct probing *p, const char *type);

/* How many resources the list BODY has; -1 when it is none. */
int64_t	probe_count(const struct json_object *body);

void	probe_discovery(struct probing *p);
void	probe_object(struct probing *p);

#endif
