/*
 * request_log.h: what was asked and answered, a record a request, in files of
 * JSON lines (lines.h) of each tenant below the store: log/NUMBER.  Those of
 * requests that nobody was found for stand in log/0.
 *
 *	{"at":"2026-11-21T10:11:12.345Z","id":"01a1...","tenant":1,
 *	"credential":"01a1...","program":"users","method":"PATCH",
 *	"path":"/scim/v2/Users/01a1...","query":"","type":"User",
 *	"resource":"01a1...","status":400,"scimType":"invalidValue",
 *	"detail":"...","us":1234,"in":310,"out":220,"read":1,"written":0,
 *	"tolerances":["op-in-any-case"],"shape":"PATCH /Users/:id replace active",
 *	"isNew":true,"address":"192.0.2.1","agent":"...","base":"https://...",
 *	"contentType":"...","ifMatch":"...","body":{...},"answer":{...}}
 *
 * What is empty is left out.
 */
#ifndef WATCH_REQUEST_LOG_H
#define WATCH_REQUEST_LOG_H

#include "base/buf.h"
#include "watch/lines_writer.h"
#include "watch/search.h"

/* Bytes of a path, a query and so on that are kept, and of a body. */
enum {
	REQUEST_LOG_TEXT_MAX = 2048,
	REQUEST_LOG_BODY_MAX = 1024 * 1024
};

struct request_record {
	int64_t		at;		/* ms UTC: when it came */
	int64_t		duration_us;
	uint32_t	tenant;		/* 0: not known */
	int		status;
	uint64_t	in_len;		/* bytes of the bodies */
	uint64_t	out_len;
	uint64_t	read;		/* resources that the store gave */
	uint64_t	written;	/* and took */
	bool		is_new;		/* a shape not seen before */
	struct slice	id;
	struct slice	credential;
	struct slice	program;
	struct slice	method;
	struct slice	path;
	struct slice	query;
	struct slice	type;
	struct slice	resource;
	struct slice	scim_type;
	struct slice	detail;
	struct slice	tolerances;	/* a JSON array, or "" */
	struct slice	shape;
	struct slice	address;
	struct slice	agent;
	struct slice	base_url;
	struct slice	content_type;
	struct slice	if_match;
	struct slice	if_none_match;
	struct slice	body;		/* redacted JSON, or "" */
	struct slice	body_missing;	/* why there is none */
	struct slice	answer;		/* redacted JSON, or "" */
};

/* Append the record R to the log of its tenant; W is above all logs. */
int	request_log_append(struct lines_writer *w,
	    const struct request_record *r, struct error *err);

/* What is looked for; "", 0 for what does not matter. */
struct request_search {
	uint32_t	tenant;		/* whose log: no other's is read */
	struct slice	credential;	/* id */
	struct slice	method;
	struct slice	path;		/* a part of it */
	struct slice	type;		/* of resource */
	struct slice	id;		/* of the request, or the resource */
	struct slice	request;	/* its id */
	struct slice	status;		/* "404", "4xx" */
	int64_t		since;		/* ms UTC */
	int64_t		until;
	int64_t		ends_at;	/* of the search (search.h), or 0 */
};

/*
 * Is STATUS, as words say it, one that can be looked for?
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	request_search_check(const struct request_search *s, struct error *err);

/*
 * search_run for the records that S looks for, the oldest first, or with BACK
 * the newest first.  What is no record is passed over.
 */
int	request_log_search(const char *store, const struct request_search *s,
	    bool back, struct lines_place *place, search_fn *fn,
	    void *arg, struct error *err);

/*
 * The record with the id ID of the log of TENANT, in A.
 *
 * Errors: ERR_NOT_FOUND.
 */
int	request_log_find(struct arena *a, const char *store, uint32_t tenant,
	    struct slice id, struct slice *line, struct error *err);

/*
 * Of every tenant, delete what is older than AGE_MS, and the oldest of what is
 * more than LEN_MAX bytes; 0: keep.
 */
void	request_log_prune(const char *store, int64_t now, int64_t age_ms,
	    uint64_t len_max);

#endif
